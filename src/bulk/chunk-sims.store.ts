import { type Kysely, sql } from 'kysely';
import { GatewayError } from '../errors/gateway-error.ts';
import { claimSims, recordOutcomes, settleSims } from '../ledger/change-sims.store.ts';
import { failed, type Outcome, succeeded } from '../ledger/outcome.ts';
import type { Database } from '../store/database.ts';
import type { Store } from '../store/store.ts';
import type { ChunkSim, TakenChunk } from './chunk.ts';
import { inHand, type WithChunk } from './chunk-leases.store.ts';
import { counted, giveUpSending, insertSims, isIn } from './chunk-rows.store.ts';

/** The SQL of the SIMs of a chunk. Errors of all: StoreUnavailable. */
export type ChunkSimStore = ReturnType<typeof createChunkSimStore>;

/** The SIMs of chunks that are in hand. */
export function createChunkSimStore(store: Store, withChunk: WithChunk) {
  return {
    /**
     * Writes down the SIMs of a chunk before the first is sent; one that another chunk has already is left to that one.
     * Gives those that are this chunk's. Errors: LeaseLost.
     */
    async name(chunk: TakenChunk, iccids: readonly (string | null)[]): Promise<ChunkSim[]> {
      const { operationId, number, tenant, actor } = chunk;
      return withChunk(chunk, async (db) => {
        await sql`update bulk_chunk set is_begun = true where ${inHand(chunk)}`.execute(db);
        return insertSims(db, { id: operationId, tenant, actor }, number, iccids);
      });
    },

    /** The SIMs of a chunk that was begun before. Of what was being sent by whoever had it then nobody knows. Errors: LeaseLost. */
    async resume(chunk: TakenChunk): Promise<ChunkSim[]> {
      return withChunk(chunk, async (db) => {
        await giveUpSending(db, chunk);
        return readSims(db, chunk);
      });
    },

    /** The SIMs of a chunk at some positions. */
    async at(chunk: TakenChunk, positions: readonly number[]): Promise<ChunkSim[]> {
      const wanted = new Set(positions);
      return (await store.run((db) => readSims(db, chunk))).filter(({ position }) => wanted.has(position));
    },

    /**
     * Marks SIMs as being sent. False where none may be: the chunk is in another hand, the operation was cancelled, or some of
     * them are settled. Nobody takes a chunk over while one of its claims is on its way.
     */
    async claim(chunk: TakenChunk, positions: readonly number[]): Promise<boolean> {
      const held = sql`
        select from bulk_chunk
        where ${inHand(chunk)} and not exists (
          select from bulk_operation where id = bulk_chunk.operation_id and canceled_at is not null)
        for key share`;
      return store.run((db) => claimSims(db, chunk.operationId, positions, held));
    },

    /** Settles SIMs. Whoever has lost the chunk can still say that one of unknown outcome has succeeded. */
    async settle(chunk: TakenChunk, outcomes: readonly (readonly [number, Outcome])[]): Promise<void> {
      const held = sql`select from bulk_chunk where ${inHand(chunk)} for key share`;
      const settled = await store.run((db) => recordOutcomes(chunk.operationId, outcomes, held).execute(db));
      if (settled.numAffectedRows === BigInt(outcomes.length)) return;
      const good = outcomes.flatMap(([position, { outcome }]) => (outcome === 'SUCCEEDED' ? position : []));
      if (good.length > 0) await store.transaction((db) => addLate(db, chunk, good));
    },

    /** SIMs that settled in another state than the one asked for. Errors: LeaseLost. */
    async fail(chunk: TakenChunk, positions: readonly number[]): Promise<void> {
      const error = new GatewayError('STATE_NOT_REACHED');
      await withChunk(chunk, (db) => settleSims(db, at(chunk, positions), ['SUCCEEDED'], failed(error)));
    },
  };
}

const at = ({ operationId }: TakenChunk, positions: readonly number[]) =>
  sql`entry_id = ${operationId}::uuid and position = any(${positions}::int[])`;

async function readSims(db: Kysely<Database>, chunk: TakenChunk): Promise<ChunkSim[]> {
  const { rows } = await sql<ChunkSim>`
    select position, iccid, status, attempts > 0 as "isSent" from change_sim
    where ${isIn(chunk)} order by position`.execute(db);
  return rows;
}

/** A success that whoever had the chunk before learned too late, before or after somebody else went on with it. */
async function addLate(db: Kysely<Database>, chunk: TakenChunk, positions: readonly number[]): Promise<void> {
  const own = sql`operation_id = ${chunk.operationId}::uuid and number = ${chunk.number}`;
  await sql`select from bulk_chunk where ${own} for update`.execute(db);
  await settleSims(db, at(chunk, positions), ['SENDING', 'UNKNOWN'], succeeded);
  await sql`
    update bulk_chunk set (sent, succeeded, failed, unknown, not_sent) = (
      select ${counted} from change_sim where ${isIn(chunk)})
    where ${own} and is_begun`.execute(db);
}
