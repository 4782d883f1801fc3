import { rest } from '../base/backoff.ts';
import type { Log } from '../base/log.ts';
import type { Session } from './session.ts';
import type { Store } from './store.ts';
import { StoreUnavailable } from './store-unavailable.ts';

/** Makes one gateway of all that share a store do a work, and another one when that gateway is gone. */
export interface Leadership {
  /** Ends the work if it is ours, lets the lock go so that another one may take over at once, resolves when both is done. */
  stop(): Promise<void>;
}

/** Which work is led, and how it passes on. */
export interface LeadershipOptions {
  /** The same in all gateways; another work has another name. */
  readonly name: string;
  /** A gateway that has been silent for so long leads no more. */
  readonly leaseMs: number;
}

/** After a failure of the work it is begun again so much later. */
const retryDelayMs = 1000;

/**
 * Takes part in leading a work. `lead` is called each time leadership is won; its signal aborts when leadership is lost or
 * stopped, and it has to end soon then: until it has, this gateway stands for nothing else. Where it fails it is logged and called
 * again; where it ends of itself, leadership is free for whoever comes first.
 *
 * Who leads holds a lock of a session, which the server ends when it hears nothing for a lease: of a gateway that died, froze or
 * lost its network. One that can still think knows it before the server does. One that wakes up after its time may
 * do what it was about to do, and learns of it then: what the work writes has to bear that.
 *
 * Such a lock is the connection's: PgBouncer has to run in session mode, since in transaction mode several gateways would lead.
 */
export function startLeadership(
  store: Store,
  { name, leaseMs }: LeadershipOptions,
  lead: (signal: AbortSignal) => Promise<void>,
  log: Log,
): Leadership {
  const stopping = new AbortController();
  const thirdMs = leaseMs / 3;

  /** Gives true as soon as the lock is ours, false when we are to stop. Errors: StoreUnavailable. */
  async function waitForLock(session: Session): Promise<boolean> {
    // A question that the server does not answer ends too.
    const close = () => void session.close();
    stopping.signal.addEventListener('abort', close);
    try {
      while (!stopping.signal.aborted) {
        if (await session.tryLock(name)) return true;
        await rest(thirdMs, stopping.signal);
      }
      return false;
    } finally {
      stopping.signal.removeEventListener('abort', close);
    }
  }

  /** Goes on while the work ends, so that nobody else begins before. */
  async function renew(session: Session): Promise<void> {
    while (!session.ended.aborted) {
      await rest(thirdMs, session.ended);
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
        await rest(retryDelayMs, signal);
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

  async function takePart(): Promise<void> {
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

  async function takePartAgainAndAgain(): Promise<void> {
    while (!stopping.signal.aborted) {
      await takePart().catch((error: unknown) => reportFailure(error, stopping.signal));
      await rest(thirdMs, stopping.signal);
    }
  }

  const ended = takePartAgainAndAgain();
  return {
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}
