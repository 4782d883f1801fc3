import type { Log } from '../base/log.ts';
import { StoreUnavailable } from '../store/store-unavailable.ts';

/** What a gateway that works under leases has to do again and again. */
export interface Beat {
  /** Says that it lives and goes on. Errors: StoreUnavailable. */
  renew(): Promise<void>;
  /** Takes over from those whose leases have ended. Errors: StoreUnavailable. */
  takeOver(): Promise<void>;
}

/**
 * Renews leases three times in each of their lengths. Takes over only after a whole lease in touch with the store: after an
 * outage of the store everybody's lease has ended, and those who live are given the time to say so.
 */
export function startHeartbeat(leaseMs: number, beat: Beat, log: Log): { stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let hasStopped = false;
  /** Since when the store has answered without a break, on a clock that only goes forward. */
  let inContactSinceMs: number | null = null;
  let lastAskedAtMs = performance.now();

  async function keepUp(): Promise<void> {
    const askedAtMs = performance.now();
    try {
      await beat.renew();
    } catch (error) {
      inContactSinceMs = null;
      throw error;
    }
    // An answer that was long in coming, or a machine that slept, is a break too.
    if (askedAtMs - lastAskedAtMs > leaseMs || performance.now() - askedAtMs > leaseMs / 3)
      inContactSinceMs = null;
    lastAskedAtMs = askedAtMs;
    inContactSinceMs ??= performance.now();
    if (performance.now() - inContactSinceMs >= leaseMs) await beat.takeOver();
  }

  function next(): void {
    keepUp()
      .catch((error: Error) => {
        if (!(error instanceof StoreUnavailable)) log.error({ stack: error.stack }, 'unexpected error');
      })
      .finally(() => {
        if (!hasStopped) timer = setTimeout(next, leaseMs / 3);
      });
  }

  next();
  return {
    stop() {
      hasStopped = true;
      clearTimeout(timer);
    },
  };
}
