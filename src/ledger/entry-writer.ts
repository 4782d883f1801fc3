import { sleep } from '../base/backoff.ts';
import type { Log } from '../base/log.ts';
import { StoreUnavailable } from '../store/index.ts';
import type { Completion } from './entry.ts';
import type { Outcome } from './outcome.ts';

const retryDelayMs = 250;

/** Result of writing a completion. LOST: the entry is no longer an open entry of this gateway. UNWRITTEN: the gateway stops. */
export type EntryEnd = 'WRITTEN' | 'LOST' | 'UNWRITTEN';

/**
 * Records the outcomes of the SIMs of one entry as they become known: batches those that arrive during a write, and retries while the
 * database does not answer. If the gateway dies first, the SIMs stay SENDING, which recovery turns into UNKNOWN.
 */
export class EntryWriter {
  private waiting = new Map<number, Outcome>();
  private completion: Completion | null = null;
  private writing: Promise<void> | null = null;
  private fault: unknown;
  private isOwn = true;

  constructor(
    private readonly entryId: string,
    /** Returns false if a completion was not written because the entry is no longer an open entry of this gateway. */
    private readonly writeDown: (
      outcomes: readonly (readonly [position: number, Outcome])[],
      completion: Completion | null,
    ) => Promise<boolean>,
    private readonly stopping: AbortSignal,
    private readonly log: Log,
  ) {}

  recordOutcome(position: number, outcome: Outcome): void {
    this.waiting.set(position, outcome);
    this.writing ??= this.write();
  }

  /** Ends the entry. Resolves when everything is written, the entry is lost, or the gateway stops. Errors: internal faults only. */
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

  /** Resolves when all outcomes so far are written, or the gateway stops. Errors: internal faults only. */
  async flush(): Promise<void> {
    while (this.writing !== null) await this.writing;
    if (this.fault !== undefined) throw this.fault;
  }

  private async write(): Promise<void> {
    // Outcomes of one answer arrive in one turn of the event loop.
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
      await sleep(retryDelayMs, this.stopping);
    }
  }
}
