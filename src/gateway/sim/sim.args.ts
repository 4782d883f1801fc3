import { ArgsType, Field, InputType, Int } from 'type-graphql';
import { ICCID } from '../common/scalars.ts';
import { DataLimitInput } from './data-limit.type.ts';
import { SimFilter } from './sim-filter.type.ts';
import { SimOrder } from './sim-order.type.ts';
import { SimRef } from './sim-ref.type.ts';

/** Arguments of a list of SIMs. */
@ArgsType()
export class SimsArgs {
  @Field(() => SimFilter, { nullable: true, description: 'Only SIMs that fit.' })
  filter?: SimFilter | null;

  @Field(() => SimOrder, { nullable: true, description: 'By ICCID where it is not given.' })
  orderBy?: SimOrder | null;

  @Field(() => Int, {
    nullable: true,
    description: 'At most so many SIMs, from the start of the list or behind the cursor after: 1 to 500.',
  })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Cursor behind which the page begins.' })
  after?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'At most so many SIMs, from the end of the list or ahead of the cursor before: 1 to 500.',
  })
  last?: number | null;

  @Field(() => String, { nullable: true, description: 'Cursor before which the page ends.' })
  before?: string | null;
}

/** One SIM to be changed. */
@InputType('SimInput', { description: 'One SIM.' })
export class SimInput {
  @Field(() => SimRef, { description: 'The SIM.' })
  sim!: SimRef;
}

/** One SIM to be closed. */
@InputType('CloseSimInput', {
  description:
    'Closing cannot be undone: confirmIccid must be the ICCID of the SIM that sim names, or the answer is BAD_USER_INPUT.',
})
export class CloseSimInput extends SimInput {
  @Field(() => ICCID, { description: 'The ICCID of the SIM, once more.' })
  confirmIccid!: string;
}

/** Many SIMs to be changed. */
@InputType('SimsInput', { description: 'Up to 1000 SIMs.' })
export class SimsInput {
  @Field(() => [SimRef], { description: '1 to 1000. A SIM named twice, by whatever key, is changed once.' })
  sims!: SimRef[];
}

/** A new name. */
@InputType('SetSimNameInput', { description: 'A new name for one SIM.' })
export class SetSimNameInput extends SimInput {
  @Field(() => String, { description: 'The name; it must not be empty.' })
  name!: string;
}

/** A group for many SIMs. */
@InputType('SetSimsGroupInput', { description: 'A group for up to 1000 SIMs.' })
export class SetSimsGroupInput extends SimsInput {
  @Field(() => String, {
    description: 'Name of the group, not empty; a group that is not there yet comes to be.',
  })
  group!: string;
}

/** A data limit for many SIMs. */
@InputType('SetSimsDataLimitInput', { description: 'A monthly data limit for up to 1000 SIMs.' })
export class SetSimsDataLimitInput extends SimsInput {
  @Field(() => DataLimitInput, { description: 'The limit.' })
  limit!: DataLimitInput;
}

/** An IMEI lock for many SIMs. */
@InputType('SetSimsImeiLockInput', { description: 'IMEI lock on or off.' })
export class SetSimsImeiLockInput extends SimsInput {
  @Field(() => Boolean, { description: 'True: the SIM works only in the device that it is in now.' })
  locked!: boolean;
}
