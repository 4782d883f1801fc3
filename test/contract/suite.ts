import { Api } from './api.ts';
import type { Check, Level } from './check.ts';
import { accountSimsChecks, groupChecks, profileChecks } from './checks/account.checks.ts';
import { alertChecks } from './checks/alert.checks.ts';
import { answerChecks } from './checks/answer.checks.ts';
import { changeChecks } from './checks/change.checks.ts';
import { costChecks } from './checks/cost.checks.ts';
import { decodingChecks } from './checks/decoding.checks.ts';
import { diagnosticsChecks, sessionChecks } from './checks/session.checks.ts';
import { simChecks, simsChecks } from './checks/sims.checks.ts';
import { stateChecks } from './checks/state.checks.ts';
import { refusedLoginChecks, tokenChecks } from './checks/token.checks.ts';
import { Ended, type Result } from './ended.ts';
import { type Shape, shapesOf } from './shape.ts';
import { ownWord, type Shown, sentence } from './shown.ts';
import { NoAnswer, SpentUp, Upstream, type UpstreamOptions } from './upstream.ts';

/** Every check, in the order in which they are made: those that only look at answers come behind those that ask. */
export const checks: readonly Check[] = [
  ...tokenChecks,
  ...accountSimsChecks,
  ...simsChecks,
  ...simChecks,
  ...groupChecks,
  ...profileChecks,
  ...costChecks,
  ...sessionChecks,
  ...diagnosticsChecks,
  ...alertChecks,
  ...refusedLoginChecks,
  ...stateChecks,
  ...answerChecks,
  ...decodingChecks,
  ...changeChecks,
];

/** What became of one check. */
export interface CheckedRow {
  readonly id: string;
  readonly level: Level;
  readonly source: string;
  readonly title: string;
  readonly result: Result;
  readonly remark: Shown | null;
}

/** What a run found out. It holds no value of the account's: no SIM, no name, no credentials. */
export interface ContractReport {
  readonly host: string;
  readonly startedAt: Date;
  readonly seconds: number;
  readonly requests: number;
  readonly rows: readonly CheckedRow[];
  readonly shapes: readonly Shape[];
}

/** What a run is told. */
export interface ContractOptions extends UpstreamOptions {
  /** Whether to try a wrong password once; where SIMs are real it may lock the account. */
  readonly triesBadCredentials: boolean;
  /** The time at the SIM API, in epoch milliseconds. Default: this machine's. */
  readonly now?: () => number;
  /** Told of each check when it is done. */
  readonly onChecked?: (row: CheckedRow) => void;
}

/** Makes every check, one after the other. A SIM API that does not answer makes checks fail, not the run. */
export async function runContract(options: ContractOptions): Promise<ContractReport> {
  const startedAt = new Date();
  const upstream = new Upstream(options);
  const api = new Api(upstream, options.triesBadCredentials, options.now ?? Date.now);
  const rows: CheckedRow[] = [];
  for (const check of checks) {
    const row = await checked(check, api);
    rows.push(row);
    options.onChecked?.(row);
  }
  return {
    host: new URL(options.url).host,
    startedAt,
    seconds: Math.round((Date.now() - startedAt.getTime()) / 1000),
    requests: upstream.requests,
    rows,
    shapes: shapesOf(upstream.answers, upstream.textsSeen),
  };
}

async function checked({ run, ...about }: Check, api: Api): Promise<CheckedRow> {
  try {
    return { ...about, result: 'passed', remark: (await run(api)) ?? null };
  } catch (error) {
    return { ...about, ...endOf(error) };
  }
}

function endOf(error: unknown): { result: Result; remark: Shown } {
  if (error instanceof Ended) return { result: error.result, remark: error.remark };
  if (error instanceof NoAnswer) return { result: 'failed', remark: error.reason };
  if (error instanceof SpentUp)
    return { result: 'not checked', remark: sentence`no time or no requests were left` };
  // An answer so odd that the check stumbled over it. Its message may quote the answer, so only its class is told.
  const name = error instanceof Error ? error.constructor.name : 'Error';
  return { result: 'failed', remark: sentence`the check broke off (${ownWord(name)})` };
}
