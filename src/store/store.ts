import { setTimeout as pause } from 'node:timers/promises';
import type { Kysely, RawBuilder, Transaction } from 'kysely';
import { sql } from 'kysely';
import { sleep } from '../base/backoff.ts';
import type { Log } from '../base/log.ts';
import { within } from '../base/within.ts';
import { openPool, typedSql } from './connect.ts';
import type { Database } from './database.ts';
import { type EmbeddedPostgres, startEmbedded } from './embedded/embedded.ts';
import { StoreError } from './embedded/errors.ts';
import { migrate } from './migrate.ts';
import { createRowReader } from './read-rows.ts';
import { openSession, type Session } from './session.ts';
import {
  CommitUnclear,
  isRefusal,
  isUnavailable,
  StoreUnavailable,
  toStoreError,
} from './store-unavailable.ts';

export interface Store {
  /** True if no other gateway can use the same data. */
  readonly isExclusive: boolean;
  /** Whether the database has answered since the start, so that its tables are ready. */
  isReady(): boolean;
  /** Runs statements without a transaction. Errors: StoreUnavailable. */
  run<T>(statements: (db: Kysely<Database>) => Promise<T>): Promise<T>;
  /** Like `run`, on a separate pool, for reads that only a request waits for: they leave the connections of changes free. */
  runOnReadPool<T>(statements: (db: Kysely<Database>) => Promise<T>): Promise<T>;
  /**
   * Runs one statement on the read pool. Returns its rows as arrays of values in the order of the columns. `isPrepared`: the server parses
   * the statement once for each connection, and may plan it once for all values of its parameters; only for statements whose best plan
   * does not depend on these values. Errors: StoreUnavailable.
   */
  readRows(statement: RawBuilder<unknown>, options: { isPrepared: boolean }): Promise<unknown[][]>;
  /** Runs statements on one snapshot of the data, without a time limit; at most two run concurrently. Errors: StoreUnavailable. */
  snapshot<T>(statements: (db: Transaction<Database>) => Promise<T>): Promise<T>;
  /** Like `run`, on a reserved connection, which a burst of changes cannot occupy. */
  runOnReservedConnection<T>(statements: (db: Kysely<Database>) => Promise<T>): Promise<T>;
  /**
   * Runs statements in a transaction. Errors: StoreUnavailable: the transaction certainly had no effect; CommitUnclear: it may have
   * taken effect.
   */
  transaction<T>(statements: (db: Transaction<Database>) => Promise<T>): Promise<T>;
  /**
   * Opens a separate connection, which the server ends when it receives nothing for `leaseMs`. The caller closes it before the store
   * is stopped. Stops when `signal` aborts. Errors: StoreUnavailable.
   */
  session(leaseMs: number, signal: AbortSignal): Promise<Session>;
  /** Ends all connections, and the embedded database if there is one. */
  stop(): Promise<void>;
}

export interface StoreOptions {
  /** Folder of the embedded database; used if `url` is null. */
  readonly dataDir: string;
  /** A PostgreSQL server, version 15 to 18. */
  readonly url: string | null;
  /** The same database with the role that owns the tables, if that is another role. */
  readonly migrationUrl: string | null;
  readonly maxConnections: number;
  /** Runs with the gateway's role once the tables are up to date, before all other statements. */
  readonly onReady?: (db: Kysely<Database>) => Promise<void>;
}

const retryDelayMs = 1000;
const closeTimeoutMs = 1000;
const maxEmbeddedTries = 5;

/** Maximum number of connections of each kind, derived from DATABASE_CONNECTIONS. */
const connectionsFor = (maxConnections: number) => ({
  pool: maxConnections,
  reserved: 1,
  readPool: Math.max(2, Math.ceil(maxConnections / 2)),
  /** Few, because each snapshot occupies a connection and keeps old row versions from being vacuumed. */
  snapshots: 2,
  /** For the role that owns the tables, while they are migrated. */
  owner: 1,
  /** For the gateway that syncs the fleet. */
  sessions: 1,
});

/** Connections beyond those: three that PostgreSQL reserves, some for psql, and abandoned ones that have not ended yet. */
const spareConnections = 20;

/**
 * Starts the embedded database, with room for the connections of this number of gateways. The gateways use it as they use a server:
 * with its URL. Errors: StoreError.
 */
export function startDatabase(
  { dataDir, maxConnections }: Pick<StoreOptions, 'dataDir' | 'maxConnections'>,
  gateways: number,
  log: Log,
): Promise<EmbeddedPostgres> {
  const perGateway = Object.values(connectionsFor(maxConnections)).reduce((sum, each) => sum + each);
  return startEmbedded(dataDir, log, { max_connections: String(gateways * perGateway + spareConnections) });
}

