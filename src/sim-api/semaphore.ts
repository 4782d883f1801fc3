import type { Deadline } from './deadline.ts';
import { Unreachable } from './errors.ts';

/** Lets so many calls run at a time; the others wait in line, in order. */
export interface Semaphore {
  /**
   * Runs `work` when it is its turn, which is when its time begins to run.
   * Errors: those of `work`; Unreachable (surely not sent) where the patience ends first or the line is too long.
   */
  run<T>(operation: string, deadline: Deadline, work: () => Promise<T>): Promise<T>;
}

/** Calls waiting in line at most: more would only fill the memory with what misses its deadline. */
const maxQueueLength = 10_000;
const retryAfterSeconds = 5;

/** A limit of so many calls. */
export function createSemaphore(maxConcurrent: number): Semaphore {
  let running = 0;
  const line = new Set<() => void>();

  /** Hands the place of a call that has ended to the first in line. */
  function leave(): void {
    const [first] = line;
    if (first === undefined) {
      running--;
      return;
    }
    line.delete(first);
    first();
  }

  async function waitInQueue(operation: string, deadline: Deadline): Promise<void> {
    if (line.size >= maxQueueLength)
      throw new Unreachable(operation, 'overloaded', true, 'line too long', retryAfterSeconds);
    let go: () => void = () => undefined;
    const turn = new Promise<void>((resolve) => {
      go = resolve;
    });
    line.add(go);
    try {
      await deadline.wait(turn);
    } catch (error) {
      // Where the turn came at the same moment, the place is passed on.
      if (!line.delete(go)) leave();
      throw error;
    }
  }

  return {
    async run(operation, deadline, work) {
      if (running < maxConcurrent) running++;
      else await waitInQueue(operation, deadline);
      deadline.begin();
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
