import { afterEach, expect, test } from '@jest/globals';
import { createStore, type TestStore } from '../support/store.ts';
import { makeTables, writeEntry } from '../support/written-entries.ts';

const leftovers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const leave of leftovers.splice(0)) await leave();
});

async function newStore(): Promise<TestStore> {
  const store = await createStore({ isEmpty: true });
  leftovers.push(store.remove);
  return store;
}

test('replicas that start together on an empty database all find the tables, and the tables are created once', async () => {
  const store = await newStore();
  await Promise.all([1, 2, 3, 4].map(() => makeTables(store)));
  const made = await store.query<{ name: string }>('select name from schema_migration');
  expect(made.map(({ name }) => name)).toEqual([
    '2026-11-23-changes',
    '2026-11-23-bulk-operations',
    '2026-11-23-fleet-index',
    '2026-11-28-accounts',
    '2026-11-28-fleet-clock',
    '2026-11-28-upstream-token',
    '2026-11-29-audited-filters',
    '2026-11-29-column-names',
    '2026-11-29-fleet-orders',
    '2026-11-30-api-keys',
    '2026-11-30-only-groups',
  ]);
});

test('current tables stay unchanged, with their rows', async () => {
  const store = await newStore();
  await makeTables(store);
  const id = await writeEntry(store, 'SUCCEEDED', 'SUCCEEDED');
  const tables = async () => [
    await store.query('select * from schema_migration'),
    await store.query('select id, outcome from audit_entry'),
    await store.query(
      `select relname, oid::text, relfilenode::text from pg_class
       where relnamespace = current_schema()::regnamespace order by relname`,
    ),
  ];
  const before = await tables();
  expect(before[1]).toEqual([{ id, outcome: 'SUCCEEDED' }]);
  await makeTables(store);
  expect(await tables()).toEqual(before);
});

test('finished and open entries retain only the length of the texts that filters searched for', async () => {
  const store = await newStore();
  await makeTables(store);
  // As written before that migration.
  await store.query(`delete from schema_migration where name = '2026-11-29-audited-filters'`);
  const insert = (requestId: string, filter: object) =>
    store.query(
      `insert into audit_entry (id, tenant, actor, action, arguments, request_id, owner, lease_until)
       values (gen_random_uuid(), 't', 'a', 'START_BULK_OPERATION', $1, $2, gen_random_uuid(), now())`,
      [{ action: 'RESET', targetFilter: filter, waitUntilSettled: true }, requestId],
    );
  await insert('1', { groups: ['Meters'], search: '37255501234' });
  await insert('2', { groups: ['Pilot'] });
  await store.query(`update audit_entry set outcome = 'SUCCEEDED', finished_at = now()`);
  await insert('3', { search: '24801' });
  await makeTables(store);
  const rows = await store.query<{ filter: object }>(
    `select arguments -> 'targetFilter' as filter from audit_entry order by request_id`,
  );
  expect(rows.map(({ filter }) => filter)).toEqual([
    { groups: ['Meters'], searchLength: 11 },
    { groups: ['Pilot'] },
    { searchLength: 5 },
  ]);
  await expect(store.query(`update audit_entry set arguments = '{}'`)).rejects.toThrow('audit record');
});

test('tables of 0.1 get the names of columns of this version, and 0.1 no longer finds its table of migrations', async () => {
  const store = await newStore();
  await makeTables(store);
  const id = await writeEntry(store, 'SUCCEEDED', 'SUCCEEDED');
  const columns = () =>
    store.query(
      `select table_name, column_name from information_schema.columns
       where table_schema = current_schema() order by table_name, column_name`,
    );
  const before = await columns();
  for (const statement of [
    'alter table schema_migration rename to migration',
    `delete from migration where name = '2026-11-29-column-names'`,
    'alter table change_sim rename first_sent_at to sent_at',
    'alter table change_sim rename recorded_at to settled_at',
    'alter table bulk_operation rename waits_until_settled to follows',
    'alter table bulk_chunk rename lease_token to hand',
    'alter table bulk_chunk rename is_expanded to is_begun',
    'alter table bulk_chunk rename next_offset to walked_to',
    'alter table bulk_chunk rename malformed_reads to puzzles',
    'alter table bulk_chunk rename diverged_once to strayed',
    'alter table fleet_sim rename has_data_limit_field to is_limit_told',
    'alter table fleet_sim rename has_profiles_field to are_profiles_told',
    'alter table fleet_sim rename cost_version to cost_marks',
    'alter table fleet_sim rename observed_at to seen_at',
    'alter table fleet_sim rename polling_since to watched_since',
    'alter table fleet_sim rename next_poll_at to look_at',
    'alter table fleet_sync rename first_sync_started_at to begun_at',
    'alter table fleet_sync rename synced_at to walked_at',
  ])
    await store.query(statement);
  await Promise.all([1, 2, 3].map(() => makeTables(store)));
  expect(await columns()).toEqual(before);
  expect(await store.query('select id, outcome from audit_entry')).toEqual([{ id, outcome: 'SUCCEEDED' }]);
  expect(
    await store.query(
      `select from pg_tables where schemaname = current_schema() and tablename = 'migration'`,
    ),
  ).toEqual([]);
});

