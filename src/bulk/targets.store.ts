import { type Kysely, sql } from 'kysely';
import type { Database } from '../store/database.ts';

/** Which bulk operation, and whose. */
export interface OperationKey {
  readonly id: string;
  readonly tenant: string;
  readonly actor: string;
}

/** Positions of one chunk; a chunk holds so many SIMs at most. */
export const positionsPerChunk = 1000;

/** Chunks written in one statement. */
const chunksAtOnce = 50;
/** Rows deleted in one. */
const rowsAtOnce = 100_000;

/** Makes chunks of SIMs, each named once. */
export async function addChunks(
  db: Kysely<Database>,
  { id, tenant, actor }: OperationKey,
  refs: readonly string[],
  chunkSize: number,
  firstNumber = 0,
): Promise<void> {
  const step = chunksAtOnce * chunkSize;
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

/** Keeps SIMs that a walk has met from an offset of its list on; one that it met before it has already. */
export async function stage(
  db: Kysely<Database>,
  { id, tenant, actor }: OperationKey,
  offset: number,
  refs: readonly string[],
): Promise<void> {
  await sql`
    insert into bulk_target (operation_id, ref, position, tenant, actor)
    select ${id}::uuid, ref, ${offset} + place, ${tenant}, ${actor}
    from unnest(${[...refs]}::text[]) with ordinality as met (ref, place)
    on conflict do nothing`.execute(db);
}

/** How many SIMs a walk has met. */
export async function countStaged(db: Kysely<Database>, operationId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from bulk_target where operation_id = ${operationId}::uuid`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Forgets what a walk has met. */
export async function unstage(db: Kysely<Database>, operationId: string): Promise<void> {
  for (let deleted = 1n; deleted > 0n; ) {
    const { numAffectedRows = 0n } = await sql`
      delete from bulk_target where operation_id = ${operationId}::uuid and ref in (
        select ref from bulk_target where operation_id = ${operationId}::uuid limit ${rowsAtOnce})`.execute(
      db,
    );
    deleted = numAffectedRows;
  }
}

/** Makes chunks of what a walk has met, in its order. */
export async function fix(db: Kysely<Database>, key: OperationKey, chunkSize: number): Promise<void> {
  const step = chunksAtOnce * chunkSize;
  let behind = { position: -1, ref: '' };
  for (let number = 0; ; number += chunksAtOnce) {
    const { rows } = await sql<{ ref: string; position: number }>`
      select ref, position from bulk_target
      where operation_id = ${key.id}::uuid and (position, ref) > (${behind.position}, ${behind.ref})
      order by position, ref limit ${step}`.execute(db);
    const refs = rows.map(({ ref }) => ref);
    await addChunks(db, key, refs, chunkSize, number);
    const last = rows.at(-1);
    if (last === undefined || rows.length < step) break;
    behind = last;
  }
  await unstage(db, key.id);
}
