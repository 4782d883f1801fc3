import { type Kysely, sql } from 'kysely';
import { GatewayError, serializeError } from '../errors/index.ts';
import { addToSimCount, type Completion, complete, setSimCount } from '../ledger/index.ts';
import { accountOf, type BulkStatus, type Database } from '../store/index.ts';

/*
 * The statements that write bulk_operation and bulk_target, each in a transaction of its caller. The only other statement that writes
 * bulk_operation is the one that acquires a chunk: it sets served_at and, with the first chunk of SIMs, the status RUNNING.
 */

export interface OperationKey {
  readonly id: string;
  readonly tenant: string;
  readonly actor: string;
}

/** Maximum number of rows that one statement deletes. */
const batchSize = 100_000;

interface NewRow extends OperationKey {
  readonly account: string;
  readonly action: string;
  readonly change: object;
  /** Null unless the target is a group. */
  readonly group: string | null;
  readonly expectedCount: number | null;
  readonly onlyGroups: readonly string[] | null;
  readonly waitsUntilSettled: boolean;
  readonly total: number;
}

export async function insertOperation(
  db: Kysely<Database>,
  {
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
  }: NewRow,
): Promise<Date> {
  const { rows } = await sql<{ createdAt: Date }>`
    insert into bulk_operation (id, account, tenant, actor, action, change, group_name, expected_count, waits_until_settled, only_groups, status, total)
    values (${id}::uuid, ${accountOf(account)}, ${tenant}, ${actor}, ${action}, ${JSON.stringify(change)}::jsonb,
      ${group}, ${expectedCount}, ${waitsUntilSettled}, ${onlyGroups && [...onlyGroups]}::text[], 'QUEUED', ${total})
    returning created_at`.execute(db);
  const [{ createdAt }] = rows as [{ createdAt: Date }];
  return createdAt;
}

export async function markCanceled(db: Kysely<Database>, id: string): Promise<void> {
  await sql`update bulk_operation set canceled_at = coalesce(canceled_at, clock_timestamp()) where id = ${id}::uuid`.execute(
    db,
  );
}

/** Subtracts SIMs that the caller named twice from the totals of an operation and of its audit entry. */
export async function subtractFromTotal(
  db: Kysely<Database>,
  operationId: string,
  duplicates: number,
): Promise<void> {
  await sql`update bulk_operation set total = total - ${duplicates} where id = ${operationId}::uuid`.execute(
    db,
  );
  await addToSimCount(db, operationId, -duplicates);
}

/** Sets the totals of an operation and of its audit entry once its group is enumerated, and clears its error. */
export async function setTotal(db: Kysely<Database>, operationId: string, total: number): Promise<void> {
  await sql`update bulk_operation set total = ${total}, error = null where id = ${operationId}::uuid`.execute(
    db,
  );
  await setSimCount(db, operationId, total);
}

/** Whether an operation was cancelled. Locks its row, so the answer holds until the end of the transaction. */
export async function isCanceled(db: Kysely<Database>, operationId: string): Promise<boolean> {
  const { rows } = await sql<{ isCanceled: boolean }>`
    select canceled_at is not null as is_canceled from bulk_operation
    where id = ${operationId}::uuid for update`.execute(db);
  return rows[0]?.isCanceled === true;
}

export function canceledError(): GatewayError {
  return new GatewayError('OPERATION_CANCELED', { message: 'Not sent: the operation was cancelled.' });
}

/** Stages SIMs of a group's list from an offset on; a SIM that is staged already is skipped. */
export async function stage(
  db: Kysely<Database>,
  { id, tenant, actor }: OperationKey,
  offset: number,
  refs: readonly string[],
): Promise<void> {
  await sql`
    insert into bulk_target (operation_id, ref, position, tenant, actor)
    select ${id}::uuid, ref, ${offset} + position, ${tenant}, ${actor}
    from unnest(${[...refs]}::text[]) with ordinality as seen (ref, position)
    on conflict do nothing`.execute(db);
}

