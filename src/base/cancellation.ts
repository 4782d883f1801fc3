/**
 * Ends work whose result is no longer needed. Replaces an AbortSignal where its events and DOMExceptions would cost several microseconds
 * for each call of the SIM API.
 */
export class Cancellation {
  private listeners: Set<() => void> | undefined;
  private cancelled = false;

  /** A cancellation that is cancelled when `signal` aborts. The signal references it, so it must be as short-lived as the work. */
  static of(signal: AbortSignal): Cancellation {
    const cancellation = new Cancellation();
    if (signal.aborted) cancellation.cancel();
    else signal.addEventListener('abort', () => cancellation.cancel(), { once: true });
    return cancellation;
  }

  get isCancelled(): boolean {
    return this.cancelled;
  }

  /** Calls `listener` when this is cancelled; never, if it was cancelled before. A listener must not throw. */
  subscribe(listener: () => void): void {
    if (this.cancelled) return;
    this.listeners ??= new Set();
    this.listeners.add(listener);
  }

  unsubscribe(listener: () => void): void {
    this.listeners?.delete(listener);
  }

  cancel(): void {
    if (this.cancelled) return;
    this.cancelled = true;
    // In place: a listener that another one unsubscribes is not called.
    if (this.listeners !== undefined) for (const listener of this.listeners) listener();
    this.listeners = undefined;
  }
}
