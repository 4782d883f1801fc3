import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { within } from '../../base/within.ts';
import { type Change, predictedSim, type Sim } from '../../sim-api/index.ts';
import type { SyncStore } from '../sync/sync.store.ts';
import type { ObservedSim, SimChange, UpsertStore } from './upsert.store.ts';
import { WrittenSims } from './written-sims.ts';

/** Buffers what requests learn about SIMs, so that the index is updated without waiting for the next full sync. */
export interface IndexWriteBuffer {
  /** Records SIMs that were read, and ICCIDs that were not found. `askedAtMs` is the start of the read, by the monotonic clock. */
  readonly simsRead: (sims: readonly Sim[], absent: readonly string[], askedAtMs: number) => void;
  /** Records a change that the SIM API accepted; `before` is the SIM before it. */
  readonly simChanged: (before: Sim, change: Change) => void;
  /** Schedules a refresh of a SIM whose change has an unknown outcome. */
  readonly changeUncertain: (iccid: string) => void;
  /** Resolves when everything recorded before is written or has failed, after 1 s at the latest. */
  readonly flush: () => Promise<void>;
}

/** Updates within this time are written as one batch. */
const gatherMs = 50;
/** Limit of buffered updates; only refreshes after changes may exceed it. The next full sync finds what is dropped. */
const maxBuffered = 20_000;
/** Maximum time that `flush` waits. */
const timeoutMs = 1000;

/** Updates that are not written yet. */
class Gathered {
  readonly sims = new Map<string, ObservedSim>();
  readonly changes: SimChange[] = [];
  readonly toRefresh = new Set<string>();

  get size(): number {
    return this.sims.size + this.changes.length + this.toRefresh.size;
  }
}

/** Creates a write buffer. Batches are written one after another. Updates that arrive meanwhile are collected, up to `maxBuffered`. */
export function createIndexWriteBuffer(
  upserts: UpsertStore,
  sync: Pick<SyncStore, 'scheduleRefresh'>,
  clock: Clock,
  log: Log,
): IndexWriteBuffer {
  const written = new WrittenSims(clock);
  let gathered = new Gathered();
  /** The write that waits for the previous one; it takes everything collected until then. */
  let waiting: Promise<void> | undefined;
  let last = Promise.resolve();

  async function write({ sims, changes, toRefresh }: Gathered): Promise<void> {
    // Before the statements: a change that is recorded while they run must not find its SIM added afterwards.
    for (const { sim, askedAtMs } of sims.values()) written.add(sim, askedAtMs);
    for (const { before } of changes) written.delete(before.iccid);
    for (const iccid of toRefresh) written.delete(iccid);
    try {
      await upserts.upsert([...sims.values()]);
      await upserts.change(changes);
      if (toRefresh.size > 0) await sync.scheduleRefresh([...toRefresh]);
    } catch (error) {
      for (const iccid of sims.keys()) written.delete(iccid);
      log.debug({ detail: String(error), sims: sims.size }, 'fleet: index updates could not be written');
    }
  }

  /** Resolves when everything collected so far is written or dropped. */
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
        if (written.has(sim, askedAtMs)) continue;
        const before = gathered.sims.get(sim.iccid);
        const isNewer = before === undefined ? gathered.size < maxBuffered : before.askedAtMs <= askedAtMs;
        if (isNewer) gathered.sims.set(sim.iccid, { sim, askedAtMs });
      }
      for (const iccid of absent) {
        written.delete(iccid);
        if (gathered.size < maxBuffered) gathered.toRefresh.add(iccid);
      }
      if (gathered.size > 0) writeSoon();
    },
    simChanged(before, change) {
      written.delete(before.iccid);
      const after = predictedSim(before, change);
      if (after === null) gathered.toRefresh.add(before.iccid);
      else if (after !== before && gathered.size < maxBuffered) gathered.changes.push({ before, after });
      writeSoon();
    },
    changeUncertain(iccid) {
      written.delete(iccid);
      gathered.toRefresh.add(iccid);
      writeSoon();
    },
    flush: () => within(timeoutMs, writeNext(), undefined),
  };
}

/** The write buffer of a gateway without an index. */
export const noWriteBuffer: IndexWriteBuffer = {
  simsRead: () => undefined,
  simChanged: () => undefined,
  changeUncertain: () => undefined,
  flush: async () => undefined,
};
