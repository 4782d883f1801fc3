import { afterEach, expect, test } from '@jest/globals';
import { refs, sendSms } from '../support/asking.ts';
import { special } from '../support/fleet.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { createWorld } from '../support/sandbox.ts';
import { createStore, type TestStore } from '../support/store.ts';
import { createTables } from '../support/written-entries.ts';

const leftovers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const leave of leftovers.splice(0)) await leave();
});

async function newStore(): Promise<TestStore> {
  const store = await createStore();
  leftovers.push(store.remove);
  return store;
}

const migrations = (store: TestStore) => store.query<{ name: string }>('select name from migration');

test('gateways that start together on an empty schema all come up, and the tables are made once', async () => {
  const world = await createWorld({ sims: 10 });
  const store = await newStore();
  const gateways: RunningGateway[] = await Promise.all(
    [1, 2, 3, 4].map(() => startGateway({ world, store })),
  );
  expect((await migrations(store)).map(({ name }) => name)).toEqual([
    '2026-11-23-changes',
    '2026-11-23-bulk-operations',
    '2026-11-23-fleet-index',
  ]);
  for (const gateway of gateways) {
    const input = { sims: refs([special.E240]), text: 'x' };
    expect((await gateway.ask(sendSms, { input })).errors).toEqual([]);
  }
  const { data } = (await gateways[0]?.ask('{ auditLog { totalCount } }')) ?? {};
  expect(data).toEqual({ auditLog: { totalCount: 4 } });
  for (const gateway of gateways) await gateway.stop();
  await world.remove();
});

test('a gateway that finds the tables up to date leaves them and what is in them alone', async () => {
  const world = await createWorld({ sims: 10 });
  const store = await newStore();
  const first = await startGateway({ world, store });
  await first.ask(sendSms, { input: { sims: refs([special.E240]), text: 'x' } });
  await first.stop();
  const before = await store.query('select * from migration');
  const second = await startGateway({ world, store });
  expect(await store.query('select * from migration')).toEqual(before);
  expect((await second.ask('{ auditLog { totalCount } }')).data).toEqual({ auditLog: { totalCount: 1 } });
  await second.stop();
  await world.remove();
});

test('every table that tells of a change says whose it is: tenant and actor, never null', async () => {
  const store = await createTables();
  leftovers.push(store.remove);
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
