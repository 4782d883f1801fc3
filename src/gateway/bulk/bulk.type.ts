import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { SimAction } from '../../sim-api/index.ts';
import type { BulkStatus } from '../../store/index.ts';
import { connectionOf } from '../common/connection.ts';
import { enumOf } from '../common/enum.ts';
import { Node } from '../common/node.type.ts';
import { DateTime } from '../common/scalars.ts';
import { SimError } from '../errors/error.type.ts';
import { SimActionEnum } from '../sim/sim-action.type.ts';
import { SimResult } from '../sim/sims-payload.type.ts';

/** BulkStatus as GraphQL has it. */
export const BulkStatusEnum: Record<BulkStatus, BulkStatus> = enumOf([
  'QUEUED',
  'RUNNING',
  'SETTLING',
  'COMPLETED',
  'COMPLETED_WITH_ERRORS',
  'CANCELED',
  'FAILED',
]);
registerEnumType(BulkStatusEnum, {
  name: 'BulkStatus',
  description:
    'How far a bulk operation is. SETTLING: all sent, some of the SIMs that it changed still PENDING.',
  valuesConfig: {
    QUEUED: {
      description: 'Nothing is sent yet; the SIMs of a group are being listed, or those of EIDs counted.',
    },
    RUNNING: { description: 'SIMs are being worked off.' },
    SETTLING: {
      description:
        'All sent; some of the SIMs that it changed are still PENDING, and are followed until they settle.',
    },
    COMPLETED: { description: 'Ended: every SIM succeeded.' },
    COMPLETED_WITH_ERRORS: {
      description: 'Ended: some SIMs failed, were not sent, or nobody knows. See results.',
    },
    CANCELED: { description: 'Ended by cancelBulkOperation: what was not sent by then is NOT_SENT.' },
    FAILED: { description: 'Ended before anything was sent; error says why.' },
  },
});

/** A long-running change. */
@ObjectType('BulkOperation', {
  implements: Node,
  description:
    'A long-running change and how far it is. It goes on whoever asks, whatever gateway stops: another one takes over. total = succeeded + failed + unknown + notSent once it has ended.',
  simpleResolvers: true,
})
export class BulkOperation extends Node {
  /** The id within the gateway's own tables. */
  key!: string;

  @Field(() => ID, { description: 'Opaque and stable. Do not parse it.' })
  override id!: string;

  @Field(() => SimActionEnum, { description: 'What is done to each SIM.' })
  action!: SimAction;

  @Field(() => BulkStatusEnum, { description: 'How far it is.' })
  status!: BulkStatus;

  @Field(() => Int, {
    description:
      'SIMs of the target, each counted once. Of a group: what its list said at the start, until all of it is listed. Where EIDs name SIMs: how many were named, less those that turn out to be named twice.',
  })
  total!: number;

  @Field(() => Int, {
    description: 'SIMs for which a call went out; one that is as asked already needs none.',
  })
  sent!: number;

  @Field(() => Int, { description: 'SIMs with the outcome SUCCEEDED.' })
  succeeded!: number;

  @Field(() => Int, { description: 'SIMs with the outcome FAILED.' })
  failed!: number;

  @Field(() => Int, {
    description:
      'SIMs that the operation changed and that are still PENDING upstream; they count as succeeded. One that settles in another state becomes FAILED with STATE_NOT_REACHED.',
  })
  settling!: number;

  @Field(() => DateTime, { description: 'When it was started.' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it ended; null before that.' })
  finishedAt!: Date | null;

  @Field(() => Int, {
    description:
      'SIMs whose outcome could not be learned: a message that may have gone out is never sent twice.',
  })
  unknown!: number;

  @Field(() => Int, { description: 'SIMs with the outcome NOT_SENT.' })
  notSent!: number;

  @Field(() => String, { description: 'Subject of the caller who started it.' })
  actor!: string;

  @Field(() => SimError, {
    nullable: true,
    description:
      'Why it failed as a whole, or what it is waiting for just now, for example UPSTREAM_UNAVAILABLE; null otherwise.',
  })
  error!: SimError | null;
}

/** A page of bulk operations. */
@ObjectType('BulkOperationConnection', {
  description: 'Relay connection: a page of a list.',
  simpleResolvers: true,
})
export class BulkOperationConnection extends connectionOf('BulkOperation', () => BulkOperation) {}

/** A page of results. */
@ObjectType('SimResultConnection', {
  description: 'Relay connection: a page of a list.',
  simpleResolvers: true,
})
export class SimResultConnection extends connectionOf('SimResult', () => SimResult) {}

/** An operation that was started or stopped. */
@ObjectType('BulkOperationPayload', { description: 'The operation as it stands.', simpleResolvers: true })
export class BulkOperationPayload {
  @Field(() => BulkOperation, { description: 'The operation.' })
  bulkOperation!: BulkOperation;
}
