import { codeOfSimApi, fromSimApi, GatewayError } from '../errors/index.ts';
import { type ChangeEntry, failed, notSent, succeeded, unknown } from '../ledger/index.ts';
import {
  availableActions,
  type BatchOutcome,
  type Change,
  isApplied,
  isCertainlyRefused,
  isRefusal,
  isStateAction,
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

/** A change that was sent and not seen on the SIM is looked for once more, so much later: it may be slow to show. */
const rereadDelayMs = 500;

/** How changes are carried out, the same for all of them. */
export interface ChangeOptions {
  /** Calls that one change may take beyond those that it would take if nothing were refused. */
  readonly maxExtraCalls: number;
  readonly updates: IndexUpdates;
}

/**
 * Changes SIMs that were just read and written down; when it ends each of them is settled in the entry. Gives those that were read
 * and to which nothing was sent after that, so that they need not be read again. Errors: faults of the gateway's own.
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
 * Finds out what became of every SIM of a change. The SIM API answers up to 1000 of them with one code: a refused call is
 * halved until the SIMs that it was refused for stand alone, and what it may have changed all the same is read back. A call
 * without a clear answer is settled by reading back alone and never sent again. The one change that may reach a SIM twice is
 * a RESET: after a refused call for many each SIM is asked alone, since none shows whether it was reset, and twice does no harm.
 */
class ChangeRun {
  /** SIMs whose state makes a refusal likely: they travel apart from the others, and are not halved but asked one by one. */
  private readonly likelyRefused = new Set<string>();
  /** What was read since the last answer to this change. */
  private current = new Map<string, Sim>();

  constructor(
    private readonly simApi: SimApi,
    private readonly change: Change,
    /** Where every SIM is written down before it is sent, and settled after it. */
    private readonly entry: ChangeEntry,
    /** Calls that finding out who was refused may take beyond those that the change needs. */
    private extraCalls: number,
  ) {}

  async run(targets: readonly Sim[]): Promise<readonly Sim[]> {
    this.current = new Map(targets.map((sim) => [sim.iccid, sim]));
    const likely: string[] = [];
    for (const sim of targets) {
      const { iccid } = sim;
      if (isApplied(sim, this.change)) this.entry.recordOutcome(iccid, succeeded);
      else if (isCertainlyRefused(sim, this.change))
        this.entry.recordOutcome(
          iccid,
          failed(new GatewayError('TRANSITION_NOT_ALLOWED', { iccids: [iccid] })),
        );
      else if (isLikely(sim, this.change)) likely.push(iccid);
      else this.likelyRefused.add(iccid);
    }
    await this.send(likely);
    await this.send([...this.likelyRefused]);
    return [...this.current.values()];
  }

  /** Sends the change to some SIMs and settles them as answers come; true where every one of them was accepted. */
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

  /** As `send`, for SIMs of a refused call, at the expense of the extra calls; where there are none left the SIMs are not sent. */
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

  /** SIMs whose call was surely not sent: it failed before that, or the gateway stops. */
  private recordUnsent(iccids: readonly string[], failure: Unreachable): void {
    if (failure.reason === 'length') {
      this.fail(iccids, failure);
      return;
    }
    for (const iccid of iccids)
      this.entry.defer(iccid, failure.reason === 'aborted' ? null : errorOf(failure, iccid));
  }

  private fail(iccids: readonly string[], failure: SimApiFailure): void {
    for (const iccid of iccids) this.entry.recordOutcome(iccid, failed(errorOf(failure, iccid)));
  }

  /** SIMs whose call got no clear answer: they tell themselves, at once or a little later, or nobody does. */
  private async resolveUnclear(iccids: readonly string[], failure: SimApiFailure): Promise<void> {
    const answer = failure instanceof Rejected ? failure : null;
    if (kindOf(this.change) !== 'visible') {
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

  /** SIMs whose call was refused with one code for all of them. */
  private async resolveRefused(iccids: readonly string[], refusal: Rejected): Promise<void> {
    const isKnown = codeOfSimApi(refusal.code) !== 'UNKNOWN_SIM_API_ERROR';
    if (isKnown && !mayBlameSome(refusal.code)) return this.fail(iccids, refusal);
    const isVerifiable = kindOf(this.change) === 'visible';
    if (iccids.length === 1 && (isKnown || isVerifiable)) {
      this.fail(isKnown ? iccids : await this.untouchedOf(iccids, refusal), refusal);
    } else if (kindOf(this.change) === 'once' || iccids.length === 1) {
      // Some of them may have been served before the call was refused, and a code that nobody knows may mean anything.
      for (const iccid of iccids) this.entry.recordOutcome(iccid, unknown(iccid, refusal));
    } else if (kindOf(this.change) === 'traceless') {
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
   * SIMs of a refused call, at least one of which was the reason for it when it was refused: halved until that one is refused alone.
   * The last one is sent alone too, since the reason may have passed meanwhile, or be a SIM that could not be read back.
   */
  private async divide(iccids: readonly string[], refusal: Rejected): Promise<void> {
    if (iccids.length === 1) {
      await this.sendAgain(iccids, refusal);
      return;
    }
    const middle = Math.ceil(iccids.length / 2);
    const [first, second] = [iccids.slice(0, middle), iccids.slice(middle)];
    // Where the first half is accepted as a whole, the reason is in the second: no need to have that refused again.
    if (await this.sendAgain(first, refusal)) await this.divide(second, refusal);
    else await this.sendAgain(second, refusal);
  }

  /** SIMs of a refused call that are as they were. Of one that cannot be read nobody knows. */
  private async untouchedOf(iccids: readonly string[], refusal: Rejected): Promise<readonly string[]> {
    const { untouched, unreadable } = await this.readBack(iccids);
    for (const [iccid, unread] of unreadable) this.entry.markUncertain(iccid, refusal, unread);
    return untouched;
  }

  /** Reads SIMs back: those that are as asked succeeded. Gives the others. */
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

/** Whether nothing in the state of a SIM speaks against a change of it. */
function isLikely(sim: Sim, { action }: Change): boolean {
  const dependsOnState = isStateAction(action) || action === 'RESET';
  return dependsOnState ? availableActions(sim).includes(action) : sim.state !== 'CLOSED';
}

/** The error of a SIM that was surely not changed: a time-out before it was sent must not sound like one after. */
function errorOf(failure: SimApiFailure, iccid: string): GatewayError {
  const error = fromSimApi(failure, [iccid]);
  return error.code === 'UPSTREAM_TIMEOUT' ? new GatewayError('UPSTREAM_UNAVAILABLE', error.details) : error;
}
