import { registerEnumType } from 'type-graphql';
import { type SimAction, simActions } from '../../sim-api/index.ts';
import { enumOf } from '../common/enum.ts';

/** SimAction as GraphQL has it. */
export const SimActionEnum: Record<SimAction, SimAction> = enumOf(simActions);
registerEnumType(SimActionEnum, {
  name: 'SimAction',
  description: 'What can be asked of a SIM.',
  valuesConfig: {
    ACTIVATE: { description: 'To the state LIVE: data service on.' },
    DEACTIVATE: { description: 'To the state OFFLINE, deactivated.' },
    SUSPEND: { description: 'To the state OFFLINE, data service off until it is resumed.' },
    RESUME: { description: 'Back to LIVE after being suspended.' },
    TEST: { description: 'To the state TEST.' },
    ACTIVE_READY: { description: 'To the state ACTIVE_READY.' },
    RESET: { description: 'Network reset: the device must attach to the network again.' },
    CLOSE: { description: 'To the state CLOSED, for good.' },
    SET_NAME: { description: 'A new name.' },
    SET_GROUP: { description: 'Into a group.' },
    SET_DATA_LIMIT: { description: 'A monthly data limit, or none.' },
    SEND_SMS: { description: 'An SMS to the device.' },
    ESIM_PROFILE: { description: 'An eSIM profile downloaded, enabled or deleted; eUICCs only.' },
    SET_IMEI_LOCK: { description: 'Locked to the device that it is in, or unlocked.' },
  } satisfies Record<SimAction, object>,
});
