import type { ApiRequest, InferredRows } from '../endpoints.ts';
import type { Sim } from '../wire/sim.wire.ts';
import { type SetDataLimit, setDataLimit } from './data-limit.ts';
import { type EsimProfile, esimProfile } from './esim-profile.ts';
import { type SetGroup, setGroup } from './group.ts';
import { type SetImeiLock, setImeiLock } from './imei-lock.ts';
import { type SetName, setName } from './name.ts';
import { type Reset, reset } from './reset.ts';
import { type SendSms, sendSms } from './sms.ts';
import { type ActionSpec, type ChangeKind, type Dependence, situationOf, type ValueFault } from './spec.ts';
import { isStateAction, type StateChange, stateAction } from './state.ts';

export type Change =
  | StateChange
  | Reset
  | SetName
  | SetGroup
  | SetDataLimit
  | SendSms
  | EsimProfile
  | SetImeiLock;

export type SimAction = Change['action'];

/** All actions, one file each; the state changes share one. The order is that of the GraphQL enums. */
const actions: { readonly [A in SimAction]: ActionSpec<Extract<Change, { readonly action: A }>> } = {
  ACTIVATE: stateAction('ACTIVATE'),
  DEACTIVATE: stateAction('DEACTIVATE'),
  SUSPEND: stateAction('SUSPEND'),
  RESUME: stateAction('RESUME'),
  TEST: stateAction('TEST'),
  ACTIVE_READY: stateAction('ACTIVE_READY'),
  RESET: reset,
  CLOSE: stateAction('CLOSE'),
  SET_NAME: setName,
  SET_GROUP: setGroup,
  SET_DATA_LIMIT: setDataLimit,
  SEND_SMS: sendSms,
  ESIM_PROFILE: esimProfile,
  SET_IMEI_LOCK: setImeiLock,
};

export const simActions = Object.keys(actions) as readonly SimAction[];

/** The spec of a change; each spec accepts only changes with its action. */
const specOf = (change: Change) => actions[change.action] as ActionSpec<Change>;

export const requestOf = (change: Change, inferred: InferredRows): ApiRequest =>
  specOf(change).request(change, inferred);

/** Maximum SIMs in one call of a change; undefined if only the general limit applies. */
export const maxSimsOf = (change: Change, limits: { readonly smsSimsPerCall: number }): number | undefined =>
  specOf(change).maxSims?.(limits);

export const kindOf = (change: Change): ChangeKind => specOf(change).kind;

/** See `ActionSpec.isApplied`. */
export const isApplied = (sim: Sim, change: Change): boolean | null => specOf(change).isApplied(sim, change);

/** See `ActionSpec.dependsOn`. */
export const dependsOn = (change: Change): readonly Dependence[] => specOf(change).dependsOn(change);

/** See `ActionSpec.predictedSim`. */
export const predictedSim = (sim: Sim, change: Change): Sim | null =>
  specOf(change).predictedSim(sim, change);

/** The first value of a change that breaks a rule; null if none does. */
export const faultOf = (change: Change): ValueFault | null => specOf(change).fault(change);

/** Arguments of a change for the audit log; of a message only the length of its text. */
export const argumentsOf = (change: Change): object => specOf(change).toStored(change);

/** Restores a change from its arguments in the audit log; null if they are invalid or no read shows the effect of the change. */
export function changeFrom(action: string, values: unknown): Change | null {
  if (!Object.hasOwn(actions, action)) return null;
  const { fromStored } = actions[action as SimAction];
  return fromStored?.safeParse({ ...(values as object), action }).data ?? null;
}

/**
 * Whether the vendor's documentation makes it certain that a SIM refuses a change: no state change leads out of CLOSED. The SIM API decides
 * all other cases. Source: docs/sim-api.md "Status and state", DELETED.
 */
export function isCertainlyRefused(sim: Sim, change: Change): boolean {
  return sim.state === 'CLOSED' && isStateAction(change.action);
}

/**
 * Actions that make sense for a SIM in its current state, in the order of `simActions`; none during a transition. Advisory: the SIM API may
 * decide otherwise. Source: docs/sim-api.md "Status and state".
 */
export function availableActions(sim: Sim): readonly SimAction[] {
  if (sim.isTransitioning) return [];
  const situation: string = situationOf(sim);
  return simActions.filter((action) => {
    const { from, isFor } = actions[action];
    return from.some((known) => known === situation) && (isFor?.(sim) ?? true);
  });
}
