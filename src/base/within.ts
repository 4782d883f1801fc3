/** Returns the promise's value, or `otherwise` after `timeoutMs`; the promise itself continues. Errors: those of the promise. */
export async function within<T, O>(timeoutMs: number, promise: Promise<T>, otherwise: O): Promise<T | O> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<O>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
