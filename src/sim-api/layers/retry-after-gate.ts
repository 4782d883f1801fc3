import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { TooManyRequests } from '../answer.ts';
import { Unreachable } from '../errors.ts';
import type { PendingCall } from '../pending-call.ts';
import type { Layer } from './layer.ts';

/** Delays all requests while the SIM API asks for a pause. */
export interface RetryAfterGate {
  readonly isOpen: boolean;
  /** Waits until the pause ends. Errors: Unreachable (surely not sent), immediately if the pause outlasts the deadline. */
  waitOut(call: PendingCall): Promise<void>;
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
    get isOpen() {
      return pausedUntilMs <= clock.monotonicMs();
    },
    async waitOut(call) {
      for (;;) {
        const waitMs = pausedUntilMs - clock.monotonicMs();
        if (waitMs <= 0) return;
        if (waitMs >= call.remainingMs())
          throw new Unreachable(call.operation, 'unavailable', true, 'HTTP 429', Math.ceil(waitMs / 1000));
        await call.sleep(waitMs);
      }
    },
    slowDown(retryAfter, date) {
      const waitMs = waitAskedFor(retryAfter?.trim(), date, clock.now());
      const obeyedMs = Math.min(maxWaitMs, Math.max(minWaitMs, waitMs));
      pausedUntilMs = Math.max(pausedUntilMs, clock.monotonicMs() + obeyedMs);
    },
  };
}

/**
 * Waits at the gate before each sending. A 429 means that the call was not carried out: it closes the gate for all calls, and only the
 * layers from here on repeat the call.
 */
export const pauseAfter429 =
  (gate: RetryAfterGate, log: Log): Layer =>
  (next) =>
  async (call) => {
    for (;;) {
      if (!gate.isOpen) await gate.waitOut(call);
      call.check(1);
      try {
        return await next(call);
      } catch (error) {
        if (!(error instanceof TooManyRequests)) throw error;
        gate.slowDown(error.retryAfter, error.date);
        log.warn({ operation: call.operation }, 'SIM API asks to slow down');
      }
    }
  };

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
