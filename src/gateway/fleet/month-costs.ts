import type { Clock } from '../../base/clock.ts';
import {
  type ByKey,
  isSimApiFailure,
  monthOf,
  type SimApi,
  type SimCost,
  Unreachable,
  type YearMonth,
} from '../../sim-api/index.ts';

/** The costs of one walk. */
export interface MonthCosts {
  /** The month that they are of: the one in which the walk began. */
  readonly month: YearMonth;
  /**
   * What SIMs cost in the month, null where one has no history. Those that the SIM API does not tell are left out: they must not
   * hold up what it tells of the others.
   */
  read(iccids: readonly string[]): Promise<Map<string, SimCost | null>>;
}

/** So many calls of one walk may go into finding the SIMs for whose sake a call for many is not answered. */
const mostExtraCalls = 40;
/** … and so much time. */
const longestExtraMs = 60_000;

/** Costs of the present month; `signal` ends the reading. */
export function createMonthCosts(
  { simApi, clock }: { readonly simApi: SimApi; readonly clock: Clock },
  signal: AbortSignal,
): MonthCosts {
  const month = monthOf(clock.now());
  let extraCalls = mostExtraCalls;
  let extraUntilMs = Number.POSITIVE_INFINITY;
  /** Nobody was answered: the rest of the walk goes without. */
  let isAway = false;

  async function readInto(costs: Map<string, SimCost | null>, iccids: readonly string[]): Promise<void> {
    const found: ByKey<SimCost> = await simApi.costs.byIccid(iccids, month);
    signal.throwIfAborted();
    const unanswered: string[] = [];
    for (const iccid of iccids) {
      const cost = found.get(iccid) ?? null;
      if (!isSimApiFailure(cost)) costs.set(iccid, cost);
      else if (cost instanceof Unreachable && cost.reason !== 'budget') unanswered.push(iccid);
    }
    if (unanswered.length <= 1) return;
    extraUntilMs = Math.min(extraUntilMs, clock.monotonicMs() + longestExtraMs);
    const middle = Math.ceil(unanswered.length / 2);
    for (const half of [unanswered.slice(0, middle), unanswered.slice(middle)]) {
      if (--extraCalls < 0 || clock.monotonicMs() > extraUntilMs) return;
      await readInto(costs, half);
    }
  }

  return {
    month,
    async read(iccids) {
      const costs = new Map<string, SimCost | null>();
      if (iccids.length === 0 || isAway) return costs;
      await readInto(costs, iccids);
      isAway = costs.size === 0;
      return costs;
    },
  };
}
