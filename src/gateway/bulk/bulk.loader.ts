import DataLoader from 'dataloader';
import type { BulkStore, OperationRow } from '../../bulk/index.ts';
import { badUserInput, deserializeError } from '../../errors/index.ts';
import type { SimAction } from '../../sim-api/index.ts';
import type { BulkStatus } from '../../store/index.ts';
import { ConnectionPage } from '../common/connection.ts';
import { bulkOperationNodeId, decodeNodeId } from '../common/node-id.ts';
import type { Window } from '../common/paging.ts';
import { decodeRowCursor, encodeCursor } from '../common/sorted-page.ts';
import { asData } from '../errors/error.type.ts';
import { type SimOutcome, SimOutcomeEnum } from '../sim/sim-payload.type.ts';
import type { SimResult } from '../sim/sims-payload.type.ts';
import { noSuchOperation } from './bulk.actions.ts';
import type { BulkOperation } from './bulk.type.ts';

/** Reads the bulk operations of one tenant, for one request. Errors of all methods: StoreUnavailable. */
export interface BulkLoader {
  /** Errors: NOT_FOUND, and BAD_USER_INPUT if `id` is not the id of a bulk operation. */
  byId(id: string): Promise<BulkOperation>;
  /** By its id in the database; null if the audit entry with this id is not a bulk operation. */
  byKey(key: string): Promise<BulkOperation | null>;
  /** A page, newest first; its `totalCount` is 0 unless `isCounted`. Errors: BAD_USER_INPUT for an invalid cursor. */
  page(
    statuses: readonly BulkStatus[],
    window: Window,
    isCounted: boolean,
  ): Promise<ConnectionPage<BulkOperation>>;
  /** Results so far, in the order of the target; all outcomes if `outcomes` is empty. Errors: BAD_USER_INPUT for an invalid cursor. */
  results(
    operation: BulkOperation,
    outcomes: readonly SimOutcome[],
    window: Window,
  ): Promise<ConnectionPage<SimResult>>;
  /** Clears the cache after a change; `changed` is the new row, if it is known, and is not read again. */
  forget(changed: OperationRow | null): void;
}

const allOutcomes = Object.values(SimOutcomeEnum);

/** A loader over the operations of one tenant, or of one actor if `onlyActor` is not null. */
export function createBulkLoader(store: BulkStore, tenant: string, onlyActor: string | null): BulkLoader {
  const operations = new DataLoader<string, BulkOperation | null>(async (keys) => {
    const found = new Map(
      (await store.byIds(tenant, keys, onlyActor)).map((row) => [row.id, operationOf(row)]),
    );
    return keys.map((key) => found.get(key) ?? null);
  });

  return {
    async byId(id) {
      const key = keyOf(id);
      const operation = await operations.load(key);
      if (operation === null) throw noSuchOperation();
      return operation;
    },

    byKey: (key) => operations.load(key),

    async page(statuses, { count, cursor }, isCounted) {
      const behind = cursor === null ? null : decodeRowCursor(cursor);
      const [found, totalCount] = await Promise.all([
        store.page(tenant, statuses, behind, count + 1, onlyActor),
        isCounted ? store.count(tenant, statuses, onlyActor) : 0,
      ]);
      const page = found.slice(0, count);
      const cursorAt = (index: number) => {
        const { createdAt, id } = page[index] as OperationRow;
        return encodeCursor({ at: createdAt, id });
      };
      return new ConnectionPage(page.map(operationOf), totalCount, cursorAt, {
        hasNextPage: found.length > count,
        hasPreviousPage: behind !== null,
      });
    },

    async results(operation, named, { count, cursor }) {
      const outcomes = named.length === 0 ? allOutcomes : [...new Set(named)];
      const behind = cursor === null ? -1 : decodePosition(cursor);
      const counts = {
        SUCCEEDED: operation.succeeded,
        FAILED: operation.failed,
        UNKNOWN: operation.unknown,
        NOT_SENT: operation.notSent,
      };
      const totalCount = outcomes.reduce((sum, outcome) => sum + counts[outcome], 0);
      // An operation that was just started has no results, so its payload needs no read of the database.
      const found =
        totalCount === 0 ? [] : await store.results(tenant, operation.key, outcomes, behind, count + 1);
      const page = found.slice(0, count);
      const nodes = page.map(({ iccid, eid, status, error }) => ({
        iccid,
        eid,
        outcome: status,
        error: error && asData(deserializeError(error)),
      }));
      const cursorAt = (index: number) => encodePosition(page[index]?.position ?? 0);
      return new ConnectionPage(nodes, totalCount, cursorAt, {
        hasNextPage: found.length > count,
        hasPreviousPage: behind >= 0,
      });
    },

    forget: (changed) => {
      operations.clearAll();
      if (changed !== null) operations.prime(changed.id, operationOf(changed));
    },
  };
}

/** The id in the database that a global id contains. Errors: BAD_USER_INPUT. */
export function keyOf(id: string): string {
  const key = decodeNodeId(id);
  if (key?.type !== 'BulkOperation')
    throw badUserInput('id', 'must be the global id of a bulk operation, as BulkOperation.id gives it');
  return key.uuid;
}

function operationOf({ id, error, action, ...row }: OperationRow): BulkOperation {
  return {
    ...row,
    key: id,
    id: bulkOperationNodeId(id),
    action: action as SimAction,
    error: error && asData(deserializeError(error)),
  };
}

function encodePosition(position: number): string {
  return Buffer.from(`at:${position}`).toString('base64url');
}

function decodePosition(cursor: string): number {
  const [, position] = /^at:(\d{1,10})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (position === undefined || Number(position) > 2_147_483_647)
    throw badUserInput('after', 'must be a cursor that this list gave');
  return Number(position);
}
