import type { Outcome } from '../../ledger/index.ts';
import { asData } from '../errors/error.type.ts';
import type { SimOutcome } from './sim-payload.type.ts';
import type { SimRef } from './sim-ref.type.ts';
import type { SimResult, SimsPayload } from './sims-payload.type.ts';

/** What became of one SIM of a change. */
export interface ChangedSim {
  /** Null where the ref led to no SIM. */
  readonly iccid: string | null;
  readonly outcome: Outcome;
}

/** The outcome of a SIM that was named by a ref, as the schema has it. */
export function resultOf({ iccid, outcome: { outcome, error } }: ChangedSim, ref?: SimRef): SimResult {
  return { iccid, eid: ref?.eid ?? null, outcome, error: error && asData(error) };
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
