import { monthOf } from '../fleet/month.ts';
import { type Sim, type Status, simStatusOf } from '../fleet/sim.ts';
import { MEGABYTE } from '../fleet/transitions.ts';
import { usageInMonth } from '../fleet/usage.ts';
import type { ErrorCode } from './errors.ts';

/** A change of state: its target and the statuses from which the sandbox accepts it. */
interface StateAction {
  readonly target: Status;
  readonly from: readonly Status[];
  /** Refused with E211 if the data limit is reached. */
  readonly needsData: boolean;
}

/** The accepted changes of state. A change to the current status, or during a transition, is refused too. */
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

export type StatePath = keyof typeof stateActions;

export const statePaths = Object.keys(stateActions) as StatePath[];

export function targetOf(path: StatePath): Status {
  return stateActions[path].target;
}

/** The error code with which a SIM refuses a change of state; null if it accepts the change. */
export function stateRefusal(path: StatePath, sim: Sim, now: number): ErrorCode | null {
  const action: StateAction = stateActions[path];
  if (sim.special === 'E202') return 'E202';
  if (sim.transition !== null || !action.from.includes(simStatusOf(sim))) return 'E201';
  if (action.needsData && limitReached(sim, now)) return 'E211';
  return null;
}

/** Bytes that a SIM used in the current UTC month. */
export function usedThisMonth(sim: Sim, now: number): number {
  return usageInMonth(sim, monthOf(now), now).bytes;
}

function limitReached(sim: Sim, now: number): boolean {
  return sim.limitMegabytes ? usedThisMonth(sim, now) >= sim.limitMegabytes * MEGABYTE : false;
}
