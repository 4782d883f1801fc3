import { type Kysely, sql } from 'kysely';
import type { GatewayError } from '../errors/index.ts';
import { setStatus } from '../ledger/index.ts';
import type { Database } from '../store/index.ts';
import type { LeasedChunk } from './chunk.ts';
import {
  addChunks,
  type ChunkResult,
  chunkBatchSize,
  counted,
  insertSims,
  isSimOf,
  type WithChunk,
} from './chunks.store.ts';
import {
  countStaged,
  endOperation,
  failOperation,
  type OperationKey,
  setError,
  setTotal,
  stage,
  unstage,
} from './operation-rows.store.ts';

/** The SQL of a walk through a group. Errors of all: StoreUnavailable, LeaseLost. */
export type EnumerationStore = ReturnType<typeof createEnumerationStore>;

/** Walks of those who have taken them. */
export function createEnumerationStore(withChunk: WithChunk) {
  const keyOf = ({ operationId, tenant, actor }: LeasedChunk): OperationKey => ({
    id: operationId,
    tenant,
    actor,
  });

  return {
    /** Whether a SIM of the list was met by the walk before. */
    async hasSeen(chunk: LeasedChunk, iccids: readonly string[]): Promise<boolean> {
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
    async stage(
      chunk: LeasedChunk,
      offset: number,
      iccids: readonly string[],
      nextOffset: number,
      unreadable: number,
    ): Promise<void> {
      await withChunk(chunk, async (db) => {
        await stage(db, keyOf(chunk), offset, iccids);
        await sql`
          update bulk_chunk set next_offset = ${nextOffset}, tries = 0, not_sent = not_sent + ${unreadable}, codes = ${unreadable > 0 ? sql`array['UPSTREAM_UNAVAILABLE']` : sql`codes`}
          where ${own(chunk)}`.execute(db);
        await setError(db, chunk.operationId, null);
      });
    },

    /** Forgets what was met: the list has shifted, and the walk begins anew. */
    async restart(chunk: LeasedChunk): Promise<void> {
      await withChunk(chunk, async (db) => {
        await unstage(db, chunk.operationId);
        await sql`update bulk_chunk set next_offset = 0, not_sent = 0, codes = '{}' where ${own(chunk)}`.execute(
          db,
        );
      });
    },

    /** Ends the walk: the SIMs that were met are those of the operation, unless `refuse` says why not, or it was cancelled. */
    async end(
      chunk: LeasedChunk,
      chunkSize: number,
      refuse: (total: number) => GatewayError | null,
    ): Promise<void> {
      const { operationId } = chunk;
      await withChunk(chunk, async (db) => {
        if (await endCanceled(db, chunk)) return;
        const total = (await countStaged(db, operationId)) + (await countUnreadable(db, chunk));
        await setTotal(db, operationId, total);
        await sql`update bulk_chunk set status = 'DONE', lease_token = null, owner = null, lease_until = null where ${own(chunk)}`.execute(
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
    async endIfCanceled(chunk: LeasedChunk): Promise<boolean> {
      return withChunk(chunk, (db) => endCanceled(db, chunk));
    },

    /** Ends the operation: the list of the group is refused for good. */
    async fail(chunk: LeasedChunk, error: GatewayError): Promise<void> {
      const { operationId } = chunk;
      await withChunk(chunk, async (db) => {
        await sql`
          update bulk_chunk set status = 'DONE', lease_token = null, owner = null, lease_until = null,
            not_sent = (select total from bulk_operation where id = ${operationId}::uuid)
          where ${own(chunk)}`.execute(db);
        await failOperation(db, operationId, error);
      });
    },

    /** Puts the walk off, unless it was cancelled: then it ends. Gives whether nothing is left of it. */
    async reschedule(chunk: LeasedChunk, { dueInMs, waitsFor, isMalformed }: ChunkResult): Promise<boolean> {
      const { operationId } = chunk;
      return withChunk(chunk, async (db) => {
        if (await endCanceled(db, chunk)) return true;
        await sql`
          update bulk_chunk set lease_token = null, owner = null, lease_until = null, tries = tries + 1,
            malformed_reads = case when ${isMalformed} then malformed_reads + 1 else 0 end,
            due_at = clock_timestamp() + make_interval(secs => ${dueInMs / 1000})
          where ${own(chunk)}`.execute(db);
        await setError(db, operationId, waitsFor);
        return false;
      });
    },
  };
}

/** SIMs of the group that its list tells of without an ICCID that can be read. */
async function countUnreadable(db: Kysely<Database>, chunk: LeasedChunk): Promise<number> {
  const { rows } = await sql<{
    notSent: number;
  }>`select not_sent from bulk_chunk where ${own(chunk)}`.execute(db);
  return rows[0]?.notSent ?? 0;
}

/**
 * Ends a walk or a count whose operation was cancelled; false if it was not, and until the end of the transaction it will not be. The SIMs of a
 * group are not known yet, and are counted as not sent; SIMs that were named are counted with their chunks.
 */
async function endCanceled(db: Kysely<Database>, chunk: LeasedChunk): Promise<boolean> {
  const { operationId, groupName } = chunk;
  const { rows } = await sql<{ total: number; isCanceled: boolean }>`
    select total, canceled_at is not null as is_canceled from bulk_operation
    where id = ${operationId}::uuid for update`.execute(db);
  const [operation] = rows;
  if (operation === undefined || !operation.isCanceled) return false;
  await sql`
    update bulk_chunk set status = 'DONE', lease_token = null, owner = null, lease_until = null, not_sent = ${groupName === null ? 0 : operation.total}
    where ${own(chunk)}`.execute(db);
  await endOperation(db, operationId);
  return true;
}

const own = ({ operationId }: LeasedChunk) => sql`operation_id = ${operationId}::uuid and number = -1`;

/** Makes chunks of what a walk has met, in its order. */
async function fix(db: Kysely<Database>, key: OperationKey, chunkSize: number): Promise<void> {
  const step = chunkBatchSize * chunkSize;
  let behind = { position: -1, ref: '' };
  for (let number = 0; ; number += chunkBatchSize) {
    const { rows } = await sql<{ ref: string; position: number }>`
      select ref, position from bulk_target
      where operation_id = ${key.id}::uuid and (position, ref) > (${behind.position}, ${behind.ref})
      order by position, ref limit ${step}`.execute(db);
    const refs = rows.map(({ ref }) => ref);
    await addChunks(db, key, refs, chunkSize, number);
    const last = rows.at(-1);
    if (last === undefined || rows.length < step) break;
    behind = last;
  }
  await unstage(db, key.id);
}

/** The SQL of counting named SIMs before the first is sent. Errors of all: StoreUnavailable, LeaseLost. */
export type CountStore = ReturnType<typeof createCountStore>;

/** Counts by the gateways that have taken them: chunk -1 of an operation without a group. */
export function createCountStore(withChunk: WithChunk) {
  return {
    /** The keys of the SIMs of a chunk, none behind the last one; null if the operation was cancelled, and the count has ended. */
    async refsOf(chunk: LeasedChunk, number: number): Promise<readonly string[] | null> {
      return withChunk(chunk, async (db) => {
        if (await endCanceled(db, chunk)) return null;
        const { rows } = await sql<{ refs: string[] }>`
          select refs from bulk_chunk where ${numbered(chunk, number)}`.execute(db);
        return rows[0]?.refs ?? [];
      });
    },

    /**
     * Writes down the SIMs of a chunk, from then on by their ICCIDs; those whose keys lead to none have an error. False if the operation
     * was cancelled, and the count has ended.
     */
    async write(
      chunk: LeasedChunk,
      number: number,
      iccids: readonly (string | null)[],
      errors: readonly (GatewayError | null)[],
    ): Promise<boolean> {
      const { operationId, tenant, actor } = chunk;
      return withChunk(chunk, async (db) => {
        // A cancelled operation has ended this chunk without writing its SIMs down.
        if (await endCanceled(db, chunk)) return false;
        await insertSims(db, { id: operationId, tenant, actor }, number, iccids, errors);
        await sql`update bulk_chunk set is_expanded = true where ${numbered(chunk, number)}`.execute(db);
        await sql`
          update bulk_chunk set next_offset = ${number + 1}, tries = 0, malformed_reads = 0 where ${numbered(chunk, -1)}`.execute(
          db,
        );
        await setError(db, operationId, null);
        return true;
      });
    },

    /** Ends the count: the chunks are due, unless `refuse` says why nothing may be sent, or the operation was cancelled. */
    async end(chunk: LeasedChunk, refuse: (total: number) => GatewayError | null): Promise<void> {
      const { operationId, nextOffset } = chunk;
      await withChunk(chunk, async (db) => {
        if (await endCanceled(db, chunk)) return;
        const { rows } = await sql<{ count: number }>`
          select count(*)::int as count from change_sim
          where entry_id = ${operationId}::uuid and iccid is not null`.execute(db);
        const refusal = refuse(rows[0]?.count ?? 0);
        await sql`
          update bulk_chunk set status = 'DONE', lease_token = null, owner = null, lease_until = null
          where ${numbered(chunk, -1)}`.execute(db);
        if (refusal === null) {
          await sql`
            update bulk_chunk set due_at = clock_timestamp()
            where operation_id = ${operationId}::uuid and number >= 0`.execute(db);
          return;
        }
        for (let number = 0; number < nextOffset; number++) await refuseChunk(db, chunk, number, refusal);
        await failOperation(db, operationId, refusal);
      });
    },
  };
}

async function refuseChunk(
  db: Kysely<Database>,
  chunk: LeasedChunk,
  number: number,
  refusal: GatewayError,
): Promise<void> {
  const isOfChunk = isSimOf(sql`${chunk.operationId}::uuid`, sql`${number}::int`);
  await setStatus(db, isOfChunk, ['PENDING'], { outcome: 'NOT_SENT', error: refusal });
  await sql`
    update bulk_chunk set status = 'DONE', (sent, succeeded, failed, unknown, not_sent) = (
      select ${counted} from change_sim where ${isOfChunk})
    where ${numbered(chunk, number)}`.execute(db);
}

const numbered = ({ operationId }: LeasedChunk, number: number) =>
  sql`operation_id = ${operationId}::uuid and number = ${number}::int`;
