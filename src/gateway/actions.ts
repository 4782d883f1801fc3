import type { SimApi } from '../sim-api/index.ts';
import { type AlertActions, createAlertActions } from './alert/alert.actions.ts';
import type { RequestLedger } from './ledger/ledger.ts';
import type { Loaders } from './loaders.ts';
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
  loaders: Loaders,
  ledger: RequestLedger,
  limits: ActionLimits,
): Actions {
  return {
    sims: createSimActions(simApi, loaders, ledger, limits.mostExtraCalls),
    alerts: createAlertActions(simApi, loaders, ledger),
  };
}
