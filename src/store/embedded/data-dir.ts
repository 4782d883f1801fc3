import {
  closeSync,
  existsSync,
  fchownSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Log } from '../../base/log.ts';
import { type Account, databaseAccount, runsAsRoot } from './account.ts';
import { DataDirInUse, DataDirUnusable, reasonOf, StoreError } from './errors.ts';
import { lock, lockWithin } from './lock.ts';

/** Time for the PostgreSQL of a killed gateway to end. */
const LAST_ONE_ENDS_MS = 15_000;

const LOCK = 'gateway.lock';

/** Files of a data folder, as a pattern, log files, and those that a file system or a storage device adds. */
const EXPECTED =
  /^(?:gateway\.lock|postgres.*|admin-token.*|.*\.log|lost\+found|@eaDir|#recycle|System Volume Information|\..*)$/;

const ELSEWHERE = 'Set DATA_DIR to another folder, or DATABASE_URL to a PostgreSQL server';

/** The folder of the embedded database, claimed exclusively for this gateway. */
export interface DataDir {
  readonly path: string;
  /** The PostgreSQL cluster; may not exist yet. */
  readonly cluster: string;
  /** Folder for initdb, renamed to `cluster` at its end. */
  readonly unfinishedCluster: string;
  readonly passwordFile: string;
  readonly logFile: string;
  /** The user that runs PostgreSQL; undefined if it is the user of the gateway. */
  readonly account: Account | undefined;
  /** Opens a file of the gateway in the folder, readable for its owner only. Returns the descriptor. Errors: DataDirUnusable. */
  open(path: string, flags: 'w' | 'a'): number;
  /**
   * Locks the cluster after the previous PostgreSQL has ended. Processes that inherit the descriptor hold the lock, too.
   * Errors: DataDirInUse.
   */
  lockCluster(): Promise<number>;
  /** Releases the claim, so that another gateway can use the folder. */
  release(): void;
}

/**
 * Creates the folder if it is missing, and claims it for this gateway with file locks, which the system releases when their holders end.
 * A gateway holds `gateway.lock`; every process of its database holds `postgres.lock`. The two locks distinguish a running gateway
 * from a killed one whose database is still ending, also in another container. Pids are not used, because the system reuses them.
 * Errors: DataDirInUse, DataDirUnusable.
 */
export async function claimDataDir(path: string, majorVersion: number, log: Log): Promise<DataDir> {
  const cluster = join(path, 'postgres');
  const fail = (error: unknown): never => {
    throw error instanceof StoreError ? error : new DataDirUnusable(sentenceOf(path, error));
  };
  try {
    makeFolder(path);
    checkContent(path);
    const owner = statSync(path);
    const account = databaseAccount(owner);
    checkCluster(cluster, majorVersion, account);

    const open = (file: string, flags: 'w' | 'a') => {
      try {
        const descriptor = openSync(file, flags, 0o600);
        // Files that root creates in another user's folder must stay usable for that user.
        if (runsAsRoot()) fchownSync(descriptor, owner.uid, owner.gid);
        return descriptor;
      } catch (error) {
        return fail(error);
      }
    };
    const ownLock = open(join(path, LOCK), 'a');
    try {
      if (!(await lock(ownLock)))
        throw new DataDirInUse(
          `Another gateway works in the data folder ${path}. ${ELSEWHERE}, which several gateways can share.`,
        );
    } catch (error) {
      closeSync(ownLock);
      throw error;
    }
    return {
      path,
      cluster,
      unfinishedCluster: join(path, 'postgres-unfinished'),
      passwordFile: join(path, 'postgres-password'),
      logFile: join(path, 'postgres.log'),
      account,
      open,
      lockCluster: async () => {
        const clusterLock = open(join(path, 'postgres.lock'), 'a');
        if (await lock(clusterLock)) return clusterLock;
        log.info({ path }, 'waiting for the database of an earlier gateway to end');
        if (await lockWithin(LAST_ONE_ENDS_MS, clusterLock)) return clusterLock;
        closeSync(clusterLock);
        throw new DataDirInUse(
          `The database of an earlier gateway in the data folder ${path} has not ended within ${LAST_ONE_ENDS_MS / 1000} seconds. Wait for it, or end its postgres processes. ${ELSEWHERE} to start without waiting.`,
        );
      },
      release: () => closeSync(ownLock),
    };
  } catch (error) {
    return fail(error);
  }
}

/** Checks that an existing cluster has this PostgreSQL's version and this user as its owner. Reads only. Errors: DataDirUnusable. */
function checkCluster(cluster: string, majorVersion: number, account: Account | undefined): void {
  if (!existsSync(cluster)) return;
  const owner = statSync(cluster).uid;
  const user = account?.uid ?? process.getuid?.();
  if (owner !== user) throw new DataDirUnusable(ownedByAnother(cluster, owner, user));
  let version: string;
  try {
    version = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  } catch {
    throw new DataDirUnusable(
      `${cluster} holds no PostgreSQL database, so the gateway leaves it alone. Move it away. ${ELSEWHERE} to leave it where it is.`,
    );
  }
  if (version !== String(majorVersion))
    throw new DataDirUnusable(
      `The database in ${cluster} was made by PostgreSQL ${version}, and this gateway comes with PostgreSQL ${majorVersion}, which cannot open it. Nothing was changed. Start the gateway version that made it, or run PostgreSQL ${version} on that folder and move its data with pg_dump. ${ELSEWHERE} to go on without it.`,
    );
}

/** Creates a folder and its parents. `mkdirSync` with `recursive` never returns for a folder in /proc. Errors: those of the system. */
function makeFolder(path: string): void {
  const isFolder = () => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const create = () => {
    try {
      mkdirSync(path, { mode: 0o700 });
    } catch (error) {
      // Another gateway may have created it in the meantime.
      if (reasonOf(error) !== 'EEXIST' || !isFolder()) throw error;
    }
  };
  if (isFolder()) return;
  try {
    create();
  } catch (error) {
    if (reasonOf(error) !== 'ENOENT') throw error;
    makeFolder(dirname(path));
    create();
  }
}

/** Checks that a folder is empty, or is one of a gateway: it may be a mistake in DATA_DIR. Errors: DataDirUnusable. */
function checkContent(path: string): void {
  const entries = readdirSync(path);
  const foreign = entries.find((entry) => !EXPECTED.test(entry));
  if (entries.includes(LOCK) || foreign === undefined) return;
  throw new DataDirUnusable(
    `The data folder ${path} cannot be used: it has files of another program, for example ${JSON.stringify(foreign)}. ${RULE} ${ELSEWHERE}.`,
  );
}

const RULE =
  'DATA_DIR must be the data folder of a gateway, an empty folder, or a path at which a folder can be created.';

const REASONS: Readonly<Record<string, string>> = {
  EEXIST: 'it is not a folder',
  ENOTDIR: 'it is below a file',
  ENOENT: 'no folder can be created there',
  EROFS: 'its file system is read-only',
  ENOSPC: 'its disk is full',
  ELOOP: 'its symbolic links form a loop',
  ENAMETOOLONG: 'its name is too long',
};

function sentenceOf(path: string, error: unknown): string {
  const reason = reasonOf(error);
  const why =
    reason === 'EACCES' || reason === 'EPERM'
      ? `the user of the gateway (${process.getuid?.()}) may not read and write it`
      : (REASONS[reason] ?? reason);
  return `The data folder ${path} cannot be used: ${why}. ${RULE} ${ELSEWHERE}.`;
}

const ownedByAnother = (path: string, owner: number, user: number | undefined) =>
  `${path} belongs to another user (${owner}) than the one the gateway runs its database as (${user}). Give it to that user with "chown -R", or start the gateway as its owner. ${ELSEWHERE} to leave it as it is.`;
