import { type Kysely, sql } from 'kysely';
import type { Database } from '../../store/database.ts';

/** Which bulk operation, and whose. */
export interface OperationKey {
  readonly id: string;
  readonly tenant: string;
  readonly actor: string;
}

/** Positions of one chunk; a chunk holds so many SIMs at most. */
export const positionsPerChunk = 1000;

/** Keeps SIMs of a target as they were named: ICCIDs and EIDs, the parts numbered in their order. */
export async function stage(
  db: Kysely<Database>,
  { id, tenant, actor }: OperationKey,
  number: number,
  refs: readonly string[],
): Promise<void> {
  await db
    .insertInto('bulkTarget')
    .values({ operationId: id, number, tenant, actor, refs: [...refs] })
    .execute();
}

/** How many SIMs were named, each counted once. */
export async function countStaged(db: Kysely<Database>, operationId: string): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    select count(distinct ref) as count from bulk_target, unnest(refs) as ref
    where operation_id = ${operationId}::uuid`.execute(db);
  return Number(rows[0]?.count ?? 0);
}

/** Makes chunks of what was staged, each SIM once and in the order in which they were named first. */
export async function fix(
  db: Kysely<Database>,
  { id, tenant, actor }: OperationKey,
  chunkSize: number,
): Promise<void> {
  await sql`
    with named as (
      select ref, min(number * 100000::bigint + place) as place
      from bulk_target, unnest(refs) with ordinality as named (ref, place)
      where operation_id = ${id}::uuid
      group by ref
    ), placed as (
      select ref, row_number() over (order by place) - 1 as place from named
    ), cut as (
      select ref, place, place / ${chunkSize} as number from placed
    )
    insert into bulk_chunk (operation_id, number, tenant, actor, refs)
    select ${id}::uuid, number, ${tenant}, ${actor}, array_agg(ref order by place)
    from cut
    group by number`.execute(db);
  await db.deleteFrom('bulkTarget').where('operationId', '=', id).execute();
}
