import { within } from '../base/within.ts';
import { GatewayError, rejectedBy } from '../errors/index.ts';
import type { Rejected } from '../sim-api/index.ts';
import { type EntryOutcome, type SimStatus, StoreUnavailable } from '../store/index.ts';
import type { Completion } from './entry.ts';

/** What became of one SIM; an error unless it succeeded. */
export interface Outcome {
  readonly outcome: Exclude<SimStatus, 'PENDING' | 'SENDING'>;
  readonly error: GatewayError | null;
}

/** The SIM is as it was asked to be, or on its way there. */
export const succeeded: Outcome = { outcome: 'SUCCEEDED', error: null };

/** Refused: the SIM is as it was. */
export const failed = (error: GatewayError): Outcome => ({ outcome: 'FAILED', error });

/** Sent, and nothing tells what came of it, not even what the SIM API answered, if it answered. */
export const unknown = (iccid: string | null, answer: Rejected | null = null): Outcome => ({
  outcome: 'UNKNOWN',
  error: new GatewayError('OUTCOME_UNKNOWN', {
    iccids: iccid === null ? [] : [iccid],
    ...(answer && { message: openAfterAnswer, rejected: answer }),
  }),
});

const openAfterAnswer =
  'The SIM API answered the change with an error that does not say what became of it: read the SIM before sending it again.';

/** Given up before its turn, for this reason; `refusal` is that of the call for several SIMs that it was part of. */
export const notSent = (
  code: 'CALL_BUDGET_SPENT' | 'GATEWAY_STOPPED',
  iccid: string,
  refusal: Rejected | null = null,
): Outcome => ({
  outcome: 'NOT_SENT',
  error: new GatewayError(code, { iccids: [iccid], ...rejectedBy(refusal) }),
});

/** Where the SIMs of a change are written down before they are sent, and settled after it. */
export interface ChangeEntry {
  /** Marks SIMs as being sent, before they are. False where they must not be. */
  claim(iccids: readonly string[]): Promise<boolean>;
  /** Says what became of a SIM. */
  recordOutcome(iccid: string, outcome: Outcome): void;
  /**
   * Says that a SIM may have been changed and could not be read since: it could still tell. `answer` is the error that the SIM API
   * answered the change with, if it answered, and `unread` says why the SIM could not be read.
   */
  markUncertain(iccid: string, answer: Rejected | null, unread: Error): void;
  /** Says that a SIM was surely not sent, and why; null where the gateway stops. */
  defer(iccid: string, reason: GatewayError | null): void;
}

/** A claim that takes longer counts as refused. */
const claimTimeoutMs = 2000;

/** What a claim gives; false if the database does not answer it in time. Errors: faults of the gateway's own. */
export function claimedInTime(claim: Promise<boolean>): Promise<boolean> {
  const claimed = claim.catch((error: unknown) => {
    if (error instanceof StoreUnavailable) return false;
    throw error;
  });
  return within(claimTimeoutMs, claimed, false);
}

/** What a change came to, from what became of its SIMs. Shape: no SIM may be under way any more. */
export function completionOf(
  sims: readonly { readonly status: SimStatus; readonly code: string | null }[],
): Completion {
  const statuses = new Set(sims.map(({ status }) => (status === 'NOT_SENT' ? 'FAILED' : status)));
  const codes = new Set(sims.flatMap(({ code }) => code ?? []));
  const [only] = statuses;
  const outcome: Completion['outcome'] = statuses.size === 1 && isEnding(only) ? only : 'PARTIAL';
  const [code = null] = codes;
  return { outcome, errorCode: codes.size === 1 ? code : null };
}

function isEnding(status: SimStatus | undefined): status is Exclude<EntryOutcome, 'OPEN' | 'PARTIAL'> {
  return status === 'SUCCEEDED' || status === 'FAILED' || status === 'UNKNOWN';
}
