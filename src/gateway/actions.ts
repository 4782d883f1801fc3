import type { Clock } from '../base/clock.ts';
import type { SimApi } from '../sim-api/index.ts';
import { type AlertActions, createAlertActions } from './alert/alert.actions.ts';
import type { RequestLedger } from './ledger/ledger.ts';
import { createLoaders, type Loaders } from './loaders.ts';
import { createSimActions, type SimActions } from './sim/sim.actions.ts';

/** The one way to change anything through the SIM API. */
export interface Actions {
  readonly sims: SimActions;
  readonly alerts: AlertActions;
}

/** What one mutation may take. */
export interface ActionLimits {
  /** Upstream calls beyond those that it would take if nothing were refused. */
  readonly mostExtraCalls: number;
}

/** The actions of one request, each written down in the ledger; after a change the loaders forget everything they read. */
export function createActions(
  simApi: SimApi,
  clock: Clock,
  loaders: Loaders,
  ledger: RequestLedger,
  limits: ActionLimits,
): Actions {
  // What is read after a change serves the fields below it too.
  const own = createLoaders(simApi, clock, (fresh) => Object.assign(loaders, fresh));
  return {
    sims: createSimActions(simApi, own, ledger, limits.mostExtraCalls),
    alerts: createAlertActions(simApi, own, ledger),
  };
}
