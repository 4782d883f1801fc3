import { type Kysely, sql } from 'kysely';
import type { GatewayError } from '../errors/gateway-error.ts';
import { settleSims } from '../ledger/change-sims.store.ts';
import type { Database } from '../store/database.ts';
import type { TakenChunk } from './chunk.ts';
import type { WithChunk } from './chunk-leases.store.ts';
import { counted, insertSims, isSimOf } from './chunk-rows.store.ts';
import { failOperation, setError } from './end-operation.store.ts';
import { endCanceled } from './enumeration.store.ts';

/** The SQL of counting named SIMs before the first is sent. Errors of all: StoreUnavailable, LeaseLost. */
export type CountStore = ReturnType<typeof createCountStore>;

/** Keeps the chunks of an operation from being taken until its SIMs are counted. */
export async function holdBack(db: Kysely<Database>, operationId: string): Promise<void> {
  await sql`update bulk_chunk set due_at = 'infinity' where operation_id = ${operationId}::uuid`.execute(db);
}

/** Counts by the gateways that have taken them: chunk -1 of an operation without a group. */
export function createCountStore(withChunk: WithChunk) {
  return {
    /** The keys of the SIMs of a chunk, none behind the last one; null if the operation was cancelled, and the count has ended. */
    async refsOf(chunk: TakenChunk, number: number): Promise<readonly string[] | null> {
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
      chunk: TakenChunk,
      number: number,
      iccids: readonly (string | null)[],
      errors: readonly (GatewayError | null)[],
    ): Promise<boolean> {
      const { operationId, tenant, actor } = chunk;
      return withChunk(chunk, async (db) => {
        // A cancelled operation has ended this chunk without writing its SIMs down.
        if (await endCanceled(db, chunk)) return false;
        await insertSims(db, { id: operationId, tenant, actor }, number, iccids, errors);
        await sql`update bulk_chunk set is_begun = true where ${numbered(chunk, number)}`.execute(db);
        await sql`
          update bulk_chunk set walked_to = ${number + 1}, tries = 0, puzzles = 0 where ${numbered(chunk, -1)}`.execute(
          db,
        );
        await setError(db, operationId, null);
        return true;
      });
    },

    /** Ends the count: the chunks are due, unless `refuse` says why nothing may be sent, or the operation was cancelled. */
    async end(chunk: TakenChunk, refuse: (total: number) => GatewayError | null): Promise<void> {
      const { operationId, walkedTo } = chunk;
      await withChunk(chunk, async (db) => {
        if (await endCanceled(db, chunk)) return;
        const { rows } = await sql<{ count: number }>`
          select count(*)::int as count from change_sim
          where entry_id = ${operationId}::uuid and iccid is not null`.execute(db);
        const refusal = refuse(rows[0]?.count ?? 0);
        await sql`
          update bulk_chunk set status = 'DONE', hand = null, owner = null, lease_until = null
          where ${numbered(chunk, -1)}`.execute(db);
        if (refusal === null) {
          await sql`
            update bulk_chunk set due_at = clock_timestamp()
            where operation_id = ${operationId}::uuid and number >= 0`.execute(db);
          return;
        }
        for (let number = 0; number < walkedTo; number++) await refuseChunk(db, chunk, number, refusal);
        await failOperation(db, operationId, refusal);
      });
    },
  };
}

async function refuseChunk(
  db: Kysely<Database>,
  chunk: TakenChunk,
  number: number,
  refusal: GatewayError,
): Promise<void> {
  const isOfChunk = isSimOf(sql`${chunk.operationId}::uuid`, sql`${number}::int`);
  await settleSims(db, isOfChunk, ['PENDING'], { outcome: 'NOT_SENT', error: refusal });
  await sql`
    update bulk_chunk set status = 'DONE', (sent, succeeded, failed, unknown, not_sent) = (
      select ${counted} from change_sim where ${isOfChunk})
    where ${numbered(chunk, number)}`.execute(db);
}

const numbered = ({ operationId }: TakenChunk, number: number) =>
  sql`operation_id = ${operationId}::uuid and number = ${number}::int`;
