import type { Clock } from '../base/clock.ts';
import type { SimApi } from '../sim-api/index.ts';
import { type CostLoader, createCostLoader } from './cost/cost.loader.ts';
import { createSimLoader, type SimLoader } from './sim/sim.loader.ts';
import { createSimListLoader, type SimListLoader } from './sim/sim-list.loader.ts';

/** The one way to read from the SIM API: made anew for each request, so that nothing read for one caller reaches another. */
export interface Loaders {
  readonly sims: SimLoader;
  readonly simList: SimListLoader;
  readonly costs: CostLoader;
}

/** The loaders of one request. */
export function createLoaders(simApi: SimApi, clock: Clock): Loaders {
  const sims = createSimLoader(simApi);
  return {
    sims,
    simList: createSimListLoader(simApi, sims, clock),
    costs: createCostLoader(simApi, clock),
  };
}
