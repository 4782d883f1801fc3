import type { BulkStore } from '../bulk/index.ts';
import type { ChangeOptions } from '../changes/index.ts';
import type { ResolveFilter } from '../fleet-index/index.ts';
import type { RequestLedger } from '../ledger/index.ts';
import type { SimApi } from '../sim-api/index.ts';
import { type AlertActions, createAlertActions } from './alert/alert.actions.ts';
import { type BulkActions, createBulkActions } from './bulk/bulk.actions.ts';
import type { Loaders } from './loaders.ts';
import { createSimActions, type SimActions } from './sim/sim.actions.ts';

/** The one way to change anything through the SIM API. */
export interface Actions {
  readonly sims: SimActions;
  readonly alerts: AlertActions;
  readonly bulk: BulkActions;
}

/** What the actions of all requests are made from. */
export interface ActionSource {
  readonly changes: ChangeOptions;
  readonly bulk: BulkStore;
  /** Called when there is a bulk operation to work on. */
  readonly notifyBulk: () => void;
  readonly resolveFilter: ResolveFilter;
}

/** The actions of one request, each written down in the ledger; after a change the loaders forget everything they read. */
export function createActions(
  { changes, bulk, notifyBulk, resolveFilter }: ActionSource,
  simApi: SimApi,
  loaders: Loaders,
  ledger: RequestLedger,
  tenant: string,
): Actions {
  return {
    sims: createSimActions(simApi, loaders, ledger, changes),
    alerts: createAlertActions(simApi, loaders, ledger),
    bulk: createBulkActions(simApi, bulk, resolveFilter, tenant, ledger, notifyBulk),
  };
}
