import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';

const intervalMs = 10_000;

/**
 * Logs how many SIMs the first full sync has read, at most every 10 s, and its end. It may take minutes, in which lists are incomplete;
 * later ones are not logged.
 */
export function createFirstSyncLog(
  readSims: () => number,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
) {
  const beganAtMs = clock.monotonicMs();
  let loggedAtMs = beganAtMs;
  return {
    /** A page was read; `total` is the number of SIMs of the account. */
    page(total: number): void {
      const nowMs = clock.monotonicMs();
      if (nowMs - loggedAtMs < intervalMs) return;
      loggedAtMs = nowMs;
      log.info({ sims: readSims(), total }, 'fleet: the first full sync reads SIMs');
    },
    completed(): void {
      const seconds = Math.round((clock.monotonicMs() - beganAtMs) / 1000);
      log.info({ sims: readSims(), seconds }, 'fleet: first full sync completed');
    },
  };
}
