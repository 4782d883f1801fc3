import { setTimeout as pause } from 'node:timers/promises';

/** What a promise gives, or `otherwise` where that takes too long; the promise goes on. Errors: those of the promise. */
export async function within<T, O>(timeoutMs: number, promise: Promise<T>, otherwise: O): Promise<T | O> {
  const cancel = new AbortController();
  const late = pause(timeoutMs, otherwise, { signal: cancel.signal }).catch(() => otherwise);
  return Promise.race([promise, late]).finally(() => cancel.abort());
}
