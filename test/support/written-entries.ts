import { randomUUID } from 'node:crypto';
import { Client, type QueryResultRow } from 'pg';
import type { Log } from '../../src/base/log.ts';
import { openStore } from '../../src/store/store.ts';
import { createStore, type TestStore } from './store.ts';

const ignore = () => {};
const silent: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** Creates or migrates the tables of the gateway in a schema, as a starting gateway does. */
export async function makeTables({ url }: TestStore): Promise<void> {
  const opened = await openStore({ dataDir: '', url, migrationUrl: null, maxConnections: 1 }, silent);
  await opened.stop();
}

/** A store with empty tables of the gateway; all queries of the test use one connection. */
export async function createTables(): Promise<TestStore> {
  const store = await createStore();
  const client = new Client({ connectionString: store.url });
  await client.connect();
  return {
    url: store.url,
    query: async <Row extends QueryResultRow>(sql: string, values?: unknown[]) =>
      (await client.query<Row>(sql, values)).rows,
    async remove() {
      await client.end();
      await store.remove();
    },
  };
}

/** An entry to write. */
export interface Written {
  /** When it began, as an SQL expression. */
  readonly at?: string;
  readonly sims?: number;
  readonly tenant?: string;
  readonly actor?: string;
}

/** Writes an entry of the audit log and its SIMs, as the gateway would; returns its id. */
export async function writeEntry(
  store: TestStore,
  outcome: string,
  status: string,
  { at = 'clock_timestamp()', sims = 1, tenant = 't', actor = 'a' }: Written = {},
): Promise<string> {
  const id = randomUUID();
  await store.query(
    `insert into audit_entry (id, tenant, actor, at, action, arguments, request_id, sim_count, owner, lease_until)
     values ($1, $3, $4, ${at}, 'SEND_SMS', '{"textLength":1}', 'r', $2, $1, now() + interval '1 hour')`,
    [id, sims, tenant, actor],
  );
  await store.query(
    `insert into change_sim (entry_id, tenant, actor, position, iccid, status)
     select $1, $4, $5, position, '8937204999', $2 from generate_series(0, $3::integer - 1) as position`,
    [id, status, sims, tenant, actor],
  );
  if (outcome !== 'OPEN')
    await store.query('update audit_entry set outcome = $2, finished_at = now() where id = $1', [
      id,
      outcome,
    ]);
  return id;
}
