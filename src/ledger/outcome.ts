import { GatewayError, rejectedBy } from '../errors/gateway-error.ts';
import type { Rejected } from '../sim-api/index.ts';
import type { SimStatus } from '../store/database.ts';

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
