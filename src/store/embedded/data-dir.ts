import { closeSync, existsSync, fchownSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../base/log.ts';
import { type Account, databaseAccount, runsAsRoot } from './account.ts';
import { DataDirInUse, DataDirUnusable, reasonOf } from './errors.ts';
import { lock, lockWithin } from './lock.ts';

/** How long a PostgreSQL that lost its gateway a moment ago may take to end. */
const LAST_ONE_ENDS_MS = 15_000;

const ELSEWHERE = 'Set DATA_DIR to another folder, or DATABASE_URL to a PostgreSQL server';

/** The folder in which the gateway keeps its database, while it is this gateway's alone. */
export interface DataDir {
  readonly path: string;
  /** The PostgreSQL cluster; may not be there yet. */
  readonly cluster: string;
  /** Where a cluster is made before it gets its name. */
  readonly unfinishedCluster: string;
  readonly passwordFile: string;
  readonly logFile: string;
  /** The user that PostgreSQL is run as; undefined where that is the gateway's own. */
  readonly account: Account | undefined;
  /** Opens a file of the gateway's own in it, which only its user may read. Gives the descriptor. */
  open(path: string, flags: 'w' | 'a'): number;
  /**
   * Waits for the PostgreSQL that worked here before to end; what inherits the descriptor counts as working here.
   * Errors: DataDirInUse.
   */
  lockCluster(): Promise<number>;
  /** Lets another gateway have it. */
  release(): void;
}

/**
 * Makes the folder where it is missing, and claims it for this gateway by locks that the system drops as their holders end.
 * `gateway.lock` is held by a gateway, `postgres.lock` by every process of its database. So a gateway that runs is told
 * from one that was killed a moment ago and whose database is still ending, in another container too, and
 * pids, which are given out anew, need not be trusted.
 * Errors: DataDirInUse, DataDirUnusable.
 */
export async function claimDataDir(path: string, majorVersion: number, log: Log): Promise<DataDir> {
  const cluster = join(path, 'postgres');
  const fail = (error: unknown): never => {
    throw error instanceof DataDirInUse ? error : new DataDirUnusable(sentenceOf(path, error));
  };
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const owner = statSync(path);
    const account = databaseAccount(owner);
    checkCluster(cluster, majorVersion, account);

    const open = (file: string, flags: 'w' | 'a') => {
      const descriptor = openSync(file, flags, 0o600);
      // Root leaves nothing behind in the folder of somebody else that they could not use.
      if (runsAsRoot()) fchownSync(descriptor, owner.uid, owner.gid);
      return descriptor;
    };
    const ownLock = open(join(path, 'gateway.lock'), 'a');
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
          `The database of an earlier gateway in the data folder ${path} has not ended within ${LAST_ONE_ENDS_MS / 1000} seconds. Wait for it, or end its postgres processes. ${ELSEWHERE} if it must go on now.`,
        );
      },
      release: () => closeSync(ownLock),
    };
  } catch (error) {
    return fail(error);
  }
}

/** What stands there already must be a cluster of this PostgreSQL and this user. Nothing is touched. */
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

function sentenceOf(path: string, error: unknown): string {
  if (error instanceof DataDirUnusable) return error.message;
  const reason = reasonOf(error);
  if (reason === 'EACCES' || reason === 'EPERM') {
    const owner = statSync(path, { throwIfNoEntry: false })?.uid;
    const user = process.getuid?.();
    if (owner !== undefined && owner !== user) return ownedByAnother(path, owner, user);
  }
  return `The data folder ${path} cannot be used (${reason}). ${ELSEWHERE}.`;
}

const ownedByAnother = (path: string, owner: number, user: number | undefined) =>
  `${path} belongs to another user (${owner}) than the one the gateway runs its database as (${user}). Give it to that user with "chown -R", or start the gateway as its owner. ${ELSEWHERE} to leave it as it is.`;
