import { type Kysely, Migrator, sql } from 'kysely';
import { changes } from './migrations/2026-11-23-changes.ts';

/** Every change of the tables, in order of their names; one that has been released is never edited. */
const migrations = { '2026-11-23-changes': changes };

/**
 * Brings the tables up to date in one transaction. Replicas that start together wait for one another: whichever comes first
 * does it. Where another role owns the tables, `reader` is given what the gateway needs of them: to add and to finish, and
 * to delete nothing but idempotency keys.
 */
export async function migrate<Tables>(owner: Kysely<Tables>, reader: string | null): Promise<void> {
  const { rows } = await sql<{ schema: string | null }>`select current_schema() as schema`.execute(owner);
  const schema = rows[0]?.schema;
  if (schema == null) throw new Error('the search_path of the database role leads to no schema');
  const migrator = new Migrator({
    db: owner,
    provider: { getMigrations: async () => migrations },
    migrationTableSchema: schema,
  });
  // A role that may not make tables can still find out that none is missing.
  const isCurrent = (await migrator.getMigrations()).every(({ executedAt }) => executedAt !== undefined);
  if (!isCurrent) {
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
  }
  if (reader === null) return;
  const role = sql.id(reader);
  await sql`grant usage on schema ${sql.id(schema)} to ${role}`.execute(owner);
  await sql`grant select, insert, update on audit_entry, change_sim to ${role}`.execute(owner);
  await sql`grant select on kysely_migration to ${role}`.execute(owner);
  await sql`grant select, insert, update, delete on idempotency_key to ${role}`.execute(owner);
  await sql`grant execute on function forget_audit_entries to ${role}`.execute(owner);
}
