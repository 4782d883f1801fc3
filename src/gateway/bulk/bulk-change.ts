import { checkChange } from '../../changes/change-rules.ts';
import { badUserInput } from '../../errors/gateway-error.ts';
import { type Change, isStateAction } from '../../sim-api/index.ts';
import { profileActions } from '../esim/esim-action.type.ts';
import { megabytesOf } from '../sim/data-limit.type.ts';
import type { BulkParams, StartBulkOperationInput } from './bulk.args.ts';

/** What each action needs; what it does not need would only be overlooked. */
const needs: Readonly<Record<string, readonly (keyof BulkParams)[]>> = {
  SET_NAME: ['name'],
  SET_GROUP: ['group'],
  SET_DATA_LIMIT: ['dataLimit'],
  SEND_SMS: ['text'],
  ESIM_PROFILE: ['profile', 'profileAction'],
  SET_IMEI_LOCK: ['imeiLocked'],
};

/** The change that is asked of each SIM. Errors: BAD_USER_INPUT where a value is missing, not needed or not valid. */
export function changeOf({ action, params, expectedCount }: StartBulkOperationInput): Change {
  const needed = needs[action] ?? [];
  for (const [name, value] of Object.entries(params ?? {}))
    if (value != null && !needed.some((need) => need === name))
      throw badUserInput(`params.${name}`, `does not go with ${action}`);
  if (action === 'CLOSE' && expectedCount == null)
    throw badUserInput('expectedCount', 'must be given for CLOSE: a closed SIM stays closed');
  const change = withValues(action, params ?? {});
  checkChange(change);
  return change;
}

function withValues(action: StartBulkOperationInput['action'], params: BulkParams): Change {
  switch (action) {
    case 'SET_NAME':
      return { action, name: given(params, 'name', action) };
    case 'SET_GROUP':
      return { action, group: given(params, 'group', action) };
    case 'SET_DATA_LIMIT':
      return { action, limitMegabytes: megabytesOf(given(params, 'dataLimit', action)) };
    case 'SEND_SMS':
      return { action, text: given(params, 'text', action) };
    case 'SET_IMEI_LOCK':
      return { action, locked: given(params, 'imeiLocked', action) };
    case 'ESIM_PROFILE':
      return {
        action,
        profile: given(params, 'profile', action),
        profileAction: profileActions[given(params, 'profileAction', action)],
      };
    default:
      return { action };
  }
}

function given<Name extends keyof BulkParams>(
  params: BulkParams,
  name: Name,
  action: string,
): NonNullable<BulkParams[Name]> {
  const value = params[name];
  if (value == null) throw badUserInput(`params.${name}`, `must be given for ${action}`);
  return value;
}

/** Whether the SIMs of a change are on their way for a while after it was accepted. */
export function settlesLater({ action }: Change): boolean {
  return isStateAction(action);
}
