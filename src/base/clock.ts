/** The source of time; tests pass another one. */
export interface Clock {
  /** Wall-clock time, for dates: the current month, timestamps, and a date in Retry-After. */
  now(): Date;
  /** Monotonic time in ms, for lifetimes and deadlines: setting the wall clock must not affect them. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
};
