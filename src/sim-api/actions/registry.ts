import type { ApiRequest, InferredRows } from '../endpoints.ts';
import type { Sim } from '../wire/sim.wire.ts';
import { type SetDataLimit, setDataLimit } from './data-limit.ts';
import { type EsimProfile, esimProfile } from './esim-profile.ts';
import { type SetGroup, setGroup } from './group.ts';
import { type SetImeiLock, setImeiLock } from './imei-lock.ts';
import { type SetName, setName } from './name.ts';
import { type Reset, reset } from './reset.ts';
import { type SendSms, sendSms } from './sms.ts';
import { type ActionSpec, type ChangeKind, situationOf, type ValueFault } from './spec.ts';
import { isStateAction, type StateChange, stateAction } from './state.ts';

/** A change of SIMs, with what it needs. */
export type Change =
  | StateChange
  | Reset
  | SetName
  | SetGroup
  | SetDataLimit
  | SendSms
  | EsimProfile
  | SetImeiLock;

/** Everything that can be asked of a SIM. */
export type SimAction = Change['action'];

/** THE table of actions: a file for each, and the changes of state in one. Its order is that of the GraphQL enums. */
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

/** All actions, in the order of the table. */
export const simActions = Object.keys(actions) as readonly SimAction[];

/** The row of a change; each row takes the changes of its own action. */
const specOf = (change: Change) => actions[change.action] as ActionSpec<Change>;

/** What the SIM API is asked for a change. */
export const requestOf = (change: Change, inferred: InferredRows): ApiRequest =>
  specOf(change).request(change, inferred);

/** SIMs of one call of a change at most; undefined if it has no limit of its own. */
export const maxSimsOf = (change: Change, limits: { readonly smsSimsPerCall: number }): number | undefined =>
  specOf(change).maxSims?.(limits);

/** The kind of a change. */
export const kindOf = (change: Change): ChangeKind => specOf(change).kind;

/** See `ActionSpec.isAsAsked`. */
export const isApplied = (sim: Sim, change: Change): boolean | null => specOf(change).isApplied(sim, change);

/** See `ActionSpec.simAfter`. */
export const predictedSim = (sim: Sim, change: Change): Sim | null =>
  specOf(change).predictedSim(sim, change);

/** The first value of a change that breaks a rule; null if none does. */
export const faultOf = (change: Change): ValueFault | null => specOf(change).fault(change);

/** The values of a change as the audit log shows them; of a message text only its length. */
export const argumentsOf = (change: Change): object => specOf(change).toStored(change);

/** A change from what the audit log shows of it; null if its effect could not be seen on a SIM anyway. */
export function changeFrom(action: string, values: unknown): Change | null {
  if (!Object.hasOwn(actions, action)) return null;
  const { fromStored } = actions[action as SimAction];
  return fromStored?.safeParse({ ...(values as object), action }).data ?? null;
}

/**
 * Whether the vendor's page makes it certain that a SIM refuses a change: nothing leads out of CLOSED. Everything else is the
 * SIM API's to judge. Source: docs/sim-api.md "Status and state", DELETED.
 */
export function isCertainlyRefused(sim: Sim, change: Change): boolean {
  return sim.state === 'CLOSED' && isStateAction(change.action);
}

/**
 * Actions that make sense for a SIM as it is, in the order of `simActions`; none while a change is under way. Advisory: the
 * SIM API may know better. Source: docs/sim-api.md "Status and state".
 */
export function availableActions(sim: Sim): readonly SimAction[] {
  if (sim.isTransitioning) return [];
  const situation: string = situationOf(sim);
  return simActions.filter((action) => {
    const { from, isFor } = actions[action];
    return from.some((known) => known === situation) && (isFor?.(sim) ?? true);
  });
}
