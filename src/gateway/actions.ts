import type { ApiKeyStore } from '../auth/index.ts';
import type { BulkStore } from '../bulk/index.ts';
import type { ChangeOptions } from '../changes/index.ts';
import type { ResolveFilter } from '../fleet-index/index.ts';
import type { RequestLedger } from '../ledger/index.ts';
import type { SimApi } from '../sim-api/index.ts';
import { type AlertActions, createAlertActions } from './alert/alert.actions.ts';
import { type ApiKeyActions, createApiKeyActions } from './api-key/api-key.actions.ts';
import { type BulkActions, type BulkScope, createBulkActions } from './bulk/bulk.actions.ts';
import type { Loaders } from './loaders.ts';
import { createSimActions, type SimActions } from './sim/sim.actions.ts';

/** All changes through the SIM API, and those of API keys, go through these actions. */
export interface Actions {
  readonly sims: SimActions;
  readonly alerts: AlertActions;
  readonly bulk: BulkActions;
  /** For the admin endpoint only. */
  readonly apiKeys: ApiKeyActions;
}

/** Dependencies that the actions of all requests share. */
export interface ActionSource {
  readonly changes: ChangeOptions;
  readonly bulk: BulkStore;
  readonly apiKeys: ApiKeyStore;
  /** Notifies the bulk worker of an operation that is ready to run. */
  readonly notifyBulk: () => void;
  readonly resolveFilter: ResolveFilter;
}

/** Creates the actions of one request. Each is recorded in the ledger; after a change the loaders drop everything they have read. */
export function createActions(
  { changes, bulk, apiKeys, notifyBulk, resolveFilter }: ActionSource,
  simApi: SimApi,
  loaders: Loaders,
  ledger: RequestLedger,
  scope: BulkScope,
): Actions {
  return {
    sims: createSimActions(simApi, loaders, ledger, changes),
    alerts: createAlertActions(simApi, loaders, ledger),
    bulk: createBulkActions(simApi, bulk, resolveFilter, scope, ledger, notifyBulk),
    apiKeys: createApiKeyActions(apiKeys, ledger),
  };
}
