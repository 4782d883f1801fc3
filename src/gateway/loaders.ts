import type { Clock } from '../base/clock.ts';
import type { SimApi } from '../sim-api/index.ts';
import { type AccountLoader, createAccountLoader } from './account/account.loader.ts';
import { type AlertLoader, createAlertLoader } from './alert/alert.loader.ts';
import { type CostLoader, createCostLoader } from './cost/cost.loader.ts';
import { createDiagnosticsLoader, type DiagnosticsLoader } from './diagnostics/diagnostics.loader.ts';
import { createSessionLoader, type SessionLoader } from './session/session.loader.ts';
import type { Sight } from './sight.ts';
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

/** Creates the loaders of one request, each when it is first used. */
export function createLoaders(simApi: SimApi, sight: Sight, clock: Clock): Loaders {
  const now = clock.now();
  let made: { -readonly [K in keyof Loaders]?: Loaders[K] } = {};
  return {
    get sims() {
      made.sims ??= createSimLoader(simApi, sight);
      return made.sims;
    },
    get simList() {
      made.simList ??= createSimListLoader(simApi, this.sims, clock);
      return made.simList;
    },
    get costs() {
      made.costs ??= createCostLoader(simApi);
      return made.costs;
    },
    get sessions() {
      made.sessions ??= createSessionLoader(simApi, now);
      return made.sessions;
    },
    get alerts() {
      made.alerts ??= createAlertLoader(simApi);
      return made.alerts;
    },
    get diagnostics() {
      made.diagnostics ??= createDiagnosticsLoader(simApi);
      return made.diagnostics;
    },
    get account() {
      made.account ??= createAccountLoader(simApi);
      return made.account;
    },
    forgetAll() {
      made = {};
    },
  };
}
