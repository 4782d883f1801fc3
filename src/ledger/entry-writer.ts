import { rest } from '../base/backoff.ts';
import type { Log } from '../base/log.ts';
import { StoreUnavailable } from '../store/index.ts';
import type { Completion } from './entry.ts';
import type { Outcome } from './outcome.ts';

const retryDelayMs = 250;

/** How the end of an entry came out; LOST: another gateway has the entry, or ended it. UNWRITTEN: this one stops. */
export type EntryEnd = 'WRITTEN' | 'LOST' | 'UNWRITTEN';

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

  /** Takes the outcome of the SIM at a position. */
  recordOutcome(position: number, outcome: Outcome): void {
    this.waiting.set(position, outcome);
    this.writing ??= this.write();
  }

  /**
   * Takes the end of the entry. Resolves when everything is written, or the entry is lost, or the gateway stops. Errors: faults of ours.
   */
  async end(completion: Completion): Promise<EntryEnd> {
    this.completion = completion;
    while (this.completion !== null && this.fault === undefined && !this.stopping.aborted) {
      this.writing ??= this.write();
      await this.writing;
    }
    if (this.fault !== undefined) throw this.fault;
    if (this.completion !== null) return 'UNWRITTEN';
    return this.isOwn ? 'WRITTEN' : 'LOST';
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
      await rest(retryDelayMs, this.stopping);
    }
  }
}
