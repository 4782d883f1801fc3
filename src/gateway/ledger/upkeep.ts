import type { Log } from '../../base/log.ts';
import { StoreUnavailable } from '../../store/store-unavailable.ts';
import type { AbandonedEntry } from './entry.ts';
import type { LedgerStore } from './ledger.store.ts';
import { type FindEffect, recover } from './recovery.ts';

/** Says that this gateway lives, and settles what those left open who do not. */
export interface Upkeep {
  /** Begins; see `Ledger.start`. Errors: StoreUnavailable. */
  start(isAlone: boolean): Promise<void>;
  /** Ends, and gives up what is still running. Errors: StoreUnavailable. */
  stop(): Promise<void>;
}

/** The upkeep of a ledger; `running` are its changes under way, by the ids of their entries. */
export function createUpkeep(
  store: LedgerStore,
  leaseMs: number,
  running: Map<string, Promise<unknown>>,
  findEffect: FindEffect,
  log: Log,
): Upkeep {
  let timer: NodeJS.Timeout | undefined;
  let hasStopped = false;
  /** Since when the store has answered without a break, on a clock that only goes forward. */
  let inContactSinceMs: number | null = null;
  let lastAskedAtMs = performance.now();

  function recoverAll(entries: readonly AbandonedEntry[]): void {
    for (const entry of entries) {
      const { id, requestId, action } = entry;
      const recovered = recover(entry, store, findEffect)
        .then(() => log.warn({ requestId, action }, 'settled a change that its gateway left open'))
        .catch((error: Error) => log.warn({ requestId, detail: error.message }, 'an open change waits'))
        .finally(() => running.delete(id));
      running.set(id, recovered);
    }
  }

  async function keepUp(): Promise<void> {
    const askedAtMs = performance.now();
    try {
      await store.renew([...running.keys()]);
    } catch (error) {
      inContactSinceMs = null;
      throw error;
    }
    // An answer that was long in coming, or a machine that slept, is a break too.
    if (askedAtMs - lastAskedAtMs > leaseMs || performance.now() - askedAtMs > leaseMs / 3)
      inContactSinceMs = null;
    lastAskedAtMs = askedAtMs;
    inContactSinceMs ??= performance.now();
    // After an outage of the store everybody's lease has ended: those who live are given the time to say so.
    if (performance.now() - inContactSinceMs < leaseMs) return;
    recoverAll(await store.takeOver('expired', [...running.keys()]));
  }

  function next(): void {
    keepUp()
      .catch((error: Error) => {
        if (!(error instanceof StoreUnavailable)) log.error({ stack: error.stack }, 'unexpected error');
      })
      .finally(() => {
        if (!hasStopped) timer = setTimeout(next, leaseMs / 3);
      });
  }

  return {
    async start(isAlone) {
      if (isAlone) recoverAll(await store.takeOver('all', []));
      next();
    },

    async stop() {
      hasStopped = true;
      clearTimeout(timer);
      const ids = [...running.keys()];
      if (ids.length === 0) return;
      log.warn({ changes: ids.length }, 'stopped in the middle of changes');
      for (const entry of await store.takeOver('own', ids))
        await recover(entry, store, async () => new Set());
    },
  };
}
