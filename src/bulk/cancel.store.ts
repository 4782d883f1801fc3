import { type Kysely, sql } from 'kysely';
import type { Database } from '../store/database.ts';
import { endOperation } from './end-operation.store.ts';

/**
 * Cancels an operation that is open. Chunks that a worker has in hand are ended by that worker, whose claims are refused from now on. Chunks
 * that a worker is taking at this moment are locked and passed over: the same happens to them.
 */
export async function cancelOpen(db: Kysely<Database>, id: string): Promise<void> {
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
        -- The SIMs of a group that was not listed yet are counted without being known; those that were named, with their chunks.
        else (select case when group_name is null then 0 else total end from bulk_operation where id = ${id}::uuid) end
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
