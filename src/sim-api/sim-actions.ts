import type { Change } from './change.ts';
import { isSuspended, type SimState } from './sim-state.ts';
import type { Sim } from './wire/sim.wire.ts';

/** Everything that can be asked of a SIM. */
export const simActions = [
  'ACTIVATE',
  'DEACTIVATE',
  'SUSPEND',
  'RESUME',
  'TEST',
  'ACTIVE_READY',
  'RESET',
  'CLOSE',
  'SET_NAME',
  'SET_GROUP',
  'SET_DATA_LIMIT',
  'SEND_SMS',
  'ESIM_PROFILE',
  'SET_IMEI_LOCK',
] as const satisfies readonly Change['action'][];
export type SimAction = (typeof simActions)[number];

const settings: readonly SimAction[] = ['SET_NAME', 'SET_GROUP', 'SET_DATA_LIMIT', 'SET_IMEI_LOCK'];
const inUse: readonly SimAction[] = ['RESET', 'CLOSE', 'SEND_SMS', ...settings];
const notInUse: readonly SimAction[] = ['ACTIVATE', 'TEST', 'ACTIVE_READY', 'CLOSE', ...settings];

/** THE transition table: what makes sense in a state. What an unknown state lets happen, nobody can tell. */
const actionsFrom: Readonly<Record<SimState | 'SUSPENDED', readonly SimAction[]>> = {
  LIVE: ['DEACTIVATE', 'SUSPEND', ...inUse],
  TEST: ['ACTIVATE', 'DEACTIVATE', 'SUSPEND', ...inUse],
  ACTIVE_READY: ['ACTIVATE', 'DEACTIVATE', 'SUSPEND', 'TEST', ...inUse],
  SUSPENDED: ['ACTIVATE', 'DEACTIVATE', 'RESUME', ...inUse],
  OFFLINE: notInUse,
  SHIPPING: notInUse,
  CLOSED: [],
  UNKNOWN: [],
};

/**
 * Actions that make sense for a SIM as it is, in the order of `simActions`; none while a change is under way. Advisory: the
 * SIM API may know better. Source: docs/sim-api.md "Status and state".
 */
export function availableActions(sim: Sim): readonly SimAction[] {
  if (sim.isTransitioning) return [];
  const possible = actionsFrom[sim.state === 'OFFLINE' && isSuspended(sim) ? 'SUSPENDED' : sim.state];
  const withProfiles = sim.eid !== null && possible.length > 0;
  return simActions.filter((action) =>
    action === 'ESIM_PROFILE' ? withProfiles : possible.includes(action),
  );
}
