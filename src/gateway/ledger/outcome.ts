import type { SimStatus } from '../../store/database.ts';
import { GatewayError } from '../errors/gateway-error.ts';

/** What became of one SIM; an error unless it succeeded. */
export interface Outcome {
  readonly outcome: Exclude<SimStatus, 'PENDING' | 'SENDING'>;
  readonly error: GatewayError | null;
}

/** The SIM is as it was asked to be, or on its way there. */
export const succeeded: Outcome = { outcome: 'SUCCEEDED', error: null };

/** Refused: the SIM is as it was. */
export const failed = (error: GatewayError): Outcome => ({ outcome: 'FAILED', error });

/** Sent, and nothing tells what came of it. */
export const unknown = (iccid: string | null): Outcome => ({
  outcome: 'UNKNOWN',
  error: new GatewayError('OUTCOME_UNKNOWN', { iccids: iccid === null ? [] : [iccid] }),
});

/** Given up before its turn, for this reason. */
export const notSent = (code: 'CALL_BUDGET_SPENT' | 'GATEWAY_STOPPED', iccid: string): Outcome => ({
  outcome: 'NOT_SENT',
  error: new GatewayError(code, { iccids: [iccid] }),
});
