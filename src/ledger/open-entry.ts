import { type GatewayError, releasesKey } from '../errors/index.ts';
import type { Rejected } from '../sim-api/index.ts';
import type { NewEntry } from './entry.ts';
import type { EntryWriter } from './entry-writer.ts';
import type { LedgerStore } from './ledger.store.ts';
import { type ChangeEntry, claimedInTime, failed, notSent, type Outcome, unknown } from './outcome.ts';

/** The open entry of a mutation: its SIMs and their outcomes so far. */
export class OpenEntry implements ChangeEntry {
  private iccids: readonly (string | null)[] = [];
  private readonly positions = new Map<string, number>();
  private readonly outcomes = new Map<number, Outcome>();
  /** Positions of claimed SIMs, without those that were deferred after the claim. */
  private readonly sent = new Set<number>();
  /** Whether a request that names no SIM may have been sent. */
  private hasSentForAll = false;
  /** The answer that a replay gets, beside the SIMs; null before `name`. */
  answer: unknown = null;
  private isCutOff = false;

  constructor(
    private readonly store: LedgerStore,
    readonly entry: NewEntry,
    private readonly writer: EntryWriter,
  ) {}

  /**
   * Writes every SIM once, before the first is sent; null stands for a SIM whose ICCID is unknown. `answer` is stored for a replay.
   * Errors: StoreUnavailable, LeaseLost.
   */
  async name(iccids: readonly (string | null)[], answer: unknown): Promise<void> {
    this.iccids = iccids;
    for (const [position, iccid] of iccids.entries()) if (iccid !== null) this.positions.set(iccid, position);
    await this.store.name(this.entry, iccids, answer);
    this.answer = answer;
  }

  recordOutcome(iccid: string, outcome: Outcome): void {
    this.recordOutcomeAt(this.positionOf(iccid), outcome);
  }

  /** Records UNKNOWN: a mutation does not read the SIM again. */
  markUncertain(iccid: string, answer: Rejected | null): void {
    this.recordOutcome(iccid, unknown(iccid, answer));
  }

  /** Records NOT_SENT or FAILED: a mutation does not send the SIM later. */
  defer(iccid: string, reason: GatewayError | null): void {
    this.sent.delete(this.positionOf(iccid));
    this.recordOutcome(iccid, reason === null ? notSent('GATEWAY_STOPPED', iccid) : failed(reason));
  }

  /** Records that a request which names no SIM is about to be sent. */
  sendForAll(): void {
    this.hasSentForAll = true;
  }

  /** Records that nothing of the change was sent, and why; all its SIMs are FAILED. */
  releaseClaim(reason: GatewayError): void {
    this.hasSentForAll = false;
    for (const [position] of this.iccids.entries()) this.recordOutcomeAt(position, failed(reason));
    this.sent.clear();
  }

  get mayHaveSent(): boolean {
    return this.hasSentForAll || this.sent.size > 0;
  }

  recordOutcomeAt(position: number, outcome: Outcome): void {
    this.outcomes.set(position, outcome);
    this.writer.recordOutcome(position, outcome);
  }

  /**
   * Marks SIMs as SENDING before they are sent. Returns false if they must not be sent: the database does not answer, or some already have
   * an outcome. After one refusal all further claims are refused at once, since each would otherwise wait for the timeout while it occupies a call slot.
   */
  async claim(iccids: readonly string[]): Promise<boolean> {
    if (this.isCutOff) return false;
    const positions = iccids.map((iccid) => this.positionOf(iccid));
    const isOurs = await claimedInTime(this.store.claim(this.entry.id, positions));
    if (isOurs) for (const position of positions) this.sent.add(position);
    else this.isCutOff = true;
    return isOurs;
  }

  /** Whether the caller may retry with the same key: surely nothing was sent, and each error is temporary or can be fixed. */
  mayRepeat(errors: readonly GatewayError[]): boolean {
    return !this.mayHaveSent && errors.length > 0 && errors.every(({ code }) => releasesKey(code));
  }

  /** The outcome of each SIM, ordered by position; UNKNOWN if none was recorded. */
  recorded(): { readonly iccid: string | null; readonly outcome: Outcome }[] {
    return this.iccids.map((iccid, position) => ({
      iccid,
      outcome: this.outcomes.get(position) ?? unknown(iccid),
    }));
  }

  errors(): GatewayError[] {
    return [...this.outcomes.values()].flatMap(({ error }) => error ?? []);
  }

  private positionOf(iccid: string): number {
    const position = this.positions.get(iccid);
    if (position === undefined) throw new Error('the SIM is not in this entry');
    return position;
  }
}
