import type { Clock } from '../../base/clock.ts';
import {
  type ByKey,
  isSimApiFailure,
  monthOf,
  type SearchBudget,
  type SimApi,
  type SimCost,
  type YearMonth,
} from '../../sim-api/index.ts';

/** The costs that one full sync reads. */
export interface MonthCosts {
  /** The month in which the full sync began. */
  readonly month: YearMonth;
  /** Costs by ICCID; null if the SIM has no history in the month. SIMs whose cost cannot be read are left out. */
  read(iccids: readonly string[]): Promise<Map<string, SimCost | null>>;
}

/** Budget of one full sync for finding the SIMs that make a call for many SIMs fail. */
const searchCalls = 40;
const searchMs = 60_000;

/** Creates the cost reader for the current month. */
export function createMonthCosts(
  { simApi, clock }: { readonly simApi: SimApi; readonly clock: Clock },
  signal: AbortSignal,
): MonthCosts {
  const month = monthOf(clock.now());
  const budget: SearchBudget = { calls: searchCalls, lengthMs: searchMs, untilMs: null };
  /** Whether no cost of the last call could be read; the rest of the full sync then reads no costs. */
  let isAway = false;

  return {
    month,
    async read(iccids) {
      const costs = new Map<string, SimCost | null>();
      if (iccids.length === 0 || isAway) return costs;
      const found: ByKey<SimCost> = await simApi.costs.byIccid(iccids, month, budget);
      signal.throwIfAborted();
      for (const iccid of iccids) {
        const cost = found.get(iccid) ?? null;
        if (!isSimApiFailure(cost)) costs.set(iccid, cost);
      }
      isAway = costs.size === 0;
      return costs;
    },
  };
}
