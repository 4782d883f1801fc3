import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import { GatewayError } from '../errors/index.ts';
import {
  claimSims,
  failed,
  insertChunkSims,
  type Outcome,
  recordOutcomes,
  releaseClaims,
  setStatus,
  succeeded,
  unknown,
} from '../ledger/index.ts';
import { accountsOf, type Database, LeaseLost, type Store } from '../store/index.ts';
import { type ChunkSim, type LeasedChunk, positionsPerChunk } from './chunk.ts';
import {
  canceledError,
  endOperation,
  isCanceled,
  type OperationKey,
  setError,
  subtractFromTotal,
} from './operation-rows.store.ts';

/* The statements that write bulk_chunk. The progress of an enumeration or a count is written by enumeration.store.ts. */

/** The SQL of chunks: their leases and their SIMs. Errors of all: StoreUnavailable. */
export type ChunkStore = ReturnType<typeof createChunkStore>;

/** Runs statements in a transaction that locks the chunk, so that no other gateway can acquire it. Errors: LeaseLost. */
export type WithChunk = <T>(
  chunk: LeasedChunk,
  statements: (db: Transaction<Database>) => Promise<T>,
) => Promise<T>;

/**
 * The condition that the chunk is still under this lease. Each lease has a new fencing token, even when the same gateway acquires the
 * chunk again: writes and claims under an earlier lease are refused.
 */
const isLeasedAs = ({ operationId, number, leaseToken }: LeasedChunk) =>
  sql`operation_id = ${operationId}::uuid and number = ${number} and lease_token = ${leaseToken}::uuid`;

