import { closeSync, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { backoffMs } from '../../base/backoff.ts';
import type { Log } from '../../base/log.ts';
import { type Binaries, findBinaries, runnableBinaries } from './binaries.ts';
import {
  DATABASE_USER,
  folderArgument,
  initialiseCluster,
  isReady,
  lastLines,
  makeUnfinishedCluster,
  readPassword,
  reasonLine,
  removeStalePidFile,
} from './cluster.ts';
import { claimDataDir, type DataDir } from './data-dir.ts';
import { DatabaseFailed, DataDirUnusable, reasonOf, StoreError } from './errors.ts';
import { type Guard, startGuard } from './guard.ts';
import { DEFAULT_SETTINGS } from './settings.ts';

const DATABASE = 'sim_gateway';

/** Time for PostgreSQL to be ready. After a crash it replays its WAL first, which `max_wal_size` limits. */
const READY_MS = 120_000;
const POLL_INTERVAL_MS = 10;
const PORT_TRIES = 5;
const RESTART_PAUSES = { firstMs: 100, maxMs: 30_000 };

export interface EmbeddedPostgres {
  /** `postgresql://user:password@127.0.0.1:port/sim_gateway`. Contains the password: never log it. */
  readonly url: string;
  /** Shuts PostgreSQL down and releases its folder. */
  stop(): Promise<void>;
}

/** The port was taken before PostgreSQL could use it: the start can be repeated at once with another port. */
class PortTaken extends DatabaseFailed {}

interface Running {
  readonly guard: Guard;
  readonly port: number;
}

/**
 * Starts the embedded PostgreSQL on a free port of 127.0.0.1, and creates its database if there is none.
 * PostgreSQL runs until `stop`, or until this process ends, even by SIGKILL. If PostgreSQL ends unexpectedly, it is restarted on the
 * same port. `settings` are PostgreSQL settings that add to or replace the defaults (`settings.ts`).
 * Errors: StoreError, with a message for the user.
 */
export async function startEmbedded(
  dataDir: string,
  log: Log,
  settings: Readonly<Record<string, string>> = {},
): Promise<EmbeddedPostgres> {
  const binaries = findBinaries();
  const folder = await claimDataDir(resolve(dataDir), binaries.majorVersion, log);
  const startOn = (port: number, logFlags: 'w' | 'a') =>
    start({ folder, binaries, log, settings, port, logFlags });
  let running: Running;
  try {
    running = await startOnFreePort(startOn);
  } catch (error) {
    folder.release();
    throw error;
  }

  let stopping = false;
  let resume = () => {};
  const supervise = async () => {
    let failures = 0;
    for (;;) {
      await running.guard.ended;
      if (stopping) return;
      const waitMs = backoffMs(failures, RESTART_PAUSES);
      log.error({ logFile: folder.logFile, waitMs }, 'the database ended unexpectedly: restarting it');
      await new Promise<void>((resolve) => {
        resume = resolve;
        setTimeout(resolve, waitMs).unref();
      });
      if (stopping) return;
      try {
        running = await startOn(running.port, 'a');
        failures = 0;
        log.info({}, 'the database was restarted');
      } catch (error) {
        failures++;
        log.error({ reason: reasonOf(error) }, 'the database could not be restarted');
      }
      if (stopping) return;
    }
  };
  const supervision = supervise();
  const stop = async () => {
    stopping = true;
    resume();
    try {
      // During a restart the previous PostgreSQL has ended, and this call does nothing.
      await running.guard.stop();
      await supervision;
      await running.guard.stop();
    } finally {
      folder.release();
    }
  };
  let stopped: Promise<void> | undefined;
  return {
    url: urlOf(folder, running.port, DATABASE),
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

async function startOnFreePort(startOn: (port: number, logFlags: 'w') => Promise<Running>): Promise<Running> {
  for (let tries = 1; ; tries++) {
    try {
      return await startOn(await freePort(), 'w');
    } catch (error) {
      // Another program took the port between `freePort` and the start of PostgreSQL.
      if (!(error instanceof PortTaken) || tries === PORT_TRIES) throw error;
    }
  }
}

interface Start {
  readonly folder: DataDir;
  readonly binaries: Binaries;
  readonly log: Log;
  readonly settings: Readonly<Record<string, string>>;
  readonly port: number;
  readonly logFlags: 'w' | 'a';
}

async function start({ folder, binaries, log, settings, port, logFlags }: Start): Promise<Running> {
  const lock = await folder.lockCluster();
  let guard: Guard | undefined;
  try {
    const isNew = !existsSync(folder.cluster);
    if (isNew) makeUnfinishedCluster(folder);
    else removeStalePidFile(folder.cluster);
    const output = folder.open(folder.logFile, logFlags);
    try {
      const args = [
        ...['-D', folderArgument(folder.cluster)],
        ...Object.entries({ ...DEFAULT_SETTINGS, ...settings }).flatMap(([name, value]) => [
          '-c',
          `${name}=${value}`,
        ]),
      ];
      // The working directory stays valid when the folder is renamed.
      const cwd = isNew ? folder.unfinishedCluster : folder.cluster;
      guard = await startGuard({ cwd, account: folder.account, args, output, lock }, log);
    } finally {
      closeSync(output);
    }
    const native = runnableBinaries(binaries, folder.account, guard.removeAtTheEnd);
    if (isNew) await initialiseCluster(folder, native, lock);
    guard.start(join(native, 'bin', 'postgres'), port);
    await ready(folder, guard, port);
    await makeDatabase(folder, port);
    return { guard, port };
  } catch (error) {
    await guard?.stop().catch((late: Error) => log.error({ reason: late.message }, 'stopping failed too'));
    throw explained(error, folder, log);
  } finally {
    closeSync(lock);
  }
}

async function ready(folder: DataDir, guard: Guard, port: number): Promise<void> {
  let hasEnded = false;
  guard.ended.then(() => {
    hasEnded = true;
  });
  const giveUpAt = performance.now() + READY_MS;
  while (!isReady(folder.cluster, port)) {
    if (hasEnded) {
      const words = readFileSync(folder.logFile, 'utf8');
      if (/could not create any TCP\/IP sockets/.test(words)) throw new PortTaken(`port ${port} was taken`);
      throw new DatabaseFailed(lastLines(words, 10) || 'it ended without output');
    }
    if (performance.now() > giveUpAt)
      throw new DatabaseFailed(`it was not ready within ${READY_MS / 1000} seconds`);
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
  }
}

async function makeDatabase(folder: DataDir, port: number): Promise<void> {
  const client = new Client({ connectionString: urlOf(folder, port, 'postgres') });
  // A query that loses its connection reports the error itself.
  client.on('error', () => {});
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

const urlOf = (folder: DataDir, port: number, database: string) =>
  `postgresql://${DATABASE_USER}:${readPassword(folder)}@127.0.0.1:${port}/${database}`;

/** The error of a failed start with a message for the user; the details go to the log. */
function explained(error: unknown, { path, logFile }: DataDir, log: Log): StoreError {
  if (error instanceof PortTaken) return error;
  if (error instanceof StoreError && !(error instanceof DatabaseFailed)) return error;
  const reason = error instanceof DatabaseFailed ? error.message : reasonOf(error);
  log.error({ reason, logFile }, 'the database that comes with the gateway did not start');
  if (/lock file .* already exists/.test(reason))
    return new DataDirUnusable(
      `A PostgreSQL that the gateway has not started runs in ${path}. Stop it first, or set DATA_DIR to another folder.`,
    );
  return new DatabaseFailed(
    `The database that comes with the gateway could not start in ${path}: ${reasonLine(reason)}. More is in ${logFile}. Correct what it names, set DATA_DIR to another folder, or set DATABASE_URL to a PostgreSQL server.`,
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
