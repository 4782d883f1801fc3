import { setTimeout as pause } from 'node:timers/promises';

/** Returns the promise's value, or `otherwise` after `timeoutMs`; the promise itself continues. Errors: those of the promise. */
export async function within<T, O>(timeoutMs: number, promise: Promise<T>, otherwise: O): Promise<T | O> {
  const cancel = new AbortController();
  const late = pause(timeoutMs, otherwise, { signal: cancel.signal }).catch(() => otherwise);
  return Promise.race([promise, late]).finally(() => cancel.abort());
}
