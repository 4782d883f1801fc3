import type { Change, SimApi } from '../../sim-api/index.ts';
import { argumentsOf } from '../common/change-arguments.ts';
import { badUserInput, GatewayError } from '../errors/gateway-error.ts';
import type { RequestLedger } from '../ledger/ledger.ts';
import type { StartBulkOperationInput } from './bulk.args.ts';
import type { BulkStore, NewTarget } from './bulk.store.ts';
import { changeOf, settlesLater } from './bulk-change.ts';
import { checkFitting, type FindFitting, type NamedTarget, namedBy } from './bulk-target.ts';
import { chunkSizeFor, longestOf } from './chunk-size.ts';
import { mostSims, totalCheck } from './total-check.ts';

/** Starts and stops bulk operations, for one request. Errors of both: those of the ledger. */
export interface BulkActions {
  /**
   * Starts an operation, and gives its key in our tables. Errors: BAD_USER_INPUT, TOO_MANY_SIMS, EXPECTED_COUNT_MISMATCH, what the
   * SIM API fails with where the target is a group, and where it is a filter those of the index.
   */
  start(input: StartBulkOperationInput): Promise<string>;
  /** Stops one, unless it has ended. Errors: NOT_FOUND. */
  cancel(key: string): Promise<void>;
}

/** Actions over the tables of one tenant; `wake` is called when there is something to do. */
export function createBulkActions(
  simApi: SimApi,
  store: BulkStore,
  findFitting: FindFitting,
  tenant: string,
  ledger: RequestLedger,
  wake: () => void,
): BulkActions {
  async function targetOf(named: NamedTarget, change: Change): Promise<NewTarget> {
    if ('group' in named) return { group: named.group, total: await countOf(simApi, named.group) };
    const refs = 'refs' in named ? named.refs : await findFitting(tenant, named.filter, mostSims + 1);
    if ('filter' in named) checkFitting(refs);
    return { refs, chunkSize: chunkSizeFor(simApi, change, longestOf(refs)) };
  }

  return {
    async start(input) {
      const { action, expectedCount = null, waitUntilSettled, idempotencyKey = null } = input;
      const change = changeOf(input);
      const named = await namedBy(input.target);
      if (expectedCount !== null && expectedCount < 1)
        throw badUserInput('expectedCount', 'must be 1 or more');
      return ledger.record(
        {
          action: 'START_BULK_OPERATION',
          arguments: {
            action,
            ...omitAction(argumentsOf(change)),
            ...('group' in named && { targetGroup: named.group }),
            ...('filter' in named && { targetFilter: named.filter }),
            ...(expectedCount !== null && { expectedCount }),
            waitUntilSettled,
          },
          identity: [change, named, expectedCount, waitUntilSettled],
          idempotencyKey,
        },
        {
          async run({ entry }) {
            const target = await targetOf(named, change);
            const refusal = totalCheck(expectedCount)('refs' in target ? target.refs.length : target.total);
            if (refusal !== null) throw refusal;
            const follows = waitUntilSettled && settlesLater(change);
            await store.begin({ entry, action, change, follows, expectedCount }, target);
            wake();
            return { value: entry.id, ending: null };
          },
          replay: ({ id }) => id,
        },
      );
    },

    cancel: (key) =>
      ledger.record<void>(
        { action: 'CANCEL_BULK_OPERATION', arguments: { bulkOperation: key }, identity: key },
        {
          async run() {
            if (!(await store.cancel(tenant, key))) throw noSuchOperation();
            wake();
            return { value: undefined, ending: { outcome: 'SUCCEEDED', errorCode: null } };
          },
          replay: () => undefined,
        },
      ),
  };
}

/** There is no operation with that id. */
export function noSuchOperation(): GatewayError {
  return new GatewayError('NOT_FOUND', { message: 'There is no such bulk operation.' });
}

async function countOf(simApi: SimApi, group: string): Promise<number> {
  const { total } = await simApi.sims.groupPage(group, 0);
  if (total === 0) throw badUserInput('target.group', 'must be a group that has SIMs');
  return total;
}

function omitAction(values: object): object {
  const { action: _, ...rest } = values as { action?: unknown };
  return rest;
}
