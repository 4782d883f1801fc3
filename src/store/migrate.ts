import { type Kysely, type Migration, sql } from 'kysely';
import { bulkOperations } from './migrations/2026-11-23-bulk-operations.ts';
import { changes } from './migrations/2026-11-23-changes.ts';
import { fleetIndex } from './migrations/2026-11-23-fleet-index.ts';
import { accounts } from './migrations/2026-11-28-accounts.ts';
import { fleetClock } from './migrations/2026-11-28-fleet-clock.ts';
import { upstreamToken } from './migrations/2026-11-28-upstream-token.ts';
import { auditedFilters } from './migrations/2026-11-29-audited-filters.ts';

/** Every change of the tables, in order; one that has been released is never edited. */
const migrations: readonly (readonly [name: string, Migration])[] = [
  ['2026-11-23-changes', changes],
  ['2026-11-23-bulk-operations', bulkOperations],
  ['2026-11-23-fleet-index', fleetIndex],
  ['2026-11-28-accounts', accounts],
  ['2026-11-28-fleet-clock', fleetClock],
  ['2026-11-28-upstream-token', upstreamToken],
  ['2026-11-29-audited-filters', auditedFilters],
];

/**
 * Brings the tables up to date in one transaction, in the first schema of the search path. Replicas that start together wait for
 * one another: whichever comes first does it. A role that may make no tables can still find out that none is missing. Where
 * another role owns the tables, `reader` is given what the gateway needs of them: to add and to finish, and to delete
 * nothing but idempotency keys, what a bulk operation works with, aliases of accounts, shared tokens, and the index of the fleet.
 */
export async function migrate<Tables>(owner: Kysely<Tables>, reader: string | null): Promise<void> {
  const schema = await schemaOf(owner);
  if ((await missing(owner, schema)).length > 0)
    await owner.transaction().execute(async (db) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${`sim-gateway tables in ${schema}`}, 0))`.execute(
        db,
      );
      await sql`create table if not exists migration (
        name text primary key, made_at timestamptz not null default now())`.execute(db);
      for (const [name, migration] of await missing(db, schema)) {
        await migration.up(db);
        await sql`insert into migration (name) values (${name})`.execute(db);
      }
    });
  if (reader !== null) await grant(owner, schema, reader);
}

async function schemaOf<Tables>(db: Kysely<Tables>): Promise<string> {
  const { rows } = await sql<{ schema: string | null }>`select current_schema() as schema`.execute(db);
  const schema = rows[0]?.schema;
  if (schema == null) throw new Error('the search_path of the database role leads to no schema');
  return schema;
}

/** Migrations that have not been made. Looks at our own table alone: others may come and go beside it. */
async function missing<Tables>(db: Kysely<Tables>, schema: string): Promise<typeof migrations> {
  const there =
    await sql`select from pg_tables where schemaname = ${schema} and tablename = 'migration'`.execute(db);
  if (there.rows.length === 0) return migrations;
  const { rows } = await sql<{ name: string }>`select name from migration`.execute(db);
  const made = new Set(rows.map(({ name }) => name));
  return migrations.filter(([name]) => !made.has(name));
}

async function grant<Tables>(owner: Kysely<Tables>, schema: string, reader: string): Promise<void> {
  const role = sql.id(reader);
  await sql`grant usage on schema ${sql.id(schema)} to ${role}`.execute(owner);
  await sql`grant select on migration to ${role}`.execute(owner);
  await sql`grant select, insert, update on audit_entry, change_sim, bulk_operation to ${role}`.execute(
    owner,
  );
  await sql`grant select, insert, update, delete on idempotency_key, bulk_target, bulk_chunk, upstream_pace, fleet_sim,
    fleet_count, fleet_sync, fleet_read, account_alias, upstream_token to ${role}`.execute(owner);
  await sql`grant select, insert, update, delete on version, queue, job, archive to ${role}`.execute(owner);
  await sql`grant execute on function forget_audit_entries to ${role}`.execute(owner);
}