/** The chunk store of one gateway. `owner` is the name of the gateway, `leaseMs` the duration of a lease from its last renewal. */
export function createChunkStore(store: Store, owner: string, account: string, leaseMs: number) {
  const lease = sql<Date>`clock_timestamp() + make_interval(secs => ${leaseMs / 1000})`;

  const withChunk: WithChunk = (chunk, statements) =>
    store.transaction(async (db) => {
      const own = await sql`select from bulk_chunk where ${isLeasedAs(chunk)} for update`.execute(db);
      if (own.rows.length === 0) throw new LeaseLost('another gateway has the chunk');
      return statements(db);
    });

  return {
    withChunk,

    /**
     * Acquires a lease on the next due chunk of the account; null if no chunk is due. The operation that was served least recently comes
     * first.
     */
    async acquire(): Promise<LeasedChunk | null> {
      const { rows } = await store.run((db) =>
        sql<LeasedChunk>`
          with next as (
            select idle.operation_id, idle.number
            from bulk_operation
            cross join lateral (
              select operation_id, number from bulk_chunk
              where operation_id = bulk_operation.id and lease_token is null and status <> 'DONE'
                and due_at <= clock_timestamp()
              order by number limit 1 for update skip locked
            ) as idle
            where bulk_operation.finished_at is null and bulk_operation.account = any(${accountsOf(account)})
            order by bulk_operation.served_at
            limit 1
          ), taken as (
            update bulk_chunk set lease_token = gen_random_uuid(), owner = ${owner}::uuid, lease_until = ${lease}
            from next
            where bulk_chunk.operation_id = next.operation_id and bulk_chunk.number = next.number
            returning bulk_chunk.*
          ), served as (
            update bulk_operation set served_at = clock_timestamp(),
              status = case when bulk_operation.status = 'QUEUED' and number >= 0 then 'RUNNING'
                else bulk_operation.status end
            from taken where bulk_operation.id = taken.operation_id
          )
          select taken.operation_id, taken.number, taken.lease_token, taken.tenant, taken.actor, taken.refs, taken.status,
            taken.is_expanded, taken.tries, taken.malformed_reads, taken.next_offset, taken.settling, taken.diverged_once, bulk_operation.change,
            bulk_operation.canceled_at is not null as is_canceled, bulk_operation.group_name,
            bulk_operation.expected_count, bulk_operation.waits_until_settled, bulk_operation.only_groups, audit_entry.request_id
          from taken
          join bulk_operation on bulk_operation.id = taken.operation_id
          join audit_entry on audit_entry.id = taken.operation_id`.execute(db),
      );
      return rows[0] ?? null;
    },

    /** Renews leases. A locked chunk is skipped: a statement of this or another gateway is under way, and the next renewal includes it. */
    async renew(leaseTokens: readonly string[]): Promise<void> {
      await store.runOnReservedConnection((db) =>
        sql`
          update bulk_chunk set lease_until = ${lease}
          where lease_token in (
            select lease_token from bulk_chunk where lease_token = any(${leaseTokens}::uuid[]) for no key update skip locked)`.execute(
          db,
        ),
      );
    },

    /**
     * Ends leases and returns how many. `expired`: those that have expired, except `leaseTokens`. `others` and `own`: all leases of other
     * gateways or of this one, for a caller that knows that their work has ended.
     */
    async free(which: 'expired' | 'others' | 'own', leaseTokens: readonly string[] = []): Promise<number> {
      const owned = {
        expired: sql`lease_until < clock_timestamp() and lease_token <> all(${leaseTokens}::uuid[])`,
        others: sql`owner <> ${owner}::uuid`,
        own: sql`owner = ${owner}::uuid`,
      };
      return store.transaction(async (db) => {
        const { rows } = await sql<{ leaseToken: string }>`
          select lease_token from bulk_chunk where lease_token is not null and ${owned[which]} for update skip locked`.execute(
          db,
        );
        await sql`
          update bulk_chunk set lease_token = null, owner = null, lease_until = null,
            (sent, succeeded, failed, unknown, not_sent) = (
              select ${counted} from change_sim where ${isSimOf(sql`bulk_chunk.operation_id`, sql`bulk_chunk.number`)})
          where lease_token = any(${rows.map(({ leaseToken }) => leaseToken)}::uuid[])`.execute(db);
        return rows.length;
      });
    },

    /** The lease tokens among `leaseTokens` whose operations were cancelled. */
    async canceled(leaseTokens: readonly string[]): Promise<string[]> {
      const { rows } = await store.run((db) =>
        sql<{ leaseToken: string }>`
          select lease_token from bulk_chunk join bulk_operation on bulk_operation.id = operation_id
          where lease_token = any(${leaseTokens}::uuid[]) and canceled_at is not null`.execute(db),
      );
      return rows.map(({ leaseToken }) => leaseToken);
    },

    /**
     * Writes the SIMs of a chunk to change_sim before the first is sent, and returns them. A SIM that the operation has already, in
     * another chunk or under another key of this one, is left out. Errors: LeaseLost.
     */
    async name(chunk: LeasedChunk, iccids: readonly (string | null)[]): Promise<ChunkSim[]> {
      const { operationId, number, tenant, actor } = chunk;
      return withChunk(chunk, async (db) => {
        await sql`update bulk_chunk set is_expanded = true where ${isLeasedAs(chunk)}`.execute(db);
        return insertSims(db, { id: operationId, tenant, actor }, number, iccids);
      });
    },

    /** Returns the SIMs of an expanded chunk. SIMs that an earlier lease left in SENDING become UNKNOWN. Errors: LeaseLost. */
    async resume(chunk: LeasedChunk): Promise<ChunkSim[]> {
      return withChunk(chunk, async (db) => {
        await markSendingUnknown(db, chunk);
        return readSims(db, chunk);
      });
    },

    async at(chunk: LeasedChunk, positions: readonly number[]): Promise<ChunkSim[]> {
      const wanted = new Set(positions);
      return (await store.run((db) => readSims(db, chunk))).filter(({ position }) => wanted.has(position));
    },

    /**
     * Marks SIMs as SENDING. Returns false if none may be sent: the lease is lost, the operation was cancelled, or some of the SIMs already
     * have an outcome. No gateway can acquire the chunk while a claim is being committed.
     */
    async claim(chunk: LeasedChunk, positions: readonly number[]): Promise<boolean> {
      const held = sql`
        select from bulk_chunk
        where ${isLeasedAs(chunk)} and not exists (
          select from bulk_operation where id = bulk_chunk.operation_id and canceled_at is not null)
        for key share`;
      return store.run((db) => claimSims(db, chunk.operationId, positions, held));
    },

    /** Records outcomes. After the lease is lost only a success of a SIM in SENDING or UNKNOWN is still recorded. */
    async recordOutcomes(
      chunk: LeasedChunk,
      outcomes: readonly (readonly [number, Outcome])[],
    ): Promise<void> {
      const held = sql`select from bulk_chunk where ${isLeasedAs(chunk)} for key share`;
      const recorded = await store.run((db) => recordOutcomes(chunk.operationId, outcomes, held).execute(db));
      if (recorded.numAffectedRows === BigInt(outcomes.length)) return;
      const good = outcomes.flatMap(([position, { outcome }]) => (outcome === 'SUCCEEDED' ? position : []));
      if (good.length > 0) await store.transaction((db) => addLate(db, chunk, good));
    },

    /** Fails SIMs that settled in another state than the requested one. Errors: LeaseLost. */
    async fail(chunk: LeasedChunk, positions: readonly number[]): Promise<void> {
      const error = new GatewayError('STATE_NOT_REACHED');
      await withChunk(chunk, (db) => setStatus(db, at(chunk, positions), ['SUCCEEDED'], failed(error)));
    },
  };
}

