import { Field, ObjectType, registerEnumType } from 'type-graphql';
import {
  type LegacyPrimary,
  type LegacySecondary,
  legacyPrimaries,
  legacySecondaries,
  type OfflineReason,
  offlineReasons,
  type SimState,
  simStates,
} from '../../sim-api/index.ts';
import { enumOf } from '../common/enum.ts';

export const SimStateEnum: Record<SimState, SimState> = enumOf(simStates);
registerEnumType(SimStateEnum, {
  name: 'SimState',
  description:
    'State of a SIM, named as in the 1oT Terminal. While a SIM changes from one state to another (PENDING in the SIM API), it is the target state; see Sim.state.',
  valuesConfig: {
    LIVE: { description: 'Active, data service on.' },
    TEST: { description: 'Test mode.' },
    ACTIVE_READY: {
      description: 'Ready: the SIM starts when its device first attaches to a network.',
    },
    OFFLINE: {
      description:
        'Out of service: suspended or deactivated, as in Sim.offlineReason. The SIM can return to service.',
    },
    SHIPPING: { description: 'Deactivated, and never used yet.' },
    CLOSED: { description: 'Permanently disabled. It cannot be undone.' },
    UNKNOWN: { description: 'A state that this version of the gateway does not know; see Sim.rawState.' },
  },
});

export const OfflineReasonEnum: Record<OfflineReason, OfflineReason> = enumOf(offlineReasons);
registerEnumType(OfflineReasonEnum, {
  name: 'OfflineReason',
  description: 'Why a SIM is OFFLINE.',
  valuesConfig: {
    SUSPENDED: { description: 'Suspended: its data service is off until it is resumed.' },
    DEACTIVATED: { description: 'Deactivated: it is out of service until it is activated.' },
  },
});

const SimLegacyPrimaryEnum: Record<LegacyPrimary, LegacyPrimary> = enumOf(legacyPrimaries);
registerEnumType(SimLegacyPrimaryEnum, {
  name: 'SimLegacyPrimary',
  description: 'First half of the legacy status pair.',
  valuesConfig: {
    ON: { description: 'Active.' },
    OFF: { description: 'Deactivated.' },
    PENDING: { description: 'In transition to the state of the second half.' },
    DELETED: { description: 'Permanently disabled.' },
    UNKNOWN: { description: 'A value that this version of the gateway does not know; see Sim.rawState.' },
  },
});

const SimLegacySecondaryEnum: Record<LegacySecondary, LegacySecondary> = enumOf(legacySecondaries);
registerEnumType(SimLegacySecondaryEnum, {
  name: 'SimLegacySecondary',
  description: 'Second half of the legacy status pair; with PENDING it is the target.',
  valuesConfig: {
    LIVE: { description: 'Data service on.' },
    TEST: { description: 'Test mode.' },
    ACTIVE_READY: { description: 'Active-ready.' },
    SUSPENDED: { description: 'Active, data service off: the state OFFLINE.' },
    OFF: { description: 'Deactivated: the state OFFLINE.' },
    DELETED: { description: 'Permanently disabled: the state CLOSED.' },
    UNKNOWN: { description: 'A value that this version of the gateway does not know; see Sim.rawState.' },
  },
});

@ObjectType('SimLegacyStatus', {
  description: 'Status pair of the first version of the SIM API, for example ON and SUSPENDED.',
  simpleResolvers: true,
})
export class SimLegacyStatus {
  @Field(() => SimLegacyPrimaryEnum, { description: 'First half of the pair.' })
  primary!: LegacyPrimary;

  @Field(() => SimLegacySecondaryEnum, {
    nullable: true,
    description: 'Second half of the pair. Null if the SIM API gives none.',
  })
  secondary!: LegacySecondary | null;
}
