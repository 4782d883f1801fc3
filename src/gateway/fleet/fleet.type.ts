import { Field, Int, ObjectType } from 'type-graphql';
import { type SimState, simStates } from '../../sim-api/index.ts';
import { Cost } from '../common/field-cost.ts';
import { nullOnlyWithError } from '../common/null-only-with-error.ts';
import { DateTime, SafeInt } from '../common/scalars.ts';
import { SimStateEnum } from '../sim/sim-state.type.ts';

@ObjectType('StateCount', { description: 'Number of SIMs in one state.', simpleResolvers: true })
export class StateCount {
  @Field(() => SimStateEnum, { description: 'The state.' })
  state!: SimState;

  @Field(() => Int, { description: 'Number of SIMs in this state, or in transition to it.' })
  count!: number;
}

@ObjectType('GroupCount', { description: 'Number of SIMs in one group.', simpleResolvers: true })
export class GroupCount {
  @Field(() => Int, { description: 'Number of SIMs in the group.' })
  count!: number;

  groupName!: string | null;
}

@ObjectType('FleetSummary', {
  description: 'Counts of SIMs, from the fleet index of the gateway: they take no call of the SIM API.',
  simpleResolvers: true,
})
export class FleetSummary {
  @Field(() => Int, { description: 'Number of SIMs that are counted here.' })
  total!: number;

  @Cost({ listSize: simStates.length })
  @Field(() => [StateCount], {
    description: 'Number of SIMs by state: one entry for each state, also for 0 SIMs.',
  })
  byState!: StateCount[];

  @Cost({ listSize: (_, { groups }) => groups })
  @Field(() => [GroupCount], {
    description:
      'Number of SIMs by group: one entry for each group that has SIMs, sorted by name. If there are SIMs in no group, they are the last entry.',
  })
  byGroup!: GroupCount[];

  @Field(() => Int, { description: 'Number of SIMs in transition.' })
  transitioning!: number;

  @Field(() => Int, {
    description: 'Number of SIMs that have used more than their data limit this month (UTC).',
  })
  overDataLimit!: number;

  @Field(() => SafeInt, nullOnlyWithError('Bytes that these SIMs have used this month (UTC).'))
  usedBytes!: number | null;

  @Field(() => DateTime, {
    description: 'No count is older than this: the gateway has read every SIM of the account since then.',
  })
  asOf!: Date;

  @Field(() => Boolean, {
    description:
      'False during the first full sync of the fleet: SIMs that the gateway has not read yet are missing.',
  })
  isComplete!: boolean;

  @Field(() => Int, {
    description:
      'Number of SIMs of the account that the SIM API lists without a valid ICCID, regardless of the filter. The gateway cannot identify them: they are in no list and no count.',
  })
  unreadableSims!: number;
}