/** The condition that a row of change_sim is a SIM of the chunk. */
export const isSimOf = (operationId: RawBuilder<unknown>, number: RawBuilder<unknown>) => sql`
  change_sim.entry_id = ${operationId} and change_sim.position >= ${number} * ${positionsPerChunk}
    and change_sim.position < (${number} + 1) * ${positionsPerChunk}`;

const isIn = ({ operationId, number }: LeasedChunk) =>
  isSimOf(sql`${operationId}::uuid`, sql`${number}::int`);

/** Counts of SIMs by outcome, in this order: sent, succeeded, failed, unknown, not sent. */
export const counted = sql`
  count(*) filter (where attempts > 0 and change_sim.status not in ('PENDING', 'NOT_SENT'))::int,
  count(*) filter (where change_sim.status = 'SUCCEEDED')::int,
  count(*) filter (where change_sim.status = 'FAILED')::int,
  count(*) filter (where change_sim.status = 'UNKNOWN')::int,
  count(*) filter (where change_sim.status = 'NOT_SENT')::int`;

/** Marks SIMs that an earlier lease left in SENDING as UNKNOWN: their request may or may not have been sent. */
async function markSendingUnknown(db: Kysely<Database>, chunk: LeasedChunk): Promise<void> {
  await setStatus(db, isIn(chunk), ['SENDING'], unknown(null));
}

/**
 * Writes the SIMs of a chunk to change_sim and returns those that were written. A SIM that the operation has already is left out and
 * subtracted from the totals. A SIM with an error is FAILED, the others are PENDING.
 */
export async function insertSims(
  db: Kysely<Database>,
  operation: OperationKey,
  number: number,
  iccids: readonly (string | null)[],
  errors: readonly (GatewayError | null)[] = [],
): Promise<ChunkSim[]> {
  const firstPosition = number * positionsPerChunk;
  const sims = await insertChunkSims(db, operation, { number, firstPosition }, iccids, errors);
  const duplicates = iccids.length - sims.length;
  if (duplicates > 0) await subtractFromTotal(db, operation.id, duplicates);
  return sims.map((sim) => ({ ...sim, isSent: false }));
}

const at = ({ operationId }: LeasedChunk, positions: readonly number[]) =>
  sql`entry_id = ${operationId}::uuid and position = any(${positions}::int[])`;

