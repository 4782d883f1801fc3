import type { Log } from '../base/log.ts';
import { StoreUnavailable } from '../store/index.ts';
import type { AbandonedEntry } from './entry.ts';
import type { LedgerStore } from './ledger.store.ts';
import { type FindEffect, recover } from './recovery.ts';

/** What a gateway that works under leases has to do again and again. */
export interface HeartbeatHandlers {
  /** Says that it lives and goes on. Errors: StoreUnavailable. */
  renew(): Promise<void>;
  /** Takes over from those whose leases have ended. Errors: StoreUnavailable. */
  takeOver(): Promise<void>;
}

/**
 * Renews leases three times in each of their lengths. Takes over only after a whole lease in touch with the store: after an
 * outage of the store everybody's lease has ended, and those who live are given the time to say so.
 */
export function startHeartbeat(leaseMs: number, handlers: HeartbeatHandlers, log: Log): { stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let hasStopped = false;
  /** Since when the store has answered without a break, on a clock that only goes forward. */
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
    // An answer that was long in coming, or a machine that slept, is a break too.
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

/** Says that this gateway lives, and settles what those left open who do not. */
export interface LeaseKeeper {
  /** Begins; see `Ledger.start`. Errors: StoreUnavailable. */
  start(isAlone: boolean): Promise<void>;
  /** Ends, and gives up what is still running. Errors: StoreUnavailable. */
  stop(): Promise<void>;
}

/** The lease keeper of a ledger; `running` are its changes under way, by the ids of their entries. */
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
        .then(() => log.warn({ requestId, action }, 'settled a change that its gateway left open'))
        .catch((error: Error) => log.warn({ requestId, detail: error.message }, 'an open change waits'))
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
      log.warn({ changes: ids.length }, 'stopped in the middle of changes');
      for (const entry of await store.takeOver('own', ids))
        await recover(entry, store, async () => new Set());
    },
  };
}
