import { codeOfSimApi, fromSimApi, GatewayError } from '../errors/index.ts';
import { type ChangeEntry, failed, notSent, succeeded, unknown } from '../ledger/index.ts';
import {
  type BatchOutcome,
  type Change,
  isApplied,
  isRefusal,
  kindOf,
  mayBlameSome,
  Rejected,
  type Sim,
  type SimApi,
  type SimApiFailure,
  Unreachable,
} from '../sim-api/index.ts';
import { type IndexUpdates, withIndexUpdates } from './index-updates.ts';
import { readSims } from './read-sims.ts';
import { stateRefusal } from './state-refusal.ts';
import { verdictOf } from './verdict.ts';

/** Delay before the second read of a SIM that does not show a sent change yet, in ms: reads may lag behind a change. */
const rereadDelayMs = 500;

export interface ChangeOptions {
  /** Maximum number of calls of one change beyond those that it takes if no SIM is refused. */
  readonly maxExtraCalls: number;
  readonly updates: IndexUpdates;
}

/**
 * Sends a change to SIMs that were just read and are in the entry. When it ends, each of them has an outcome or is deferred. Returns the
 * SIMs that were read after the last answer to the change, so that they need not be read again; all SIMs if no SIM needed a call. Errors:
 * internal faults only.
 */
export function changeSims(
  simApi: SimApi,
  change: Change,
  entry: ChangeEntry,
  sims: readonly Sim[],
  { maxExtraCalls, updates }: ChangeOptions,
): Promise<readonly Sim[]> {
  return new ChangeRun(simApi, change, withIndexUpdates(entry, sims, change, updates), maxExtraCalls).run(
    sims,
  );
}

/**
 * Determines the outcome of every SIM of a change. The SIM API answers a call for up to 1000 SIMs with one code. A refused call is bisected
 * until the refused SIMs are alone, and SIMs that it may have changed nevertheless are read back. A call without a clear answer is never
 * sent again: its SIMs are only read back. The one change that a SIM may get twice is RESET: after a refused call for several SIMs each SIM
 * gets its own call, because a read does not show a reset and a second reset does no harm.
 */
class ChangeRun {
  /** SIMs whose state makes a refusal likely: they are sent apart from the others, and after a refusal one per call, without bisection. */
  private readonly likelyRefused = new Set<string>();
  /** SIMs that were read after the last answer to this change. */
  private current = new Map<string, Sim>();

  constructor(
    private readonly simApi: SimApi,
    private readonly change: Change,
    private readonly entry: ChangeEntry,
    /** Number of extra calls that are left for finding the refused SIMs. */
    private extraCalls: number,
  ) {}

  async run(targets: readonly Sim[]): Promise<readonly Sim[]> {
    this.current = new Map(targets.map((sim) => [sim.iccid, sim]));
    const likely: string[] = [];
    for (const sim of targets) {
      const { iccid } = sim;
      const verdict = verdictOf(sim, this.change);
      if (verdict === 'applied') this.entry.recordOutcome(iccid, succeeded);
      else if (verdict === 'likelyAccepted') likely.push(iccid);
      else if (verdict === 'likelyRefused') this.likelyRefused.add(iccid);
      else this.entry.recordOutcome(iccid, failed(verdict));
    }
    await this.send(likely);
    await this.send([...this.likelyRefused]);
    return [...this.current.values()];
  }

  /** Sends the change to SIMs and records their outcomes as answers arrive; returns whether all were accepted. */
  private async send(iccids: readonly string[]): Promise<boolean> {
    if (iccids.length === 0) return true;
    let areAllAccepted = true;
    await this.simApi.control.send(
      this.change,
      iccids,
      (batch) => this.entry.claim(batch),
      async (part) => {
        if (!('answer' in part)) areAllAccepted = false;
        this.current.clear();
        await this.recordBatch(part);
      },
    );
    return areAllAccepted;
  }

  /** As `send`, for SIMs of a refused call. Uses one extra call; if none is left, the SIMs are NOT_SENT. */
  private async sendAgain(iccids: readonly string[], refusal: Rejected): Promise<boolean> {
    if (this.extraCalls <= 0) {
      for (const iccid of iccids)
        this.entry.recordOutcome(iccid, notSent('CALL_BUDGET_SPENT', iccid, refusal));
      return false;
    }
    this.extraCalls--;
    return this.send(iccids);
  }

  private async recordBatch(part: BatchOutcome<true>): Promise<void> {
    if ('answer' in part) for (const iccid of part.keys) this.entry.recordOutcome(iccid, succeeded);
    else if (isRefusal(part.failure)) await this.resolveRefused(part.keys, part.failure);
    else if (part.failure instanceof Unreachable && part.failure.surelyNotSent)
      this.recordUnsent(part.keys, part.failure);
    else await this.resolveUnclear(part.keys, part.failure);
  }

  /** Handles SIMs whose call was surely not sent: it failed before that, or was aborted. */
  private recordUnsent(iccids: readonly string[], failure: Unreachable): void {
    if (failure.reason === 'length') {
      this.fail(iccids, failure);
      return;
    }
    for (const iccid of iccids)
      this.entry.defer(iccid, failure.reason === 'aborted' ? null : errorOf(failure, iccid, this.change));
  }

