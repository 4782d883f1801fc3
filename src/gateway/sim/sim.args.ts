import { ArgsType, Field, InputType, Int } from 'type-graphql';
import { IdempotencyKey } from '../common/idempotency-key.ts';
import { ICCID } from '../common/scalars.ts';
import { DataLimitInput } from './data-limit.type.ts';
import { SimFilter } from './sim-filter.type.ts';
import { SimOrder } from './sim-order.type.ts';
import { SimRef } from './sim-ref.type.ts';

/** Arguments of a list of SIMs. */
@ArgsType()
export class SimsArgs {
  @Field(() => SimFilter, { nullable: true, description: 'Only SIMs that match; all SIMs if null.' })
  filter?: SimFilter | null;

  @Field(() => SimOrder, { nullable: true, description: 'Order of the list; by ascending ICCID if null.' })
  orderBy?: SimOrder | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Maximum number of SIMs, 1 to 500, counted from the cursor in after, or from the start of the list.',
  })
  first?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor after which the page begins: pageInfo.endCursor of the previous page.',
  })
  after?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Maximum number of SIMs, 1 to 500, counted back from the cursor in before, or from the end of the list.',
  })
  last?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor before which the page ends: pageInfo.startCursor of the next page.',
  })
  before?: string | null;
}

@InputType('SimInput', { description: 'One SIM to change.' })
export class SimInput {
  @Field(() => SimRef, { description: 'The SIM.' })
  sim!: SimRef;

  @IdempotencyKey()
  idempotencyKey?: string | null;
}

@InputType('CloseSimInput', {
  description:
    'One SIM to close. It cannot be undone: confirmIccid must be the ICCID of the SIM that sim names, otherwise BAD_USER_INPUT.',
})
export class CloseSimInput extends SimInput {
  @Field(() => ICCID, { description: 'The ICCID of the SIM again.' })
  confirmIccid!: string;
}

@InputType('SimsInput', { description: 'Up to 1000 SIMs to change.' })
export class SimsInput {
  @Field(() => [SimRef], {
    description:
      '1 to 1000 SIMs. A SIM that is named twice, by any of its keys, is changed once. TOO_MANY_SIMS above 1000.',
  })
  sims!: SimRef[];

  @IdempotencyKey()
  idempotencyKey?: string | null;
}

@InputType('SetSimNameInput', { description: 'A new name for one SIM.' })
export class SetSimNameInput extends SimInput {
  @Field(() => String, { description: 'The name, 1 to 255 characters.' })
  name!: string;
}

const groupField = {
  description: 'Name of the group, 1 to 255 characters. A group that does not exist is created.',
};

@InputType('SetSimGroupInput', { description: 'A group for one SIM.' })
export class SetSimGroupInput extends SimInput {
  @Field(() => String, groupField)
  group!: string;
}

@InputType('SetSimsGroupInput', { description: 'A group for up to 1000 SIMs.' })
export class SetSimsGroupInput extends SimsInput {
  @Field(() => String, groupField)
  group!: string;
}

@InputType('SetSimDataLimitInput', { description: 'A monthly data limit for one SIM.' })
export class SetSimDataLimitInput extends SimInput {
  @Field(() => DataLimitInput, { description: 'The limit.' })
  limit!: DataLimitInput;
}

@InputType('SetSimsDataLimitInput', { description: 'A monthly data limit for up to 1000 SIMs.' })
export class SetSimsDataLimitInput extends SimsInput {
  @Field(() => DataLimitInput, { description: 'The limit.' })
  limit!: DataLimitInput;
}

const lockedField = {
  description: 'True: the SIM works only in the device that it is in now. False: it works in any device.',
};

@InputType('SetSimImeiLockInput', { description: 'IMEI lock of one SIM.' })
export class SetSimImeiLockInput extends SimInput {
  @Field(() => Boolean, lockedField)
  locked!: boolean;
}

@InputType('SetSimsImeiLockInput', { description: 'IMEI lock of up to 1000 SIMs.' })
export class SetSimsImeiLockInput extends SimsInput {
  @Field(() => Boolean, lockedField)
  locked!: boolean;
}
