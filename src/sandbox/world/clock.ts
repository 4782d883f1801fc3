/** The clock of a world, in epoch milliseconds; it never runs backwards. */
export interface WorldClock {
  readonly startAt: number;
  now(): number;
  /** Seconds of the clock per real second; 0: the clock stands still. */
  rate(): number;
  setRate(rate: number): void;
  advance(byMs: number): void;
}

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
