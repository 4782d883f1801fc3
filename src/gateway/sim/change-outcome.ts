import type { Outcome } from '../ledger/outcome.ts';
import type { SimOutcome } from './sim-payload.type.ts';
import type { SimResult, SimsPayload } from './sims-payload.type.ts';

/** What became of one SIM of a change. */
export interface SettledSim {
  /** Null where the ref led to no SIM. */
  readonly iccid: string | null;
  readonly outcome: Outcome;
}

/** An outcome as the schema has it. */
export function resultOf({ iccid, outcome: { outcome, error } }: SettledSim): SimResult {
  if (error === null) return { iccid, outcome, error };
  const { code, message, retryable, simApi, details } = error;
  return {
    iccid,
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
