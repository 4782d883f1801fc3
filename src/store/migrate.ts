import { type Kysely, type Migration, sql } from 'kysely';
import { bulkOperations } from './migrations/2026-11-23-bulk-operations.ts';
import { changes } from './migrations/2026-11-23-changes.ts';
import { fleetIndex } from './migrations/2026-11-23-fleet-index.ts';
import { accounts } from './migrations/2026-11-28-accounts.ts';
import { fleetClock } from './migrations/2026-11-28-fleet-clock.ts';
import { upstreamToken } from './migrations/2026-11-28-upstream-token.ts';
import { auditedFilters } from './migrations/2026-11-29-audited-filters.ts';
import { columnNames } from './migrations/2026-11-29-column-names.ts';
import { fleetOrders } from './migrations/2026-11-29-fleet-orders.ts';
import { apiKeys } from './migrations/2026-11-30-api-keys.ts';
import { onlyGroups } from './migrations/2026-11-30-only-groups.ts';

/** Every migration, in order. A released migration is never edited or renamed. */
const migrations: readonly (readonly [name: string, Migration])[] = [
  ['2026-11-23-changes', changes],
  ['2026-11-23-bulk-operations', bulkOperations],
  ['2026-11-23-fleet-index', fleetIndex],
  ['2026-11-28-accounts', accounts],
  ['2026-11-28-fleet-clock', fleetClock],
  ['2026-11-28-upstream-token', upstreamToken],
  ['2026-11-29-audited-filters', auditedFilters],
  ['2026-11-29-column-names', columnNames],
  ['2026-11-29-fleet-orders', fleetOrders],
  ['2026-11-30-api-keys', apiKeys],
  ['2026-11-30-only-groups', onlyGroups],
];

/**
 * Creates or updates the tables in one transaction, in the first schema of the search path. Gateways that start together take an advisory
 * lock, and the first one does the work. A role that may not create tables can still check that none is missing.
 *
 * If another role owns the tables, `reader` is granted only what the gateway needs. It may read all tables, and insert and update rows
 * of all tables except `schema_migration`. It may delete only idempotency keys, working data of bulk operations, account aliases, shared
 * tokens, the fleet index and jobs of the queue. The function `forget_audit_entries` deletes old audit entries for it.
 * Errors: an Error if the tables are those of a newer version, or if the search path leads to no schema.
 */
export async function migrate<Tables>(owner: Kysely<Tables>, reader: string | null): Promise<void> {
  const schema = await schemaOf(owner);
  if ((await missing(owner, schema)).length > 0)
    await owner.transaction().execute(async (db) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${`sim-gateway tables in ${schema}`}, 0))`.execute(
        db,
      );
      await takeOverOldTable(db, schema);
      await sql`create table if not exists schema_migration (
        name text primary key, made_at timestamptz not null default now())`.execute(db);
      for (const [name, migration] of await missing(db, schema)) {
        await migration.up(db);
        await sql`insert into schema_migration (name) values (${name})`.execute(db);
      }
    });
  if (reader !== null) await grant(owner, schema, reader);
}

/**
 * Renames the table in which 0.1 recorded its migrations. A gateway of 0.1 does not find it, tries to create tables that exist, and
 * does not start.
 */
async function takeOverOldTable<Tables>(db: Kysely<Tables>, schema: string): Promise<void> {
  if ((await hasTable(db, schema, 'migration')) && (await hasTable(db, schema, 'audit_entry')))
    await sql`alter table migration rename to schema_migration`.execute(db);
}

async function hasTable<Tables>(db: Kysely<Tables>, schema: string, name: string): Promise<boolean> {
  const { rows } =
    await sql`select from pg_tables where schemaname = ${schema} and tablename = ${name}`.execute(db);
  return rows.length > 0;
}

async function schemaOf<Tables>(db: Kysely<Tables>): Promise<string> {
  const { rows } = await sql<{ schema: string | null }>`select current_schema() as schema`.execute(db);
  const schema = rows[0]?.schema;
  if (schema == null) throw new Error('the search_path of the database role leads to no schema');
  return schema;
}

/** Migrations that are not recorded as applied. Reads only the gateway's own table: other tables may exist beside it. */
async function missing<Tables>(db: Kysely<Tables>, schema: string): Promise<typeof migrations> {
  if (!(await hasTable(db, schema, 'schema_migration'))) return migrations;
  const { rows } = await sql<{ name: string }>`select name from schema_migration`.execute(db);
  const applied = new Set(rows.map(({ name }) => name));
  const known = new Set(migrations.map(([name]) => name));
  const newer = [...applied].filter((name) => !known.has(name));
  if (newer.length > 0)
    throw new Error(
      `the tables are those of a newer version of the gateway (migration ${newer.join(', ')}); start that version`,
    );
  return migrations.filter(([name]) => !applied.has(name));
}

async function grant<Tables>(owner: Kysely<Tables>, schema: string, reader: string): Promise<void> {
  const role = sql.id(reader);
  await sql`grant usage on schema ${sql.id(schema)} to ${role}`.execute(owner);
  await sql`grant select on schema_migration to ${role}`.execute(owner);
  await sql`grant select, insert, update on audit_entry, change_sim, bulk_operation, api_key to ${role}`.execute(
    owner,
  );
  await sql`grant select, insert, update, delete on idempotency_key, bulk_target, bulk_chunk, upstream_pace, fleet_sim,
    fleet_count, fleet_sync, fleet_read, account_alias, upstream_token to ${role}`.execute(owner);
  await sql`grant select, insert, update, delete on version, queue, job, archive to ${role}`.execute(owner);
  await sql`grant execute on function forget_audit_entries to ${role}`.execute(owner);
}
