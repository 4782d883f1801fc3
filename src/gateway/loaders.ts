import type { Clock } from '../base/clock.ts';
import type { SimApi } from '../sim-api/index.ts';
import { type AccountLoader, createAccountLoader } from './account/account.loader.ts';
import { type AlertLoader, createAlertLoader } from './alert/alert.loader.ts';
import { type CostLoader, createCostLoader } from './cost/cost.loader.ts';
import { createDiagnosticsLoader, type DiagnosticsLoader } from './diagnostics/diagnostics.loader.ts';
import { createSessionLoader, type SessionLoader } from './session/session.loader.ts';
import { createSimLoader, type SimLoader } from './sim/sim.loader.ts';
import { createSimListLoader, type SimListLoader } from './sim/sim-list.loader.ts';

/** All reads from the SIM API go through these loaders. Each request has its own, so that no caller sees the reads of another. */
export interface Loaders {
  readonly sims: SimLoader;
  readonly simList: SimListLoader;
  readonly costs: CostLoader;
  readonly sessions: SessionLoader;
  readonly alerts: AlertLoader;
  readonly diagnostics: DiagnosticsLoader;
  readonly account: AccountLoader;
  /** Drops everything that was read. Called after a change, since it may affect other values than the one it set. */
  forgetAll(): void;
}

export function createLoaders(simApi: SimApi, clock: Clock): Loaders {
  const now = clock.now();
  const create = () => {
    const sims = createSimLoader(simApi);
    return {
      sims,
      simList: createSimListLoader(simApi, sims, clock),
      costs: createCostLoader(simApi),
      sessions: createSessionLoader(simApi, now),
      alerts: createAlertLoader(simApi),
      diagnostics: createDiagnosticsLoader(simApi),
      account: createAccountLoader(simApi),
    };
  };
  let current = create();
  return {
    get sims() {
      return current.sims;
    },
    get simList() {
      return current.simList;
    },
    get costs() {
      return current.costs;
    },
    get sessions() {
      return current.sessions;
    },
    get alerts() {
      return current.alerts;
    },
    get diagnostics() {
      return current.diagnostics;
    },
    get account() {
      return current.account;
    },
    forgetAll() {
      current = create();
    },
  };
}
