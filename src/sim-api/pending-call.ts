import type { Cancellation } from '../base/cancellation.ts';
import type { Clock } from '../base/clock.ts';
import { Unreachable } from './errors.ts';

/** Request ID and counters that all calls of one request share; the client updates the counters. */
export interface CallTrace {
  /** Logged with each failure. */
  readonly requestId: string;
  /** HTTP requests sent so far, retries included, token calls excluded. */
  upstreamCalls: number;
  /** HTTP requests of other GraphQL requests whose answers this one shared. */
  sharedCalls: number;
  /** Items that could not be decoded and were skipped. */
  unreadableItems: number;
}

/** Called right before each sending of a change, with its SIMs; false withholds the call. */
export type BeforeSend = (iccids: readonly string[]) => Promise<boolean>;

/** Starts a call when its turn comes; the call then waits in the client's queue like all others. */
export type Schedule = <T>(call: () => Promise<T>, isChange: boolean) => Promise<T>;

export interface CallOptions {
  readonly operation: string;
  readonly method: 'GET' | 'PUT' | 'POST';
  /** Path and query, already encoded, without the base path of the API. */
  readonly target: string;
  readonly body?: string;
  /** The SIMs that the target names. */
  readonly keys: readonly string[];
  readonly trace: CallTrace;
  /** Milliseconds for all tries, from the moment the call leaves the queue. */
  readonly deadlineMs: number;
  /** No second try, except after a 401 or a 429. */
  readonly isProbe: boolean;
  /** Several requests share the call. If it has no answer, each of them reads again alone. */
  readonly isJoined: boolean;
  readonly beforeSend?: BeforeSend | undefined;
  readonly schedule?: Schedule | undefined;
  /** The stop of the client, which ends every wait. */
  readonly stopping: Cancellation;
  /** Ends the call when its answer is no longer needed. Undefined for a change: it follows only `stopping`. */
  readonly cancellation: Cancellation | undefined;
}

/** One call of the SIM API, from the moment it is made to its answer: the layers of the pipeline pass it on. All its tries share it. */
export class PendingCall {
  readonly operation: string;
  readonly method: CallOptions['method'];
  readonly cancellation: Cancellation | undefined;
  /** Token of the last or next sending; empty for a token call. */
  token = '';
  /** Token that the SIM API refused for this call. */
  refusedToken: string | undefined;
  /** Milliseconds for the next sending, the body of its answer included. */
  timeoutMs = 0;
  private endsAtMs: number | undefined;

  constructor(
    readonly options: CallOptions,
    private readonly clock: Clock,
  ) {
    this.operation = options.operation;
    this.method = options.method;
    this.cancellation = options.cancellation;
  }

  /** Starts the deadline unless it is already running: it does not run while the call waits in the queue. */
  beginDeadline(): void {
    this.endsAtMs ??= this.clock.monotonicMs() + this.options.deadlineMs;
  }

  /** Milliseconds to the deadline; 0 after it. */
  remainingMs(): number {
    if (this.endsAtMs === undefined) return this.options.deadlineMs;
    return Math.max(0, this.endsAtMs - this.clock.monotonicMs());
  }

  /** Whether the answer is no longer needed. */
  get isUnwanted(): boolean {
    return this.options.stopping.isCancelled || (this.cancellation?.isCancelled ?? false);
  }

  /** Errors: Unreachable (surely not sent) if the call is unwanted or less than `minMs` is left. */
  check(minMs: number): void {
    if (this.isUnwanted || this.remainingMs() < minMs) throw this.ended();
  }

  /**
   * Waits for `work`, which must finish before the call is sent. Errors: those of `work`; Unreachable (surely not sent) if the deadline
   * passes or the call becomes unwanted.
   */
  wait<T>(work: Promise<T>): Promise<T> {
    const { stopping } = this.options;
    return new Promise((resolve, reject) => {
      const end = () => {
        cleanUp();
        reject(this.ended());
      };
      const timer = this.endsAtMs === undefined ? undefined : setTimeout(end, this.remainingMs());
      const cleanUp = () => {
        clearTimeout(timer);
        stopping.unsubscribe(end);
        this.cancellation?.unsubscribe(end);
      };
      stopping.subscribe(end);
      this.cancellation?.subscribe(end);
      if (this.isUnwanted) end();
      work.then(resolve, reject).finally(cleanUp);
    });
  }

  /** Errors: Unreachable (surely not sent) if the deadline passes or the call becomes unwanted. */
  sleep(lengthMs: number): Promise<void> {
    return this.wait(
      new Promise((resolve) => {
        // A sleep must not keep the process alive.
        setTimeout(resolve, lengthMs).unref();
      }),
    );
  }

  private ended(): Unreachable {
    return this.isUnwanted
      ? new Unreachable(this.operation, 'aborted', true, 'the answer is no longer needed')
      : new Unreachable(this.operation, 'timeout', true, 'no time left to send');
  }
}
