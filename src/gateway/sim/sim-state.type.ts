import { Field, ObjectType, registerEnumType } from 'type-graphql';
import {
  type LegacyPrimary,
  type LegacySecondary,
  legacyPrimaries,
  legacySecondaries,
  type SimState,
  simStates,
} from '../../sim-api/index.ts';
import { enumOf } from '../common/enum.ts';

/** SimState as GraphQL has it. */
export const SimStateEnum: Record<SimState, SimState> = enumOf(simStates);
registerEnumType(SimStateEnum, {
  name: 'SimState',
  description:
    'State of a SIM, named as in the 1oT Terminal. One that is on its way to a state (PENDING, in the SIM API) shows the target.',
  valuesConfig: {
    LIVE: { description: 'Active, data service on.' },
    TEST: { description: 'Test mode.' },
    ACTIVE_READY: {
      description: 'Active-ready: starts by itself when the device first attaches to a network.',
    },
    OFFLINE: { description: 'Out of service: deactivated, or suspended. There is a way back.' },
    SHIPPING: { description: 'Deactivated, not yet put to use.' },
    CLOSED: { description: 'Permanently disabled. No way back.' },
    UNKNOWN: { description: 'A state this gateway version does not know; see Sim.rawState.' },
  },
});

/** SimLegacyPrimary as GraphQL has it. */
const SimLegacyPrimaryEnum: Record<LegacyPrimary, LegacyPrimary> = enumOf(legacyPrimaries);
registerEnumType(SimLegacyPrimaryEnum, {
  name: 'SimLegacyPrimary',
  description: 'First half of the legacy status pair.',
  valuesConfig: {
    ON: { description: 'Active.' },
    OFF: { description: 'Deactivated.' },
    PENDING: { description: 'On its way to what the second half names.' },
    DELETED: { description: 'Permanently disabled.' },
    UNKNOWN: { description: 'A word this gateway version does not know; see Sim.rawState.' },
  },
});

/** SimLegacySecondary as GraphQL has it. */
const SimLegacySecondaryEnum: Record<LegacySecondary, LegacySecondary> = enumOf(legacySecondaries);
registerEnumType(SimLegacySecondaryEnum, {
  name: 'SimLegacySecondary',
  description: 'Second half of the legacy status pair; under PENDING it is the target.',
  valuesConfig: {
    LIVE: { description: 'Data service on.' },
    TEST: { description: 'Test mode.' },
    ACTIVE_READY: { description: 'Active-ready.' },
    SUSPENDED: { description: 'Active, data service off: the state OFFLINE.' },
    OFF: { description: 'Deactivated: the state OFFLINE.' },
    DELETED: { description: 'Permanently disabled: the state CLOSED.' },
    UNKNOWN: { description: 'A word this gateway version does not know; see Sim.rawState.' },
  },
});

/** The status pair of the first API version. */
@ObjectType('SimLegacyStatus', {
  description: 'Status pair of the first API version.',
  simpleResolvers: true,
})
export class SimLegacyStatus {
  @Field(() => SimLegacyPrimaryEnum, { description: 'First half of the pair.' })
  primary!: LegacyPrimary;

  @Field(() => SimLegacySecondaryEnum, {
    nullable: true,
    description: 'Second half of the pair; null where the SIM API gave none.',
  })
  secondary!: LegacySecondary | null;
}
