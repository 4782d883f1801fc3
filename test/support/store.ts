import { randomUUID } from 'node:crypto';
import { Client, Pool, type QueryResultRow } from 'pg';

/** A database on the server that all tests share, for one gateway or several replicas. */
export interface TestStore {
  /** DATABASE_URL for a gateway. */
  readonly url: string;
  /** Runs SQL with the rights of the gateway. */
  query<Row extends QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  remove(): Promise<void>;
}

/** The server that the tests use: the one in DATABASE_URL, or the gateway's own PostgreSQL that globalSetup starts. */
function serverUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (url === undefined) throw new Error('the database of the tests was not started');
  return url;
}

/** The database with the tables of the gateway that each test copies; globalSetup creates it. */
export const templateDatabase = 'sim_gateway_test_template';

export interface StoreOptions {
  /** True: no tables, as on a new server. By default the tables exist, which saves each gateway the time to create them. */
  readonly isEmpty?: boolean;
}

/** Creates a database. */
export async function createStore({ isEmpty = false }: StoreOptions = {}): Promise<TestStore> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const template = isEmpty ? 'template0' : templateDatabase;
  // Copying files takes a fifth of the time of writing each page to the WAL.
  await runSql(serverUrl(), `create database ${name} template ${template} strategy file_copy`);
  const url = databaseUrl(name);
  // Tests poll with it, and a login takes longer than the query.
  const pool = new Pool({ connectionString: url, max: 4, allowExitOnIdle: true });
  // A server closes idle connections when it stops; the next query opens a new one.
  pool.on('error', () => undefined);
  return {
    url,
    query: async <Row extends QueryResultRow>(sql: string, values?: unknown[]) =>
      (await pool.query<Row>(sql, values)).rows,
    async remove() {
      if (!pool.ended) await pool.end();
      await runSql(serverUrl(), `drop database if exists ${name} with (force)`);
    },
  };
}

/** URL of a database on the server that the tests use. */
export function databaseUrl(name: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs SQL on a new connection. */
export async function runSql<Row extends QueryResultRow = QueryResultRow>(
  url: string,
  sql: string,
  values?: unknown[],
): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}
