import type { GatewayError } from '../errors/index.ts';
import {
  availableActions,
  type Change,
  isApplied,
  isCertainlyRefused,
  isStateAction,
  type Sim,
} from '../sim-api/index.ts';
import { stateRefusal } from './state-refusal.ts';

/** What a change does with a SIM: nothing, refuse it without a call (the error), or send it. Its state shows which answer is likely. */
export type Verdict = 'applied' | GatewayError | 'likelyAccepted' | 'likelyRefused';

/** Decides about a SIM before a change is sent. A change and its preview both ask this function, so that they cannot differ. */
export function verdictOf(sim: Sim, change: Change): Verdict {
  if (isApplied(sim, change)) return 'applied';
  if (isCertainlyRefused(sim, change)) return stateRefusal(change, sim.iccid);
  return isAllowed(sim, change) ? 'likelyAccepted' : 'likelyRefused';
}

/** Whether the state of a SIM allows the change. If the change does not depend on the state, only CLOSED does not allow it. */
function isAllowed(sim: Sim, { action }: Change): boolean {
  const dependsOnState = isStateAction(action) || action === 'RESET';
  return dependsOnState ? availableActions(sim).includes(action) : sim.state !== 'CLOSED';
}
