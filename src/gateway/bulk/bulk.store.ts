import { type Kysely, sql } from 'kysely';
import { accountOf, accountsOf } from '../../store/accounts.ts';
import type { BulkStatus, Database } from '../../store/database.ts';
import type { Store } from '../../store/store.ts';
import type { KeptError } from '../errors/kept-error.ts';
import type { NewEntry } from '../ledger/entry.ts';
import { handOver } from '../ledger/ledger.store.ts';
import type { SimOutcome } from '../sim/sim-payload.type.ts';
import { canceledError } from './chunk.store.ts';
import { endOperation } from './end-operation.store.ts';
import { addChunks, positionsPerChunk } from './target.store.ts';

/** The SQL of those who ask for bulk operations and after them. Errors of all: StoreUnavailable. */
export type BulkStore = ReturnType<typeof createBulkStore>;

/** An operation that is asked for. */
export interface NewOperation {
  readonly entry: NewEntry;
  readonly action: string;
  readonly change: object;
  readonly follows: boolean;
  readonly expectedCount: number | null;
}

/** The SIMs of one. */
export type NewTarget =
  | { readonly group: string; readonly total: number }
  /** ICCIDs and EIDs, each once. */
  | { readonly refs: readonly string[]; readonly chunkSize: number };

/** An operation as it stands. */
export interface KeptOperation {
  readonly id: string;
  readonly action: string;
  readonly status: BulkStatus;
  readonly total: number;
  readonly sent: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly unknown: number;
  readonly notSent: number;
  readonly settling: number;
  readonly error: KeptError | null;
  readonly actor: string;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

/** What became of one SIM, and its place. */
export interface KeptResult {
  readonly position: number;
  readonly iccid: string | null;
  readonly status: SimOutcome;
  readonly error: KeptError | null;
}

/** The bulk operations of a SIM API account over a store. `owner` is the name of the gateway. */
export function createBulkStore(store: Store, owner: string, account: string) {
  const ownedBy = (tenant: string) => sql`tenant = ${tenant} and account = any(${accountsOf(account)})`;

  return {
    /** Begins an operation in the place of its open entry, which goes on by itself from then on. */
    async begin(
      { entry, action, change, follows, expectedCount }: NewOperation,
      target: NewTarget,
    ): Promise<void> {
      const { id, tenant, actor } = entry;
      await store.transaction(async (db) => {
        const isGroup = 'group' in target;
        const total = isGroup ? target.total : target.refs.length;
        await sql`
          insert into bulk_operation (id, account, tenant, actor, action, change, group_name, expected_count, follows, status, total)
          values (${id}::uuid, ${accountOf(account)}, ${tenant}, ${actor}, ${action}, ${JSON.stringify(change)}::jsonb,
            ${isGroup ? target.group : null}, ${expectedCount}, ${follows}, 'QUEUED', ${total})`.execute(db);
        if (isGroup) {
          await sql`
            insert into bulk_chunk (operation_id, number, tenant, actor, refs)
            values (${id}::uuid, -1, ${tenant}, ${actor}, '{}')`.execute(db);
        } else {
          await addChunks(db, entry, target.refs, target.chunkSize);
        }
        await handOver(db, id, owner, total);
      });
    },

    /** Cancels an operation, unless it has ended: what nobody works on will not be sent. False where there is none. */
    async cancel(tenant: string, id: string): Promise<boolean> {
      return store.transaction(async (db) => {
        const { rows } = await sql<{ isOpen: boolean }>`
          select finished_at is null as is_open from bulk_operation
          where id = ${id}::uuid and ${ownedBy(tenant)} for update`.execute(db);
        const [operation] = rows;
        if (operation === undefined) return false;
        if (operation.isOpen) await cancelOpen(db, id);
        return true;
      });
    },

    /** Operations as they stand, in any order; those that are not there are left out. */
    async byIds(tenant: string, ids: readonly string[]): Promise<KeptOperation[]> {
      return read(sql`${ownedBy(tenant)} and id = any(${[...ids]}::uuid[])`, sql``);
    },

    /** Operations behind a place, newest first; all where no status is named. */
    async page(
      tenant: string,
      statuses: readonly BulkStatus[],
      behind: { readonly at: Date; readonly id: string } | null,
      most: number,
    ): Promise<KeptOperation[]> {
      const from = behind === null ? sql`` : sql`and (created_at, id) < (${behind.at}, ${behind.id}::uuid)`;
      return read(
        sql`${ownedBy(tenant)} ${withStatus(statuses)} ${from}`,
        sql`order by created_at desc, id desc limit ${most}`,
      );
    },

    async count(tenant: string, statuses: readonly BulkStatus[]): Promise<number> {
      const { rows } = await store.run((db) =>
        sql<{
          count: string;
        }>`select count(*) from bulk_operation where ${ownedBy(tenant)} ${withStatus(statuses)}`.execute(db),
      );
      return Number(rows[0]?.count ?? 0);
    },

    /** What became of SIMs, those with one of these outcomes, behind a position and in their order. */
    async results(
      tenant: string,
      id: string,
      outcomes: readonly SimOutcome[],
      behind: number,
      most: number,
    ): Promise<KeptResult[]> {
      const canceled = JSON.stringify(canceledError());
      const { rows } = await store.run((db) =>
        sql<KeptResult>`
          select result.position, result.iccid, result.status, result.error
          from (
            select number, refs, is_begun from bulk_chunk
            where operation_id = ${id}::uuid and tenant = ${tenant} and number >= 0
              and number >= ${Math.floor(behind / positionsPerChunk)}
              and (is_begun or status = 'DONE')
              and (status = 'WAITING' or ${anyOf(outcomes)})
            order by number
          ) as chunk
          cross join lateral (
            select position, iccid, status, error from change_sim
            where chunk.is_begun and entry_id = ${id}::uuid and tenant = ${tenant}
              and position >= chunk.number * ${positionsPerChunk} and position < (chunk.number + 1) * ${positionsPerChunk}
            union all
            select chunk.number * ${positionsPerChunk} + place::int - 1, case when length(ref) < 32 then ref end, 'NOT_SENT',
              ${canceled}::jsonb
            from unnest(chunk.refs) with ordinality as named (ref, place)
            where not chunk.is_begun
          ) as result
          where result.status = any(${[...outcomes]}::text[]) and result.position > ${behind}
          order by chunk.number, result.position
          limit ${most}`.execute(db),
      );
      return rows;
    },
  };

  async function read(
    where: ReturnType<typeof sql>,
    order: ReturnType<typeof sql>,
  ): Promise<KeptOperation[]> {
    const { rows } = await store.run((db) =>
      sql<KeptOperation>`
        select operation.id, action, operation.status, total, error, actor, created_at, finished_at,
          told.sent, told.succeeded, told.failed, told.unknown, told.not_sent, told.settling
        from (select * from bulk_operation where ${where} ${order}) as operation
        cross join lateral (
          select coalesce(sum(sent), 0)::int as sent, coalesce(sum(succeeded), 0)::int as succeeded,
            coalesce(sum(failed), 0)::int as failed, coalesce(sum(unknown), 0)::int as unknown,
            coalesce(sum(not_sent), 0)::int as not_sent, coalesce(sum(settling), 0)::int as settling
          from (
            select sent, succeeded, failed, unknown, not_sent, cardinality(settling) as settling
            from bulk_chunk where operation_id = operation.id and not (status = 'WAITING' and hand is not null)
            union all
            select (attempts > 0 and sim.status not in ('PENDING', 'NOT_SENT'))::int, (sim.status = 'SUCCEEDED')::int, (sim.status = 'FAILED')::int,
              (sim.status = 'UNKNOWN')::int, (sim.status = 'NOT_SENT')::int,
              (operation.follows and sim.status = 'SUCCEEDED')::int
            from bulk_chunk
            join change_sim as sim on sim.entry_id = operation.id
              and sim.position >= bulk_chunk.number * ${positionsPerChunk}
              and sim.position < (bulk_chunk.number + 1) * ${positionsPerChunk}
            where operation_id = operation.id and bulk_chunk.status = 'WAITING' and hand is not null
          ) as counted
        ) as told
        ${order}`.execute(db),
    );
    return rows;
  }
}

function withStatus(statuses: readonly BulkStatus[]) {
  return statuses.length === 0 ? sql`` : sql`and status = any(${[...statuses]}::text[])`;
}

/** Whether a chunk has a SIM with one of the outcomes. */
function anyOf(outcomes: readonly SimOutcome[]) {
  const columns = {
    SUCCEEDED: 'succeeded',
    FAILED: 'failed',
    UNKNOWN: 'unknown',
    NOT_SENT: 'not_sent',
  } as const;
  return sql`(${sql.join(
    outcomes.map((outcome) => sql.ref(columns[outcome])),
    sql` + `,
  )} > 0)`;
}

/**
 * Chunks that somebody has in hand end themselves: whoever has one is not let through any more. Those that somebody is taking at
 * this moment are passed over too, for the same will happen to them.
 */
async function cancelOpen(db: Kysely<Database>, id: string): Promise<void> {
  await sql`update bulk_operation set canceled_at = coalesce(canceled_at, clock_timestamp()) where id = ${id}::uuid`.execute(
    db,
  );
  await sql`
    with idle as (
      select number from bulk_chunk
      where operation_id = ${id}::uuid and hand is null and (status = 'SETTLING' or not is_begun) and status <> 'DONE'
      for update skip locked
    )
    update bulk_chunk set status = 'DONE', settling = '{}', strayed = '{}',
      not_sent = case
        when is_begun then not_sent
        when bulk_chunk.number >= 0 then cardinality(refs)
        -- The SIMs of a group that was not listed yet: they are counted, and nobody knows which they are.
        else (select total from bulk_operation where id = ${id}::uuid) end
    from idle
    where operation_id = ${id}::uuid and bulk_chunk.number = idle.number`.execute(db);
  // Those that were put down half-way are due now.
  await sql`
    update bulk_chunk set due_at = clock_timestamp()
    where (operation_id, number) in (
      select operation_id, number from bulk_chunk
      where operation_id = ${id}::uuid and hand is null and status = 'WAITING' for update skip locked
    )`.execute(db);
  await endOperation(db, id);
}