/**
 * Opens the store and migrates its tables. An unavailable server does not keep the gateway from starting: reads need no store, and
 * changes are refused until the server answers. Errors: StoreError if the embedded database cannot start, or if a server that
 * answers cannot be used.
 */
export async function openStore(options: StoreOptions, log: Log): Promise<Store> {
  const poolSizes = connectionsFor(options.maxConnections);
  const embedded = options.url === null ? await startDatabase(options, 1, log) : null;
  const url = embedded?.url ?? options.url ?? '';
  const db = typedSql(openPool(url, poolSizes.pool, log));
  const reserved = typedSql(openPool(url, poolSizes.reserved, log));
  const readers = openPool(url, poolSizes.readPool, log);
  const readPool = typedSql(readers);
  const readRows = createRowReader(readers);
  const snapshotPool = typedSql(openPool(url, poolSizes.snapshots, log, { waitsLong: true }));
  const stopping = new AbortController();
  let isMigrated = false;

  async function migrateTables(): Promise<void> {
    const ownerUrl = embedded === null ? options.migrationUrl : null;
    const owner = typedSql(openPool(ownerUrl ?? url, poolSizes.owner, log, { waitsLong: true }));
    try {
      await migrate(owner, ownerUrl === null ? null : await roleOf(db));
    } finally {
      await owner.destroy();
    }
    await options.onReady?.(db);
    isMigrated = true;
    log.info({ embedded: embedded !== null }, 'database: ready');
  }

  async function retryMigration(): Promise<void> {
    while (!stopping.signal.aborted && !isMigrated) {
      await sleep(retryDelayMs, stopping.signal);
      if (stopping.signal.aborted) return;
      await migrateTables().catch((error: unknown) => {
        if (!isUnavailable(error)) log.error({ detail: String(error) }, 'database: cannot be used');
      });
    }
  }

  async function stop(): Promise<void> {
    stopping.abort();
    // A silent server does not answer the closing of a connection.
    await within(
      closeTimeoutMs,
      Promise.all([db, reserved, readPool, snapshotPool].map((pool) => pool.destroy())),
      undefined,
    );
    await embedded?.stop();
  }

  /** Retries, because an embedded database that has just recovered from a crash on a busy machine may answer late. */
  async function migrateTablesWithRetries(tries: number): Promise<void> {
    try {
      await migrateTables();
    } catch (error) {
      if (tries <= 1 || !isUnavailable(error)) throw error;
      await pause(retryDelayMs);
      await migrateTablesWithRetries(tries - 1);
    }
  }

  try {
    await migrateTablesWithRetries(embedded === null ? 1 : maxEmbeddedTries);
  } catch (error) {
    if (embedded !== null || !isUnavailable(error) || isRefusal(error)) {
      await stop();
      if (error instanceof StoreError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new StoreError(
        `The database cannot be used: ${reason}. See DATABASE_URL and DATABASE_MIGRATION_URL.`,
      );
    }
    log.warn({ detail: error.message }, 'database: unavailable; changes are refused until it answers');
    void retryMigration();
  }

  const guard = async <T>(statements: () => Promise<T>): Promise<T> => {
    if (!isMigrated) throw new StoreUnavailable('it has not answered since the start');
    try {
      return await statements();
    } catch (error) {
      throw toStoreError(error);
    }
  };
  return {
    isExclusive: embedded !== null,
    isReady: () => isMigrated,
    run: (statements) => guard(() => statements(db)),
    runOnReadPool: (statements) => guard(() => statements(readPool)),
    readRows: (statement, options) => guard(() => readRows(statement, options)),
    snapshot: (statements) =>
      guard(() => snapshotPool.transaction().setIsolationLevel('repeatable read').execute(statements)),
    runOnReservedConnection: (statements) => guard(() => statements(reserved)),
    transaction: (statements) => guard(() => runTransaction(db, statements)),
    session: (leaseMs, signal) => guard(() => openSession(url, leaseMs, signal)),
    stop,
  };
}

async function runTransaction<T>(
  db: Kysely<Database>,
  statements: (db: Transaction<Database>) => Promise<T>,
): Promise<T> {
  let isCommitting = false;
  try {
    return await db.transaction().execute(async (transaction) => {
      const result = await statements(transaction);
      isCommitting = true;
      return result;
    });
  } catch (error) {
    throw isCommitting && isUnavailable(error) ? new CommitUnclear(error.message) : error;
  }
}

async function roleOf(db: Kysely<Database>): Promise<string> {
  const { rows } = await sql<{ role: string }>`select current_user::text as role`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('the database did not return the current role');
  return row.role;
}
