import { GatewayError } from '../errors/index.ts';
import type { Change, Rejected, SimAction } from '../sim-api/index.ts';

/** What each action is called in a sentence. */
const nouns: Readonly<Record<SimAction, string>> = {
  ACTIVATE: 'activation',
  DEACTIVATE: 'deactivation',
  SUSPEND: 'suspension',
  RESUME: 'resuming',
  TEST: 'test mode',
  ACTIVE_READY: 'the active-ready state',
  RESET: 'a network reset',
  CLOSE: 'closing',
  SET_NAME: 'a new name',
  SET_GROUP: 'a change of the group',
  SET_DATA_LIMIT: 'a change of the data limit',
  SEND_SMS: 'an SMS',
  ESIM_PROFILE: 'a change of the eSIM profiles',
  SET_IMEI_LOCK: 'a change of the IMEI lock',
};

/** TRANSITION_NOT_ALLOWED in words that fit the action; `rejected` is the refusal of the SIM API, if there was a call. */
export function stateRefusal({ action }: Change, iccid: string, rejected?: Rejected): GatewayError {
  return new GatewayError('TRANSITION_NOT_ALLOWED', {
    message: `The current state of the SIM does not allow ${nouns[action]}.`,
    iccids: [iccid],
    ...(rejected && { rejected }),
  });
}
