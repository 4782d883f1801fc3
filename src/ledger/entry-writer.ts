import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../base/log.ts';
import { StoreUnavailable } from '../store/store-unavailable.ts';
import type { Completion } from './entry.ts';
import type { Outcome } from './outcome.ts';

const secondTryMs = 250;

/**
 * Writes down what became of the SIMs of one entry as it becomes known, what came in meanwhile in one transaction, and keeps
 * trying while the store is out of reach. Should the gateway die before, the SIMs stay as being sent, which is UNKNOWN.
 */
export class EntryWriter {
  private waiting = new Map<number, Outcome>();
  private completion: Completion | null = null;
  private writing: Promise<void> | null = null;
  private fault: unknown;
  private isOwn = true;

  constructor(
    private readonly entryId: string,
    /** False where the entry should have ended and is another gateway's by now. */
    private readonly writeDown: (
      outcomes: readonly (readonly [position: number, Outcome])[],
      completion: Completion | null,
    ) => Promise<boolean>,
    private readonly stopping: AbortSignal,
    private readonly log: Log,
  ) {}

  /** Takes the outcome of the SIM at a place. */
  settle(position: number, outcome: Outcome): void {
    this.waiting.set(position, outcome);
    this.writing ??= this.write();
  }

  /**
   * Takes the end of the entry. Resolves when everything is written; with false where another gateway has taken the entry over and
   * says what came of it, and with null where the gateway stops before it is written. Errors: faults of ours.
   */
  async end(completion: Completion): Promise<boolean | null> {
    this.completion = completion;
    while (this.completion !== null && this.fault === undefined && !this.stopping.aborted) {
      this.writing ??= this.write();
      await this.writing;
    }
    if (this.fault !== undefined) throw this.fault;
    return this.completion === null ? this.isOwn : null;
  }

  /** Resolves when everything told so far is written, or the gateway stops. Errors: faults of ours. */
  async flush(): Promise<void> {
    while (this.writing !== null) await this.writing;
    if (this.fault !== undefined) throw this.fault;
  }

  private async write(): Promise<void> {
    // Outcomes of one answer come in one turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      while ((this.waiting.size > 0 || this.completion !== null) && !this.stopping.aborted)
        await this.writeOnce();
    } catch (error) {
      this.fault = error;
    } finally {
      this.writing = null;
    }
  }

  private async writeOnce(): Promise<void> {
    const { waiting, completion } = this;
    this.waiting = new Map();
    try {
      this.isOwn = await this.writeDown([...waiting], completion);
      if (completion !== null) this.completion = null;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      this.waiting = new Map([...waiting, ...this.waiting]);
      this.log.debug({ entryId: this.entryId, detail: error.detail }, 'outcomes wait for the database');
      await pause(secondTryMs, undefined, { signal: this.stopping }).catch(() => undefined);
    }
  }
}
