import type { Clock } from '../base/clock.ts';
import { Unreachable } from './errors.ts';

/** Time limit of a call: its deadline, or an abort because its answer is no longer needed. */
export interface Deadline {
  /** Starts the time unless it is already running: it does not run while a call waits in the queue. */
  begin(): void;
  /** Milliseconds to the deadline; 0 after it. */
  remainingMs(): number;
  /** Errors: Unreachable (surely not sent) if a signal is aborted or less than `minMs` is left. */
  check(minMs: number): void;
  /**
   * Waits for `work`, which must finish before the call is sent. Errors: those of `work`; Unreachable (surely not sent) if the deadline
   * passes or a signal aborts.
   */
  wait<T>(work: Promise<T>): Promise<T>;
  /** Errors: Unreachable (surely not sent) if the deadline passes or a signal aborts. */
  sleep(lengthMs: number): Promise<void>;
  /** Abort the call when its answer is no longer needed. */
  readonly signals: readonly AbortSignal[];
}

/** Creates the deadline of one call, `lengthMs` after `begin`; any of the signals ends it early. */
export function createDeadline(
  clock: Clock,
  operation: string,
  lengthMs: number,
  signals: readonly AbortSignal[],
): Deadline {
  let endsAtMs: number | undefined;
  const remainingMs = () => (endsAtMs === undefined ? lengthMs : Math.max(0, endsAtMs - clock.monotonicMs()));
  const isUnwanted = () => signals.some(({ aborted }) => aborted);
  const atItsEnd = () =>
    isUnwanted()
      ? new Unreachable(operation, 'aborted', true, 'the answer is no longer needed')
      : new Unreachable(operation, 'timeout', true, 'no time left to send');

  function wait<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const end = () => {
        cleanUp();
        reject(atItsEnd());
      };
      const timer = endsAtMs === undefined ? undefined : setTimeout(end, remainingMs());
      const cleanUp = () => {
        clearTimeout(timer);
        for (const signal of signals) signal.removeEventListener('abort', end);
      };
      if (isUnwanted()) end();
      else for (const signal of signals) signal.addEventListener('abort', end, { once: true });
      work.then(resolve, reject).finally(cleanUp);
    });
  }

  return {
    begin() {
      endsAtMs ??= clock.monotonicMs() + lengthMs;
    },
    remainingMs,
    signals,
    check(minMs) {
      if (isUnwanted() || remainingMs() < minMs) throw atItsEnd();
    },
    wait,
    sleep: (sleepMs) =>
      wait(
        new Promise((resolve) => {
          // A sleep must not keep the process alive.
          setTimeout(resolve, sleepMs).unref();
        }),
      ),
  };
}
