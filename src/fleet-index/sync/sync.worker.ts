import { setTimeout as pause } from 'node:timers/promises';
import { monthOf } from '../../sim-api/index.ts';
import { StoreUnavailable } from '../../store/index.ts';
import { type SyncTools, syncFleet } from './full-sync.ts';
import { refreshDue } from './refresh-due.ts';

/** What the fleet is read with. */
export interface SyncOptions extends SyncTools {
  /** Tells one account from another, and nothing of either. */
  readonly account: string;
  /** From the beginning of one walk to that of the next. */
  readonly syncIntervalMs: number;
}

const retryDelayMs = 5000;
const pollIntervalMs = 1000;
const unansweredDelayMs = 2000;

/** Reads the fleet over and over, and looks at SIMs that are under way, until the signal ends it. One gateway of all does that. */
export async function runSync(options: SyncOptions, signal: AbortSignal): Promise<void> {
  const { sync, account, syncIntervalMs, clock, log } = options;

  /** Does something again and again; after a failure it waits a little. `step` gives the milliseconds to the next. */
  async function repeat(step: () => Promise<number | null>): Promise<void> {
    while (!signal.aborted) {
      const restMs = await step().catch((error: unknown) => {
        if (signal.aborted) return 0;
        const detail = error instanceof Error ? error.message : String(error);
        if (error instanceof StoreUnavailable) log.debug({ detail }, 'fleet: the database does not answer');
        else log.warn({ detail }, 'fleet: reading failed and begins again');
        return retryDelayMs;
      });
      if (restMs === null) return;
      await pause(restMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async function open(): Promise<null> {
    await sync.open(account);
    return null;
  }

  async function fullSync(): Promise<number> {
    const beganAtMs = clock.monotonicMs();
    const month = monthOf(clock.now());
    await syncFleet(options, signal);
    if (monthOf(clock.now()) !== month) return 0;
    const restMs = Math.max(0, beganAtMs + syncIntervalMs - clock.monotonicMs());
    // With a new month everything that was used begins at nothing.
    return Math.min(restMs, msToNextMonth(clock.now()));
  }

  async function refresh(): Promise<number> {
    const { asked, unanswered } = await refreshDue(options);
    if (asked === 0) return pollIntervalMs;
    return unanswered.length === asked ? unansweredDelayMs : 0;
  }

  await repeat(open);
  await Promise.all([repeat(fullSync), repeat(refresh)]);
}

function msToNextMonth(now: Date): number {
  const next = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1));
  return next.getTime() - now.getTime() + 1000;
}
