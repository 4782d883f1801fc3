import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../../store/database.ts';
import type { Store } from '../../store/store.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { type KeptError, toKept } from '../errors/kept-error.ts';
import type { Outcome } from '../ledger/outcome.ts';
import { ChunkLost, type ChunkSim, type TakenChunk } from './chunk.ts';
import { endOperation, setError } from './end-operation.store.ts';
import { positionsPerChunk } from './target.store.ts';

/** The SQL of those who work on chunks. Errors of all: StoreUnavailable. */
export type ChunkStore = ReturnType<typeof createChunkStore>;

/** How work on a chunk ended for now. */
export interface ChunkEnd {
  /** SIMs that were surely not sent after all: they wait again. */
  readonly held: readonly number[];
  readonly settling: readonly number[];
  readonly strayed: readonly number[];
  /** When somebody should go on with it, where anything is left. */
  readonly dueInMs: number;
  /** What keeps it waiting; null where nothing does. */
  readonly waitsFor: GatewayError | null;
}

/** The chunks as one gateway sees them. `owner` is its name, and `leaseMs` how long a silent one is believed alive. */
export function createChunkStore(store: Store, owner: string, leaseMs: number) {
  const lease = sql<Date>`clock_timestamp() + make_interval(secs => ${leaseMs / 1000})`;
  const isOwn = ({ operationId, number }: TakenChunk) =>
    sql`operation_id = ${operationId}::uuid and number = ${number} and owner = ${owner}::uuid`;

  /** Runs statements while nobody can take the chunk over. Errors: ChunkLost. */
  function owning<T>(chunk: TakenChunk, statements: (db: Transaction<Database>) => Promise<T>): Promise<T> {
    return store.transaction(async (db) => {
      const own = await sql`select from bulk_chunk where ${isOwn(chunk)} for update`.execute(db);
      if (own.rows.length === 0) throw new ChunkLost();
      return statements(db);
    });
  }

  return {
    owning,

    /** Takes the next chunk that is due, of the operation that has waited longest for its turn; null where there is none. */
    async take(): Promise<TakenChunk | null> {
      const { rows } = await store.run((db) =>
        sql<TakenChunk>`
          with next as (
            select free.operation_id, free.number
            from bulk_operation
            cross join lateral (
              select operation_id, number from bulk_chunk
              where operation_id = bulk_operation.id and owner is null and status <> 'DONE'
                and due_at <= clock_timestamp()
              order by number limit 1 for update skip locked
            ) as free
            where bulk_operation.finished_at is null
            order by bulk_operation.served_at
            limit 1
          ), taken as (
            update bulk_chunk set owner = ${owner}::uuid, lease_until = ${lease}
            from next
            where bulk_chunk.operation_id = next.operation_id and bulk_chunk.number = next.number
            returning bulk_chunk.*
          ), served as (
            update bulk_operation set served_at = clock_timestamp(),
              status = case when bulk_operation.status = 'QUEUED' and number >= 0 then 'RUNNING'
                else bulk_operation.status end
            from taken where bulk_operation.id = taken.operation_id
          )
          select taken.operation_id, taken.number, taken.tenant, taken.actor, taken.refs, taken.status, taken.is_begun,
            taken.tries, taken.walked_to, taken.settling, taken.strayed, bulk_operation.change,
            bulk_operation.canceled_at is not null as is_canceled, bulk_operation.group_name, bulk_operation.expected_count, bulk_operation.follows, audit_entry.request_id
          from taken
          join bulk_operation on bulk_operation.id = taken.operation_id
          join audit_entry on audit_entry.id = taken.operation_id`.execute(db),
      );
      return rows[0] ?? null;
    },

    /**
     * Writes down the SIMs of a chunk before the first is sent; one that another chunk has already is left to that one.
     * Gives those that are this chunk's. Errors: ChunkLost.
     */
    async name(chunk: TakenChunk, iccids: readonly (string | null)[]): Promise<ChunkSim[]> {
      const { operationId, number, tenant, actor } = chunk;
      return owning(chunk, async (db) => {
        await sql`update bulk_chunk set is_begun = true where ${isOwn(chunk)}`.execute(db);
        const { rows } = await sql<ChunkSim>`
          insert into change_sim (entry_id, tenant, actor, position, iccid, status, chunk)
          select ${operationId}::uuid, ${tenant}, ${actor}, ${number * positionsPerChunk} + place - 1, iccid, 'PENDING',
            ${number}
          from unnest(${[...iccids]}::text[]) with ordinality as named (iccid, place)
          on conflict (entry_id, iccid) where chunk is not null do nothing
          returning position, iccid, status`.execute(db);
        const doubled = iccids.length - rows.length;
        if (doubled > 0) {
          await sql`update bulk_operation set total = total - ${doubled} where id = ${operationId}::uuid`.execute(
            db,
          );
          await sql`update audit_entry set sim_count = sim_count - ${doubled} where id = ${operationId}::uuid`.execute(
            db,
          );
        }
        return rows;
      });
    },

    /** The SIMs of a chunk that was begun before. Of what was being sent by whoever had it then nobody knows. Errors: ChunkLost. */
    async resume(chunk: TakenChunk): Promise<ChunkSim[]> {
      return owning(chunk, async (db) => {
        await giveUpSending(db, chunk);
        return readSims(db, chunk);
      });
    },

    /** The SIMs of a chunk at some positions. */
    async simsAt(chunk: TakenChunk, positions: readonly number[]): Promise<ChunkSim[]> {
      return (await store.run((db) => readSims(db, chunk))).filter(({ position }) =>
        positions.includes(position),
      );
    },

    /**
     * Marks SIMs as being sent. False where none may be: the chunk is another's, the operation was cancelled, or some of them
     * are settled. Nobody takes a chunk over while one of its claims is on its way.
     */
    async claim(chunk: TakenChunk, positions: readonly number[]): Promise<boolean> {
      const claimed = await store.run((db) =>
        sql`
          with own as (
            select operation_id from bulk_chunk
            where ${isOwn(chunk)} and not exists (
              select from bulk_operation where id = bulk_chunk.operation_id and canceled_at is not null)
            for share
          )
          update change_sim
          set status = 'SENDING', attempts = attempts + 1, sent_at = coalesce(sent_at, clock_timestamp())
          from own
          where entry_id = own.operation_id and position = any(${positions}::int[])
            and status in ('PENDING', 'SENDING')`.execute(db),
      );
      return claimed.numAffectedRows === BigInt(positions.length);
    },

    /** Settles SIMs. Whoever has lost the chunk can still say that one of unknown outcome has succeeded. */
    async settle(chunk: TakenChunk, outcomes: readonly (readonly [number, Outcome])[]): Promise<void> {
      const settled = await store.run((db) =>
        sql`
          with own as (select from bulk_chunk where ${isOwn(chunk)} for share)
          update change_sim set status = told.status, error = told.error::jsonb, settled_at = clock_timestamp()
          from own, unnest(
            ${outcomes.map(([position]) => position)}::int[],
            ${outcomes.map(([, { outcome }]) => outcome)}::text[],
            ${outcomes.map(([, { error }]) => error && JSON.stringify(toKept(error)))}::text[]
          ) as told (place, status, error)
          where entry_id = ${chunk.operationId}::uuid and position = told.place
            and (change_sim.status in ('PENDING', 'SENDING')
              or (change_sim.status = 'UNKNOWN' and told.status = 'SUCCEEDED'))`.execute(db),
      );
      if (settled.numAffectedRows === BigInt(outcomes.length)) return;
      const good = outcomes
        .filter(([, { outcome }]) => outcome === 'SUCCEEDED')
        .map(([position]) => position);
      if (good.length > 0) await store.transaction((db) => addLate(db, chunk, good));
    },

    /**
     * Puts a chunk down: the rest waits, settles or is done, and with the last chunk its operation ends. Gives whether anything
     * is left of it. Errors: ChunkLost.
     */
    async putDown(chunk: TakenChunk, end: ChunkEnd): Promise<{ readonly isDone: boolean }> {
      const { operationId } = chunk;
      const { held, settling, strayed, dueInMs, waitsFor } = end;
      return owning(chunk, async (db) => {
        await sql`
          update change_sim set status = 'PENDING'
          where entry_id = ${operationId}::uuid and position = any(${held}::int[]) and status = 'SENDING'`.execute(
          db,
        );
        await giveUpSending(db, chunk);
        const canceled = await sql`
          select from bulk_operation where id = ${operationId}::uuid and canceled_at is not null`.execute(db);
        const isCanceled = canceled.rows.length > 0;
        if (isCanceled) await cancelPending(db, chunk);
        const { rows } = await sql<{ status: string; settling: number[] }>`
          with counted as (${counts(chunk)})
          update bulk_chunk set sent = counted.sent, succeeded = counted.succeeded, failed = counted.failed,
            unknown = counted.unknown,
            not_sent = case when is_begun or not ${isCanceled} then counted.not_sent else cardinality(refs) end,
            settling = ${isCanceled ? [] : settling}::int[], strayed = ${isCanceled ? [] : strayed}::int[],
            status = case
              when counted.pending > 0 or (not is_begun and not ${isCanceled}) then 'WAITING'
              when ${settling.length > 0} and not ${isCanceled} then 'SETTLING' else 'DONE' end,
            tries = case when ${waitsFor !== null} or (status = 'SETTLING' and ${settling.length > 0})
              then tries + 1 else 0 end,
            due_at = clock_timestamp() + make_interval(secs => ${dueInMs / 1000}),
            owner = null, lease_until = null
          from counted
          where ${isOwn(chunk)}
          returning bulk_chunk.status, bulk_chunk.settling`.execute(db);
        await setError(db, operationId, isCanceled ? null : waitsFor);
        const isDone = rows[0]?.status === 'DONE';
        if (rows[0]?.status !== 'WAITING') await endOperation(db, operationId);
        return { isDone };
      });
    },

    /** SIMs that settled in another state than the one asked for. Errors: ChunkLost. */
    async fail(chunk: TakenChunk, positions: readonly number[]): Promise<void> {
      const error = JSON.stringify(toKept(new GatewayError('STATE_NOT_REACHED')));
      await owning(chunk, (db) =>
        sql`
          update change_sim set status = 'FAILED', error = ${error}::jsonb, settled_at = clock_timestamp()
          where entry_id = ${chunk.operationId}::uuid and position = any(${positions}::int[])
            and status = 'SUCCEEDED'`.execute(db),
      );
    },

    /** Says that the owner lives and goes on with its chunks. */
    async renew(): Promise<void> {
      await store.runApart((db) =>
        sql`update bulk_chunk set lease_until = ${lease} where owner = ${owner}::uuid`.execute(db),
      );
    },

    /** Frees chunks: of owners whose leases have ended, of `all` others where no other gateway can be alive, or the `own`. */
    async free(which: 'expired' | 'all' | 'own'): Promise<number> {
      const meant = {
        expired: sql`owner <> ${owner}::uuid and lease_until < clock_timestamp()`,
        all: sql`owner <> ${owner}::uuid`,
        own: sql`owner = ${owner}::uuid`,
      };
      const freed = await store.run((db) =>
        sql`update bulk_chunk set owner = null, lease_until = null where ${meant[which]}`.execute(db),
      );
      return Number(freed.numAffectedRows ?? 0);
    },
  };
}

