import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { StoreUnavailable } from '../../store/index.ts';
import { AuditEntry } from '../audit/audit.type.ts';
import { windowOf } from '../common/paging.ts';
import { selectedFields } from '../common/selection.ts';
import type { Context } from '../context.ts';
import { type ChangedOperation, unclearStart } from './bulk.actions.ts';
import {
  BulkOperationsArgs,
  BulkResultsArgs,
  CancelBulkOperationInput,
  StartBulkOperationInput,
} from './bulk.args.ts';
import { keyOf } from './bulk.loader.ts';
import {
  BulkOperation,
  BulkOperationConnection,
  BulkOperationPayload,
  SimResultConnection,
} from './bulk.type.ts';

/** Changes of very many SIMs. */
@Resolver(() => BulkOperation)
export class BulkResolver {
  @Query(() => BulkOperation, {
    nullable: true,
    description: 'One bulk operation as it stands. Null and NOT_FOUND when there is none.',
  })
  bulkOperation(
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
    @Ctx() { bulk }: Context,
  ): Promise<BulkOperation> {
    return bulk.byId(id);
  }

  @Query(() => BulkOperationConnection, { description: 'Bulk operations, newest first.' })
  bulkOperations(
    @Args(() => BulkOperationsArgs) { first, after, statuses }: BulkOperationsArgs,
    @Ctx() { bulk }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<BulkOperationConnection> {
    const isCounted = selectedFields(info, 'BulkOperationConnection').some(
      ({ name }) => name === 'totalCount',
    );
    return bulk.page(statuses ?? [], windowOf({ first, after }), isCounted);
  }

  @Mutation(() => BulkOperationPayload, {
    description:
      'For over 1000 SIMs, or to follow SIMs until they settle. Answers at once; the operation goes on by itself and survives every crash. Give an idempotencyKey: an answer that is lost is then no second operation.',
  })
  async startBulkOperation(
    @Arg('input', () => StartBulkOperationInput, { description: 'What to do, and to which SIMs.' })
    input: StartBulkOperationInput,
    @Ctx() context: Context,
  ): Promise<BulkOperationPayload> {
    const started = await context.actions.bulk.start(input);
    return payloadOf(started, context).catch((error: unknown) => {
      throw error instanceof StoreUnavailable ? unclearStart(started.key) : error;
    });
  }

  @Mutation(() => BulkOperationPayload, {
    description:
      'Stops before the next call. What was sent stays sent; the rest is NOT_SENT with OPERATION_CANCELED. One that has ended stays as it is.',
  })
  async cancelBulkOperation(
    @Arg('input', () => CancelBulkOperationInput, { description: 'Which one.' })
    { id }: CancelBulkOperationInput,
    @Ctx() context: Context,
  ): Promise<BulkOperationPayload> {
    return payloadOf(await context.actions.bulk.cancel(keyOf(id)), context);
  }

  @FieldResolver(() => SimResultConnection, {
    description:
      'What became of its SIMs so far, in the order in which they were named; the outcomes that are asked for, or all. SIMs still to come are in none of them.',
  })
  results(
    @Root() operation: BulkOperation,
    @Args(() => BulkResultsArgs) { first, after, outcomes }: BulkResultsArgs,
    @Ctx() { bulk }: Context,
  ): Promise<SimResultConnection> {
    return bulk.results(operation, outcomes ?? [], windowOf({ first, after }));
  }
}

async function payloadOf(
  { key, operation }: ChangedOperation,
  { bulk }: Context,
): Promise<BulkOperationPayload> {
  bulk.forget(operation);
  const bulkOperation = await bulk.byKey(key);
  if (bulkOperation === null) throw new Error('a bulk operation was started or stopped that is not there');
  return { bulkOperation };
}

/** The bulk operation that an entry of the audit log tells of. */
@Resolver(() => AuditEntry)
export class AuditBulkOperationResolver {
  @FieldResolver(() => BulkOperation, {
    nullable: true,
    description: 'The operation that was started; null for every other action.',
  })
  async bulkOperation(
    @Root() { id, action }: AuditEntry,
    @Ctx() { bulk }: Context,
  ): Promise<BulkOperation | null> {
    return action === 'START_BULK_OPERATION' ? bulk.byKey(id) : null;
  }
}
