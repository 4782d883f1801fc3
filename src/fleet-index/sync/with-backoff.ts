import { setTimeout as pause } from 'node:timers/promises';
import { backoffMs } from '../../base/backoff.ts';
import type { Log } from '../../base/log.ts';
import { isSimApiFailure } from '../../sim-api/index.ts';

const pauses = { firstMs: 1000, maxMs: 30_000 };

/**
 * Retries `read` with exponential backoff (1 s to 30 s) on failures of the SIM API; background reads have no deadline.
 * Errors: AbortError; other errors of `read`.
 */
export async function withBackoff<T>(signal: AbortSignal, log: Log, read: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    signal.throwIfAborted();
    try {
      return await read();
    } catch (error) {
      signal.throwIfAborted();
      if (!isSimApiFailure(error)) throw error;
      if (tries === 0)
        log.warn({ detail: error.message }, 'fleet: the SIM API does not answer; retrying with backoff');
      await pause(backoffMs(tries, pauses), undefined, { signal });
    }
  }
}
