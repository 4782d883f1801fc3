import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Store } from './store.ts';

/** Limits the concurrent calls of this gateway, and the calls per second by slots. */
export interface RateLimiter {
  /** Makes a call when it has a slot. Errors: those of the call; the refusal if `unwanted` aborts before. */
  schedule<T>(tenant: string, signal: AbortSignal, call: () => Promise<T>): Promise<T>;
}

export interface RateLimits {
  readonly callsPerSecond: number;
  readonly concurrency: number;
}

/** Slots for calls of an account. */
export interface Slots {
  /** Reserves the next `count` slots at a rate of `perSecond`. Returns the time until the first one, in ms. */
  reserve(tenant: string, count: number, perSecond: number): Promise<number>;
}

/** Each statement reserves the slots of this period: that takes few statements, and a gateway that dies wastes few slots. */
const reserveMs = 100;
const retryDelayMs = 250;

/** The rate limiter of one gateway. `refusal` creates the error of a call that was aborted before its slot. */
export function createRateLimiter(
  slots: Slots,
  { callsPerSecond, concurrency }: RateLimits,
  refusal: () => Error,
): RateLimiter {
  const queues = new Map<string, Set<() => void>>();
  let free = concurrency;
  const forFree: (() => void)[] = [];

  /** Releases the queued calls of one account; returns when the queue is empty. */
  async function serve(tenant: string, queue: Set<() => void>): Promise<void> {
    const maxSlots = Math.max(1, Math.ceil((callsPerSecond * reserveMs) / 1000));
    while (queue.size > 0) {
      const count = Math.min(queue.size, maxSlots);
      const waitMs = await slots.reserve(tenant, count, callsPerSecond).catch(() => null);
      await pause(waitMs ?? retryDelayMs, undefined, { ref: false });
      if (waitMs === null) continue;
      for (let slot = 0; slot < count; slot++) {
        while (free <= 0) await new Promise<void>((resolve) => forFree.push(resolve));
        const [first] = queue;
        if (first === undefined) {
          // The call of this slot was aborted and has left the queue.
          forFree.shift()?.();
          break;
        }
        queue.delete(first);
        free--;
        first();
      }
    }
    queues.delete(tenant);
  }

  /** Resolves when a call may be made; it then counts as running. */
  function wait(tenant: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(refusal());
    return new Promise((resolve, reject) => {
      const isNew = !queues.has(tenant);
      const queue = queues.get(tenant) ?? new Set();
      queues.set(tenant, queue);
      const go = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        queue.delete(go);
        reject(refusal());
      };
      signal.addEventListener('abort', leave, { once: true });
      queue.add(go);
      if (isNew) void serve(tenant, queue);
    });
  }

  return {
    async schedule(tenant, signal, call) {
      await wait(tenant, signal);
      try {
        return await call();
      } finally {
        free++;
        forFree.shift()?.();
      }
    },
  };
}

/** Longest wait for a slot, also after the clock of the database was set back. */
const maxWait = sql`interval '10 seconds'`;

/** Slots that all gateways of a store share. Errors of `reserve`: StoreUnavailable. */
export function createSharedSlots(store: Store): Slots {
  return {
    async reserve(tenant, count, perSecond) {
      const length = sql`make_interval(secs => ${count / perSecond})`;
      const { rows } = await store.run((db) =>
        sql<{ waitMs: number }>`
          insert into upstream_pace as pace (tenant, next_at) values (${tenant}, clock_timestamp() + ${length})
          on conflict (tenant) do update
            set next_at = greatest(least(pace.next_at, clock_timestamp() + ${maxWait}), clock_timestamp()) + ${length}
          returning (extract(epoch from next_at - ${length} - clock_timestamp()) * 1000)::float8 as wait_ms`.execute(
          db,
        ),
      );
      return Math.max(0, rows[0]?.waitMs ?? 0);
    },
  };
}

/** Slots of this gateway only. After a pause, `burst` of them are free at once. */
export function createLocalSlots(burst: number): Slots {
  let nextAtMs = Number.NEGATIVE_INFINITY;
  return {
    async reserve(_, count, perSecond) {
      const now = performance.now();
      const atMs = Math.max(nextAtMs, now - (burst * 1000) / perSecond);
      nextAtMs = atMs + (count * 1000) / perSecond;
      return Math.max(0, atMs - now);
    },
  };
}
