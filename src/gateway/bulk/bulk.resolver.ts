import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { StoreUnavailable } from '../../store/index.ts';
import { AuditEntry } from '../audit/audit.type.ts';
import { Access } from '../common/access.ts';
import { reachOfBulkOperation, scopesOfBulkOperation } from '../common/argument-rules.ts';
import { nullOnlyWithError } from '../common/null-only-with-error.ts';
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

@Resolver(() => BulkOperation)
export class BulkResolver {
  @Access({ scopes: ['READ'] })
  @Query(() => BulkOperation, {
    nullable: true,
    description:
      'The current state of a bulk operation. Null with the error NOT_FOUND if there is none with this id.',
  })
  bulkOperation(
    @Arg('id', () => ID, { description: 'BulkOperation.id.' }) id: string,
    @Ctx() { bulk }: Context,
  ): Promise<BulkOperation> {
    return bulk.byId(id);
  }

  @Access({ scopes: ['READ'] })
  @Query(() => BulkOperationConnection, nullOnlyWithError('Bulk operations of the account, newest first.'))
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

  @Access({
    scopes: ['CONTROL', 'SMS', 'CLOSE'],
    ofArguments: scopesOfBulkOperation,
    reachOfArguments: reachOfBulkOperation,
  })
  @Mutation(
    () => BulkOperationPayload,
    nullOnlyWithError(
      'Starts a change of up to 1 000 000 SIMs and returns at once; poll bulkOperation for its progress. Any gateway on the same database can process it, so it survives the crash of a gateway. Give an idempotencyKey, so that you can repeat the call after a lost answer. OUTCOME_UNKNOWN if the operation may have been started.',
    ),
  )
  async startBulkOperation(
    @Arg('input', () => StartBulkOperationInput, { description: 'The action, its values and the SIMs.' })
    input: StartBulkOperationInput,
    @Ctx() context: Context,
  ): Promise<BulkOperationPayload> {
    const started = await context.actions.bulk.start(input);
    return payloadOf(started, context).catch((error: unknown) => {
      throw error instanceof StoreUnavailable ? unclearStart(started.key) : error;
    });
  }

  @Access({ scopes: ['CONTROL', 'SMS', 'CLOSE'] })
  @Mutation(
    () => BulkOperationPayload,
    nullOnlyWithError(
      'Cancels an operation: no new call is sent. The SIMs that were not sent are NOT_SENT with OPERATION_CANCELED; the others keep their outcome. An operation that has ended does not change. NOT_FOUND if there is none with this id.',
    ),
  )
  async cancelBulkOperation(
    @Arg('input', () => CancelBulkOperationInput, { description: 'The operation to cancel.' })
    { id, idempotencyKey }: CancelBulkOperationInput,
    @Ctx() context: Context,
  ): Promise<BulkOperationPayload> {
    return payloadOf(await context.actions.bulk.cancel(keyOf(id), idempotencyKey), context);
  }

  @Access({ scopes: ['READ'] })
  @FieldResolver(
    () => SimResultConnection,
    nullOnlyWithError(
      'Outcomes of the SIMs so far, in the order of the target. SIMs without an outcome yet are left out.',
    ),
  )
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
  if (bulkOperation === null)
    throw new Error('the bulk operation that was started or canceled does not exist');
  return { bulkOperation };
}

@Resolver(() => AuditEntry)
export class AuditBulkOperationResolver {
  @Access({ scopes: ['READ'] })
  @FieldResolver(() => BulkOperation, {
    nullable: true,
    description: 'The bulk operation that was started. Null unless action is START_BULK_OPERATION.',
  })
  async bulkOperation(
    @Root() { id, action }: AuditEntry,
    @Ctx() { bulk }: Context,
  ): Promise<BulkOperation | null> {
    return action === 'START_BULK_OPERATION' ? bulk.byKey(id) : null;
  }
}
