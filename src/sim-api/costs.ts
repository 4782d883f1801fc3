import type { Batches } from './batches.ts';
import type { Caller } from './caller.ts';
import { reads } from './endpoints.ts';
import { type ByKey, readByKey } from './read-by-key.ts';
import type { SearchBudget } from './search.ts';
import { decodeSimCost, type SimCost } from './wire/cost.wire.ts';
import type { YearMonth } from './year-month.ts';

export interface Costs {
  /**
   * Costs of any number of SIMs in one month. An absent ICCID has no history in that month: the SIM API refuses a call for that SIM alone
   * with E101; it leaves the SIM out of a call for several, or refuses the whole call. `budget` limits the search for SIMs that cause a read
   * to fail. Source: `/get_sim_cost`, `/get_sim_costs`.
   */
  byIccid(iccids: readonly string[], month: YearMonth, budget?: SearchBudget): Promise<ByKey<SimCost>>;
}

export function createCosts(caller: Caller, batches: Batches): Costs {
  return {
    byIccid: (iccids, month, budget) =>
      readByKey(caller, batches, iccids, {
        request: () => reads.simCosts(month),
        requestForOne: () => reads.simCost(month),
        keyName: 'iccid',
        listName: 'costs',
        decode: (value) => decodeSimCost(value, month),
        keyOf: (cost) => cost.iccid,
        absentCode: 'E101',
        oneSimCodes: ['E101', 'E002'],
        budget,
      }),
  };
}
