import {
  type BatchOutcome,
  type Change,
  isAsAsked,
  Rejected,
  type Sim,
  type SimApi,
  type SimApiFailure,
} from '../../sim-api/index.ts';
import { badUserInput, fromSimApi, GatewayError } from '../errors/gateway-error.ts';
import { codeOfSimApi } from '../errors/table.ts';
import { checkChange } from './change-rules.ts';
import type { SimLoader } from './sim.loader.ts';
import type { SimPayload } from './sim-payload.type.ts';
import type { SimRef } from './sim-ref.type.ts';
import { checkRefCount } from './sim-refs.ts';
import type { SimResult, SimsPayload } from './sims-payload.type.ts';

/** Changes SIMs, for one request. */
export interface SimActions {
  /**
   * Changes one SIM. Errors: BAD_USER_INPUT, SIM_NOT_FOUND, what the SIM API refuses with, UPSTREAM_… where nothing was sent.
   * `confirmIccid` must be the ICCID of the SIM, where it is given.
   */
  changeOne(ref: SimRef, change: Change, confirmIccid?: string): Promise<SimPayload>;
  /**
   * Changes up to 1000 SIMs, each once however often it is named. Shape: a result for each ref, in order.
   * Errors: BAD_USER_INPUT and TOO_MANY_SIMS; what goes wrong with a SIM stands in its result.
   */
  changeMany(refs: readonly SimRef[], change: Change): Promise<SimsPayload>;
}

/** What became of one SIM; an error unless it succeeded. */
interface Outcome {
  readonly outcome: SimResult['outcome'];
  readonly error: GatewayError | null;
}

const succeeded: Outcome = { outcome: 'SUCCEEDED', error: null };
const failed = (error: GatewayError): Outcome => ({ outcome: 'FAILED', error });

/**
 * Actions over the SIM API's changes: every SIM is read first, one that is already as asked succeeds without a call, and
 * where no clear answer comes the SIM is read back, and that decides. Nothing is sent again.
 */
export function createSimActions(simApi: SimApi, sims: SimLoader): SimActions {
  /** What became of each of some SIMs that were read. */
  async function change(targets: readonly Sim[], asked: Change): Promise<Map<string, Outcome>> {
    const outcomes = new Map<string, Outcome>();
    const toSend: string[] = [];
    for (const sim of targets) {
      if (isAsAsked(sim, asked)) outcomes.set(sim.iccid, succeeded);
      else toSend.push(sim.iccid);
    }
    const sent = await simApi.control.send(asked, toSend);
    for (const iccid of toSend) sims.forget(iccid);
    for (const [iccid, outcome] of (await Promise.all(sent.map((part) => settle(part, asked)))).flat())
      outcomes.set(iccid, outcome);
    return outcomes;
  }

  /** What one call came to, for each of its SIMs. */
  async function settle(part: BatchOutcome<true>, asked: Change): Promise<(readonly [string, Outcome])[]> {
    if ('answer' in part) return part.keys.map((iccid) => [iccid, succeeded]);
    const { failure } = part;
    if (wasNotCarriedOut(failure))
      return part.keys.map((iccid) => [iccid, failed(fromSimApi(failure, [iccid]))]);
    return Promise.all(
      part.keys.map(async (iccid) => [iccid, await readBack(iccid, asked, failure)] as const),
    );
  }

  async function readBack(iccid: string, asked: Change, failure: SimApiFailure): Promise<Outcome> {
    const sim = await sims.byIccid(iccid).catch(() => null);
    if (sim !== null && isAsAsked(sim, asked)) return succeeded;
    if (isRefusal(failure)) return failed(fromSimApi(failure, [iccid]));
    return { outcome: 'UNKNOWN', error: new GatewayError('OUTCOME_UNKNOWN', { iccids: [iccid] }) };
  }

  return {
    async changeOne(ref, asked, confirmIccid) {
      checkChange(asked);
      const sim = await sims.byRef(ref);
      if (confirmIccid !== undefined && confirmIccid !== sim.iccid)
        throw badUserInput('confirmIccid', 'must be the ICCID of the SIM that sim names');
      const { outcome, error } = (await change([sim], asked)).get(sim.iccid) ?? succeeded;
      if (outcome === 'FAILED' && error !== null) throw error;
      return { iccid: sim.iccid, outcome };
    },

    async changeMany(refs, asked) {
      checkRefCount('sims', refs, { least: 1 });
      checkChange(asked);
      const found = await sims.byRefs(refs);
      const targets = new Map(
        found.flatMap((sim) => (sim instanceof Error ? [] : [[sim.iccid, sim] as const])),
      );
      const outcomes = await change([...targets.values()], asked);
      return payloadOf(
        found.map((sim) =>
          sim instanceof Error
            ? resultOf(null, failedRead(sim))
            : resultOf(sim.iccid, outcomes.get(sim.iccid) ?? succeeded),
        ),
      );
    },
  };
}

/** Whether a failure is an answer that says no. E000 is none: a server that failed may have acted before. */
function isRefusal(failure: SimApiFailure): failure is Rejected {
  return failure instanceof Rejected && failure.code !== 'E000';
}

/** Whether a failure says for certain that nothing was changed; a code that nobody knows may mean anything. */
function wasNotCarriedOut(failure: SimApiFailure): boolean {
  if (isRefusal(failure)) return codeOfSimApi(failure.code) !== 'UNKNOWN_SIM_API_ERROR';
  return 'surelyNotSent' in failure && failure.surelyNotSent;
}

/** A SIM that could not be read was not changed. */
function failedRead(error: Error): Outcome {
  if (error instanceof GatewayError) return failed(error);
  throw error;
}

function resultOf(iccid: string | null, { outcome, error }: Outcome): SimResult {
  if (error === null) return { iccid, outcome, error };
  const { code, message, retryable, simApi, details } = error;
  return {
    iccid: iccid ?? details.iccids?.[0] ?? null,
    outcome,
    error: { code, message, retryable, retryAfterSeconds: details.retryAfterSeconds ?? null, simApi },
  };
}

function payloadOf(results: SimResult[]): SimsPayload {
  const count = (outcome: SimResult['outcome']) =>
    results.filter((result) => result.outcome === outcome).length;
  return {
    results,
    succeeded: count('SUCCEEDED'),
    failed: count('FAILED'),
    unknown: count('UNKNOWN'),
    notSent: count('NOT_SENT'),
  };
}
