import DataLoader from 'dataloader';
import { isSimApiFailure, type SimApi, type SimCost, type YearMonth } from '../../sim-api/index.ts';
import { fromSimApi } from '../errors/gateway-error.ts';

/** Reads costs for one request: one batch for each month. */
export interface CostLoader {
  /** Null where the SIM has no history in that month. Errors: what the SIM API fails with. */
  ofSim(iccid: string, month: YearMonth): Promise<SimCost | null>;
  /** Keeps a cost that is known without a read, unless it was read already. */
  keep(iccid: string, month: YearMonth, cost: SimCost | null): void;
}

/** A loader of costs over `/get_sim_costs`. */
export function createCostLoader(simApi: SimApi): CostLoader {
  const loaders = new Map<YearMonth, DataLoader<string, SimCost | null>>();

  function loaderOf(month: YearMonth): DataLoader<string, SimCost | null> {
    const known = loaders.get(month);
    if (known !== undefined) return known;
    const loader = new DataLoader<string, SimCost | null>(async (iccids) => {
      const found = await simApi.costs.byIccid(iccids, month);
      return iccids.map((iccid) => {
        const cost = found.get(iccid) ?? null;
        return isSimApiFailure(cost) ? fromSimApi(cost, [iccid]) : cost;
      });
    });
    loaders.set(month, loader);
    return loader;
  }

  return {
    ofSim: (iccid, month) => loaderOf(month).load(iccid),
    keep(iccid, month, cost) {
      loaderOf(month).prime(iccid, cost);
    },
  };
}
