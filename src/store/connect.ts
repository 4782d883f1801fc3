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

/** A database that accepts no connection within this is out of reach. */
export const connectTimeoutMs = 3000;
/** No statement of the gateway takes so long; the server ends it, and where the server is silent the driver does. */
const statementTimeoutMs = 10_000;
const queryTimeoutMs = 12_000;
/** No transaction rests: one that does is that of a gateway that froze in the middle of it, and others may wait for its locks. */
const idleTimeoutMs = 5000;

/** Typed SQL over a pool of connections to one server. Opens them when they are first needed; `waitsLong` lifts the time limits. */
export function connect(
  url: string,
  maxConnections: number,
  log: Log,
  { waitsLong = false } = {},
): Kysely<Database> {
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
  // The last word of a server that stops may come at any moment, also between the pool's hands and ours, and an error event
  // that nobody listens to ends the program. Whoever uses the connection learns of its end by the query.
  pool.on('connect', (client) => client.on('error', () => undefined));
  // A connection that ends while nobody uses it is nobody's failure: the next query opens another.
  pool.on('error', (error) => log.debug({ detail: error.message }, 'database: an idle connection ended'));
  return new Kysely<Database>({
    dialect: new PostgresDialect({ pool: giveUpBroken(pool) }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
}

/** The pool as kysely uses it; a connection on which the server went silent is ended and not lent again. */
function giveUpBroken(pool: pg.Pool): PostgresPool {
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
        // A rollback after a lost statement would wait as long as that one did; the end of the connection rolls back, too.
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
