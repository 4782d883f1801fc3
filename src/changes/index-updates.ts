import type { IndexWriteBuffer } from '../fleet-index/index.ts';
import type { ChangeEntry } from '../ledger/index.ts';
import { type Change, kindOf, type Sim } from '../sim-api/index.ts';

/** What the index of the fleet is told of changes, so that it need not read the SIMs again to know. */
export type IndexUpdates = Pick<IndexWriteBuffer, 'simChanged' | 'changeUncertain' | 'flush'>;

/** An entry that tells the news too; `sims` are those of the change, as they were before it. */
export function withIndexUpdates(
  entry: ChangeEntry,
  sims: readonly Sim[],
  change: Change,
  updates: IndexUpdates,
): ChangeEntry {
  const before = new Map(sims.map((sim) => [sim.iccid, sim]));
  const isSeen = kindOf(change) === 'visible';
  return {
    claim: (iccids) => entry.claim(iccids),
    defer: (iccid, reason) => entry.defer(iccid, reason),
    recordOutcome(iccid, outcome) {
      entry.recordOutcome(iccid, outcome);
      const sim = before.get(iccid);
      if (sim !== undefined && outcome.outcome === 'SUCCEEDED') updates.simChanged(sim, change);
      if (isSeen && outcome.outcome === 'UNKNOWN') updates.changeUncertain(iccid);
    },
    markUncertain(iccid, answer, unread) {
      entry.markUncertain(iccid, answer, unread);
      if (isSeen) updates.changeUncertain(iccid);
    },
  };
}