async function readSims(db: Kysely<Database>, chunk: LeasedChunk): Promise<ChunkSim[]> {
  const { rows } = await sql<ChunkSim>`
    select position, iccid, status, attempts > 0 as "isSent" from change_sim
    where ${isIn(chunk)} order by position`.execute(db);
  return rows;
}

/** Records successes of an earlier lease, whether or not another gateway has continued the chunk since. */
async function addLate(
  db: Kysely<Database>,
  chunk: LeasedChunk,
  positions: readonly number[],
): Promise<void> {
  const own = sql`operation_id = ${chunk.operationId}::uuid and number = ${chunk.number}`;
  await sql`select from bulk_chunk where ${own} for update`.execute(db);
  await setStatus(db, at(chunk, positions), ['SENDING', 'UNKNOWN'], succeeded);
  await sql`
    update bulk_chunk set (sent, succeeded, failed, unknown, not_sent) = (
      select ${counted} from change_sim where ${isIn(chunk)})
    where ${own} and is_expanded`.execute(db);
}

/** The result of one turn of work on a chunk; `checkpoint` records it. */
export interface ChunkResult {
  /** Positions of SIMs that were surely not sent; they become PENDING again. */
  readonly deferred: readonly number[];
  /** Whether SIMs of unknown outcome may still be resolved by reading them. */
  readonly needsReconcile: boolean;
  /** Whether reads of some SIMs failed in a way that has a limit of retries; see `ReadSims`. */
  readonly isMalformed: boolean;
  /** Positions of accepted SIMs that have not settled yet. */
  readonly settling: readonly number[];
  /** Positions among them of SIMs that the last polls saw settled in another state, once for each such poll in a row. */
  readonly divergedOnce: readonly number[];
  /** Delay until the chunk is due again, if work is left. */
  readonly dueInMs: number;
  /** The error that keeps the chunk waiting; null if there is none. */
  readonly waitsFor: GatewayError | null;
}

/**
 * Records the progress of a chunk and ends its lease. The operation ends with its last chunk. Returns whether the chunk is done. Errors:
 * StoreUnavailable, LeaseLost.
 */
export function checkpoint(withChunk: WithChunk, chunk: LeasedChunk, end: ChunkResult): Promise<boolean> {
  const { operationId } = chunk;
  const { deferred: held, isMalformed, dueInMs, waitsFor } = end;
  // If the operation was cancelled before this turn, its SIMs are not read again after it.
  const needsReconcile = end.needsReconcile && !chunk.isCanceled;
  return withChunk(chunk, async (db) => {
    await releaseClaims(db, sql`${isIn(chunk)} and position = any(${held}::int[])`);
    await markSendingUnknown(db, chunk);
    const canceled = await isCanceled(db, operationId);
    if (canceled)
      await setStatus(db, isIn(chunk), ['PENDING'], { outcome: 'NOT_SENT', error: canceledError() });
    const settling = canceled ? [] : end.settling;
    const divergedOnce = canceled ? [] : end.divergedOnce;
    const { rows } = await sql<{ status: string }>`
      with totals (sent, succeeded, failed, unknown, not_sent, pending, codes) as (
        select ${counted}, count(*) filter (where change_sim.status = 'PENDING')::int,
          coalesce(array_agg(distinct error ->> 'code') filter (where error is not null), '{}')
        from change_sim where ${isIn(chunk)}
      )
      update bulk_chunk set sent = totals.sent, succeeded = totals.succeeded, failed = totals.failed,
        unknown = totals.unknown,
        not_sent = case when is_expanded or not ${canceled} then totals.not_sent else cardinality(refs) end,
        codes = totals.codes, settling = ${settling}::int[], diverged_once = ${divergedOnce}::int[],
        status = case
          when totals.pending > 0 or ${needsReconcile} or (not is_expanded and not ${canceled}) then 'WAITING'
          when ${settling.length > 0} then 'SETTLING' else 'DONE' end,
        tries = case when ${waitsFor !== null} or (status = 'SETTLING' and ${settling.length > 0})
          then tries + 1 else 0 end,
        malformed_reads = case when ${isMalformed} then malformed_reads + 1 else 0 end,
        due_at = clock_timestamp() + make_interval(secs => ${canceled ? 0 : dueInMs / 1000}),
        lease_token = null, owner = null, lease_until = null
      from totals
      where ${isLeasedAs(chunk)}
      returning bulk_chunk.status`.execute(db);
    await setError(db, operationId, canceled ? null : waitsFor);
    if (rows[0]?.status !== 'WAITING') await endOperation(db, operationId);
    return rows[0]?.status === 'DONE';
  });
}

