import { checkChange } from '../../changes/index.ts';
import { badUserInput } from '../../errors/index.ts';
import { type Change, isStateAction, type SimAction } from '../../sim-api/index.ts';
import { profileActions } from '../esim/esim-action.type.ts';
import { megabytesOf } from '../sim/data-limit.type.ts';
import type { BulkParams, StartBulkOperationInput } from './bulk.args.ts';

/** Returns a param that an action needs. Errors: BAD_USER_INPUT if it is missing. */
type Given = <Name extends keyof BulkParams>(name: Name) => NonNullable<BulkParams[Name]>;

interface Form<A extends SimAction> {
  readonly needs: readonly (keyof BulkParams)[];
  readonly values: (given: Given) => Omit<Extract<Change, { readonly action: A }>, 'action'>;
}

const noParams = { needs: [], values: () => ({}) } as const;

/** The params of each action. Other params are refused, because they would have no effect. */
const forms: { readonly [A in SimAction]: Form<A> } = {
  ACTIVATE: noParams,
  DEACTIVATE: noParams,
  SUSPEND: noParams,
  RESUME: noParams,
  TEST: noParams,
  ACTIVE_READY: noParams,
  RESET: noParams,
  CLOSE: noParams,
  SET_NAME: { needs: ['name'], values: (given) => ({ name: given('name') }) },
  SET_GROUP: { needs: ['group'], values: (given) => ({ group: given('group') }) },
  SET_DATA_LIMIT: {
    needs: ['dataLimit'],
    values: (given) => ({ limitMegabytes: megabytesOf(given('dataLimit'), 'params.dataLimit') }),
  },
  SEND_SMS: { needs: ['text'], values: (given) => ({ text: given('text') }) },
  ESIM_PROFILE: {
    needs: ['profile', 'profileAction'],
    values: (given) => ({
      profile: given('profile'),
      profileAction: profileActions[given('profileAction')],
    }),
  },
  SET_IMEI_LOCK: { needs: ['imeiLocked'], values: (given) => ({ locked: given('imeiLocked') }) },
};

/** The change of each SIM. Errors: BAD_USER_INPUT if a value is missing, not needed or not valid. */
export function changeOf({ action, params }: StartBulkOperationInput): Change {
  const { needs, values } = forms[action];
  for (const [name, value] of Object.entries(params ?? {}))
    if (value != null && !needs.some((need) => need === name))
      throw badUserInput(`params.${name}`, `does not go with ${action}`);
  const given: Given = (name) => {
    const value = params?.[name];
    if (value == null) throw badUserInput(`params.${name}`, `must be given for ${action}`);
    return value;
  };
  const change = { action, ...values(given) } as Change;
  checkChange(change, (field) => `params.${field.replace(/^limit\b/, 'dataLimit')}`);
  return change;
}

/** The expected number of SIMs; null if it was not given. Errors: BAD_USER_INPUT. */
export function expectedCountOf({ expectedCount = null }: StartBulkOperationInput): number | null {
  if (expectedCount !== null && expectedCount < 1) throw badUserInput('expectedCount', 'must be 1 or more');
  return expectedCount;
}

/** Checks that an operation that cannot be undone has an expected count. Errors: BAD_USER_INPUT. */
export function requireExpectedCount({ action, expectedCount }: StartBulkOperationInput): void {
  if (action === 'CLOSE' && expectedCount == null)
    throw badUserInput('expectedCount', 'must be given for CLOSE, because CLOSE cannot be undone');
}

/** Whether the SIMs are in transition for some time after the SIM API accepted the change. */
export function startsTransition({ action }: Change): boolean {
  return isStateAction(action);
}
