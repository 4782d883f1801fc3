import type { Outcome } from '../../ledger/index.ts';
import { asData } from '../errors/error.type.ts';
import type { SimOutcome } from './sim-payload.type.ts';
import type { SimRef } from './sim-ref.type.ts';
import type { SimResult, SimsPayload } from './sims-payload.type.ts';

/** The outcome of one SIM of a change. */
export interface ChangedSim {
  /** Null if the ref leads to no SIM. */
  readonly iccid: string | null;
  readonly outcome: Outcome;
}

/** The SimResult of a SIM, with the EID of the ref that named it. */
export function resultOf({ iccid, outcome: { outcome, error } }: ChangedSim, ref?: SimRef): SimResult {
  return { iccid, eid: ref?.eid ?? null, outcome, error: error && asData(error) };
}

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
