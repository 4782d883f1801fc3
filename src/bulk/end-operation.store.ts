import { type Kysely, sql } from 'kysely';
import type { GatewayError } from '../errors/gateway-error.ts';
import { serializeError } from '../errors/stored-error.ts';
import { complete } from '../ledger/detached-entry.store.ts';
import type { Completion } from '../ledger/entry.ts';
import type { BulkStatus, Database } from '../store/database.ts';
import { unstage } from './targets.store.ts';

interface Totals {
  readonly waiting: number;
  readonly settling: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly unknown: number;
  readonly notSent: number;
  /** Codes of the errors, each once for each chunk. */
  readonly codes: readonly string[];
}

/**
 * Ends an operation, and its entry in the audit log, where none of its chunks is left. Whoever puts the last one down does it:
 * the operation is locked before its chunks are counted, and whoever locks both locks the chunk first.
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
  const code = hasErrors ? onlyCode(totals) : null;
  await finish(db, operationId, operation.isCanceled ? 'CANCELED' : finished, outcomeOf(totals), code, null);
}

/** Ends an operation before any of its SIMs was sent. */
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

/** The code of all SIMs that did not succeed, where they have the same one. */
function onlyCode({ codes, notSent }: Totals): string | null {
  // Chunks that never had their turn have no rows to tell it.
  const all = new Set([...codes, ...(notSent > 0 ? ['OPERATION_CANCELED'] : [])]);
  const [code = null] = all;
  return all.size === 1 ? code : null;
}

/** Says what an operation waits for; null where it waits for nothing. */
export async function setError(
  db: Kysely<Database>,
  operationId: string,
  error: GatewayError | null,
): Promise<void> {
  const kept = error && JSON.stringify(serializeError(error));
  await sql`
    update bulk_operation set error = ${kept}::jsonb
    where id = ${operationId}::uuid and finished_at is null and error is distinct from ${kept}::jsonb`.execute(
    db,
  );
}
