import type { Clock } from '../base/clock.ts';
import { Garbled, Rejected, type SimApiFailure, Unreachable } from './errors.ts';

/** Decides whether a failed read of several SIMs is bisected to isolate the SIMs that cause the failure. */
export interface Search {
  /** Records how a call of the read ended; null if it was answered. */
  note(failure: SimApiFailure | null): void;
  /** Returns the failure to report for the SIMs of a failed call, or null if the call should be bisected. */
  verdict(failure: SimApiFailure): SimApiFailure | null;
}

/** Remaining budget to isolate failing SIMs if the failure does not show that one SIM causes it. Several reads may share a budget. */
export interface SearchBudget {
  calls: number;
  /** Time limit from the first failure on. */
  readonly lengthMs: number;
  /** By the monotonic clock; null before the first failure. */
  untilMs: number | null;
}

/** Failures of a read that a single SIM may cause. */
export interface Blame {
  /** Codes that mean that one SIM causes the refusal; other codes and garbled answers may have any cause. */
  readonly oneSimCodes: readonly string[];
  /** Whether timeouts are bisected, too: each call of such a search may take as long as one try. */
  readonly canWait: boolean;
  /** Default: 200 calls, within the time of one call. */
  readonly budget?: SearchBudget | undefined;
}

/** Maximum calls of one read to isolate refused SIMs: enough for a dozen of them among 1000. */
const maxExtraCalls = 200;
/** Consecutive failures that end the search: an outage, or too many failing SIMs. The breaker opens after ten requests. */
const maxFailuresInRow = 7;

/**
 * Creates the search of one read. The default budget ends `lengthMs` after the read began if a client waits for it, otherwise after the
 * first failure.
 */
export function createSearch(blame: Blame, clock: Clock, lengthMs: number): Search {
  return new ReadSearch(blame, clock, lengthMs);
}

class ReadSearch implements Search {
  private readonly budget: SearchBudget;
  private refusalCalls = maxExtraCalls;
  private failuresInRow = 0;

  constructor(
    private readonly blame: Blame,
    private readonly clock: Clock,
    lengthMs: number,
  ) {
    const untilMs = blame.canWait ? null : clock.monotonicMs() + lengthMs;
    this.budget = blame.budget ?? { calls: maxExtraCalls, lengthMs, untilMs };
  }

  note(failure: SimApiFailure | null): void {
    this.failuresInRow = failure === null || this.saysSo(failure) ? 0 : this.failuresInRow + 1;
  }

  verdict(failure: SimApiFailure): SimApiFailure | null {
    if (!this.saysSo(failure)) return this.isWorthIt(failure) ? null : failure;
    this.refusalCalls -= 2;
    return this.refusalCalls >= 0 ? null : budgetSpent(failure);
  }

  private saysSo(failure: SimApiFailure): failure is Rejected {
    return failure instanceof Rejected && this.blame.oneSimCodes.includes(failure.code);
  }

  private isWorthIt(failure: SimApiFailure): boolean {
    const { budget, blame } = this;
    if (!mayBlameOne(failure, blame.canWait) || this.failuresInRow >= maxFailuresInRow) return false;
    const now = this.clock.monotonicMs();
    budget.untilMs ??= now + budget.lengthMs;
    budget.calls -= 2;
    return budget.calls >= 0 && now < budget.untilMs;
  }
}

/** Codes about the call as a whole. */
const wholeCallCodes: readonly string[] = ['E230'];

/**
 * Whether one of several SIMs may be the cause. Not if the call was not sent, or if the SIM API asks to retry later. `canWait`: timeouts
 * count too.
 */
export function mayBlameOne(failure: SimApiFailure, canWait: boolean): boolean {
  if (failure instanceof Rejected) return !wholeCallCodes.includes(failure.code);
  if (failure instanceof Garbled) return true;
  if (failure.surelyNotSent || failure.retryAfterSeconds !== null) return false;
  return failure.reason === 'unavailable' || (canWait && failure.reason === 'timeout');
}

function budgetSpent(refusal: Rejected): Unreachable {
  const detail = 'isolating the refused SIMs takes too many calls';
  return new Unreachable(refusal.operation, 'budget', true, detail, null, refusal);
}
