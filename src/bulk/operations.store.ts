import { type Kysely, sql } from 'kysely';
import { type StoredError, serializeError } from '../errors/index.ts';
import { detach, type NewEntry, type Outcome } from '../ledger/index.ts';
import { accountsOf, type BulkStatus, type Database, type Store } from '../store/index.ts';
import { positionsPerChunk } from './chunk.ts';
import { addChunks, addEnumeration, closeIdleChunks, holdBack } from './chunks.store.ts';
import { canceledError, endOperation, insertOperation, markCanceled } from './operation-rows.store.ts';

/** The SQL of the GraphQL API of bulk operations: start, cancel and read. Errors of all: StoreUnavailable. */
export type BulkStore = ReturnType<typeof createBulkStore>;

export interface NewOperation {
  readonly entry: NewEntry;
  readonly action: string;
  readonly change: object;
  readonly waitsUntilSettled: boolean;
  readonly expectedCount: number | null;
  /** Only SIMs of these groups are changed, also if the target has others; null: all. */
  readonly onlyGroups: readonly string[] | null;
}

/** The SIMs of a bulk operation to start. */
export type NewTarget =
  | { readonly group: string; readonly total: number }
  /** ICCIDs and EIDs, each once. */
  | {
      readonly refs: readonly string[];
      readonly chunkSize: number;
      /** Whether all SIMs are read and counted before the first is sent. */
      readonly isCountedFirst: boolean;
    };