test('the indexes of new orders are created over rows that exist, without rewriting them', async () => {
  const store = await newStore();
  await makeTables(store);
  // As of that migration.
  for (const statement of [
    `delete from schema_migration where name = '2026-11-29-fleet-orders'`,
    'drop index fleet_sim_cost_amount, fleet_sim_cost_amount_desc, fleet_sim_eid, fleet_sim_msisdn',
    'alter table fleet_sim alter column eid type text collate "default", alter column msisdn type text collate "default"',
  ])
    await store.query(statement);
  for (const [iccid, msisdn] of [
    ['1', '37255501234'],
    ['2', '5'.repeat(10_000)],
    ['3', null],
  ])
    await store.query(
      `insert into fleet_sim (tenant, iccid, msisdn, downloaded_profiles, has_data_limit_field, has_profiles_field, state,
         is_transitioning, search, fingerprint, observed_at)
       values ('default', $1, $2, '{}', true, true, 'LIVE', false, '', '', now())`,
      [iccid, msisdn],
    );
  const file = () => store.query(`select pg_relation_filenode('fleet_sim') as file`);
  const before = await file();
  await makeTables(store);
  expect(await file()).toEqual(before);
  expect(await store.query('select iccid, msisdn from fleet_sim order by iccid')).toEqual([
    { iccid: '1', msisdn: '37255501234' },
    { iccid: '2', msisdn: '5'.repeat(255) },
    { iccid: '3', msisdn: null },
  ]);
  expect(
    await store.query(
      `select column_name as column, collation_name as collation from information_schema.columns
       where table_schema = current_schema() and table_name = 'fleet_sim' and column_name in ('eid', 'msisdn') order by 1`,
    ),
  ).toEqual([
    { column: 'eid', collation: 'C' },
    { column: 'msisdn', collation: 'C' },
  ]);
});

test('a table named migration that belongs to another program stays as it is', async () => {
  const store = await newStore();
  await store.query('create table migration (id integer)');
  await makeTables(store);
  expect(await store.query('select id from migration')).toEqual([]);
  expect(await store.query('select name from schema_migration')).not.toEqual([]);
});

test('tables of a newer version are refused, and the error names its migration', async () => {
  const store = await newStore();
  await makeTables(store);
  await store.query(`insert into schema_migration (name) values ('2099-01-01-newer')`);
  await expect(makeTables(store)).rejects.toThrow(/newer version .*2099-01-01-newer/);
});

test('every table with data of changes has a tenant and an actor that are never null', async () => {
  const store = await newStore();
  await makeTables(store);
  const tables = await store.query<{ name: string; owned: number }>(
    `select tables.table_name as name, count(*) filter (where column_name in ('tenant', 'actor') and is_nullable = 'NO')::int as owned
     from information_schema.tables join information_schema.columns using (table_schema, table_name)
     where table_schema = current_schema() and tables.table_name ~ '^(audit|change|idempotency|bulk)_'
     group by 1 order by 1`,
  );
  expect(tables.map(({ name }) => name)).toEqual([
    'audit_entry',
    'bulk_chunk',
    'bulk_operation',
    'bulk_target',
    'change_sim',
    'idempotency_key',
  ]);
  expect(tables.filter(({ owned }) => owned !== 2)).toEqual([]);
});
