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
import { badUserInput, GatewayError } from '../../errors/index.ts';
import type { ResolveFilter } from '../../fleet-index/index.ts';
import type { RequestLedger } from '../../ledger/index.ts';
import { argumentsOf, type Change, type SimApi } from '../../sim-api/index.ts';
import { bulkOperationNodeId } from '../common/node-id.ts';
import type { StartBulkOperationInput } from './bulk.args.ts';
import { changeOf, startsTransition } from './bulk-change.ts';
import { checkMatches, type NamedTarget, namedBy, targetArguments } from './bulk-target.ts';

/** An operation that was started or stopped. */
export interface ChangedOperation {
  /** Its key in our tables. */
  readonly key: string;
  /** As it was right after that; null if it was started or stopped before, under the same idempotency key. */
  readonly operation: OperationRow | null;
}

/** Starts and stops bulk operations, for one request. Errors of both: those of the ledger. */
export interface BulkActions {
  /**
   * Starts an operation. Errors: BAD_USER_INPUT, TOO_MANY_SIMS, EXPECTED_COUNT_MISMATCH, what the SIM API fails with where the target is
   * a group, and where it is a filter those of the index; OUTCOME_UNKNOWN if the operation may have been started.
   */
  start(input: StartBulkOperationInput): Promise<ChangedOperation>;
  /** Stops one, unless it has ended. Errors: NOT_FOUND. */
  cancel(key: string): Promise<ChangedOperation>;
}

/** Actions over the tables of one tenant; `wake` is called when there is something to do. */
export function createBulkActions(
  simApi: SimApi,
  store: BulkStore,
  resolveFilter: ResolveFilter,
  tenant: string,
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
      const total = await countOf(simApi, named.group);
      const refusal = totalCheck(expectedCount)(total);
      if (refusal !== null) throw refusal;
      return { group: named.group, total };
    }
    const refs = 'refs' in named ? named.refs : await resolveFilter(tenant, named.filter, maxSims + 1);
    if ('filter' in named) checkMatches(refs);
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
      const { action, expectedCount = null, waitUntilSettled, idempotencyKey = null } = input;
      const change = changeOf(input);
      const named = await namedBy(input.target);
      if (expectedCount !== null && expectedCount < 1)
        throw badUserInput('expectedCount', 'must be 1 or more');
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
            { entry, action, change, waitsUntilSettled, expectedCount },
            target,
          );
          notify();
          return { value: { key: entry.id, operation }, completion: null };
        },
      );
      return 'value' in recorded ? recorded.value : { key: recorded.stored.id, operation: null };
    },

    async cancel(key) {
      const recorded = await ledger.record<ChangedOperation>(
        { action: 'CANCEL_BULK_OPERATION', arguments: { bulkOperation: key }, identity: key },
        async () => {
          const operation = await store.cancel(tenant, key);
          if (operation === null) throw noSuchOperation();
          notify();
          return { value: { key, operation }, completion: { outcome: 'SUCCEEDED', errorCode: null } };
        },
      );
      return 'value' in recorded ? recorded.value : { key, operation: null };
    },
  };
}

/** There is no operation with that id. */
export function noSuchOperation(): GatewayError {
  return new GatewayError('NOT_FOUND', { message: 'There is no such bulk operation.' });
}

/** An operation that may have been started, by its key in our tables. */
export function unclearStart(key: string): GatewayError {
  return new GatewayError('OUTCOME_UNKNOWN', {
    message:
      'The operation may have been started: the database did not confirm it. Read it by bulkOperationId; if this call had an idempotency key, the same call under that key starts it at most once.',
    bulkOperationId: bulkOperationNodeId(key),
  });
}

async function countOf(simApi: SimApi, group: string): Promise<number> {
  const { total } = await simApi.sims.groupPage(group, 0);
  if (total === 0) throw badUserInput('target.group', 'must be a group that has SIMs');
  return total;
}
