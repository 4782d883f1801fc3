import { setTimeout as pause } from 'node:timers/promises';
import type { Kysely, Transaction } from 'kysely';
import { sql } from 'kysely';
import { rest } from '../base/backoff.ts';
import type { Log } from '../base/log.ts';
import { within } from '../base/within.ts';
import { connect } from './connect.ts';
import type { Database } from './database.ts';
import { startEmbedded } from './embedded/embedded.ts';
import { StoreError } from './embedded/errors.ts';
import { migrate } from './migrate.ts';
import { openSession, type Session } from './session.ts';
import {
  CommitUnclear,
  isRefusal,
  isUnavailable,
  StoreUnavailable,
  toStoreError,
} from './store-unavailable.ts';

/** Where the gateway keeps what it has to remember. */
export interface Store {
  /** True where no other gateway can be at the same data. */
  readonly isExclusive: boolean;
  /** Runs statements, each for itself. Errors: StoreUnavailable. */
  run<T>(statements: (db: Kysely<Database>) => Promise<T>): Promise<T>;
  /** The same for reads that nothing waits for but a request, on connections of their own: they leave changes theirs. */
  runOnReadPool<T>(statements: (db: Kysely<Database>) => Promise<T>): Promise<T>;
  /** Runs statements as of one moment, for as long as they take, a few such at a time. Errors: StoreUnavailable. */
  snapshot<T>(statements: (db: Transaction<Database>) => Promise<T>): Promise<T>;
  /** The same on a connection kept for it, which no rush of changes can take. */
  runOnReservedConnection<T>(statements: (db: Kysely<Database>) => Promise<T>): Promise<T>;
  /**
   * Runs statements that count all or none. Errors: StoreUnavailable, after which surely none of them counts; CommitUnclear, after
   * which they may.
   */
  transaction<T>(statements: (db: Transaction<Database>) => Promise<T>): Promise<T>;
  /**
   * Opens a connection of one's own, which the server ends when it hears nothing for a lease; whoever asks for it closes it before
   * the store is stopped. Gives up when `signal` aborts. Errors: StoreUnavailable.
   */
  session(leaseMs: number, signal: AbortSignal): Promise<Session>;
  /** Ends all connections, and the database too where it is the gateway's own. */
  stop(): Promise<void>;
}

/** What a store is opened with. */
export interface StoreOptions {
  /** Folder of the database that comes with the gateway; used where there is no `url`. */
  readonly dataDir: string;
  /** A PostgreSQL server, version 15 to 18. */
  readonly url: string | null;
  /** The same database by the role that owns the tables, where that is another one. */
  readonly migrationUrl: string | null;
  readonly maxConnections: number;
  /** Runs with the rights of the gateway once the tables are up to date, before anything else does. */
  readonly onReady?: (db: Kysely<Database>) => Promise<void>;
}

const retryDelayMs = 1000;
/** So long the end of the connections is waited for. */
const closeTimeoutMs = 1000;
const maxTriesOfOwn = 5;

/** Connections of each kind that a store opens at most, by DATABASE_CONNECTIONS. */
const connectionsFor = (maxConnections: number) => ({
  pool: maxConnections,
  reserved: 1,
  readPool: Math.max(2, Math.ceil(maxConnections / 2)),
  /** Each of them keeps a connection, and the rows that are there when it begins. */
  snapshots: 2,
  /** Of the owner of the tables, while they are brought up to date. */
  owner: 1,
  /** Of the gateway that reads the fleet. */
  sessions: 1,
});

/** Beyond those: three that PostgreSQL reserves, some for a person with psql, and for connections that were given up and have not ended yet. */
const spareConnections = 20;

/**
 * Opens the store and brings its tables up to date. A server that is out of reach does not keep the gateway from starting:
 * reads need no store, and changes are refused until it answers. Errors: StoreError where the gateway's own database cannot
 * start, and what keeps a server that answers from being used.
 */
export async function openStore(options: StoreOptions, log: Log): Promise<Store> {
  const poolSizes = connectionsFor(options.maxConnections);
  const maxServerConnections = Object.values(poolSizes).reduce(
    (sum, connections) => sum + connections,
    spareConnections,
  );
  const settings = { max_connections: String(maxServerConnections) };
  const embedded = options.url === null ? await startEmbedded(options.dataDir, log, settings) : null;
  const url = embedded?.url ?? options.url ?? '';
  const db = connect(url, poolSizes.pool, log);
  const reserved = connect(url, poolSizes.reserved, log);
  const readPool = connect(url, poolSizes.readPool, log);
  const snapshotPool = connect(url, poolSizes.snapshots, log, { waitsLong: true });
  const stopping = new AbortController();
  let isMigrated = false;

  async function bringUpToDate(): Promise<void> {
    const ownerUrl = embedded === null ? options.migrationUrl : null;
    const owner = connect(ownerUrl ?? url, poolSizes.owner, log, { waitsLong: true });
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
      await rest(retryDelayMs, stopping.signal);
      if (stopping.signal.aborted) return;
      await bringUpToDate().catch((error: unknown) => {
        if (!isUnavailable(error)) log.error({ detail: String(error) }, 'database: cannot be used');
      });
    }
  }

  async function stop(): Promise<void> {
    stopping.abort();
    // A server that is silent does not say goodbye either.
    await within(
      closeTimeoutMs,
      Promise.all([db, reserved, readPool, snapshotPool].map((pool) => pool.destroy())),
      undefined,
    );
    await embedded?.stop();
  }

  /** A database of one's own that has just come back from a crash, on a busy machine, may let one wait for its first word. */
  async function bringUpToDateSoon(tries: number): Promise<void> {
    try {
      await bringUpToDate();
    } catch (error) {
      if (tries <= 1 || !isUnavailable(error)) throw error;
      await pause(retryDelayMs);
      await bringUpToDateSoon(tries - 1);
    }
  }

  try {
    await bringUpToDateSoon(embedded === null ? 1 : maxTriesOfOwn);
  } catch (error) {
    if (embedded !== null || !isUnavailable(error) || isRefusal(error)) {
      await stop();
      const reason = error instanceof Error ? error.message : String(error);
      throw new StoreError(
        `The database cannot be used: ${reason}. See DATABASE_URL and DATABASE_MIGRATION_URL.`,
      );
    }
    log.warn({ detail: error.message }, 'database: out of reach; changes are refused until it answers');
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
    run: (statements) => guard(() => statements(db)),
    runOnReadPool: (statements) => guard(() => statements(readPool)),
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
  if (row === undefined) throw new Error('the database does not say who we are');
  return row.role;
}
