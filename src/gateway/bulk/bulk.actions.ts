import {
  type BulkStore,
  chunkSizeFor,
  isCountedLater,
  longerRef,
  maxSims,
  type NewTarget,
  namesCheck,
  type OperationRow,
  totalCheck,
} from '../../bulk/index.ts';
import { GatewayError } from '../../errors/index.ts';
import type { ResolveFilter } from '../../fleet-index/index.ts';
import type { RequestLedger } from '../../ledger/index.ts';
import { argumentsOf, type Change, type SimApi } from '../../sim-api/index.ts';
import { bulkOperationNodeId } from '../common/node-id.ts';
import type { StartBulkOperationInput } from './bulk.args.ts';
import { changeOf, expectedCountOf, requireExpectedCount, startsTransition } from './bulk-change.ts';
import { checkMatches, firstGroupPage, type NamedTarget, namedBy, targetArguments } from './bulk-target.ts';

export interface ChangedOperation {
  /** Id of the operation in the database. */
  readonly key: string;
  /** Its row right after the start or the cancellation; null if the idempotency key replayed an earlier one. */
  readonly operation: OperationRow | null;
}

/** Starts and cancels bulk operations, for one request. Errors of both methods: those of the ledger. */
export interface BulkActions {
  /**
   * Starts an operation. Errors: BAD_USER_INPUT, TOO_MANY_SIMS, EXPECTED_COUNT_MISMATCH; those of the SIM API if the target is a group;
   * those of `ResolveFilter` if it is a filter; OUTCOME_UNKNOWN if the operation may have been started.
   */
  start(input: StartBulkOperationInput): Promise<ChangedOperation>;
  /** Cancels an operation, unless it has ended. Errors: NOT_FOUND. */
  cancel(key: string, idempotencyKey?: string | null): Promise<ChangedOperation>;
}

/** Which SIMs and operations the caller may change. */
export interface BulkScope {
  readonly tenant: string;
  /** Only SIMs of these groups; null: all. */
  readonly groups: readonly string[] | null;
  /** Only operations that this actor has started; null: all. */
  readonly onlyActor: string | null;
}

/** Actions over the tables of one tenant; `notify` is called when there is new work for the chunk worker. */
export function createBulkActions(
  simApi: SimApi,
  store: BulkStore,
  resolveFilter: ResolveFilter,
  { tenant, groups, onlyActor }: BulkScope,
  ledger: RequestLedger,
  notify: () => void,
): BulkActions {
  /** Errors: EXPECTED_COUNT_MISMATCH, TOO_MANY_SIMS. */
  async function targetOf(
    named: NamedTarget,
    change: Change,
    expectedCount: number | null,
  ): Promise<NewTarget> {
    if ('group' in named) {
      const { total } = await firstGroupPage(simApi, named.group);
      const refusal = totalCheck(expectedCount)(total);
      if (refusal !== null) throw refusal;
      return { group: named.group, total };
    }
    const refs = 'refs' in named ? named.refs : await resolveFilter(tenant, named.filter, maxSims + 1);
    if ('filter' in named) checkMatches(refs.length);
    const refusal = namesCheck(expectedCount, refs);
    if (refusal !== null) throw refusal;
    return {
      refs,
      chunkSize: chunkSizeFor(simApi, change, longerRef(refs)),
      isCountedFirst: isCountedLater(expectedCount, refs),
    };
  }

  return {
    async start(input) {
      const { action, waitUntilSettled, idempotencyKey = null } = input;
      const change = changeOf(input);
      requireExpectedCount(input);
      const named = await namedBy(input.target);
      const expectedCount = expectedCountOf(input);
      const recorded = await ledger.record<ChangedOperation>(
        {
          action: 'START_BULK_OPERATION',
          arguments: {
            action,
            ...argumentsOf(change),
            ...targetArguments(named),
            ...(expectedCount !== null && { expectedCount }),
            waitUntilSettled,
          },
          identity: [change, named, expectedCount, waitUntilSettled],
          idempotencyKey,
          unclear: unclearStart,
        },
        async ({ entry }) => {
          const target = await targetOf(named, change, expectedCount);
          const waitsUntilSettled = waitUntilSettled && startsTransition(change);
          const operation = await store.begin(
            { entry, action, change, waitsUntilSettled, expectedCount, onlyGroups: groups },
            target,
          );
          notify();
          return { value: { key: entry.id, operation }, completion: null };
        },
      );
      return 'value' in recorded ? recorded.value : { key: recorded.stored.id, operation: null };
    },

    async cancel(key, idempotencyKey = null) {
      const recorded = await ledger.record<ChangedOperation>(
        { action: 'CANCEL_BULK_OPERATION', arguments: { bulkOperation: key }, identity: key, idempotencyKey },
        async () => {
          const operation = await store.cancel(tenant, key, onlyActor);
          if (operation === null) throw noSuchOperation();
          notify();
          return { value: { key, operation }, completion: { outcome: 'SUCCEEDED', errorCode: null } };
        },
      );
      return 'value' in recorded ? recorded.value : { key, operation: null };
    },
  };
}

export function noSuchOperation(): GatewayError {
  return new GatewayError('NOT_FOUND', { message: 'There is no such bulk operation.' });
}

/** OUTCOME_UNKNOWN for an operation that may have been started; `key` is its id in the database. */
export function unclearStart(key: string): GatewayError {
  return new GatewayError('OUTCOME_UNKNOWN', {
    message:
      'The operation may have been started: the database did not confirm it. Read bulkOperation with the id in bulkOperationId. If this call had an idempotency key, repeat it with the same key: that starts the operation at most once.',
    bulkOperationId: bulkOperationNodeId(key),
  });
}
