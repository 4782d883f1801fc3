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

/** What one sync may spend on finding the SIMs for whose sake a call for many is not answered. */
const searchCalls = 40;
const searchMs = 60_000;

/** Costs of the present month; `signal` ends the reading. */
export function createMonthCosts(
  { simApi, clock }: { readonly simApi: SimApi; readonly clock: Clock },
  signal: AbortSignal,
): MonthCosts {
  const month = monthOf(clock.now());
  const budget: SearchBudget = { calls: searchCalls, lengthMs: searchMs, untilMs: null };
  /** The SIM API answered for no SIM: the rest of the sync goes without. */
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
