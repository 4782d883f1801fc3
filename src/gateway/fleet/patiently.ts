import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../../base/log.ts';
import { isSimApiFailure } from '../../sim-api/index.ts';

const secondTryMs = 5000;

/** Reads as often as it takes: what reads for nobody in particular has time. Errors: AbortError, and what is no failure of the SIM API. */
export async function patiently<T>(signal: AbortSignal, log: Log, read: () => Promise<T>): Promise<T> {
  for (let isFirst = true; ; isFirst = false) {
    signal.throwIfAborted();
    try {
      return await read();
    } catch (error) {
      signal.throwIfAborted();
      if (!isSimApiFailure(error)) throw error;
      if (isFirst) log.warn({ detail: error.message }, 'fleet: the SIM API does not answer; reading waits');
      await pause(secondTryMs, undefined, { signal });
    }
  }
}
