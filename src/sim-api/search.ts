import type { Clock } from '../base/clock.ts';
import { Garbled, Rejected, type SimApiFailure, Unreachable } from './errors.ts';

/** Decides whether a read of several SIMs that failed is bisected, to find the SIMs that it failed for. */
export interface Search {
  /** Notes how a call of the read ended; null: it was answered. */
  note(failure: SimApiFailure | null): void;
  /** What stands for the SIMs of a call that failed, or null if the call is to be bisected. */
  verdict(failure: SimApiFailure): SimApiFailure | null;
}

/** What looking for SIMs that reads fail for, without saying so, may still cost; several reads may share it. */
export interface SearchBudget {
  calls: number;
  /** From the first failure on. */
  readonly lengthMs: number;
  /** By the monotonic clock; null before the first failure. */
  untilMs: number | null;
}

/** Which failures of a read one SIM may bring on all of them. */
export interface Blame {
  /** Codes that say so; others, and answers that make no sense, may have any reason. */
  readonly oneSimCodes: readonly string[];
  /** Time-outs are searched, too: each call of it may take as long as one try. */
  readonly canWait: boolean;
  /** Default: 200 calls, as long as one call may take. */
  readonly budget?: SearchBudget | undefined;
}

/** One read makes this many calls at most to find SIMs that it was refused for: enough for a dozen of them among 1000. */
const maxExtraCalls = 200;
/** So many calls in a row without an answer are an outage, or too many SIMs at fault. The breaker opens after ten requests. */
const maxFailuresInRow = 7;

/**
 * The search of one read. Without a budget it begins no call when `lengthMs` have passed: since the read began if a client waits for it,
 * else since the first failure.
 */
export function createSearch(blame: Blame, clock: Clock, lengthMs: number): Search {
  const { oneSimCodes, canWait } = blame;
  const untilMs = canWait ? null : clock.monotonicMs() + lengthMs;
  const { budget = { calls: maxExtraCalls, lengthMs, untilMs } } = blame;
  let refusalCalls = maxExtraCalls;
  let failuresInRow = 0;
  const saysSo = (failure: SimApiFailure): failure is Rejected =>
    failure instanceof Rejected && oneSimCodes.includes(failure.code);

  function isWorthIt(failure: SimApiFailure): boolean {
    if (!mayBlameOne(failure, canWait) || failuresInRow >= maxFailuresInRow) return false;
    const now = clock.monotonicMs();
    budget.untilMs ??= now + budget.lengthMs;
    budget.calls -= 2;
    return budget.calls >= 0 && now < budget.untilMs;
  }

  return {
    note(failure) {
      failuresInRow = failure === null || saysSo(failure) ? 0 : failuresInRow + 1;
    },
    verdict(failure) {
      if (!saysSo(failure)) return isWorthIt(failure) ? null : failure;
      refusalCalls -= 2;
      return refusalCalls >= 0 ? null : budgetSpent(failure);
    },
  };
}

/** Codes that blame the call as a whole. */
const wholeCallCodes: readonly string[] = ['E230'];

/** Whether one SIM of several may be the reason. Not if the call was not sent, or if the SIM API asks to come back later. */
function mayBlameOne(failure: SimApiFailure, canWait: boolean): boolean {
  if (failure instanceof Rejected) return !wholeCallCodes.includes(failure.code);
  if (failure instanceof Garbled) return true;
  if (failure.surelyNotSent || failure.retryAfterSeconds !== null) return false;
  return failure.reason === 'unavailable' || (canWait && failure.reason === 'timeout');
}

function budgetSpent(refusal: Rejected): Unreachable {
  const detail = 'too many SIMs are refused one by one';
  return new Unreachable(refusal.operation, 'budget', true, detail, null, refusal);
}
