import type { Clock } from '../base/clock.ts';
import { Unreachable } from './errors.ts';

/** How long a call may go on: until its deadline, or until nobody waits for its answer any more. */
export interface Deadline {
  /** Lets the time run, if it does not yet: a call that stands in our own line has not begun. */
  begin(): void;
  /** Milliseconds to the deadline; 0 when it has passed. */
  remainingMs(): number;
  /** Errors: Unreachable (surely not sent) where it is at its end, or has less than `leastMs` left. */
  check(minMs: number): void;
  /** The result of what has to come before the call is sent. Errors: those of `work`; Unreachable (surely not sent) at the end. */
  wait<T>(work: Promise<T>): Promise<T>;
  /** Waits so long. Errors: Unreachable (surely not sent) at the end. */
  sleep(lengthMs: number): Promise<void>;
  /** Aborts what is under way for nobody. */
  readonly signals: readonly AbortSignal[];
}

/** Patience for one call of so many milliseconds from when it begins, ended early by any of the signals. */
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
      ? new Unreachable(operation, 'aborted', true, 'nobody waits any more')
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
          // A sleep that nobody waits for must not keep the program from ending.
          setTimeout(resolve, sleepMs).unref();
        }),
      ),
  };
}
