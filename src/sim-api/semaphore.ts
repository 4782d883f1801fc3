import type { Deadline } from './deadline.ts';
import { Unreachable } from './errors.ts';

/** Limits concurrent calls; further calls wait in a queue, first in, first out. */
export interface Semaphore {
  /**
   * Waits for a free slot, starts the deadline and runs `work`. Errors: those of `work`; Unreachable (surely not sent) if the deadline
   * passes first or the queue is full.
   */
  run<T>(operation: string, deadline: Deadline, work: () => Promise<T>): Promise<T>;
}

/** Maximum length of the queue: more calls would only use memory and miss their deadlines. */
const maxQueueLength = 10_000;
const retryAfterSeconds = 5;

export function createSemaphore(maxConcurrent: number): Semaphore {
  let running = 0;
  const line = new Set<() => void>();

  /** Passes the slot of a finished call to the first call in the queue. */
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
      throw new Unreachable(operation, 'overloaded', true, 'queue full', retryAfterSeconds);
    let go: () => void = () => undefined;
    const turn = new Promise<void>((resolve) => {
      go = resolve;
    });
    line.add(go);
    try {
      await deadline.wait(turn);
    } catch (error) {
      // If the slot became free at the same moment, pass it on.
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
