import { setTimeout as pause } from 'node:timers/promises';

/** From which delay to which one retries wait. */
export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** The delay before a retry: `firstMs` after `tries` 0, twice as long after each further try, at most `maxMs`. */
export function backoffMs(tries: number, { firstMs, maxMs }: Backoff): number {
  return Math.min(maxMs, firstMs * 2 ** Math.min(tries, 30));
}

/** Waits; a signal that is aborted ends it early, without an error. */
export async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal }).catch(() => undefined);
}
