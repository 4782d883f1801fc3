import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { readAuditLog } from '../support/audit-log.ts';
import { createPool } from '../support/fleet.ts';
import { type GatewayOptions, type RunningGateway, startGateway } from '../support/gateway.ts';
import { mutation, refs, sendSms } from '../support/graphql-client.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import type { TestStore } from '../support/store.ts';
import { waitFor } from '../support/wait-for.ts';
import { createTables } from '../support/written-entries.ts';

let world: World;
const stores: TestStore[] = [];
const leftovers: (() => Promise<unknown>)[] = [];
const pool = createPool(() => world);
const live = async (count: number) => (await pool.take(count, { state: 'LIVE' })).map(({ iccid }) => iccid);

beforeAll(async () => {
  world = await createWorld({ sims: 200, clock: { rate: 0 } });
});
afterEach(async () => {
  for (const close of leftovers.splice(0).reverse()) await close();
});
afterAll(async () => {
  for (const store of stores) await store.remove();
  await world.remove();
});

async function newStore(): Promise<TestStore> {
  const store = await createTables();
  stores.push(store);
  return store;
}

async function start(options: GatewayOptions): Promise<RunningGateway> {
  const gateway = await startGateway({ world, ...options });
  leftovers.push(gateway.stop);
  return gateway;
}

/** Writes a change of one SIM with a time `days` days ago. */
async function writeOld(store: TestStore, days: number, isFinished = true): Promise<string> {
  const id = randomUUID();
  const at = `now() - interval '${days} days'`;
  await store.query(
    `insert into audit_entry (id, tenant, actor, at, action, arguments, request_id, sim_count, owner, lease_until)
     values ($1, 'default', 'anonymous', ${at}, 'RESET', '{}', 'old', 1, $1, now() + interval '1 hour')`,
    [id],
  );
  await store.query(
    `insert into change_sim (entry_id, tenant, actor, position, iccid, status)
     values ($1, 'default', 'anonymous', 0, '8937204999000000002', 'SUCCEEDED')`,
    [id],
  );
  await store.query(
    `insert into idempotency_key (tenant, actor, key, fingerprint, entry_id, created_at)
     values ('default', 'anonymous', $1::uuid::text, 'f', $1::uuid, ${at})`,
    [id],
  );
  if (isFinished)
    await store.query(`update audit_entry set outcome = 'SUCCEEDED', finished_at = ${at} where id = $1`, [
      id,
    ]);
  return id;
}

describe('AUDIT_RETENTION_DAYS', () => {
  const count = async (store: TestStore, table: string) => (await store.query(`select from ${table}`)).length;
  const shown = async (store: TestStore) =>
    (await store.query<{ id: string }>('select id from audit_entry order by at desc')).map(({ id }) => id);
  const forgotten = (gateway: RunningGateway) =>
    gateway
      .logged()
      .filter(({ msg }) => msg === 'old audit entries deleted')
      .reduce((sum, { rows }) => sum + Number(rows), 0);

  test('replicas delete older entries and their SIMs at their start, concurrently and in several statements, and retain the others', async () => {
    const store = await newStore();
    const young = await writeOld(store, 29);
    await writeOld(store, 31);
    await writeOld(store, 400);
    // 50 000 rows by their SIM counts: more than one statement deletes.
    await store.query(
      `insert into audit_entry (id, tenant, actor, at, action, arguments, sim_count, request_id, owner, lease_until)
       select gen_random_uuid(), 'default', 'a', now() - interval '40 days', 'RESET', '{}', 500, 'r', gen_random_uuid(), now()
       from generate_series(1, 100)`,
    );
    await store.query(
      `update audit_entry set outcome = 'FAILED', finished_at = now() where outcome = 'OPEN'`,
    );
    const open = await writeOld(store, 500, false);
    const env = { AUDIT_RETENTION_DAYS: '30' };
    const replicas = await Promise.all([start({ store, env }), start({ store, env })]);
    await waitFor(() => replicas.reduce((sum, gateway) => sum + forgotten(gateway), 0) === 102);
    expect(await shown(store)).toEqual([young, open]);
    expect(await count(store, 'change_sim')).toBe(2);
    for (const replica of replicas) {
      await replica.stop();
      await waitFor(() => replica.logged().some(({ msg }) => msg === 'gateway stopped'));
      expect(
        replica
          .logged()
          .filter(({ level, msg }) => level === 'error' || /could not be deleted/.test(String(msg))),
      ).toEqual([]);
    }
  });

  test('0 retains every entry for ever, but no key for more than a day', async () => {
    const store = await newStore();
    await writeOld(store, 4000);
    const gateway = await start({ store, env: { AUDIT_RETENTION_DAYS: '0' } });
    await waitFor(async () => (await count(store, 'idempotency_key')) === 0);
    expect(await count(store, 'audit_entry')).toBe(1);
    expect(await readAuditLog(gateway)).toHaveLength(1);
  });
});

describe('with DATABASE_MIGRATION_URL, when another role owns the tables,', () => {
  test('the gateway works, and its own role cannot delete, truncate or change what was written', async () => {
    const owned = await newStore();
    const [rights] = await owned.query<{ mayCreate: boolean }>(
      'select rolcreaterole or rolsuper as "mayCreate" from pg_roles where rolname = current_user',
    );
    // A server given by DATABASE_URL may not allow its role to create roles.
    if (!rights?.mayCreate) return;
    const role = `reader_${randomUUID().replaceAll('-', '')}`;
    await owned.query(`create role ${role} login password 'reader'`);
    const address = new URL(owned.url);
    [address.username, address.password] = [role, 'reader'];
    const asReader = { ...owned, url: address.href };
    const env = { DATABASE_MIGRATION_URL: owned.url, AUDIT_RETENTION_DAYS: '30' };
    leftovers.push(() => owned.query(`drop owned by ${role}; drop role ${role}`));
    // Retention runs with the rights of the owner.
    await writeOld(owned, 31);
    const gateway = await start({ store: asReader, env });
    await waitFor(async () => (await owned.query('select from audit_entry')).length === 0);

    const [iccid = ''] = await live(1);
    const input = { sims: refs([iccid]), text: 'x', idempotencyKey: 'two-roles' };
    for (const _ of [1, 2]) expect((await gateway.ask(sendSms, { input })).errors).toEqual([]);
    expect(await world.effectCounts({ iccid })).toEqual({ [iccid]: 1 });
    await gateway.ask(mutation('resetSim', 'SimInput'), { input: { sim: { iccid } } });
    expect(await readAuditLog(gateway)).toHaveLength(2);
    await gateway.stop();

    const reader = new Client({ connectionString: asReader.url });
    await reader.connect();
    leftovers.push(() => reader.end());
    for (const forbidden of [
      'delete from audit_entry',
      'delete from change_sim',
      'truncate audit_entry cascade',
      'truncate change_sim',
      'drop trigger audit_entry_is_final on audit_entry',
      'alter table audit_entry disable trigger all',
      'drop table audit_entry cascade',
      'create or replace function refuse_to_alter_audit() returns trigger language sql as $$ select null $$',
      `set session_replication_role = 'replica'`,
      `set sim_gateway.expired_before = 'infinity'; delete from audit_entry`,
    ])
      await expect(reader.query(forbidden)).rejects.toThrow(
        /permission denied|must be owner|can only be|return type/,
      );
    await expect(reader.query(`update audit_entry set actor = 'nobody'`)).rejects.toThrow(/audit record/);
    expect(await owned.query('select from audit_entry')).toHaveLength(2);
  });
});
