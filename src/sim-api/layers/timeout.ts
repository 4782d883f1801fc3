import type { Layer } from './layer.ts';

/** Limits one sending, the body of its answer included, to `timeoutMs` or to the rest of the deadline. The transport enforces it. */
export const timeout =
  (timeoutMs: number): Layer =>
  (next) =>
  (call) => {
    call.timeoutMs = Math.min(timeoutMs, call.remainingMs());
    return next(call);
  };
