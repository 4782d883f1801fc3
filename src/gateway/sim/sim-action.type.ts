import { registerEnumType } from 'type-graphql';
import { type SimAction, simActions } from '../../sim-api/index.ts';
import { enumOf } from '../common/enum.ts';

export const SimActionEnum: Record<SimAction, SimAction> = enumOf(simActions);
registerEnumType(SimActionEnum, {
  name: 'SimAction',
  description: 'A change of a SIM.',
  valuesConfig: {
    ACTIVATE: { description: 'To the state LIVE: data service on.' },
    DEACTIVATE: { description: 'To the state OFFLINE, deactivated.' },
    SUSPEND: { description: 'To the state OFFLINE, suspended: data service off until the SIM is resumed.' },
    RESUME: { description: 'Back to the state LIVE after a suspension: data service on.' },
    TEST: { description: 'To the state TEST: test mode.' },
    ACTIVE_READY: {
      description: 'To the state ACTIVE_READY: the SIM starts when its device first attaches to a network.',
    },
    RESET: { description: 'Network reset: the device must attach to the network again.' },
    CLOSE: { description: 'To the state CLOSED, permanently.' },
    SET_NAME: { description: 'Sets the name.' },
    SET_GROUP: { description: 'Moves the SIM into a group.' },
    SET_DATA_LIMIT: { description: 'Sets or removes the monthly data limit.' },
    SEND_SMS: { description: 'Sends an SMS to the device.' },
    ESIM_PROFILE: { description: 'Downloads, enables or deletes an eSIM profile; eUICCs only.' },
    SET_IMEI_LOCK: { description: 'Locks the SIM to the device that it is in, or unlocks it.' },
  } satisfies Record<SimAction, object>,
});
