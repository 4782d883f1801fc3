import { setTimeout as pause } from 'node:timers/promises';

export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** Delay before a retry in ms: `firstMs` for `tries` 0, doubled for each further try, at most `maxMs`. */
export function backoffMs(tries: number, { firstMs, maxMs }: Backoff): number {
  return Math.min(maxMs, firstMs * 2 ** Math.min(tries, 30));
}

/** Waits `ms`, or until `signal` aborts. Errors: none. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal }).catch(() => undefined);
}
