import type { Log } from '../base/log.ts';
import { StoreUnavailable } from '../store/index.ts';
import type { AbandonedEntry } from './entry.ts';
import type { LedgerStore } from './ledger.store.ts';
import { type FindEffect, recover } from './recovery.ts';

/** The periodic work of a gateway that holds leases. */
export interface HeartbeatHandlers {
  /** Renews the leases of this gateway. Errors: StoreUnavailable. */
  renew(): Promise<void>;
  /** Takes over work whose leases have expired. Errors: StoreUnavailable. */
  takeOver(): Promise<void>;
}

/**
 * Renews leases three times in each `leaseMs`. Takes over only after unbroken contact with the database for `leaseMs`: after an outage of
 * the database all leases have expired, and gateways that are alive need time to renew theirs.
 */
export function startHeartbeat(leaseMs: number, handlers: HeartbeatHandlers, log: Log): { stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let hasStopped = false;
  /** Start of the unbroken contact with the database, in ms of the monotonic clock. */
  let inContactSinceMs: number | null = null;
  let lastAskedAtMs = performance.now();

  async function renewAndRecover(): Promise<void> {
    const askedAtMs = performance.now();
    try {
      await handlers.renew();
    } catch (error) {
      inContactSinceMs = null;
      throw error;
    }
    // A slow answer, or a machine that was suspended, breaks the contact too.
    if (askedAtMs - lastAskedAtMs > leaseMs || performance.now() - askedAtMs > leaseMs / 3)
      inContactSinceMs = null;
    lastAskedAtMs = askedAtMs;
    inContactSinceMs ??= performance.now();
    if (performance.now() - inContactSinceMs >= leaseMs) await handlers.takeOver();
  }

  function next(): void {
    renewAndRecover()
      .catch((error: Error) => {
        if (!(error instanceof StoreUnavailable)) log.error({ stack: error.stack }, 'unexpected error');
      })
      .finally(() => {
        if (!hasStopped) timer = setTimeout(next, leaseMs / 3);
      });
  }

  next();
  return {
    stop() {
      hasStopped = true;
      clearTimeout(timer);
    },
  };
}

/** Renews the leases of this gateway's entries, and recovers entries of gateways that are gone. */
export interface LeaseKeeper {
  /** See `Ledger.start`. Errors: StoreUnavailable. */
  start(isAlone: boolean): Promise<void>;
  /** See `Ledger.stop`. Errors: StoreUnavailable. */
  stop(): Promise<void>;
}

/** Creates a lease keeper; `running` has the changes and recoveries in flight, by entry id. */
export function createLeaseKeeper(
  store: LedgerStore,
  leaseMs: number,
  running: Map<string, Promise<unknown>>,
  findEffect: FindEffect,
  log: Log,
): LeaseKeeper {
  let heartbeat: { stop(): void } | undefined;

  function recoverAll(entries: readonly AbandonedEntry[]): void {
    for (const entry of entries) {
      const { id, requestId, action } = entry;
      const recovered = recover(entry, store, findEffect)
        .then(() => log.warn({ requestId, action }, 'recovered a change whose gateway is gone'))
        .catch((error: Error) => log.warn({ requestId, detail: error.message }, 'change recovery failed'))
        .finally(() => running.delete(id));
      running.set(id, recovered);
    }
  }

  const handlers: HeartbeatHandlers = {
    renew: () => store.renew([...running.keys()]),
    takeOver: async () => recoverAll(await store.takeOver('expired', [...running.keys()])),
  };

  return {
    async start(isAlone) {
      if (isAlone) recoverAll(await store.takeOver('all', []));
      heartbeat = startHeartbeat(leaseMs, handlers, log);
    },

    async stop() {
      heartbeat?.stop();
      const ids = [...running.keys()];
      if (ids.length === 0) return;
      log.warn({ changes: ids.length }, 'stopped with changes in flight');
      for (const entry of await store.takeOver('own', ids))
        await recover(entry, store, async () => new Set());
    },
  };
}
