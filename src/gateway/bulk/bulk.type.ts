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
  description: 'Progress of a bulk operation. The last four statuses are final.',
  valuesConfig: {
    QUEUED: {
      description: 'Nothing is sent yet. The gateway lists the SIMs of a group, or counts the SIMs of EIDs.',
    },
    RUNNING: { description: 'SIMs are being processed.' },
    SETTLING: {
      description:
        'All SIMs are processed; some are still in transition. The gateway polls them until their transitions have ended.',
    },
    COMPLETED: { description: 'Ended: every SIM succeeded.' },
    COMPLETED_WITH_ERRORS: {
      description: 'Ended: some SIMs are FAILED, UNKNOWN or NOT_SENT. See results.',
    },
    CANCELED: { description: 'Ended by cancelBulkOperation: the SIMs that were not sent are NOT_SENT.' },
    FAILED: { description: 'Ended before anything was sent; error has the reason.' },
  },
});

@ObjectType('BulkOperation', {
  implements: Node,
  description:
    'A change of up to 1 000 000 SIMs, and its progress. If a gateway stops, another one takes over. When the operation has ended, total is succeeded + failed + unknown + notSent.',
  simpleResolvers: true,
})
export class BulkOperation extends Node {
  /** Id in the database. */
  key!: string;

  @Field(() => ID, { description: 'Opaque and stable. Do not parse it.' })
  override id!: string;

  @Field(() => SimActionEnum, { description: 'Action on each SIM.' })
  action!: SimAction;

  @Field(() => BulkStatusEnum, { description: 'Progress of the operation.' })
  status!: BulkStatus;

  @Field(() => Int, {
    description:
      'Number of SIMs of the target, each counted once. For a group, it is the number that the SIM API reported at the start, until the gateway has listed the whole group. For EIDs, it decreases when an EID turns out to name a SIM that the target also names by another key.',
  })
  total!: number;

  @Field(() => Int, {
    description: 'Number of SIMs for which a call was sent. A SIM that already is as requested needs none.',
  })
  sent!: number;

  @Field(() => Int, { description: 'Number of SIMs with the outcome SUCCEEDED.' })
  succeeded!: number;

  @Field(() => Int, { description: 'Number of SIMs with the outcome FAILED.' })
  failed!: number;

  @Field(() => Int, {
    description:
      'Number of SIMs that the operation changed and that are still in transition; succeeded includes them. A SIM whose transition ends in another state becomes FAILED with STATE_NOT_REACHED.',
  })
  settling!: number;

  @Field(() => DateTime, { description: 'When the operation was started.' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When the operation ended; null before.' })
  finishedAt!: Date | null;

  @Field(() => Int, {
    description:
      'Number of SIMs with the outcome UNKNOWN: the change may have been carried out and is not sent again.',
  })
  unknown!: number;

  @Field(() => Int, { description: 'Number of SIMs with the outcome NOT_SENT.' })
  notSent!: number;

  @Field(() => String, {
    description:
      "Who started it: the subject of the caller's credentials, or anonymous if the gateway asks for none.",
  })
  actor!: string;

  @Field(() => SimError, {
    nullable: true,
    description:
      'Why the operation is FAILED, or what it waits for at the moment, for example UPSTREAM_UNAVAILABLE. Null otherwise.',
  })
  error!: SimError | null;
}

@ObjectType('BulkOperationConnection', {
  description: 'Relay connection: a page of bulk operations.',
  simpleResolvers: true,
})
export class BulkOperationConnection extends connectionOf('BulkOperation', () => BulkOperation) {}

@ObjectType('SimResultConnection', {
  description: 'Relay connection: a page of results.',
  simpleResolvers: true,
})
export class SimResultConnection extends connectionOf('SimResult', () => SimResult) {}

@ObjectType('BulkOperationPayload', {
  description: 'The operation after it was started or canceled.',
  simpleResolvers: true,
})
export class BulkOperationPayload {
  @Field(() => BulkOperation, { description: 'The current state of the operation.' })
  bulkOperation!: BulkOperation;
}
