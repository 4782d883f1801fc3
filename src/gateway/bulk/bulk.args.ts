import { ArgsType, Field, ID, InputType, Int } from 'type-graphql';
import type { SimAction } from '../../sim-api/index.ts';
import type { BulkStatus } from '../../store/index.ts';
import { ForwardArgs } from '../common/forward.args.ts';
import { type EsimProfileAction, EsimProfileActionEnum } from '../esim/esim-action.type.ts';
import { DataLimitInput } from '../sim/data-limit.type.ts';
import { SimActionEnum } from '../sim/sim-action.type.ts';
import { SimFilter } from '../sim/sim-filter.type.ts';
import { type SimOutcome, SimOutcomeEnum } from '../sim/sim-payload.type.ts';
import { SimRef } from '../sim/sim-ref.type.ts';
import { BulkStatusEnum } from './bulk.type.ts';

/** Which SIMs; `schema.ts` makes it a oneOf input. */
@InputType('BulkTarget', { description: 'Exactly one target.' })
export class BulkTarget {
  @Field(() => [SimRef], {
    nullable: true,
    description: '1 to 100 000 SIMs. One that is named twice, by whatever key, is changed once.',
  })
  sims?: SimRef[];

  @Field(() => String, {
    nullable: true,
    description: 'The SIMs of this group as they are when the operation begins, up to 1 000 000.',
  })
  group?: string;

  @Field(() => SimFilter, {
    nullable: true,
    description:
      'The SIMs that fit at this moment, up to 1 000 000, by the index of the fleet; with at least one condition. Those that come to fit later are not changed, those that no longer fit are.',
  })
  filter?: SimFilter;

  @Field(() => String, {
    nullable: true,
    description:
      'ICCIDs or EIDs in one text, separated by white space or commas, up to 1 000 000: the way to name very many, or to paste them.',
  })
  list?: string;
}

/** Values of a bulk change. */
@InputType('BulkParams', { description: 'Values for the bulk action.' })
export class BulkParams {
  @Field(() => String, { nullable: true, description: 'For SET_NAME: the name that each SIM gets.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'For SET_GROUP: the group to put SIMs into.' })
  group?: string | null;

  @Field(() => DataLimitInput, { nullable: true, description: 'For SET_DATA_LIMIT.' })
  dataLimit?: DataLimitInput | null;

  @Field(() => String, { nullable: true, description: 'For SEND_SMS: 1 to 1530 characters.' })
  text?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'For ESIM_PROFILE: its name, as account.availableProfiles lists it.',
  })
  profile?: string | null;

  @Field(() => EsimProfileActionEnum, { nullable: true, description: 'For ESIM_PROFILE.' })
  profileAction?: EsimProfileAction | null;

  @Field(() => Boolean, { nullable: true, description: 'For SET_IMEI_LOCK: true locks.' })
  imeiLocked?: boolean | null;
}

/** What to start. */
@InputType('StartBulkOperationInput', { description: 'A long-running change.' })
export class StartBulkOperationInput {
  @Field(() => SimActionEnum, { description: 'What to do to each SIM.' })
  action!: SimAction;

  @Field(() => BulkTarget, { description: 'Which SIMs.' })
  target!: BulkTarget;

  @Field(() => BulkParams, {
    nullable: true,
    description:
      'What the action needs, and nothing else: group for SET_GROUP, text for SEND_SMS, and so on.',
  })
  params?: BulkParams | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Refuse with EXPECTED_COUNT_MISMATCH unless the target holds exactly this many SIMs. Required for CLOSE. If EIDs are named, the SIMs that they lead to are counted after the start: with another number the operation is FAILED, and nothing was sent.',
  })
  expectedCount?: number | null;

  @Field(() => Boolean, {
    defaultValue: true,
    description:
      'For changes of state: keep the operation open until none of the SIMs that it changed is PENDING. Other actions end when all is sent.',
  })
  waitUntilSettled!: boolean;

  @Field(() => String, {
    nullable: true,
    description:
      'A word of your own for this operation, 1 to 255 visible ASCII characters. The same key gives the operation already started, within 24 hours and until it has ended; with other arguments it is IDEMPOTENCY_CONFLICT.',
  })
  idempotencyKey?: string | null;
}

/** What to stop. */
@InputType('CancelBulkOperationInput', { description: 'The operation to stop.' })
export class CancelBulkOperationInput {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;
}

/** Which operations. */
@ArgsType()
export class BulkOperationsArgs extends ForwardArgs {
  @Field(() => [BulkStatusEnum], { nullable: true, description: 'Only these; all where it is empty.' })
  statuses?: BulkStatus[] | null;

  @Field(() => Int, { nullable: true, defaultValue: 20, description: 'How many at most: 1 to 500.' })
  override first?: number | null;
}

/** Which results. */
@ArgsType()
export class BulkResultsArgs extends ForwardArgs {
  @Field(() => [SimOutcomeEnum], { nullable: true, description: 'Only these; all where it is empty.' })
  outcomes?: SimOutcome[] | null;
}
