import type { IndexWriteBuffer } from '../fleet-index/index.ts';
import type { ChangeEntry } from '../ledger/index.ts';
import { type Change, kindOf, type Sim } from '../sim-api/index.ts';

/** The methods of the write buffer through which changes update the fleet index. */
export type IndexUpdates = Pick<IndexWriteBuffer, 'simChanged' | 'changeUncertain' | 'flush'>;

/** Wraps an entry so that its successes and uncertain outcomes also go to the write buffer. `sims` are the SIMs as they were read before the change. */
export function withIndexUpdates(
  entry: ChangeEntry,
  sims: readonly Sim[],
  change: Change,
  updates: IndexUpdates,
): ChangeEntry {
  const before = new Map(sims.map((sim) => [sim.iccid, sim]));
  const isVerifiable = kindOf(change) === 'verifiable';
  return {
    claim: (iccids) => entry.claim(iccids),
    defer: (iccid, reason) => entry.defer(iccid, reason),
    recordOutcome(iccid, outcome) {
      entry.recordOutcome(iccid, outcome);
      const sim = before.get(iccid);
      if (sim !== undefined && outcome.outcome === 'SUCCEEDED') updates.simChanged(sim, change);
      if (isVerifiable && outcome.outcome === 'UNKNOWN') updates.changeUncertain(iccid);
    },
    markUncertain(iccid, answer, unread) {
      entry.markUncertain(iccid, answer, unread);
      if (isVerifiable) updates.changeUncertain(iccid);
    },
  };
}
