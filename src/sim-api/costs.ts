import type { Batches } from './batches.ts';
import type { Caller } from './caller.ts';
import { reads } from './endpoints.ts';
import { type ByKey, readByKey } from './read-by-key.ts';
import type { SearchBudget } from './search.ts';
import { decodeSimCost, type SimCost } from './wire/cost.wire.ts';
import type { YearMonth } from './year-month.ts';

export interface Costs {
  /**
   * Costs of any number of SIMs in one month. An absent ICCID has no history in that month: the SIM API leaves it out, or refuses the whole
   * call with E101. `budget` limits the search for SIMs that cause a read to fail. Source: `/get_sim_costs`.
   */
  byIccid(iccids: readonly string[], month: YearMonth, budget?: SearchBudget): Promise<ByKey<SimCost>>;
}

export function createCosts(caller: Caller, batches: Batches): Costs {
  return {
    byIccid: (iccids, month, budget) =>
      readByKey(caller, batches, iccids, {
        request: () => reads.simCosts(month),
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
