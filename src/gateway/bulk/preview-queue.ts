import type { Cancellation } from '../../base/cancellation.ts';
import { GatewayError } from '../../errors/index.ts';

/** Previews that run concurrently in a gateway: each may hold a million keys, and reads a large part of the index. */
const maxRunning = 2;
/** Previews that wait for the running ones. */
const maxWaiting = 10;
const retryAfterSeconds = 5;

/** Limits the previews of a gateway: one operation may contain many of them. */
export class PreviewQueue {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  /** Runs a preview, unless its client has disconnected by then. Errors: OVERLOADED, and those of the preview. */
  async run<T>(preview: () => Promise<T>, cancellation: Cancellation | undefined): Promise<T> {
    if (this.running < maxRunning) this.running++;
    else {
      if (this.waiting.length >= maxWaiting) throw new GatewayError('OVERLOADED', { retryAfterSeconds });
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    try {
      if (cancellation?.isCancelled) throw new GatewayError('OVERLOADED', { retryAfterSeconds });
      return await preview();
    } finally {
      // The slot passes to the next preview.
      const next = this.waiting.shift();
      if (next === undefined) this.running--;
      else next();
    }
  }
}
