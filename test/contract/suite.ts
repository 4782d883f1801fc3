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

/** Every check, in the order in which they run: checks that send requests come before those that only inspect answers. */
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

/** The result of one check. */
export interface CheckedRow {
  readonly id: string;
  readonly level: Level;
  readonly source: string;
  readonly title: string;
  readonly result: Result;
  readonly remark: Shown | null;
}

/** The result of a run. It contains no value of the account: no SIM, no name, no credentials. */
export interface ContractReport {
  readonly host: string;
  readonly startedAt: Date;
  readonly seconds: number;
  readonly requests: number;
  readonly rows: readonly CheckedRow[];
  readonly shapes: readonly Shape[];
}

export interface ContractOptions extends UpstreamOptions {
  /** Whether to try a wrong password once; this may lock a real account. */
  readonly triesBadCredentials: boolean;
  /** The time at the SIM API, in epoch milliseconds. Default: the time of this machine. */
  readonly now?: () => number;
  /** Called after each check. */
  readonly onChecked?: (row: CheckedRow) => void;
}

/** Runs every check, one after another. If the SIM API does not answer, checks fail, but the run does not. */
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
    return { result: 'not checked', remark: sentence`the time limit or the request limit was reached` };
  // The check threw on an unexpected answer. The message may quote the answer, so only the class of the error is shown.
  const name = error instanceof Error ? error.constructor.name : 'Error';
  return { result: 'failed', remark: sentence`the check threw an error (${ownWord(name)})` };
}
