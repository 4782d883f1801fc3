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

/** The SQL of enumerating a group. Errors of all: StoreUnavailable, LeaseLost. */
export type EnumerationStore = ReturnType<typeof createEnumerationStore>;

/** The enumeration store; each statement runs under the lease of chunk -1. */
export function createEnumerationStore(withChunk: WithChunk) {
  const keyOf = ({ operationId, tenant, actor }: LeasedChunk): OperationKey => ({
    id: operationId,
    tenant,
    actor,
  });

  return {
    /** Whether one of the ICCIDs is already staged. */
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
     * Stages a page of the group's list, writes the next offset, and clears the error that the enumeration waited for. Unreadable items
     * count as not sent, since their ICCIDs are unknown.
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

    /** Restarts the enumeration from offset 0 because the list has shifted; deletes the staged SIMs. */
    async restart(chunk: LeasedChunk): Promise<void> {
      await withChunk(chunk, async (db) => {
        await unstage(db, chunk.operationId);
        await sql`update bulk_chunk set next_offset = 0, not_sent = 0, codes = '{}' where ${own(chunk)}`.execute(
          db,
        );
      });
    },

    /**
     * Ends the enumeration and makes chunks of the staged SIMs. If `refuse` returns an error, the operation fails instead. A cancelled
     * operation ends.
     */
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
        await createChunks(db, keyOf(chunk), chunkSize);
        // An empty group has no chunks: its operation ends here.
        await endOperation(db, operationId);
      });
    },

    /** Ends the enumeration if the operation was cancelled; returns whether it was. */
    async endIfCanceled(chunk: LeasedChunk): Promise<boolean> {
      return withChunk(chunk, (db) => endCanceled(db, chunk));
    },

    /** Ends the operation as FAILED: the SIM API refuses to list the group, and a retry would not help. */
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

    /** Reschedules an enumeration or a count, or ends it if the operation was cancelled. Returns whether it has ended. */
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

/** Number of items of the group's list whose ICCID could not be read. */
async function countUnreadable(db: Kysely<Database>, chunk: LeasedChunk): Promise<number> {
  const { rows } = await sql<{
    notSent: number;
  }>`select not_sent from bulk_chunk where ${own(chunk)}`.execute(db);
  return rows[0]?.notSent ?? 0;
}

/**
 * Ends an enumeration or a count if its operation was cancelled; returns whether it was. Locks the operation, so it cannot be cancelled
 * before the end of the transaction. All SIMs of a group count as not sent; SIMs that the caller named count with their chunks.
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

/** Makes chunks of the staged SIMs, in the order of the group's list. */
async function createChunks(db: Kysely<Database>, key: OperationKey, chunkSize: number): Promise<void> {
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

/** The SQL of counting the SIMs that a caller named, before the first is sent. Errors of all: StoreUnavailable, LeaseLost. */
export type CountStore = ReturnType<typeof createCountStore>;

/** The count store; each statement runs under the lease of chunk -1 of an operation without a group. */
export function createCountStore(withChunk: WithChunk) {
  return {
    /** The keys of the SIMs of a chunk; empty after the last chunk. Null if the operation was cancelled: the count has ended. */
    async refsOf(chunk: LeasedChunk, number: number): Promise<readonly string[] | null> {
      return withChunk(chunk, async (db) => {
        if (await endCanceled(db, chunk)) return null;
        const { rows } = await sql<{ refs: string[] }>`
          select refs from bulk_chunk where ${numbered(chunk, number)}`.execute(db);
        return rows[0]?.refs ?? [];
      });
    },

    /**
     * Expands a chunk: writes its SIMs by ICCID, and an error for each key that leads to no SIM. Returns false if the operation was
     * cancelled: the count has ended.
     */
    async write(
      chunk: LeasedChunk,
      number: number,
      iccids: readonly (string | null)[],
      errors: readonly (GatewayError | null)[],
    ): Promise<boolean> {
      const { operationId, tenant, actor } = chunk;
      return withChunk(chunk, async (db) => {
        // If the operation was cancelled, this chunk is closed already and stays unexpanded.
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

    /** Ends the count and makes the chunks due. If `refuse` returns an error, the operation fails. A cancelled operation ends. */
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
