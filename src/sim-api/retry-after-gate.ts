import type { Clock } from '../base/clock.ts';
import type { Deadline } from './deadline.ts';
import { Unreachable } from './errors.ts';

/** Delays all requests while the SIM API asks for a pause. */
export interface RetryAfterGate {
  /** Waits until the pause ends. Errors: Unreachable (surely not sent), immediately if the pause outlasts the deadline. */
  waitOut(operation: string, deadline: Deadline): Promise<void>;
  /** Starts a pause for all requests, as long as the headers of a 429 ask for. */
  slowDown(retryAfter: string | undefined, date: string | undefined): void;
}

/** Wait after a 429 without a valid Retry-After, and the limits of a requested wait. */
const defaultWaitMs = 1000;
const minWaitMs = 100;
const maxWaitMs = 10_000;

/** The gate that all requests of an account share. */
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

/** Milliseconds that Retry-After asks for: seconds, or a date, which is compared with the server's `Date` if there is one. */
function waitAskedFor(retryAfter: string | undefined, date: string | undefined, now: Date): number {
  if (retryAfter === undefined) return defaultWaitMs;
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1000;
  // Only a text that begins with a weekday is a date: Date.parse would also accept "1.5".
  const until = /^[A-Z][a-z]{2}/.test(retryAfter) ? Date.parse(retryAfter) : Number.NaN;
  const serverNow = Date.parse(date ?? '');
  const waitMs = until - (Number.isNaN(serverNow) ? now.getTime() : serverNow);
  return Number.isNaN(waitMs) ? defaultWaitMs : waitMs;
}
