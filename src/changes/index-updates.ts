import type { ChangeEntry } from '../ledger/outcome.ts';
import { type Change, kindOf, type Sim } from '../sim-api/index.ts';

/** Hears what became of SIMs, so that others need not read them again to know. */
export interface IndexUpdates {
  /** The SIM API accepted a change of a SIM; `before` is how it was. */
  readonly changed: (before: Sim, change: Change) => void;
  /** Nobody knows what became of a change that a SIM would show. */
  readonly doubted: (iccid: string) => void;
  /** Resolves when all that was told is written down, or cannot be. */
  readonly written: () => Promise<void>;
}

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
