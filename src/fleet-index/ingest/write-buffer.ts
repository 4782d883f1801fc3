import type { Log } from '../../base/log.ts';
import { within } from '../../base/within.ts';
import { type Change, predictedSim, type Sim } from '../../sim-api/index.ts';
import type { SyncStore } from '../sync/sync.store.ts';
import type { ObservedSim, SimChange, UpsertStore } from './upsert.store.ts';

/** Takes what this gateway learns of SIMs while it does something else, so that the index knows it at once. */
export interface IndexWriteBuffer {
  /** SIMs were read; those `absent` were asked for and are not there. `askedAtMs` is when that began, by the monotonic clock. */
  readonly simsRead: (sims: readonly Sim[], absent: readonly string[], askedAtMs: number) => void;
  /** The SIM API accepted a change of a SIM; `before` is how it was. */
  readonly simChanged: (before: Sim, change: Change) => void;
  /** Nobody knows what became of a change that a SIM would show. */
  readonly changeUncertain: (iccid: string) => void;
  /** Resolves when the index knows all that was told, or does not answer. */
  readonly flush: () => Promise<void>;
}

/** News in this time are written together. */
const gatherMs = 50;
/** More than these are not held for a store that is away: a walk finds them later. */
const maxBuffered = 20_000;
/** Nobody waits longer for the index. */
const timeoutMs = 1000;

/** What was learned and is not written down yet. */
class Gathered {
  readonly sims = new Map<string, ObservedSim>();
  readonly changes: SimChange[] = [];
  readonly toRefresh = new Set<string>();

  get size(): number {
    return this.sims.size + this.changes.length + this.toRefresh.size;
  }
}

/** News for an index. They are written one batch at a time; what comes meanwhile is gathered, and no more of it than there is room for. */
export function createIndexWriteBuffer(upserts: UpsertStore, sync: SyncStore, log: Log): IndexWriteBuffer {
  let gathered = new Gathered();
  /** The batch that waits for the one before it to be written: all that is gathered until then goes with it. */
  let waiting: Promise<void> | undefined;
  let last = Promise.resolve();

  async function write({ sims, changes, toRefresh }: Gathered): Promise<void> {
    try {
      await upserts.upsert([...sims.values()]);
      await upserts.change(changes);
      if (toRefresh.size > 0) await sync.scheduleRefresh([...toRefresh]);
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
    simsRead(sims, absent, askedAtMs) {
      for (const sim of sims) {
        const before = gathered.sims.get(sim.iccid);
        const isNewer = before === undefined ? gathered.size < maxBuffered : before.askedAtMs <= askedAtMs;
        if (isNewer) gathered.sims.set(sim.iccid, { sim, askedAtMs });
      }
      for (const iccid of absent) if (gathered.size < maxBuffered) gathered.toRefresh.add(iccid);
      if (gathered.size > 0) writeSoon();
    },
    simChanged(before, change) {
      const after = predictedSim(before, change);
      if (after === null) gathered.toRefresh.add(before.iccid);
      else if (after !== before && gathered.size < maxBuffered) gathered.changes.push({ before, after });
      writeSoon();
    },
    changeUncertain(iccid) {
      gathered.toRefresh.add(iccid);
      writeSoon();
    },
    flush: () => within(timeoutMs, writeNext(), undefined),
  };
}

/** Where there is no index there is nobody to tell. */
export const noWriteBuffer: IndexWriteBuffer = {
  simsRead: () => undefined,
  simChanged: () => undefined,
  changeUncertain: () => undefined,
  flush: async () => undefined,
};
