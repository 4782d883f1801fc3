import { GatewayError, itemOf } from '../../errors/index.ts';
import type { SimApi, SimCost, YearMonth } from '../../sim-api/index.ts';
import { ListLoader } from '../common/list-loader.ts';

/** Reads costs for one request, in one batch for each month. */
export interface CostLoader {
  /** Errors: NO_COST_HISTORY and those of the SIM API. */
  ofSim(iccid: string, month: YearMonth): Promise<SimCost>;
  /** The cost, or the error that `ofSim` fails with; undefined if it was not read yet. */
  known(iccid: string, month: YearMonth): SimCost | Error | undefined;
  /** Resolves when the costs of all these SIMs are known; undefined if they are known already. */
  read(iccids: readonly string[], month: YearMonth): Promise<unknown> | undefined;
  /** Primes the cache with a cost from the index, null if the SIM has no history. A cost that was read already stays. */
  prime(iccid: string, month: YearMonth, cost: SimCost | null): void;
}

/** Source: `/get_sim_cost`, `/get_sim_costs`; docs/sim-api.md "Reads". */
export function createCostLoader(simApi: SimApi): CostLoader {
  const loaders = new Map<YearMonth, ListLoader<SimCost>>();

  function loaderOf(month: YearMonth): ListLoader<SimCost> {
    const known = loaders.get(month);
    if (known !== undefined) return known;
    const loader = new ListLoader<SimCost>(async (iccids) => {
      const found = await simApi.costs.byIccid(iccids, month);
      return iccids.map((iccid) => itemOf(found, iccid, 'NO_COST_HISTORY', [iccid]));
    });
    loaders.set(month, loader);
    return loader;
  }

  return {
    ofSim: (iccid, month) => loaderOf(month).load(iccid),
    known: (iccid, month) => loaders.get(month)?.peek(iccid),
    read: (iccids, month) => loaderOf(month).read(iccids),
    prime(iccid, month, cost) {
      loaderOf(month).prime(iccid, cost ?? new GatewayError('NO_COST_HISTORY', { iccids: [iccid] }));
    },
  };
}
