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

  /** Runs a preview. Errors: OVERLOADED, also if the client disconnects while the preview waits, and those of the preview. */
  async run<T>(preview: () => Promise<T>, cancellation: Cancellation | undefined): Promise<T> {
    if (this.running < maxRunning) this.running++;
    else {
      if (this.waiting.length >= maxWaiting) throw overloaded();
      await this.slot(cancellation);
    }
    try {
      return await preview();
    } finally {
      // The slot passes to the next preview.
      const next = this.waiting.shift();
      if (next === undefined) this.running--;
      else next();
    }
  }

  /** Resolves when a slot passes to the caller. Errors: OVERLOADED if the client disconnects before that. */
  private slot(cancellation: Cancellation | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const take = () => {
        cancellation?.unsubscribe(leave);
        resolve();
      };
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(take), 1);
        reject(overloaded());
      };
      this.waiting.push(take);
      cancellation?.subscribe(leave);
    });
  }
}

function overloaded(): GatewayError {
  return new GatewayError('OVERLOADED', { retryAfterSeconds });
}