/** A bulk operation and its counts of SIMs. */
export interface OperationRow {
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
  readonly error: StoredError | null;
  readonly actor: string;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

/**
 * Checks at the end of a transaction that an actor may still start operations, and locks that until the transaction ends. Errors: those
 * that refuse the start.
 */
export type RequireActor = (db: Kysely<Database>, actor: string) => Promise<void>;

/** The bulk operations of a SIM API account. `owner` is the name of this gateway. With an `actor`, the methods know only its operations. */
export function createBulkStore(store: Store, owner: string, account: string, requireActor: RequireActor) {
  const ownedBy = (tenant: string, actor: string | null) =>
    sql`tenant = ${tenant} and account = any(${accountsOf(account)}) ${actor === null ? sql`` : sql`and actor = ${actor}`}`;

  return {
    ...createResultStore(store),

    /** Starts an operation and detaches its open audit entry from this gateway. Errors: CommitUnclear, LeaseLost; those of `RequireActor`. */
    async begin(
      { entry, action, change, waitsUntilSettled, expectedCount, onlyGroups }: NewOperation,
      target: NewTarget,
    ): Promise<OperationRow> {
      const { id, tenant, actor } = entry;
      return store.transaction(async (db) => {
        const isGroup = 'group' in target;
        const total = isGroup ? target.total : target.refs.length;
        const group = isGroup ? target.group : null;
        const row = {
          id,
          account,
          tenant,
          actor,
          action,
          change,
          group,
          expectedCount,
          waitsUntilSettled,
          onlyGroups,
          total,
        };
        const createdAt = await insertOperation(db, row);
        if (!isGroup) await addChunks(db, entry, target.refs, target.chunkSize);
        if (!isGroup && target.isCountedFirst) await holdBack(db, id);
        if (isGroup || target.isCountedFirst) await addEnumeration(db, entry);
        await detach(db, id, owner, total);
        await requireActor(db, actor);
        return { ...nothingDone, id, action, total, actor, createdAt };
      });
    },

    /**
     * Cancels an operation, unless it has ended: SIMs that no worker is sending will not be sent. Returns the operation as it is then, or
     * null if it does not exist. Errors: CommitUnclear.
     */
    async cancel(tenant: string, id: string, actor: string | null = null): Promise<OperationRow | null> {
      return store.transaction(async (db) => {
        const { rows } = await sql<{ isOpen: boolean }>`
          select finished_at is null as is_open from bulk_operation
          where id = ${id}::uuid and ${ownedBy(tenant, actor)} for update`.execute(db);
        const [operation] = rows;
        if (operation === undefined) return null;
        if (operation.isOpen) {
          await markCanceled(db, id);
          await closeIdleChunks(db, id);
          await endOperation(db, id);
        }
        const [canceled = null] = await readOperations(db, sql`id = ${id}::uuid`, sql``);
        return canceled;
      });
    },

    /** Ids of the operations of an actor that have not ended and are not cancelled. */
    async unfinishedOf(tenant: string, actor: string): Promise<string[]> {
      const { rows } = await store.run((db) =>
        sql<{ id: string }>`
          select id from bulk_operation
          where ${ownedBy(tenant, actor)} and finished_at is null and canceled_at is null
          order by created_at`.execute(db),
      );
      return rows.map(({ id }) => id);
    },

    /** Operations by id, in any order; unknown ids are left out. */
    async byIds(tenant: string, ids: readonly string[], actor: string | null): Promise<OperationRow[]> {
      return store.run((db) =>
        readOperations(db, sql`${ownedBy(tenant, actor)} and id = any(${[...ids]}::uuid[])`, sql``),
      );
    },

    /** Operations after a cursor, newest first. An empty list of statuses means all statuses. */
    async page(
      tenant: string,
      statuses: readonly BulkStatus[],
      behind: { readonly at: Date; readonly id: string } | null,
      limit: number,
      actor: string | null,
    ): Promise<OperationRow[]> {
      const from = behind === null ? sql`` : sql`and (created_at, id) < (${behind.at}, ${behind.id}::uuid)`;
      return store.run((db) =>
        readOperations(
          db,
          sql`${ownedBy(tenant, actor)} ${withStatus(statuses)} ${from}`,
          sql`order by created_at desc, id desc limit ${limit}`,
        ),
      );
    },

    async count(tenant: string, statuses: readonly BulkStatus[], actor: string | null): Promise<number> {
      const { rows } = await store.run((db) =>
        sql<{
          count: string;
        }>`select count(*) from bulk_operation where ${ownedBy(tenant, actor)} ${withStatus(statuses)}`.execute(
          db,
        ),
      );
      return Number(rows[0]?.count ?? 0);
    },
  };
}

const nothingDone = {
  status: 'QUEUED',
  sent: 0,
  succeeded: 0,
  failed: 0,
  unknown: 0,
  notSent: 0,
  settling: 0,
  error: null,
  finishedAt: null,
} as const;

function withStatus(statuses: readonly BulkStatus[]) {
  return statuses.length === 0 ? sql`` : sql`and status = any(${[...statuses]}::text[])`;
}

async function readOperations(
  db: Kysely<Database>,
  where: ReturnType<typeof sql>,
  order: ReturnType<typeof sql>,
): Promise<OperationRow[]> {
  const { rows } = await sql<OperationRow>`
      select operation.id, action, operation.status, total, error, actor, created_at, finished_at,
        totals.sent, totals.succeeded, totals.failed, totals.unknown, totals.not_sent, totals.settling
      from (select * from bulk_operation where ${where} ${order}) as operation
      cross join lateral (
        select coalesce(sum(sent), 0)::int as sent, coalesce(sum(succeeded), 0)::int as succeeded,
          coalesce(sum(failed), 0)::int as failed, coalesce(sum(unknown), 0)::int as unknown,
          coalesce(sum(not_sent), 0)::int as not_sent, coalesce(sum(settling), 0)::int as settling
        from (
          select sent, succeeded, failed, unknown, not_sent, cardinality(settling) as settling
          from bulk_chunk where operation_id = operation.id and not (status = 'WAITING' and lease_token is not null)
          union all
          select (attempts > 0 and sim.status not in ('PENDING', 'NOT_SENT'))::int, (sim.status = 'SUCCEEDED')::int, (sim.status = 'FAILED')::int,
            (sim.status = 'UNKNOWN')::int, (sim.status = 'NOT_SENT')::int,
            (operation.waits_until_settled and sim.status = 'SUCCEEDED')::int
          from bulk_chunk
          join change_sim as sim on sim.entry_id = operation.id
            and sim.position >= bulk_chunk.number * ${positionsPerChunk}
            and sim.position < (bulk_chunk.number + 1) * ${positionsPerChunk}
          where operation_id = operation.id and bulk_chunk.status = 'WAITING' and lease_token is not null
        ) as counted
      ) as totals
      ${order}`.execute(db);
  return rows;
}

/** The outcome of one SIM. */
export interface ResultRow {
  readonly position: number;
  readonly iccid: string | null;
  /** The EID that named the SIM; null if another key did. */
  readonly eid: string | null;
  readonly status: Outcome['outcome'];
  readonly error: StoredError | null;
}

/** The SQL of the results of bulk operations. Errors of all: StoreUnavailable. */
function createResultStore(store: Store) {
  return {
    /** Results with one of the outcomes, after a position and ordered by position. */
    async results(
      tenant: string,
      id: string,
      outcomes: readonly Outcome['outcome'][],
      behind: number,
      limit: number,
    ): Promise<ResultRow[]> {
      const canceled = JSON.stringify(serializeError(canceledError()));
      const { rows } = await store.run((db) =>
        sql<ResultRow>`
          select result.position, result.iccid, case when length(result.ref) = 32 then result.ref end as eid, result.status, result.error
          from (
            select number, refs, is_expanded from bulk_chunk
            where operation_id = ${id}::uuid and tenant = ${tenant} and number >= 0
              and number >= ${Math.floor(behind / positionsPerChunk)}
              and (is_expanded or status = 'DONE')
              and (status = 'WAITING' or ${anyOf(outcomes)})
            order by number
          ) as chunk
          cross join lateral (
            select position, iccid, chunk.refs[position - chunk.number * ${positionsPerChunk} + 1] as ref, status, error
            from change_sim
            where chunk.is_expanded and entry_id = ${id}::uuid and tenant = ${tenant}
              and position >= chunk.number * ${positionsPerChunk} and position < (chunk.number + 1) * ${positionsPerChunk}
            union all
            select chunk.number * ${positionsPerChunk} + place::int - 1, case when length(ref) < 32 then ref end, ref, 'NOT_SENT',
              ${canceled}::jsonb
            from unnest(chunk.refs) with ordinality as named (ref, place)
            where not chunk.is_expanded
          ) as result
          where result.status = any(${[...outcomes]}::text[]) and result.position > ${behind}
          order by chunk.number, result.position
          limit ${limit}`.execute(db),
      );
      return rows;
    },
  };
}

/** Whether a chunk has a SIM with one of the outcomes. */
function anyOf(outcomes: readonly Outcome['outcome'][]) {
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