/** Maximum number of chunks that one statement inserts. */
export const chunkBatchSize = 50;

/** Inserts the chunks for `refs`, which must be unique. */
export async function addChunks(
  db: Kysely<Database>,
  { id, tenant, actor }: OperationKey,
  refs: readonly string[],
  chunkSize: number,
  firstNumber = 0,
): Promise<void> {
  const step = chunkBatchSize * chunkSize;
  for (let start = 0; start < refs.length; start += step) {
    const lists: string[] = [];
    for (let from = start; from < Math.min(start + step, refs.length); from += chunkSize)
      lists.push(refs.slice(from, from + chunkSize).join(','));
    await sql`
      insert into bulk_chunk (operation_id, number, tenant, actor, refs)
      select ${id}::uuid, ${firstNumber + start / chunkSize} + place - 1, ${tenant}, ${actor}, string_to_array(list, ',')
      from unnest(${lists}::text[]) with ordinality as named (list, place)`.execute(db);
  }
}

/** Adds chunk -1, which stands for the enumeration or the count of the SIMs of an operation. */
export async function addEnumeration(
  db: Kysely<Database>,
  { id, tenant, actor }: OperationKey,
): Promise<void> {
  await sql`
    insert into bulk_chunk (operation_id, number, tenant, actor, refs)
    values (${id}::uuid, -1, ${tenant}, ${actor}, '{}')`.execute(db);
}

/** Keeps the chunks of an operation from being acquired before its SIMs are counted. */
export async function holdBack(db: Kysely<Database>, operationId: string): Promise<void> {
  await sql`update bulk_chunk set due_at = 'infinity' where operation_id = ${operationId}::uuid`.execute(db);
}

/**
 * Closes the chunks of a cancelled operation that no worker leases. Expanded chunks with unfinished SIMs become due instead, and the worker
 * that acquires them closes them. A leased chunk is closed by its worker, whose claims are refused from now on. The same holds for a chunk
 * that a worker is acquiring at this moment: it is locked and skipped.
 */
export async function closeIdleChunks(db: Kysely<Database>, id: string): Promise<void> {
  await sql`
    with idle as (
      select number from bulk_chunk
      where operation_id = ${id}::uuid and lease_token is null and (status = 'SETTLING' or not is_expanded) and status <> 'DONE'
      for update skip locked
    )
    update bulk_chunk set status = 'DONE', settling = '{}', diverged_once = '{}',
      not_sent = case
        when is_expanded then not_sent
        when bulk_chunk.number >= 0 then cardinality(refs)
        -- The SIMs of a group that was not enumerated count here; SIMs that the caller named count with their chunks.
        else (select case when group_name is null then 0 else total end from bulk_operation where id = ${id}::uuid) end
    from idle
    where operation_id = ${id}::uuid and bulk_chunk.number = idle.number`.execute(db);
  await sql`
    update bulk_chunk set due_at = clock_timestamp()
    where (operation_id, number) in (
      select operation_id, number from bulk_chunk
      where operation_id = ${id}::uuid and lease_token is null and status = 'WAITING' for update skip locked
    )`.execute(db);
}
