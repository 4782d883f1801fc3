import { monthOf } from '../fleet/month.ts';
import { type Sim, type Status, simStatusOf } from '../fleet/sim.ts';
import { MEGABYTE } from '../fleet/transitions.ts';
import { usageInMonth } from '../fleet/usage.ts';
import type { ErrorCode } from './errors.ts';

/** A change of state: where it leads and from where the sandbox lets it begin. */
interface StateAction {
  readonly target: Status;
  readonly from: readonly Status[];
  /** Refused with E211 where the data limit is reached. */
  readonly needsData: boolean;
}

/**
 * Which change of state is let through from where. A SIM that is there already is refused too, as is one with
 * a change under way.
 */
const stateActions = {
  '/activate': {
    target: 'LIVE',
    from: ['OFF', 'SUSPENDED', 'SHIPPING', 'TEST', 'ACTIVE_READY'],
    needsData: true,
  },
  '/deactivate': { target: 'OFF', from: ['LIVE', 'TEST', 'ACTIVE_READY', 'SUSPENDED'], needsData: false },
  '/suspend': { target: 'SUSPENDED', from: ['LIVE', 'TEST', 'ACTIVE_READY'], needsData: false },
  '/resume': { target: 'LIVE', from: ['SUSPENDED'], needsData: true },
  '/test': { target: 'TEST', from: ['OFF', 'SHIPPING', 'ACTIVE_READY'], needsData: false },
  '/active_ready': { target: 'ACTIVE_READY', from: ['OFF', 'SHIPPING', 'TEST'], needsData: false },
  '/close': {
    target: 'CLOSED',
    from: ['LIVE', 'TEST', 'ACTIVE_READY', 'OFF', 'SUSPENDED', 'SHIPPING'],
    needsData: false,
  },
} as const satisfies Record<string, StateAction>;

/** The path of a change of state. */
export type StatePath = keyof typeof stateActions;

/** All paths that change the state. */
export const statePaths = Object.keys(stateActions) as StatePath[];

/** Gives the standing that a change of state leads to. */
export function targetOf(path: StatePath): Status {
  return stateActions[path].target;
}

/** Gives the code with which a change of state is refused; null where it is let through. */
export function stateRefusal(path: StatePath, sim: Sim, now: number): ErrorCode | null {
  const action: StateAction = stateActions[path];
  if (sim.special === 'E202') return 'E202';
  if (sim.transition !== null || !action.from.includes(simStatusOf(sim))) return 'E201';
  if (action.needsData && limitReached(sim, now)) return 'E211';
  return null;
}

/** Gives the bytes a SIM used this month. */
export function usedThisMonth(sim: Sim, now: number): number {
  return usageInMonth(sim, monthOf(now), now).bytes;
}

function limitReached(sim: Sim, now: number): boolean {
  return sim.limitMegabytes ? usedThisMonth(sim, now) >= sim.limitMegabytes * MEGABYTE : false;
}