const range = ({ operationId, number }: TakenChunk) => sql`
  entry_id = ${operationId}::uuid and position >= ${number * positionsPerChunk}
    and position < ${(number + 1) * positionsPerChunk}`;

async function readSims(db: Kysely<Database>, chunk: TakenChunk): Promise<ChunkSim[]> {
  const { rows } = await sql<ChunkSim>`
    select position, iccid, status from change_sim where ${range(chunk)} order by position`.execute(db);
  return rows;
}

async function giveUpSending(db: Kysely<Database>, chunk: TakenChunk): Promise<void> {
  const error = JSON.stringify(toKept(new GatewayError('OUTCOME_UNKNOWN')));
  await sql`
    update change_sim set status = 'UNKNOWN', error = ${error}::jsonb, settled_at = clock_timestamp()
    where ${range(chunk)} and status = 'SENDING'`.execute(db);
}

async function cancelPending(db: Kysely<Database>, chunk: TakenChunk): Promise<void> {
  const error = JSON.stringify(canceledError());
  await sql`
    update change_sim set status = 'NOT_SENT', error = ${error}::jsonb, settled_at = clock_timestamp()
    where ${range(chunk)} and status = 'PENDING'`.execute(db);
}

/** What is said of SIMs that were not sent because their operation was cancelled. */
export function canceledError(): KeptError {
  return toKept(
    new GatewayError('OPERATION_CANCELED', { message: 'Not sent: the operation was cancelled.' }),
  );
}

