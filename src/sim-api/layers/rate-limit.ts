import type { Layer } from './layer.ts';

/** Each try starts when the rate limiter of its trace allows it; without a rate limiter, at once. */
export const rateLimit: Layer = (next) => (call) => {
  const { schedule } = call.options;
  // Async: the layers below may throw, and a rate limiter counts on a promise to free its slot.
  return schedule === undefined ? next(call) : schedule(async () => next(call), call.method === 'PUT');
};
