import { Unreachable } from '../errors.ts';
import type { PendingCall } from '../pending-call.ts';
import type { Layer } from './layer.ts';

/** Maximum length of the queue: more calls would only use memory and miss their deadlines. */
export const maxQueueLength = 10_000;
const retryAfterSeconds = 5;

export const queueFull = (operation: string) =>
  new Unreachable(operation, 'overloaded', true, 'queue full', retryAfterSeconds);

/**
 * Limits concurrent calls; further calls wait, first in, first out. The deadline of a call starts when it leaves the queue. Errors:
 * Unreachable (surely not sent) if the queue is full, the call becomes unwanted, or, on a retry, the deadline passes first.
 */
export function queue(maxConcurrent: number): Layer {
  let running = 0;
  const line = new Set<() => void>();

  /** Passes the slot of a finished call to the first call in the queue. */
  function leave(): void {
    for (const first of line) {
      line.delete(first);
      first();
      return;
    }
    running--;
  }

  async function waitForSlot(call: PendingCall): Promise<void> {
    if (line.size >= maxQueueLength) throw queueFull(call.operation);
    let go: () => void = () => undefined;
    const turn = new Promise<void>((resolve) => {
      go = resolve;
    });
    line.add(go);
    try {
      await call.wait(turn);
    } catch (error) {
      // If the slot became free at the same moment, pass it on.
      if (!line.delete(go)) leave();
      throw error;
    }
  }

  return (next) => async (call) => {
    if (running < maxConcurrent) running++;
    else await waitForSlot(call);
    call.beginDeadline();
    try {
      return await next(call);
    } finally {
      leave();
    }
  };
}

/** The deadline of a call that does not queue starts at once. */
export const withoutQueue: Layer = (next) => (call) => {
  call.beginDeadline();
  return next(call);
};
