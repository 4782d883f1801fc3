import { within } from '../base/within.ts';
import { GatewayError, rejectedBy } from '../errors/index.ts';
import type { Rejected } from '../sim-api/index.ts';
import { type EntryOutcome, type SimStatus, StoreUnavailable } from '../store/index.ts';
import type { Completion } from './entry.ts';

/** The outcome of one SIM, with an error unless it succeeded. */
export interface Outcome {
  readonly outcome: Exclude<SimStatus, 'PENDING' | 'SENDING'>;
  readonly error: GatewayError | null;
}

/** The SIM is as requested, or in transition to the requested state. */
export const succeeded: Outcome = { outcome: 'SUCCEEDED', error: null };

/** Refused, or could not be made: the SIM is unchanged, except with STATE_NOT_REACHED. */
export const failed = (error: GatewayError): Outcome => ({ outcome: 'FAILED', error });

/** The SIM may have been changed. `answer` is the error that the SIM API answered, if it answered; it does not show the outcome. */
export const unknown = (iccid: string | null, answer: Rejected | null = null): Outcome => ({
  outcome: 'UNKNOWN',
  error: new GatewayError('OUTCOME_UNKNOWN', {
    iccids: iccid === null ? [] : [iccid],
    ...(answer && { message: openAfterAnswer, rejected: answer }),
  }),
});

const openAfterAnswer =
  'The SIM API answered the change with an error that does not show whether it was carried out: read the SIM before you send the change again.';

/** Given up before the SIM was sent or, after a refused call for several SIMs, sent again; `refusal` is the answer to that call. */
export const notSent = (
  code: 'CALL_BUDGET_SPENT' | 'GATEWAY_STOPPED',
  iccid: string,
  refusal: Rejected | null = null,
): Outcome => ({
  outcome: 'NOT_SENT',
  error: new GatewayError(code, { iccids: [iccid], ...rejectedBy(refusal) }),
});

/** The record of a change: its SIMs are claimed before they are sent, and their outcomes are recorded after that. */
export interface ChangeEntry {
  /** Marks SIMs as SENDING before they are sent. Returns false if they must not be sent. */
  claim(iccids: readonly string[]): Promise<boolean>;
  recordOutcome(iccid: string, outcome: Outcome): void;
  /**
   * Records that a SIM may have been changed and could not be read since: a later read could still show its outcome. `answer` is the error
   * that the SIM API answered, if it answered. `unread` is why the SIM could not be read.
   */
  markUncertain(iccid: string, answer: Rejected | null, unread: Error): void;
  /** Records that a SIM was surely not sent, and why; null if the gateway stops. */
  defer(iccid: string, reason: GatewayError | null): void;
}

/** A claim that takes longer counts as refused. */
const claimTimeoutMs = 2000;

/** The result of a claim; false if the database does not answer within 2 s. Errors: internal faults only. */
export function claimedInTime(claim: Promise<boolean>): Promise<boolean> {
  const claimed = claim.catch((error: unknown) => {
    if (error instanceof StoreUnavailable) return false;
    throw error;
  });
  return within(claimTimeoutMs, claimed, false);
}

/** The completion of an entry, from the outcomes of its SIMs, none of which may be PENDING or SENDING. */
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
