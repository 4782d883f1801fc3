import { Field, Int, ObjectType } from 'type-graphql';
import { type SimState, simStates } from '../../sim-api/index.ts';
import { Cost } from '../common/field-cost.ts';
import { DateTime, SafeInt } from '../common/scalars.ts';
import { SimStateEnum } from '../sim/sim-state.type.ts';

/** SIMs in one state. */
@ObjectType('StateCount', { description: 'SIMs in one state.', simpleResolvers: true })
export class StateCount {
  @Field(() => SimStateEnum, { description: 'The state.' })
  state!: SimState;

  @Field(() => Int, { description: 'How many SIMs are in it, or on their way to it.' })
  count!: number;
}

/** SIMs in one group. */
@ObjectType('GroupCount', { description: 'SIMs in one group.', simpleResolvers: true })
export class GroupCount {
  @Field(() => Int, { description: 'How many SIMs are in it.' })
  count!: number;

  groupName!: string | null;
}

/** Counts over many SIMs. */
@ObjectType('FleetSummary', {
  description:
    "Counts over many SIMs, from the gateway's own index of the fleet: they cost no call of the SIM API.",
  simpleResolvers: true,
})
export class FleetSummary {
  @Field(() => Int, { description: 'All SIMs that are counted here.' })
  total!: number;

  @Cost({ listSize: simStates.length })
  @Field(() => [StateCount], { description: 'One entry for each state, zeros included.' })
  byState!: StateCount[];

  @Cost({ listSize: (_, { groups }) => groups })
  @Field(() => [GroupCount], {
    description: 'One entry for each group that has SIMs, by name; last the SIMs in no group, if any.',
  })
  byGroup!: GroupCount[];

  @Field(() => Int, { description: 'SIMs with a change of state under way.' })
  transitioning!: number;

  @Field(() => Int, { description: 'SIMs that have used more than their data limit this month.' })
  overDataLimit!: number;

  @Field(() => SafeInt, { description: 'Bytes used this month by all of them.' })
  usedBytes!: number;

  @Field(() => DateTime, {
    description: 'Nothing here is older: since then the gateway has read every SIM of the account.',
  })
  asOf!: Date;

  @Field(() => Boolean, {
    description:
      'False while the gateway reads the fleet for the very first time: SIMs that it has not met yet are missing.',
  })
  isComplete!: boolean;

  @Field(() => Int, {
    description:
      'SIMs of the account that the SIM API lists without a valid ICCID. The gateway cannot tell which they are, so they are in no list and no count, whatever the filter.',
  })
  unreadableSims!: number;
}
