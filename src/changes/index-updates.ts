import type { FleetNews } from '../fleet-index/index.ts';
import type { ChangeEntry } from '../ledger/index.ts';
import { type Change, kindOf, type Sim } from '../sim-api/index.ts';

/** What the index of the fleet is told of changes, so that it need not read the SIMs again to know. */
export type IndexUpdates = Pick<FleetNews, 'changed' | 'doubted' | 'written'>;

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
    hold: (iccid, reason) => entry.hold(iccid, reason),
    settle(iccid, outcome) {
      entry.settle(iccid, outcome);
      const sim = before.get(iccid);
      if (sim !== undefined && outcome.outcome === 'SUCCEEDED') updates.changed(sim, change);
      if (isSeen && outcome.outcome === 'UNKNOWN') updates.doubted(iccid);
    },
    doubt(iccid, answer, unread) {
      entry.doubt(iccid, answer, unread);
      if (isSeen) updates.doubted(iccid);
    },
  };
}
