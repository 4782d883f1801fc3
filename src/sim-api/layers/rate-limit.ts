import type { Layer } from './layer.ts';

/** Each try starts when the rate limiter of its trace allows it; without a rate limiter, at once. */
export const rateLimit: Layer = (next) => (call) => {
  const { schedule } = call.options;
  return schedule === undefined ? next(call) : schedule(() => next(call), call.method === 'PUT');
};