export async function countStaged(db: Kysely<Database>, operationId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from bulk_target where operation_id = ${operationId}::uuid`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Deletes the staged SIMs of an operation, in batches. */
export async function unstage(db: Kysely<Database>, operationId: string): Promise<void> {
  for (let deleted = 1n; deleted > 0n; ) {
    const { numAffectedRows = 0n } = await sql`
      delete from bulk_target where operation_id = ${operationId}::uuid and ref in (
        select ref from bulk_target where operation_id = ${operationId}::uuid limit ${batchSize})`.execute(
      db,
    );
    deleted = numAffectedRows;
  }
}

interface Totals {
  readonly waiting: number;
  readonly settling: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly unknown: number;
  readonly notSent: number;
  /** Distinct error codes of all chunks. */
  readonly codes: readonly string[];
}

/**
 * Ends an operation and its audit entry if all its chunks are done; sets SETTLING if only settling chunks are left. Must be called when a
 * chunk stops waiting. Lock order: the chunk, then the operation. The operation is locked before its chunks are counted, so that the
 * transaction of the last chunk sees all others.
 */
export async function endOperation(db: Kysely<Database>, operationId: string): Promise<void> {
  const { rows: open } = await sql<{ isCanceled: boolean }>`
    select canceled_at is not null as is_canceled from bulk_operation
    where id = ${operationId}::uuid and finished_at is null for update`.execute(db);
  const [operation] = open;
  if (operation === undefined) return;
  const { rows } = await sql<Totals>`
    select count(*) filter (where status = 'WAITING')::int as waiting,
      count(*) filter (where status = 'SETTLING')::int as settling,
      coalesce(sum(succeeded), 0)::int as succeeded, coalesce(sum(failed), 0)::int as failed,
      coalesce(sum(unknown), 0)::int as unknown, coalesce(sum(not_sent), 0)::int as not_sent,
      array(select distinct unnest(codes) from bulk_chunk where operation_id = ${operationId}::uuid) as codes
    from bulk_chunk where operation_id = ${operationId}::uuid`.execute(db);
  const [totals] = rows;
  if (totals === undefined || totals.waiting > 0) return;
  if (totals.settling > 0) {
    await db.updateTable('bulkOperation').set({ status: 'SETTLING' }).where('id', '=', operationId).execute();
    return;
  }
  const hasErrors = totals.failed + totals.unknown + totals.notSent > 0;
  const finished = hasErrors ? 'COMPLETED_WITH_ERRORS' : 'COMPLETED';
  const code = hasErrors ? onlyCode(totals, operation.isCanceled) : null;
  await finish(db, operationId, operation.isCanceled ? 'CANCELED' : finished, outcomeOf(totals), code, null);
}

/** Ends an operation as FAILED; none of its SIMs was sent. */
export async function failOperation(
  db: Kysely<Database>,
  operationId: string,
  error: GatewayError,
): Promise<void> {
  await finish(db, operationId, 'FAILED', 'FAILED', error.code, error);
}

async function finish(
  db: Kysely<Database>,
  operationId: string,
  status: BulkStatus,
  outcome: Completion['outcome'],
  errorCode: string | null,
  error: GatewayError | null,
): Promise<void> {
  await unstage(db, operationId);
  await sql`
    update bulk_operation set status = ${status}, change = null, finished_at = clock_timestamp(),
      error = ${error && JSON.stringify(serializeError(error))}::jsonb
    where id = ${operationId}::uuid and finished_at is null`.execute(db);
  await complete(db, operationId, { outcome, errorCode });
}

function outcomeOf({ succeeded, failed, unknown, notSent }: Totals): Completion['outcome'] {
  if (failed + unknown + notSent === 0) return 'SUCCEEDED';
  if (succeeded + unknown === 0) return 'FAILED';
  return succeeded + failed + notSent === 0 ? 'UNKNOWN' : 'PARTIAL';
}

/** The error code of all SIMs that did not succeed, if they have the same one; otherwise null. */
function onlyCode({ codes, notSent }: Totals, isCanceled: boolean): string | null {
  // SIMs of a chunk that was cancelled before it was expanded have no rows, so their code is added here.
  const all = new Set([...codes, ...(isCanceled && notSent > 0 ? ['OPERATION_CANCELED'] : [])]);
  const [code = null] = all;
  return all.size === 1 ? code : null;
}

/** Sets the error that keeps an operation waiting; null clears it. */
export async function setError(
  db: Kysely<Database>,
  operationId: string,
  error: GatewayError | null,
): Promise<void> {
  const storedError = error && JSON.stringify(serializeError(error));
  await sql`
    update bulk_operation set error = ${storedError}::jsonb
    where id = ${operationId}::uuid and finished_at is null and error is distinct from ${storedError}::jsonb`.execute(
    db,
  );
}
