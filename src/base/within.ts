import { setTimeout as pause } from 'node:timers/promises';

/** What a promise gives, or `otherwise` where that takes too long; the promise goes on. Errors: those of the promise. */
export async function within<T, O>(patienceMs: number, promise: Promise<T>, otherwise: O): Promise<T | O> {
  const settled = new AbortController();
  const late = pause(patienceMs, otherwise, { signal: settled.signal }).catch(() => otherwise);
  return Promise.race([promise, late]).finally(() => settled.abort());
}
