import { type Kysely, sql } from 'kysely';
import type { GatewayError } from '../errors/gateway-error.ts';
import { setSimCount } from '../ledger/detached-entry.store.ts';
import type { Database } from '../store/database.ts';
import type { TakenChunk } from './chunk.ts';
import type { WithChunk } from './chunk-leases.store.ts';
import type { ChunkEnd } from './chunks.store.ts';
import { endOperation, failOperation, setError } from './end-operation.store.ts';
import { countStaged, fix, type OperationKey, stage, unstage } from './targets.store.ts';

/** The SQL of a walk through a group. Errors of all: StoreUnavailable, LeaseLost. */
export type WalkStore = ReturnType<typeof createWalkStore>;

/** Walks of those who have taken them. */
export function createWalkStore(withChunk: WithChunk) {
  const keyOf = ({ operationId, tenant, actor }: TakenChunk): OperationKey => ({
    id: operationId,
    tenant,
    actor,
  });

  return {
    /** Whether a SIM of the list was met by the walk before. */
    async hasMet(chunk: TakenChunk, iccids: readonly string[]): Promise<boolean> {
      return withChunk(chunk, async (db) => {
        const { rows } = await sql`
          select from bulk_target
          where operation_id = ${chunk.operationId}::uuid and ref = any(${[...iccids]}::text[]) limit 1`.execute(
          db,
        );
        return rows.length > 0;
      });
    },

    /**
     * Keeps a page of the list that begins at an offset, and how far the walk has come with it: it waits for nothing any more. SIMs whose
     * item is unreadable count as not sent, since nothing tells which they are.
     */
    async keep(
      chunk: TakenChunk,
      offset: number,
      iccids: readonly string[],
      walkedTo: number,
      unreadable: number,
    ): Promise<void> {
      await withChunk(chunk, async (db) => {
        await stage(db, keyOf(chunk), offset, iccids);
        await sql`
          update bulk_chunk set walked_to = ${walkedTo}, tries = 0, not_sent = not_sent + ${unreadable}, codes = ${unreadable > 0 ? sql`array['UPSTREAM_UNAVAILABLE']` : sql`codes`}
          where ${own(chunk)}`.execute(db);
        await setError(db, chunk.operationId, null);
      });
    },

    /** Forgets what was met: the list has shifted, and the walk begins anew. */
    async restart(chunk: TakenChunk): Promise<void> {
      await withChunk(chunk, async (db) => {
        await unstage(db, chunk.operationId);
        await sql`update bulk_chunk set walked_to = 0, not_sent = 0, codes = '{}' where ${own(chunk)}`.execute(
          db,
        );
      });
    },

    /** Ends the walk: the SIMs that were met are those of the operation, unless `refuse` says why not, or it was cancelled. */
    async end(
      chunk: TakenChunk,
      chunkSize: number,
      refuse: (total: number) => GatewayError | null,
    ): Promise<void> {
      const { operationId } = chunk;
      await withChunk(chunk, async (db) => {
        if (await endCanceled(db, chunk)) return;
        const total = (await countStaged(db, operationId)) + (await countUnreadable(db, chunk));
        await sql`update bulk_operation set total = ${total}, error = null where id = ${operationId}::uuid`.execute(
          db,
        );
        await setSimCount(db, operationId, total);
        await sql`update bulk_chunk set status = 'DONE', hand = null, owner = null, lease_until = null where ${own(chunk)}`.execute(
          db,
        );
        const refusal = refuse(total);
        if (refusal !== null) {
          await sql`update bulk_chunk set not_sent = ${total} where ${own(chunk)}`.execute(db);
          return failOperation(db, operationId, refusal);
        }
        await fix(db, keyOf(chunk), chunkSize);
        // A group without SIMs has nothing left to do.
        await endOperation(db, operationId);
      });
    },

    /** Ends the walk where the operation was cancelled: nothing will be sent. False where it was not. */
    async endIfCanceled(chunk: TakenChunk): Promise<boolean> {
      return withChunk(chunk, (db) => endCanceled(db, chunk));
    },

    /** Ends the operation: the list of the group is refused for good. */
    async fail(chunk: TakenChunk, error: GatewayError): Promise<void> {
      const { operationId } = chunk;
      await withChunk(chunk, async (db) => {
        await sql`
          update bulk_chunk set status = 'DONE', hand = null, owner = null, lease_until = null,
            not_sent = (select total from bulk_operation where id = ${operationId}::uuid)
          where ${own(chunk)}`.execute(db);
        await failOperation(db, operationId, error);
      });
    },

    /** Puts the walk off, unless it was cancelled: then it ends. Gives whether nothing is left of it. */
    async putOff(chunk: TakenChunk, { dueInMs, waitsFor, isPuzzling }: ChunkEnd): Promise<boolean> {
      const { operationId } = chunk;
      return withChunk(chunk, async (db) => {
        if (await endCanceled(db, chunk)) return true;
        await sql`
          update bulk_chunk set hand = null, owner = null, lease_until = null, tries = tries + 1,
            puzzles = case when ${isPuzzling} then puzzles + 1 else 0 end,
            due_at = clock_timestamp() + make_interval(secs => ${dueInMs / 1000})
          where ${own(chunk)}`.execute(db);
        await setError(db, operationId, waitsFor);
        return false;
      });
    },
  };
}

/** SIMs of the group that its list tells of without an ICCID that can be read. */
async function countUnreadable(db: Kysely<Database>, chunk: TakenChunk): Promise<number> {
  const { rows } = await sql<{
    notSent: number;
  }>`select not_sent from bulk_chunk where ${own(chunk)}`.execute(db);
  return rows[0]?.notSent ?? 0;
}

/**
 * Ends a walk or a count whose operation was cancelled; false if it was not, and until the end of the transaction it will not be. The SIMs of a
 * group are not known yet, and are counted as not sent; SIMs that were named are counted with their chunks.
 */
export async function endCanceled(db: Kysely<Database>, chunk: TakenChunk): Promise<boolean> {
  const { operationId, groupName } = chunk;
  const { rows } = await sql<{ total: number; isCanceled: boolean }>`
    select total, canceled_at is not null as is_canceled from bulk_operation
    where id = ${operationId}::uuid for update`.execute(db);
  const [operation] = rows;
  if (operation === undefined || !operation.isCanceled) return false;
  await sql`
    update bulk_chunk set status = 'DONE', hand = null, owner = null, lease_until = null, not_sent = ${groupName === null ? 0 : operation.total}
    where ${own(chunk)}`.execute(db);
  await endOperation(db, operationId);
  return true;
}

const own = ({ operationId }: TakenChunk) => sql`operation_id = ${operationId}::uuid and number = -1`;
