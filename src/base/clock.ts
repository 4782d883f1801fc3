/** Time as the gateway sees it; tests hand in a clock of their own. */
export interface Clock {
  /** Wall-clock time, for what people read. */
  now(): Date;
  /** Milliseconds that only ever go forward, for lifetimes and deadlines: a wall clock that jumps must not matter. */
  monotonicMs(): number;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
};
