import { sleep } from '../base/backoff.ts';
import type { Log } from '../base/log.ts';
import type { Session } from './session.ts';
import type { Store } from './store.ts';
import { StoreUnavailable } from './store-unavailable.ts';

/** Elects one gateway of those that share a store to do a task, and another one when that gateway has ended. */
export interface Leadership {
  /** Ends the task if this gateway leads, then releases the lock, so that another gateway can take over at once. Waits for both. */
  stop(): Promise<void>;
}

export interface LeadershipOptions {
  /** Name of the task, the same in all gateways. */
  readonly name: string;
  /** Time without a renewal after which a gateway loses leadership. */
  readonly leaseMs: number;
}

/** Delay before a failed task is restarted. */
const retryDelayMs = 1000;

/**
 * Takes part in the election for a task. Calls `lead` each time leadership is won. Its signal aborts when leadership is lost or
 * stopped, and `lead` must end soon after that: until it has ended, this gateway takes no part in the next election. If `lead` fails,
 * the error is logged and `lead` is called again. If it returns, the gateway gives up leadership and any gateway can win it.
 *
 * The leader holds an advisory lock of a database session. The server ends the session when it receives nothing for a lease: the
 * gateway has died, frozen or lost its network. A gateway that still runs notices this before the server does. A gateway that was
 * frozen for longer than its lease may still do its next write before it notices: the writes of the task must tolerate that.
 *
 * The lock belongs to the connection. PgBouncer must run in session mode: in transaction mode several gateways would lead.
 */
export function startLeadership(
  store: Store,
  { name, leaseMs }: LeadershipOptions,
  lead: (signal: AbortSignal) => Promise<void>,
  log: Log,
): Leadership {
  const stopping = new AbortController();
  const thirdMs = leaseMs / 3;

  /** Resolves to true when this gateway has the lock, to false after `stop`. Errors: StoreUnavailable. */
  async function waitForLock(session: Session): Promise<boolean> {
    // Closing the session also ends a query that the server does not answer.
    const close = () => void session.close();
    stopping.signal.addEventListener('abort', close);
    try {
      while (!stopping.signal.aborted) {
        if (await session.tryLock(name)) return true;
        await sleep(thirdMs, stopping.signal);
      }
      return false;
    } finally {
      stopping.signal.removeEventListener('abort', close);
    }
  }

  /** Renews until the session ends, also while the task stops, so that no other gateway starts the task before it has stopped. */
  async function renew(session: Session): Promise<void> {
    while (!session.ended.aborted) {
      await sleep(thirdMs, session.ended);
      // A renewal that fails ends the session.
      if (!session.ended.aborted) await session.renew().catch(() => undefined);
    }
  }

  async function work(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await lead(signal);
        return;
      } catch (error) {
        reportFailure(error, signal);
        await sleep(retryDelayMs, signal);
      }
    }
  }

  function reportFailure(error: unknown, signal: AbortSignal): void {
    if (error instanceof StoreUnavailable || signal.aborted)
      log.debug({ name, detail: String(error) }, 'leadership: interrupted');
    else
      log.error(
        { name, stack: error instanceof Error ? error.stack : String(error) },
        'leadership: unexpected error',
      );
  }

  async function campaign(): Promise<void> {
    const session = await store.session(leaseMs, stopping.signal);
    try {
      if (!(await waitForLock(session))) return;
      log.info({ name }, 'leadership: won');
      session.ended.addEventListener('abort', () => log.info({ name }, 'leadership: lost'), { once: true });
      void renew(session);
      await work(AbortSignal.any([session.ended, stopping.signal]));
    } finally {
      await session.close();
    }
  }

  async function campaignRepeatedly(): Promise<void> {
    while (!stopping.signal.aborted) {
      await campaign().catch((error: unknown) => reportFailure(error, stopping.signal));
      await sleep(thirdMs, stopping.signal);
    }
  }

  const ended = campaignRepeatedly();
  return {
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}
