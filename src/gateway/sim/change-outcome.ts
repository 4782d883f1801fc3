import { GatewayError } from '../errors/gateway-error.ts';
import type { SimOutcome } from './sim-payload.type.ts';
import type { SimResult, SimsPayload } from './sims-payload.type.ts';

/** What became of one SIM; an error unless it succeeded. */
export interface Outcome {
  readonly outcome: SimOutcome;
  readonly error: GatewayError | null;
}

/** The SIM is as it was asked to be, or on its way there. */
export const succeeded: Outcome = { outcome: 'SUCCEEDED', error: null };

/** Refused: the SIM is as it was. */
export const failed = (error: GatewayError): Outcome => ({ outcome: 'FAILED', error });

/** Sent, and nothing tells what came of it. */
export const unknown = (iccid: string): Outcome => ({
  outcome: 'UNKNOWN',
  error: new GatewayError('OUTCOME_UNKNOWN', { iccids: [iccid] }),
});

/** Given up before its turn: finding out who was refused took all the calls there were. */
export const notSent = (iccid: string): Outcome => ({
  outcome: 'NOT_SENT',
  error: new GatewayError('CALL_BUDGET_SPENT', { iccids: [iccid] }),
});

/** An outcome as the schema has it; `iccid` is null where the ref led to no SIM. */
export function resultOf(iccid: string | null, { outcome, error }: Outcome): SimResult {
  if (error === null) return { iccid, outcome, error };
  const { code, message, retryable, simApi, details } = error;
  return {
    iccid: iccid ?? details.iccids?.[0] ?? null,
    outcome,
    error: { code, message, retryable, retryAfterSeconds: details.retryAfterSeconds ?? null, simApi },
  };
}

/** Results with their counts. */
export function payloadOf(results: SimResult[]): SimsPayload {
  const count = (outcome: SimOutcome) => results.filter((result) => result.outcome === outcome).length;
  return {
    results,
    succeeded: count('SUCCEEDED'),
    failed: count('FAILED'),
    unknown: count('UNKNOWN'),
    notSent: count('NOT_SENT'),
  };
}
