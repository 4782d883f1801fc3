import { type Kysely, sql } from 'kysely';
import { type Database, LeaseLost } from '../store/index.ts';
import type { Completion } from './entry.ts';

/** Detaches an open entry from its gateway: its lease never expires, so no gateway takes it over. Errors: LeaseLost. */
export async function detach(
  db: Kysely<Database>,
  entryId: string,
  owner: string,
  simCount: number,
): Promise<void> {
  const { numAffectedRows } = await sql`
    update audit_entry set owner = id, lease_until = 'infinity', sim_count = ${simCount}
    where id = ${entryId}::uuid and outcome = 'OPEN' and owner = ${owner}::uuid`.execute(db);
  if (numAffectedRows === 0n) throw new LeaseLost('another gateway has ended the entry');
}

export async function setSimCount(db: Kysely<Database>, entryId: string, simCount: number): Promise<void> {
  await sql`update audit_entry set sim_count = ${simCount} where id = ${entryId}::uuid`.execute(db);
}

export async function addToSimCount(db: Kysely<Database>, entryId: string, sims: number): Promise<void> {
  await sql`update audit_entry set sim_count = sim_count + ${sims} where id = ${entryId}::uuid`.execute(db);
}

/** Ends a detached entry, unless it has ended already. */
export async function complete(
  db: Kysely<Database>,
  entryId: string,
  { outcome, errorCode }: Completion,
): Promise<void> {
  await sql`
    update audit_entry set outcome = ${outcome}, error_code = ${errorCode}, finished_at = clock_timestamp()
    where id = ${entryId}::uuid and outcome = 'OPEN'`.execute(db);
}
