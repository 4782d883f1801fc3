/** The source of time; tests pass another one. */
export interface Clock {
  /** Wall-clock time, for display. */
  now(): Date;
  /** Monotonic time for lifetimes and deadlines: a wall clock that is set must not affect them. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
};
