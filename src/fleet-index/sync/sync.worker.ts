import { setTimeout as pause } from 'node:timers/promises';
import { monthOf } from '../../sim-api/index.ts';
import { StoreUnavailable } from '../../store/index.ts';
import { type SyncTools, syncFleet } from './full-sync.ts';
import { refreshDue } from './refresh-due.ts';

export interface SyncOptions extends SyncTools {
  /** Distinguishes accounts of the SIM API; reveals nothing about them. */
  readonly account: string;
  /** From the start of one full sync to the start of the next. */
  readonly syncIntervalMs: number;
}

const retryDelayMs = 5000;
const pollIntervalMs = 1000;
const unansweredDelayMs = 2000;

/** Runs full syncs and polls SIMs in transition until `signal` aborts. Only the leader runs it. */
export async function runSync(options: SyncOptions, signal: AbortSignal): Promise<void> {
  const { sync, account, syncIntervalMs, clock, log } = options;

  /** Repeats `step`, which returns the milliseconds to the next run, or null to end. After a failure the next run is in 5 s. */
  async function repeat(step: () => Promise<number | null>): Promise<void> {
    while (!signal.aborted) {
      const restMs = await step().catch((error: unknown) => {
        if (signal.aborted) return 0;
        const detail = error instanceof Error ? error.message : String(error);
        if (error instanceof StoreUnavailable) log.debug({ detail }, 'fleet: the database does not answer');
        else log.warn({ detail }, 'fleet: a sync step failed and is retried');
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
    // A new month starts with no usage.
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
