import { ArgsType, Field, ID, InputType, Int } from 'type-graphql';
import type { SimAction } from '../../sim-api/index.ts';
import type { BulkStatus } from '../../store/index.ts';
import { ForwardArgs } from '../common/forward.args.ts';
import { IdempotencyKey } from '../common/idempotency-key.ts';
import { type EsimProfileAction, EsimProfileActionEnum } from '../esim/esim-action.type.ts';
import { DataLimitInput } from '../sim/data-limit.type.ts';
import { SimActionEnum } from '../sim/sim-action.type.ts';
import { SimFilter } from '../sim/sim-filter.type.ts';
import { type SimOutcome, SimOutcomeEnum } from '../sim/sim-payload.type.ts';
import { SimRef } from '../sim/sim-ref.type.ts';
import { BulkStatusEnum } from './bulk.type.ts';

/** The SIMs of an operation; `schema.ts` makes it a oneOf input. */
@InputType('BulkTarget', { description: 'The SIMs of a bulk operation: give exactly one field.' })
export class BulkTarget {
  @Field(() => [SimRef], {
    nullable: true,
    description: '1 to 100 000 SIMs. A SIM that is named twice, by any of its keys, is changed once.',
  })
  sims?: SimRef[];

  @Field(() => String, {
    nullable: true,
    description: 'Name of a group: the SIMs that are in it when the operation starts, up to 1 000 000.',
  })
  group?: string;

  @Field(() => SimFilter, {
    nullable: true,
    description:
      'The SIMs that match when the operation starts, up to 1 000 000, from the fleet index. The list does not change after that: a SIM that matches only later is not changed, and a SIM that no longer matches is still changed. At least one condition is required. FLEET_INCOMPLETE during the first full sync, and for a filter by usage or cost until the first full sync of the month has ended; FEATURE_NOT_ENABLED if the gateway keeps no index.',
  })
  filter?: SimFilter;

  @Field(() => String, {
    nullable: true,
    description:
      'ICCIDs or EIDs in one text, up to 1 000 000, separated by white space, commas or semicolons: for a pasted column or the content of a file.',
  })
  list?: string;
}

@InputType('BulkParams', { description: 'Values of the action: give those that it needs and no others.' })
export class BulkParams {
  @Field(() => String, {
    nullable: true,
    description: 'For SET_NAME: the name for every SIM, 1 to 255 characters.',
  })
  name?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'For SET_GROUP: name of the group, 1 to 255 characters.',
  })
  group?: string | null;

  @Field(() => DataLimitInput, { nullable: true, description: 'For SET_DATA_LIMIT: the limit of each SIM.' })
  dataLimit?: DataLimitInput | null;

  @Field(() => String, { nullable: true, description: 'For SEND_SMS: the text, 1 to 1530 characters.' })
  text?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'For ESIM_PROFILE: name of the profile, as in account.availableProfiles.',
  })
  profile?: string | null;

  @Field(() => EsimProfileActionEnum, {
    nullable: true,
    description: 'For ESIM_PROFILE: what to do with the profile.',
  })
  profileAction?: EsimProfileAction | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'For SET_IMEI_LOCK: true locks each SIM to its device, false unlocks it.',
  })
  imeiLocked?: boolean | null;
}

@InputType('StartBulkOperationInput', { description: 'A change of up to 1 000 000 SIMs.' })
export class StartBulkOperationInput {
  @Field(() => SimActionEnum, { description: 'Action on each SIM.' })
  action!: SimAction;

  @Field(() => BulkTarget, { description: 'The SIMs to change.' })
  target!: BulkTarget;

  @Field(() => BulkParams, {
    nullable: true,
    description:
      'Values that the action needs, for example group for SET_GROUP or text for SEND_SMS. BAD_USER_INPUT if one is missing or not needed.',
  })
  params?: BulkParams | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Refuses the operation with EXPECTED_COUNT_MISMATCH unless the target has exactly this number of SIMs. Required for CLOSE. If the target has EIDs, their SIMs are counted after the start: if the number differs, the operation is FAILED before anything is sent.',
  })
  expectedCount?: number | null;

  @Field(() => Boolean, {
    defaultValue: true,
    description:
      'For changes of state: true keeps the operation open until the transition of every SIM that it changed has ended. Other actions ignore it and end when all calls are answered.',
  })
  waitUntilSettled!: boolean;

  @Field(() => String, {
    nullable: true,
    description:
      'Your own key for this operation, 1 to 255 visible ASCII characters. The same key with the same arguments returns the operation that it started, for 24 hours, or until the operation ends if that is later. With other arguments it is IDEMPOTENCY_CONFLICT.',
  })
  idempotencyKey?: string | null;
}

@InputType('CancelBulkOperationInput', { description: 'The operation to cancel.' })
export class CancelBulkOperationInput {
  @Field(() => ID, { description: 'BulkOperation.id.' })
  id!: string;

  @IdempotencyKey()
  idempotencyKey?: string | null;
}

/** Arguments of the list of operations. */
@ArgsType()
export class BulkOperationsArgs extends ForwardArgs {
  @Field(() => [BulkStatusEnum], {
    nullable: true,
    description: 'Only operations in these statuses; all if null or empty.',
  })
  statuses?: BulkStatus[] | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 20,
    description: 'Maximum number of operations, 1 to 500.',
  })
  override first?: number | null;
}

/** Arguments of the results of an operation. */
@ArgsType()
export class BulkResultsArgs extends ForwardArgs {
  @Field(() => [SimOutcomeEnum], {
    nullable: true,
    description: 'Only SIMs with these outcomes; all if null or empty.',
  })
  outcomes?: SimOutcome[] | null;
}
