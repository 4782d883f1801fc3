import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { within } from '../../base/within.ts';
import { type Change, type Sim, simAfter } from '../../sim-api/index.ts';
import type { KeepStore, Told } from './keep.store.ts';
import type { SyncStore } from './sync.store.ts';

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
const rowsAtOnce = 1000;
/** Nobody waits longer for the index. */
const patienceMs = 1000;

/** News for an index. */
export function createFleetNews(keep: KeepStore, sync: SyncStore, clock: Clock, log: Log): FleetNews {
  let told = new Map<string, { readonly sim: Sim; readonly askedAtMs: number }>();
  let toLookAt = new Set<string>();
  let writing: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  function tell(sim: Sim, askedAtMs: number): void {
    const before = told.get(sim.iccid);
    if (before !== undefined && before.askedAtMs > askedAtMs) return;
    if (before !== undefined || told.size < mostHeld) told.set(sim.iccid, { sim, askedAtMs });
  }

  function writeSoon(): void {
    timer ??= setTimeout(() => void write(), gatherMs).unref();
  }

  async function writeNow(sims: typeof told, iccids: typeof toLookAt): Promise<void> {
    const rows = [...sims.values()];
    try {
      for (let start = 0; start < rows.length; start += rowsAtOnce)
        await keep.keep(
          rows
            .slice(start, start + rowsAtOnce)
            .map(({ sim, askedAtMs }): Told => ({ sim, askedMsAgo: clock.monotonicMs() - askedAtMs })),
        );
      if (iccids.size > 0) await sync.lookSoon([...iccids]);
    } catch (error) {
      log.debug({ detail: String(error), sims: rows.length }, 'fleet: news could not be written down');
    }
  }

  function write(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (told.size + toLookAt.size === 0) return writing;
    const [sims, iccids] = [told, toLookAt];
    told = new Map();
    toLookAt = new Set();
    writing = writing.then(() => writeNow(sims, iccids));
    return writing;
  }

  return {
    read(sims, absent, askedAtMs) {
      for (const sim of sims) tell(sim, askedAtMs);
      for (const iccid of absent) if (toLookAt.size < mostHeld) toLookAt.add(iccid);
      if (sims.length + absent.length > 0) writeSoon();
    },
    changed(before, change) {
      const after = simAfter(before, change);
      if (after === null) toLookAt.add(before.iccid);
      else tell(after, clock.monotonicMs());
      writeSoon();
    },
    doubted(iccid) {
      toLookAt.add(iccid);
      writeSoon();
    },
    written: () => within(patienceMs, write(), undefined),
  };
}

/** Where there is no index there is nobody to tell. */
export const noNews: FleetNews = {
  read: () => undefined,
  changed: () => undefined,
  doubted: () => undefined,
  written: async () => undefined,
};
