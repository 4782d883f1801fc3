/** The clock of a world, in epoch milliseconds; it never runs backwards. */
export interface WorldClock {
  readonly startAt: number;
  now(): number;
  /** How many of its seconds pass in a real one; 0: it stands still. */
  rate(): number;
  setRate(rate: number): void;
  /** Moves the clock forward. */
  advance(byMs: number): void;
}

/** Gives a clock that begins at `startAt` and runs at `rate`. */
export function createWorldClock(startAt: number, rate: number): WorldClock {
  let worldAt = startAt;
  let realAt = performance.now();
  let pace = rate;

  function now(): number {
    return Math.floor(worldAt + (performance.now() - realAt) * pace);
  }

  function rebase(at: number): void {
    worldAt = at;
    realAt = performance.now();
  }

  return {
    startAt,
    now,
    rate: () => pace,
    setRate(next) {
      rebase(now());
      pace = next;
    },
    advance: (byMs) => rebase(now() + byMs),
  };
}
