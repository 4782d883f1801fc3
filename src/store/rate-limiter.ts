import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Store } from './store.ts';

/** Limits calls: some at a time in this gateway, and so many a second by the slots that they take. */
export interface RateLimiter {
  /** Makes a call when it has a slot. Errors: those of the call; the refusal if `unwanted` is aborted before. */
  schedule<T>(tenant: string, unwanted: AbortSignal, call: () => Promise<T>): Promise<T>;
}

/** How fast calls may be made. */
export interface RateLimits {
  readonly callsPerSecond: number;
  readonly concurrency: number;
}

/** Hands out the slots of an account, `perSecond` of them a second. */
export interface Slots {
  /** Takes the next `count` slots. Gives the milliseconds until the first of them. */
  reserve(tenant: string, count: number, perSecond: number): Promise<number>;
}

/** Slots are reserved for so long at once: few statements, and little is lost if a gateway dies. */
const reserveMs = 100;
const retryDelayMs = 250;

/** The limiter of one gateway. `refusal` makes the error of a call that is not wanted any more. */
export function createRateLimiter(
  slots: Slots,
  { callsPerSecond, concurrency }: RateLimits,
  refusal: () => Error,
): RateLimiter {
  const queues = new Map<string, Set<() => void>>();
  let free = concurrency;
  const forFree: (() => void)[] = [];

  /** Lets the queue of one account through, and ends when it is empty. */
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
          // The slot was for a call that has left the queue.
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

  /** Resolves when a call may be made; it then is one of those under way. */
  function wait(tenant: string, unwanted: AbortSignal): Promise<void> {
    if (unwanted.aborted) return Promise.reject(refusal());
    return new Promise((resolve, reject) => {
      const isNew = !queues.has(tenant);
      const queue = queues.get(tenant) ?? new Set();
      queues.set(tenant, queue);
      const go = () => {
        unwanted.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        queue.delete(go);
        reject(refusal());
      };
      unwanted.addEventListener('abort', leave, { once: true });
      queue.add(go);
      if (isNew) void serve(tenant, queue);
    });
  }

  return {
    async schedule(tenant, unwanted, call) {
      await wait(tenant, unwanted);
      try {
        return await call();
      } finally {
        free++;
        forFree.shift()?.();
      }
    },
  };
}

/** No gateway waits longer for a slot, whatever was done to the clock of the database. */
const maxWait = sql`interval '10 seconds'`;

/** Slots that all gateways over a store share. Errors of `reserve`: StoreUnavailable. */
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

/** Slots of one account that no other gateway takes; `burst` of them may be taken at once after a pause. */
export function createOwnSlots(burst: number): Slots {
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