  private fail(iccids: readonly string[], failure: SimApiFailure): void {
    for (const iccid of iccids) this.entry.recordOutcome(iccid, failed(errorOf(failure, iccid, this.change)));
  }

  /** Handles SIMs whose call got no clear answer: reads them once or twice if a read can show the change. The rest is UNKNOWN. */
  private async resolveUnclear(iccids: readonly string[], failure: SimApiFailure): Promise<void> {
    const answer = failure instanceof Rejected ? failure : null;
    if (kindOf(this.change) !== 'verifiable') {
      for (const iccid of iccids) this.entry.recordOutcome(iccid, unknown(iccid, answer));
      return;
    }
    let rest = await this.readBack(iccids);
    if (rest.all.length > 0) {
      await new Promise((resolve) => setTimeout(resolve, rereadDelayMs));
      rest = await this.readBack(rest.all);
    }
    for (const iccid of rest.untouched) this.entry.recordOutcome(iccid, unknown(iccid, answer));
    for (const [iccid, unread] of rest.unreadable) this.entry.markUncertain(iccid, answer, unread);
  }

  /** Handles SIMs whose call was refused with one code for all of them. */
  private async resolveRefused(iccids: readonly string[], refusal: Rejected): Promise<void> {
    const isKnown = codeOfSimApi(refusal.code) !== 'UNKNOWN_SIM_API_ERROR';
    if (isKnown && !mayBlameSome(refusal.code)) return this.fail(iccids, refusal);
    const isVerifiable = kindOf(this.change) === 'verifiable';
    if (iccids.length === 1 && (isKnown || isVerifiable)) {
      this.fail(isKnown ? iccids : await this.untouchedOf(iccids, refusal), refusal);
    } else if (kindOf(this.change) === 'atMostOnce' || iccids.length === 1) {
      // Some SIMs may have been changed before the call was refused, and an unknown code may mean anything.
      for (const iccid of iccids) this.entry.recordOutcome(iccid, unknown(iccid, refusal));
    } else if (kindOf(this.change) === 'harmless') {
      await this.sendOneByOne(iccids, refusal);
    } else {
      const rest = isVerifiable ? await this.untouchedOf(iccids, refusal) : iccids;
      if (rest.every((iccid) => this.likelyRefused.has(iccid))) await this.sendOneByOne(rest, refusal);
      else await this.divide(rest, refusal);
    }
  }

  private async sendOneByOne(iccids: readonly string[], refusal: Rejected): Promise<void> {
    await Promise.all(iccids.map((iccid) => this.sendAgain([iccid], refusal)));
  }

  /**
   * Bisects the SIMs of a refused call, at least one of which caused the refusal, until that SIM is refused alone. The last SIM is sent
   * alone too: the cause may have passed meanwhile, or may be a SIM that could not be read back.
   */
  private async divide(iccids: readonly string[], refusal: Rejected): Promise<void> {
    if (iccids.length === 1) {
      await this.sendAgain(iccids, refusal);
      return;
    }
    const middle = Math.ceil(iccids.length / 2);
    const [first, second] = [iccids.slice(0, middle), iccids.slice(middle)];
    // If the whole first half is accepted, the cause is in the second half: it is divided without another call for all its SIMs.
    if (await this.sendAgain(first, refusal)) await this.divide(second, refusal);
    else await this.sendAgain(second, refusal);
  }

  /** Reads back the SIMs of a refused call and returns the unchanged ones. SIMs that cannot be read are marked uncertain. */
  private async untouchedOf(iccids: readonly string[], refusal: Rejected): Promise<readonly string[]> {
    const { untouched, unreadable } = await this.readBack(iccids);
    for (const [iccid, unread] of unreadable) this.entry.markUncertain(iccid, refusal, unread);
    return untouched;
  }

  /** Reads SIMs back, records a success for those that show the change, and returns the others. Uses one extra call. */
  private async readBack(iccids: readonly string[]) {
    this.extraCalls--;
    this.current.clear();
    const keys = iccids.map((iccid) => ({ iccid }));
    const sims = await readSims(this.simApi, keys);
    for (const sim of sims) if (!(sim instanceof Error)) this.current.set(sim.iccid, sim);
    const untouched: string[] = [];
    const unreadable: [iccid: string, unread: Error][] = [];
    for (const [index, iccid] of iccids.entries()) {
      const sim = sims[index] ?? new GatewayError('SIM_NOT_FOUND');
      if (sim instanceof Error) unreadable.push([iccid, sim]);
      else if (isApplied(sim, this.change)) this.entry.recordOutcome(iccid, succeeded);
      else untouched.push(iccid);
    }
    return { untouched, unreadable, all: [...untouched, ...unreadable.map(([iccid]) => iccid)] };
  }
}

/** The error of a SIM that was surely not changed. UPSTREAM_TIMEOUT, which suggests a sent change, becomes UPSTREAM_UNAVAILABLE. */
function errorOf(failure: SimApiFailure, iccid: string, change: Change): GatewayError {
  const error = fromSimApi(failure, [iccid]);
  if (error.code === 'TRANSITION_NOT_ALLOWED') return stateRefusal(change, iccid, error.details.rejected);
  return error.code === 'UPSTREAM_TIMEOUT' ? new GatewayError('UPSTREAM_UNAVAILABLE', error.details) : error;
}
