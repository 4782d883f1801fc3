import { setTimeout as pause } from 'node:timers/promises';
import type { PaceStore } from './rate-limiter.store.ts';

/** Lets the calls of bulk operations through: some at a time, and so many a second over all gateways. */
export interface Pace {
  /** Makes a call when its turn has come. Errors: those of the call; the refusal where `unwanted` is aborted before. */
  inTurn<T>(tenant: string, unwanted: AbortSignal, call: () => Promise<T>): Promise<T>;
}

/** How fast bulk operations may be. */
export interface PaceLimits {
  readonly callsPerSecond: number;
  readonly callsAtATime: number;
}

/** Places are taken for so long at once: few statements, and little is lost where a gateway dies. */
const reserveMs = 100;
const secondTryMs = 250;

/** The pace of one gateway. `refusal` makes the error of a call that is not wanted any more. */
export function createPace(
  store: PaceStore,
  { callsPerSecond, callsAtATime }: PaceLimits,
  refusal: () => Error,
): Pace {
  const lines = new Map<string, Set<() => void>>();
  let free = callsAtATime;
  const forFree: (() => void)[] = [];

  /** Lets the line of one account through, and ends when it is empty. */
  async function serve(tenant: string, line: Set<() => void>): Promise<void> {
    const mostAtOnce = Math.max(1, Math.ceil((callsPerSecond * reserveMs) / 1000));
    while (line.size > 0) {
      const places = Math.min(line.size, mostAtOnce);
      const waitMs = await store.reserve(tenant, places, callsPerSecond).catch(() => null);
      await pause(waitMs ?? secondTryMs, undefined, { ref: false });
      if (waitMs === null) continue;
      for (let place = 0; place < places; place++) {
        while (free <= 0) await new Promise<void>((resolve) => forFree.push(resolve));
        const [first] = line;
        if (first === undefined) {
          // The place was for somebody who has left.
          forFree.shift()?.();
          break;
        }
        line.delete(first);
        free--;
        first();
      }
    }
    lines.delete(tenant);
  }

  /** Resolves when it is the turn of a call, which then has one of the free places. */
  function wait(tenant: string, unwanted: AbortSignal): Promise<void> {
    if (unwanted.aborted) return Promise.reject(refusal());
    return new Promise((resolve, reject) => {
      const isNew = !lines.has(tenant);
      const line = lines.get(tenant) ?? new Set();
      lines.set(tenant, line);
      const go = () => {
        unwanted.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        line.delete(go);
        reject(refusal());
      };
      unwanted.addEventListener('abort', leave, { once: true });
      line.add(go);
      if (isNew) void serve(tenant, line);
    });
  }

  return {
    async inTurn(tenant, unwanted, call) {
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
