import type { Log } from '../../base/log.ts';
import { within } from '../../base/within.ts';
import { type Change, type Sim, simAfter } from '../../sim-api/index.ts';
import type { SyncStore } from '../sync/sync.store.ts';
import type { KeepStore, SimChange, Told } from './upsert.store.ts';

/** Takes what this gateway learns of SIMs while it does something else, so that the index knows it at once. */
export interface FleetNews {
  /** SIMs were read; those `absent` were asked for and are not there. `askedAtMs` is when that began, by the monotonic clock. */
  readonly read: (sims: readonly Sim[], absent: readonly string[], askedAtMs: number) => void;
  /** The SIM API accepted a change of a SIM; `before` is how it was. */
  readonly changed: (before: Sim, change: Change) => void;
  /** Nobody knows what became of a change that a SIM would show. */
  readonly doubted: (iccid: string) => void;
  /** Resolves when the index knows all that was told, or does not answer. */
  readonly written: () => Promise<void>;
}

/** News in this time are written together. */
const gatherMs = 50;
/** More than these are not held for a store that is away: a walk finds them later. */
const mostHeld = 20_000;
/** Nobody waits longer for the index. */
const patienceMs = 1000;

/** What was learned and is not written down yet. */
class Gathered {
  readonly sims = new Map<string, Told>();
  readonly changes: SimChange[] = [];
  readonly toLookAt = new Set<string>();

  get size(): number {
    return this.sims.size + this.changes.length + this.toLookAt.size;
  }
}

/** News for an index. They are written one batch at a time; what comes meanwhile is gathered, and no more of it than there is room for. */
export function createFleetNews(keep: KeepStore, sync: SyncStore, log: Log): FleetNews {
  let gathered = new Gathered();
  /** The batch that waits for the one before it to be written: all that is gathered until then goes with it. */
  let waiting: Promise<void> | undefined;
  let last = Promise.resolve();

  async function write({ sims, changes, toLookAt }: Gathered): Promise<void> {
    try {
      await keep.keep([...sims.values()]);
      await keep.change(changes);
      if (toLookAt.size > 0) await sync.lookSoon([...toLookAt]);
    } catch (error) {
      log.debug({ detail: String(error), sims: sims.size }, 'fleet: news could not be written down');
    }
  }

  /** Resolves when all that was gathered so far is written. */
  function writeNext(): Promise<void> {
    if (waiting === undefined) {
      waiting = last.then(() => {
        waiting = undefined;
        const batch = gathered;
        gathered = new Gathered();
        return write(batch);
      });
      last = waiting;
    }
    return waiting;
  }

  let isTimed = false;
  function writeSoon(): void {
    if (isTimed) return;
    isTimed = true;
    const timer = setTimeout(() => {
      isTimed = false;
      void writeNext();
    }, gatherMs);
    timer.unref();
  }

  return {
    read(sims, absent, askedAtMs) {
      for (const sim of sims) {
        const before = gathered.sims.get(sim.iccid);
        const isNewer = before === undefined ? gathered.size < mostHeld : before.askedAtMs <= askedAtMs;
        if (isNewer) gathered.sims.set(sim.iccid, { sim, askedAtMs });
      }
      for (const iccid of absent) if (gathered.size < mostHeld) gathered.toLookAt.add(iccid);
      if (gathered.size > 0) writeSoon();
    },
    changed(before, change) {
      const after = simAfter(before, change);
      if (after === null) gathered.toLookAt.add(before.iccid);
      else if (after !== before && gathered.size < mostHeld) gathered.changes.push({ before, after });
      writeSoon();
    },
    doubted(iccid) {
      gathered.toLookAt.add(iccid);
      writeSoon();
    },
    written: () => within(patienceMs, writeNext(), undefined),
  };
}

/** Where there is no index there is nobody to tell. */
export const noNews: FleetNews = {
  read: () => undefined,
  changed: () => undefined,
  doubted: () => undefined,
  written: async () => undefined,
};
