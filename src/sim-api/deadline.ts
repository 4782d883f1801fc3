import type { Clock } from '../base/clock.ts';

/** The moment by which a call, all its tries and waits included, must be over. */
export interface Deadline {
  /** Milliseconds left; 0 when it has passed. */
  remainingMs(): number;
}

/** A deadline so many milliseconds from now. */
export function createDeadline(clock: Clock, lengthMs: number): Deadline {
  const endsAtMs = clock.monotonicMs() + lengthMs;
  return { remainingMs: () => Math.max(0, endsAtMs - clock.monotonicMs()) };
}
