import {
  CamelCasePlugin,
  Kysely,
  type PostgresCursor,
  PostgresDialect,
  type PostgresPool,
  type PostgresQueryResult,
} from 'kysely';
import pg from 'pg';
import type { Log } from '../base/log.ts';
import type { Database } from './database.ts';
import { isUnavailable } from './store-unavailable.ts';

/** Time after which a database that accepts no connection counts as unavailable. */
export const connectTimeoutMs = 3000;
/** Longer than any statement of the gateway takes. The server enforces it; the driver enforces `queryTimeoutMs` if the server is silent. */
const statementTimeoutMs = 10_000;
const queryTimeoutMs = 12_000;
/** No transaction idles in normal operation. One that does belongs to a gateway that froze, and other sessions may wait for its locks. */
const idleTimeoutMs = 5000;

/** A pool of connections to one server. Connections open on first use; `waitsLong` removes the time limits. */
export function openPool(url: string, maxConnections: number, log: Log, { waitsLong = false } = {}): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: connectTimeoutMs,
    ...(!waitsLong && {
      statement_timeout: statementTimeoutMs,
      query_timeout: queryTimeoutMs,
      idle_in_transaction_session_timeout: idleTimeoutMs,
    }),
    keepAlive: true,
    application_name: 'sim-gateway',
  });
  // A server that stops can send its last message at any moment, also while a client passes from the pool to its user. An error event
  // without a listener ends the process. The user of the connection gets the error from its query.
  pool.on('connect', (client) => client.on('error', () => undefined));
  // The end of an idle connection is not a failure: the next query opens another one.
  pool.on('error', (error) => log.debug({ detail: error.message }, 'database: an idle connection ended'));
  return pool;
}

/** Typed SQL over a pool. */
export function typedSql(pool: pg.Pool): Kysely<Database> {
  return new Kysely<Database>({
    dialect: new PostgresDialect({ pool: destroyBroken(pool) }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
}

/** The pool for Kysely. Closes a connection instead of reusing it if a query on it found the server unavailable. */
function destroyBroken(pool: pg.Pool): PostgresPool {
  return {
    async connect() {
      const client = await pool.connect();
      let broken: Error | undefined;

      function query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>>;
      function query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
      function query<R>(
        asked: string | PostgresCursor<R>,
        values: readonly unknown[] = [],
      ): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
        if (typeof asked !== 'string') throw new Error('cursors are not used here');
        // A rollback after a lost statement would wait as long as that statement did. Closing the connection rolls back, too.
        if (broken !== undefined) return Promise.reject(broken);
        return client.query(asked, [...values]).catch((error: unknown) => {
          if (isUnavailable(error)) broken = error;
          throw error;
        }) as Promise<PostgresQueryResult<R>>;
      }
      return { query, release: () => client.release(broken) };
    },
    end: () => pool.end(),
  };
}