/** An outcome that whoever had the chunk before learned too late. */
async function addLate(db: Kysely<Database>, chunk: TakenChunk, positions: readonly number[]): Promise<void> {
  const own = sql`operation_id = ${chunk.operationId}::uuid and number = ${chunk.number}`;
  await sql`select from bulk_chunk where ${own} for update`.execute(db);
  const { numAffectedRows } = await sql`
    update change_sim set status = 'SUCCEEDED', error = null, settled_at = clock_timestamp()
    where entry_id = ${chunk.operationId}::uuid and position = any(${positions}::int[]) and status = 'UNKNOWN'`.execute(
    db,
  );
  const late = Number(numAffectedRows ?? 0);
  await sql`update bulk_chunk set succeeded = succeeded + ${late}, unknown = unknown - ${late}
    where ${own} and status <> 'WAITING'`.execute(db);
}

/** What became of the SIMs of a chunk so far. */
const counts = (chunk: TakenChunk) => sql`
  select count(*) filter (where attempts > 0)::int as sent,
    count(*) filter (where status = 'SUCCEEDED')::int as succeeded,
    count(*) filter (where status = 'FAILED')::int as failed,
    count(*) filter (where status = 'UNKNOWN')::int as unknown,
    count(*) filter (where status = 'NOT_SENT')::int as not_sent,
    count(*) filter (where status = 'PENDING')::int as pending
  from change_sim where ${range(chunk)}`;
