import type { Clock } from '../base/clock.ts';
import type { BulkStore } from '../bulk/operations.store.ts';
import type { ChangeNews } from '../changes/index-updates.ts';
import type { RequestLedger } from '../ledger/ledger.ts';
import type { SimApi } from '../sim-api/index.ts';
import { type AlertActions, createAlertActions } from './alert/alert.actions.ts';
import { type BulkActions, createBulkActions } from './bulk/bulk.actions.ts';
import type { FindFitting } from './bulk/bulk-target.ts';
import { createLoaders, type Loaders } from './loaders.ts';
import { createSimActions, type SimActions } from './sim/sim.actions.ts';

/** The one way to change anything through the SIM API. */
export interface Actions {
  readonly sims: SimActions;
  readonly alerts: AlertActions;
  readonly bulk: BulkActions;
}

/** What actions are made from, whoever asks for them. */
export interface ActionSource {
  readonly clock: Clock;
  readonly limits: {
    /** Upstream calls that one change may take beyond those that it would take if nothing were refused. */
    readonly mostExtraCalls: number;
  };
  readonly bulk: BulkStore;
  /** Called when there is a bulk operation to work on. */
  readonly wakeBulk: () => void;
  /** Hears of SIMs that were changed. */
  readonly news: ChangeNews;
  readonly fitting: FindFitting;
}

/** The actions of one request, each written down in the ledger; after a change the loaders forget everything they read. */
export function createActions(
  { clock, limits, bulk, wakeBulk, news, fitting }: ActionSource,
  simApi: SimApi,
  loaders: Loaders,
  ledger: RequestLedger,
  tenant: string,
): Actions {
  // What is read after a change serves the fields below it too.
  const own = createLoaders(simApi, clock, (fresh) => Object.assign(loaders, fresh));
  return {
    sims: createSimActions(simApi, own, ledger, news, limits.mostExtraCalls),
    alerts: createAlertActions(simApi, own, ledger),
    bulk: createBulkActions(simApi, bulk, fitting, tenant, ledger, wakeBulk),
  };
}
