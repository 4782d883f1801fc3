import { accountProfiles } from '../fleet/network.ts';
import type { World } from '../world/world.ts';
import {
  type ChangeReader,
  changeProfile,
  reset,
  sendSms,
  setDataLimit,
  setGroup,
  setImeiLock,
  setName,
  stateChange,
} from './actions.ts';
import { getAccountAlerts, getGroupAlerts, getSimAlerts } from './alert.reads.ts';
import { type Answer, ok } from './answer.ts';
import { Refusal } from './errors.ts';
import {
  getAccountGroups,
  getAccountSims,
  getDiagnostics,
  getGroupSims,
  getSim,
  getSims,
} from './sim.reads.ts';
import { statePaths } from './state.actions.ts';
import { getAccountBalance, getSimCost, getSimCosts, getSimSessions } from './usage.reads.ts';
import { putChange } from './writes.ts';

/** Answers a call. Errors: Refusal, BadParameter. */
export type Handler = (world: World, query: URLSearchParams) => Answer | Promise<Answer>;

interface Route {
  readonly method: 'GET' | 'PUT';
  readonly handle: Handler;
}

const reads: Record<string, Handler> = {
  '/get_sim': getSim,
  '/get_sims': getSims,
  '/get_account_sims': getAccountSims,
  '/get_group_sims': getGroupSims,
  '/get_account_groups': getAccountGroups,
  '/get_account_balance': getAccountBalance,
  '/get_sim_cost': getSimCost,
  '/get_sim_costs': getSimCosts,
  '/get_sim_sessions': getSimSessions,
  '/get_account_alerts': getAccountAlerts,
  '/get_group_alerts': getGroupAlerts,
  '/get_sim_alerts': getSimAlerts,
  '/diagnostics': getDiagnostics,
  '/get_available_profiles': getAvailableProfiles,
};

const changes: Record<string, ChangeReader> = {
  ...Object.fromEntries(statePaths.map((path) => [path, stateChange(path)])),
  '/reset': reset,
  '/set_name': setName,
  '/set_group': setGroup,
  '/set_data_limit': setDataLimit,
  '/set_imei_lock': setImeiLock,
  '/sendSms': sendSms,
  '/esim_profile': changeProfile,
};

/** Every path of the SIM API below `/v1`, except `/oauth/token`. */
export const routes: ReadonlyMap<string, Route> = new Map<string, Route>([
  ...Object.entries(reads).map(([path, handle]): [string, Route] => [path, { method: 'GET', handle }]),
  ...Object.entries(changes).map(([path, read]): [string, Route] => [
    path,
    { method: 'PUT', handle: (world, query) => putChange(path, read, world, query) },
  ]),
]);

function getAvailableProfiles(world: World): Answer {
  if (world.behaviour.esim === 'disabled') throw new Refusal('E003');
  return ok(accountProfiles);
}
