import { randomUUID } from 'node:crypto';
import { Client, Pool, type QueryResultRow } from 'pg';

/** A database of its own on the server that all tests share, for one gateway or for several replicas. */
export interface TestStore {
  /** What a gateway takes as DATABASE_URL. */
  readonly url: string;
  /** Runs SQL with the rights of the gateway. */
  query<Row extends QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  remove(): Promise<void>;
}

/** The server that the tests use: the one named by DATABASE_URL, else the gateway's own, started for them. */
function serverUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (url === undefined) throw new Error('the database of the tests was not started');
  return url;
}

/** The database that has the tables of the gateway and is copied for each test; globalSetup makes it. */
export const templateDatabase = 'sim_gateway_test_template';

/** What a store is made with. */
export interface StoreOptions {
  /** No tables, as a new server has it. By default the tables are there, which saves each gateway from making them. */
  readonly isEmpty?: boolean;
}

/** Makes a database. */
export async function createStore({ isEmpty = false }: StoreOptions = {}): Promise<TestStore> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const template = isEmpty ? 'template0' : templateDatabase;
  // Copying files costs a fifth of writing each page to the log.
  await runSql(serverUrl(), `create database ${name} template ${template} strategy file_copy`);
  const url = databaseUrl(name);
  // Tests poll with it, and a login costs more than the query.
  const pool = new Pool({ connectionString: url, max: 4, allowExitOnIdle: true });
  // A server that ends an idle connection does so on purpose; the next query opens another.
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

/** The address of a database of the server that the tests use. */
export function databaseUrl(name: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs SQL on a connection of its own. */
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
