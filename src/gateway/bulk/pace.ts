import { setTimeout as pause } from 'node:timers/promises';
import type { PaceStore } from './pace.store.ts';

/** Lets the calls of bulk operations through: some at a time, and so many a second over all gateways. */
export interface Pace {
  /** Makes a call when its turn has come. Errors: those of the call, and of `refuse` where the gateway stops before. */
  inTurn<T>(tenant: string, call: () => Promise<T>): Promise<T>;
}

/** How fast bulk operations may be. */
export interface PaceLimits {
  readonly callsPerSecond: number;
  readonly callsAtATime: number;
}

/** Places are taken for so long at once: few statements, and little is lost where a gateway dies. */
const reserveMs = 100;
const secondTryMs = 250;

interface Waiting {
  readonly go: () => void;
  readonly refuse: (error: Error) => void;
}

/** The pace of one gateway. `refusal` makes the error of calls that still wait when `stopping` ends it. */
export function createPace(
  store: PaceStore,
  { callsPerSecond, callsAtATime }: PaceLimits,
  stopping: AbortSignal,
  refusal: () => Error,
): Pace {
  const lines = new Map<string, Waiting[]>();
  const serving = new Set<string>();
  let free = callsAtATime;
  const forFree: (() => void)[] = [];

  stopping.addEventListener('abort', () => {
    for (const line of lines.values()) for (const { refuse } of line.splice(0)) refuse(refusal());
    for (const go of forFree.splice(0)) go();
  });

  const rest = (ms: number) => pause(ms, undefined, { signal: stopping }).catch(() => undefined);

  /** Lets the line of one account through, and ends when it is empty. */
  async function serve(tenant: string, line: Waiting[]): Promise<void> {
    const mostAtOnce = Math.max(1, Math.ceil((callsPerSecond * reserveMs) / 1000));
    while (line.length > 0 && !stopping.aborted) {
      const places = Math.min(line.length, mostAtOnce);
      const waitMs = await store.reserve(tenant, places, callsPerSecond).catch(() => null);
      await rest(waitMs ?? secondTryMs);
      if (waitMs === null) continue;
      for (let place = 0; place < places; place++) {
        if (free <= 0) await new Promise<void>((resolve) => forFree.push(resolve));
        const first = line.shift();
        if (first === undefined) break;
        free--;
        first.go();
      }
    }
    serving.delete(tenant);
  }

  async function wait(tenant: string): Promise<void> {
    if (stopping.aborted) throw refusal();
    const line = lines.get(tenant) ?? [];
    lines.set(tenant, line);
    const turn = new Promise<void>((go, refuse) => line.push({ go, refuse }));
    if (!serving.has(tenant)) {
      serving.add(tenant);
      void serve(tenant, line);
    }
    await turn;
  }

  return {
    async inTurn(tenant, call) {
      await wait(tenant);
      try {
        return await call();
      } finally {
        free++;
        forFree.shift()?.();
      }
    },
  };
}
