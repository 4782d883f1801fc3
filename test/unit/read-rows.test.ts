import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type RawBuilder, sql } from 'kysely';
import { StoreUnavailable } from '../../src/store/index.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { createRelayedStore, type RelayedStore } from '../support/database-relay.ts';
import { silentLog } from '../support/silent-log.ts';
import { waitFor } from '../support/wait-for.ts';

let database: RelayedStore;
let store: Store;
beforeEach(async () => {
  database = await createRelayedStore();
  const options = { dataDir: '', url: database.url, migrationUrl: null, maxConnections: 2 };
  store = await openStore(options, silentLog);
});
afterEach(async () => {
  await store.stop();
  await database.remove();
});

const read = (statement: RawBuilder<unknown>, isPrepared = true) => store.readRows(statement, { isPrepared });
/** The process of the server that serves the read pool, and the texts that it has prepared. */
async function serving(): Promise<{ pid: number; prepared: string[] }> {
  const [row] = await read(
    sql`select pg_backend_pid(), (select json_agg(statement) from pg_prepared_statements)`,
    false,
  );
  const [pid, prepared] = row as [number, string[] | null];
  return { pid, prepared: prepared ?? [] };
}
const sumOf = (number: number, value: number) =>
  sql`select ${sql.lit(number)} + ${value}::int, 'x' as same, 'y' as same`;

/** Reads a statement as often as it takes to prepare it. */
async function readOften(number: number): Promise<void> {
  for (let use = 1; use <= 10; use++)
    expect(await read(sumOf(number, use))).toEqual([[number + use, 'x', 'y']]);
}

describe('reading rows', () => {
  test('returns the values of each row in the order of the columns', async () => {
    expect(await read(sumOf(1, 2))).toEqual([[3, 'x', 'y']]);
    expect(await read(sql`select from generate_series(1, 2)`)).toEqual([[], []]);
  });

  test('prepares a statement that comes again and again once, and uses it with other values', async () => {
    await readOften(1);
    await readOften(1);
    expect((await serving()).prepared).toEqual([expect.stringContaining('select 1 + $1')]);
  });

  test('prepares no more than 30 statements on a connection; the others return their rows, too', async () => {
    for (let number = 0; number < 50; number++) await readOften(number);
    expect((await serving()).prepared).toHaveLength(30);
    for (const number of [0, 29, 30, 49])
      expect(await read(sumOf(number, 5))).toEqual([[number + 5, 'x', 'y']]);
  });

  test('statements that come a few times take no place of a common one', async () => {
    for (let number = 1; number <= 40; number++)
      for (let use = 1; use < 10; use++) await read(sumOf(number, use));
    expect((await serving()).prepared).toEqual([]);
    await readOften(99);
    expect((await serving()).prepared).toEqual([expect.stringContaining('select 99 + $1')]);
  });

  test('fails with StoreUnavailable while the database is away, and prepares its statements again afterwards', async () => {
    await readOften(1);
    const before = await serving();
    database.relay.cut();
    await expect(read(sumOf(1, 2))).rejects.toThrow(StoreUnavailable);
    database.relay.restore();
    await waitFor(async () => (await read(sumOf(1, 3)).catch(() => [])).length === 1);
    expect(await read(sumOf(1, 4))).toEqual([[5, 'x', 'y']]);
    const after = await serving();
    expect(after.pid).not.toBe(before.pid);
    expect(after.prepared).toEqual(before.prepared);
  });

  test('continues on a new connection after the server ended the one that had the statement', async () => {
    await readOften(1);
    const { pid } = await serving();
    await database.query('select pg_terminate_backend($1)', [pid]);
    await waitFor(async () => (await read(sumOf(1, 3)).catch(() => [])).length === 1);
    expect((await serving()).pid).not.toBe(pid);
  });

  test('closes a connection whose statement was canceled, as by a time limit', async () => {
    const { pid } = await serving();
    await expect(read(sql`select pg_cancel_backend(pg_backend_pid())`)).rejects.toThrow(StoreUnavailable);
    expect((await serving()).pid).not.toBe(pid);
  });

  test('reports a wrong statement, and a wrong value without the value, and keeps the connection', async () => {
    const { pid } = await serving();
    const divided = (value: number) => sql`select 1 / ${value}::int`;
    for (const value of [0, 0])
      await expect(read(divided(value))).rejects.toThrow('the database refuses a value (22012)');
    expect(await read(divided(1))).toEqual([[1]]);
    await expect(read(sql`select nothing`)).rejects.toThrow('does not exist');
    await expect(read(sql`select nothing`)).rejects.toThrow('does not exist');
    expect((await serving()).pid).toBe(pid);
  });
});
