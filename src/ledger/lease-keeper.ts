import type { Log } from '../base/log.ts';
import type { AbandonedEntry } from './entry.ts';
import { startHeartbeat } from './heartbeat.ts';
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
  let heartbeat: { stop(): void } | undefined;

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

  const beat = {
    renew: () => store.renew([...running.keys()]),
    takeOver: async () => recoverAll(await store.takeOver('expired', [...running.keys()])),
  };

  return {
    async start(isAlone) {
      if (isAlone) recoverAll(await store.takeOver('all', []));
      heartbeat = startHeartbeat(leaseMs, beat, log);
    },

    async stop() {
      heartbeat?.stop();
      const ids = [...running.keys()];
      if (ids.length === 0) return;
      log.warn({ changes: ids.length }, 'stopped in the middle of changes');
      for (const entry of await store.takeOver('own', ids))
        await recover(entry, store, async () => new Set());
    },
  };
}
