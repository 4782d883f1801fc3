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

/** The payload of a change; `changed` has the SIM of each ref, and the same object for refs that name the same SIM. */
export function payloadOf(changed: readonly ChangedSim[], refs: readonly SimRef[]): SimsPayload {
  const sims = [...new Set(changed)];
  const count = (wanted: SimOutcome) => sims.filter(({ outcome }) => outcome.outcome === wanted).length;
  return {
    results: changed.map((sim, index) => resultOf(sim, refs[index])),
    succeeded: count('SUCCEEDED'),
    failed: count('FAILED'),
    unknown: count('UNKNOWN'),
    notSent: count('NOT_SENT'),
  };
}

/** The SimResult of a SIM, with the EID of the ref that named it. */
function resultOf({ iccid, outcome: { outcome, error } }: ChangedSim, ref?: SimRef): SimResult {
  return { iccid, eid: ref?.eid ?? null, outcome, error: error && asData(error) };
}
