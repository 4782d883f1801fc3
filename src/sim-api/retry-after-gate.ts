import type { Clock } from '../base/clock.ts';
import type { Deadline } from './deadline.ts';
import { Unreachable } from './errors.ts';

/** Holds everybody back while the SIM API asks for a pause. */
export interface RetryAfterGate {
  /** Waits for the end of the pause. Errors: Unreachable (surely not sent), at once where the pause outlasts the patience. */
  waitOut(operation: string, deadline: Deadline): Promise<void>;
  /** Begins a pause for all requests: as long as the headers of a 429 ask for. */
  slowDown(retryAfter: string | undefined, date: string | undefined): void;
}

/** The wait after a 429 that asks for none, the shortest one, and the longest one obeyed. */
const defaultWaitMs = 1000;
const minWaitMs = 100;
const maxWaitMs = 10_000;

/** The pace that all requests of an account share. */
export function createRetryAfterGate(clock: Clock): RetryAfterGate {
  let pausedUntilMs = Number.NEGATIVE_INFINITY;
  return {
    async waitOut(operation, deadline) {
      for (;;) {
        const waitMs = pausedUntilMs - clock.monotonicMs();
        if (waitMs <= 0) return;
        if (waitMs >= deadline.remainingMs())
          throw new Unreachable(operation, 'unavailable', true, 'HTTP 429', Math.ceil(waitMs / 1000));
        await deadline.sleep(waitMs);
      }
    },
    slowDown(retryAfter, date) {
      const waitMs = waitAskedFor(retryAfter?.trim(), date, clock.now());
      const obeyedMs = Math.min(maxWaitMs, Math.max(minWaitMs, waitMs));
      pausedUntilMs = Math.max(pausedUntilMs, clock.monotonicMs() + obeyedMs);
    },
  };
}

/** Milliseconds that Retry-After asks for: seconds, or a date, which is measured against the server's own where it gave one. */
function waitAskedFor(retryAfter: string | undefined, date: string | undefined, now: Date): number {
  if (retryAfter === undefined) return defaultWaitMs;
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1000;
  // Only what begins with a day is a date: Date.parse would make one of "1.5" too.
  const until = /^[A-Z][a-z]{2}/.test(retryAfter) ? Date.parse(retryAfter) : Number.NaN;
  const serverNow = Date.parse(date ?? '');
  const waitMs = until - (Number.isNaN(serverNow) ? now.getTime() : serverNow);
  return Number.isNaN(waitMs) ? defaultWaitMs : waitMs;
}
