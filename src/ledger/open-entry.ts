import { type GatewayError, leavesKeyFree } from '../errors/index.ts';
import type { Rejected } from '../sim-api/index.ts';
import type { NewEntry } from './entry.ts';
import type { EntryWriter } from './entry-writer.ts';
import type { LedgerStore } from './ledger.store.ts';
import { type ChangeEntry, claimedInTime, failed, notSent, type Outcome, unknown } from './outcome.ts';

/** A change under way: its SIMs, and what became of each so far. */
export class OpenEntry implements ChangeEntry {
  private iccids: readonly (string | null)[] = [];
  private readonly positions = new Map<string, number>();
  private readonly outcomes = new Map<number, Outcome>();
  /** Positions of SIMs that were claimed, less those that were surely not sent after that. */
  private readonly sent = new Set<number>();
  /** Whether something that names no SIM may have been sent. */
  private hasSentForAll = false;
  /** What the answer is made of, beside the SIMs; null before they are named. */
  answer: unknown = null;
  private isCutOff = false;

  constructor(
    private readonly store: LedgerStore,
    readonly entry: NewEntry,
    private readonly writer: EntryWriter,
  ) {}

  /**
   * Writes down every SIM once, before the first is sent; null stands for one whose ICCID nobody knows. `answer` is kept for
   * a repetition. Errors: StoreUnavailable, LeaseLost.
   */
  async name(iccids: readonly (string | null)[], answer: unknown): Promise<void> {
    this.iccids = iccids;
    for (const [position, iccid] of iccids.entries()) if (iccid !== null) this.positions.set(iccid, position);
    await this.store.name(this.entry, iccids, answer);
    this.answer = answer;
  }

  /** Says what became of a SIM. */
  recordOutcome(iccid: string, outcome: Outcome): void {
    this.recordOutcomeAt(this.positionOf(iccid), outcome);
  }

  /** Nobody comes back to it. */
  markUncertain(iccid: string, answer: Rejected | null): void {
    this.recordOutcome(iccid, unknown(iccid, answer));
  }

  /** Nobody comes back to it: what was not sent stays so. */
  defer(iccid: string, reason: GatewayError | null): void {
    this.sent.delete(this.positionOf(iccid));
    this.recordOutcome(iccid, reason === null ? notSent('GATEWAY_STOPPED', iccid) : failed(reason));
  }

  /** Records that a request which names no SIM is about to be sent. */
  sendForAll(): void {
    this.hasSentForAll = true;
  }

  /** Records that nothing of the change was sent after all, and why; its SIMs fail. */
  takeBack(reason: GatewayError): void {
    this.hasSentForAll = false;
    for (const [position] of this.iccids.entries()) this.recordOutcomeAt(position, failed(reason));
    this.sent.clear();
  }

  /** Whether anything of the change may have been sent. */
  get mayHaveSent(): boolean {
    return this.hasSentForAll || this.sent.size > 0;
  }

  /** The same as `settle`, for the SIM at a position. */
  recordOutcomeAt(position: number, outcome: Outcome): void {
    this.outcomes.set(position, outcome);
    this.writer.recordOutcome(position, outcome);
  }

  /**
   * Marks SIMs as being sent, before they are. False where they must not be: the store does not answer, or they are settled.
   * After that none is, for each of them would wait as long while it holds a slot among the calls.
   */
  async claim(iccids: readonly string[]): Promise<boolean> {
    if (this.isCutOff) return false;
    const positions = iccids.map((iccid) => this.positionOf(iccid));
    const isOurs = await claimedInTime(this.store.claim(this.entry.id, positions));
    if (isOurs) for (const position of positions) this.sent.add(position);
    else this.isCutOff = true;
    return isOurs;
  }

  /** Whether a repetition may do what this one could not: surely nothing was sent, and each error passes or can be put right. */
  mayRepeat(errors: readonly GatewayError[]): boolean {
    return !this.mayHaveSent && errors.length > 0 && errors.every(({ code }) => leavesKeyFree(code));
  }

  /** What became of each SIM, in the order of their positions. */
  recorded(): { readonly iccid: string | null; readonly outcome: Outcome }[] {
    return this.iccids.map((iccid, position) => ({
      iccid,
      outcome: this.outcomes.get(position) ?? unknown(iccid),
    }));
  }

  /** The errors of the SIMs that are settled. */
  errors(): GatewayError[] {
    return [...this.outcomes.values()].flatMap(({ error }) => error ?? []);
  }

  private positionOf(iccid: string): number {
    const position = this.positions.get(iccid);
    if (position === undefined) throw new Error('a SIM is changed that was not written down');
    return position;
  }
}
