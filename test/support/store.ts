import { randomUUID } from 'node:crypto';
import { Client, type QueryResultRow } from 'pg';

/** A schema of its own in the database that all tests share, for one gateway or for several replicas. */
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

/** Makes an empty schema. */
export async function createStore(): Promise<TestStore> {
  const schema = `test_${randomUUID().replaceAll('-', '')}`;
  await once(serverUrl(), `create schema ${schema}`);
  const address = new URL(serverUrl());
  address.searchParams.set('options', `-c search_path=${schema}`);
  const url = address.href.replaceAll('+', '%20');
  return {
    url,
    query: (sql, values) => once(url, sql, values),
    async remove() {
      await once(serverUrl(), `drop schema if exists ${schema} cascade`);
    },
  };
}

async function once<Row extends QueryResultRow>(
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
