import { Unreachable } from './errors.ts';
import type { Patience } from './patience.ts';

/** Lets so many calls run at a time; the others wait in line, in order. */
export interface Limit {
  /**
   * Runs `work` when it is its turn, which is when its time begins to run.
   * Errors: those of `work`; Unreachable (surely not sent) where the patience ends first or the line is too long.
   */
  run<T>(operation: string, patience: Patience, work: () => Promise<T>): Promise<T>;
}

/** Calls waiting in line at most: more would only fill the memory with what misses its deadline. */
const longestLine = 10_000;
const retryAfterSeconds = 5;

/** A limit of so many calls. */
export function createLimit(most: number): Limit {
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

  async function waitInLine(operation: string, patience: Patience): Promise<void> {
    if (line.size >= longestLine)
      throw new Unreachable(operation, 'overloaded', true, 'line too long', retryAfterSeconds);
    let go: () => void = () => undefined;
    const turn = new Promise<void>((resolve) => {
      go = resolve;
    });
    line.add(go);
    try {
      await patience.wait(turn);
    } catch (error) {
      // Where the turn came at the same moment, the place is passed on.
      if (!line.delete(go)) leave();
      throw error;
    }
  }

  return {
    async run(operation, patience, work) {
      if (running < most) running++;
      else await waitInLine(operation, patience);
      patience.begin();
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
