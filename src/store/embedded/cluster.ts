import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { DataDir } from './data-dir.ts';
import { PLAIN_ENV } from './env.ts';
import { DatabaseFailed, DataDirUnusable, reasonOf } from './errors.ts';

/** The role that owns the cluster, and the database in it. */
export const DATABASE_USER = 'sim_gateway';

/**
 * What to tell PostgreSQL of the folder that it was started in.
 * On Linux a name that needs no way there: the user it runs as may not be allowed to enter the folders above.
 */
export function folderArgument(folder: string): string {
  return process.platform === 'linux' ? '/proc/self/cwd' : folder;
}

/**
 * Makes a cluster in the empty folder `unfinishedCluster` and gives it its name when it is complete, so that
 * one that was killed on the way is no cluster. Needs the cluster's lock.
 * Errors: DatabaseFailed, with the last words of initdb.
 */
export async function initialiseCluster(dataDir: DataDir, native: string, lock: number): Promise<void> {
  const { account, cluster, unfinishedCluster, path } = dataDir;
  const password = randomBytes(32).toString('hex');
  const file = dataDir.open(dataDir.passwordFile, 'w');
  writeSync(file, password);
  fsyncSync(file);
  closeSync(file);

  const initdb = join(native, 'bin', 'initdb');
  const args = [
    ...['-D', folderArgument(unfinishedCluster), '-U', DATABASE_USER, '--pwfile=/dev/stdin'],
    ...['--auth=scram-sha-256', '--no-locale', '-E', 'UTF8', '--no-instructions'],
  ];
  // It opens /dev/stdin anew, as its own user: only a pipe made by that user lets it.
  const child = spawn('/bin/sh', ['-c', 'cat | "$@"', 'sim-gateway-initdb', initdb, ...args], {
    ...account,
    cwd: unfinishedCluster,
    detached: true,
    env: PLAIN_ENV,
    stdio: ['pipe', 'pipe', 'pipe', lock],
  });
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  child.stdin?.on('error', () => {});
  child.stdin?.end(`${password}\n`);
  const [code] = await once(child, 'close');
  if (code !== 0) {
    rmSync(unfinishedCluster, { recursive: true, force: true });
    saveOutput(dataDir, output);
    throw new DatabaseFailed(lastLines(output, 10) || `initdb ended with ${code}`);
  }
  renameSync(unfinishedCluster, cluster);
  const folder = openSync(path, 'r');
  fsyncSync(folder);
  closeSync(folder);
}

function saveOutput(dataDir: DataDir, words: string): void {
  try {
    const log = dataDir.open(dataDir.logFile, 'a');
    writeSync(log, words);
    closeSync(log);
  } catch {
    // A full disk may be what they are about.
  }
}

/** Makes the folder that a cluster is made in, empty, for the user that PostgreSQL runs as. */
export function makeUnfinishedCluster({ unfinishedCluster, account }: DataDir): void {
  rmSync(unfinishedCluster, { recursive: true, force: true });
  mkdirSync(unfinishedCluster, { mode: 0o700 });
  if (account) chownSync(unfinishedCluster, account.uid, account.gid);
}

/**
 * The password of the cluster.
 * Errors: DataDirUnusable.
 */
export function readPassword({ passwordFile, path }: DataDir): string {
  try {
    return readFileSync(passwordFile, 'utf8').trim();
  } catch (error) {
    throw new DataDirUnusable(
      `The password of the database cannot be read from ${passwordFile} (${reasonOf(error)}). Put the file back, or move ${path} away to begin with an empty database.`,
    );
  }
}

/**
 * Removes a `postmaster.pid` that a crash left: in a new container its pid may be some other program's, and PostgreSQL would
 * refuse to start. Needs the cluster's lock, so none of ours runs; one that somebody started by hand is known by its folder.
 */
export function removeStalePidFile(cluster: string): void {
  const file = join(cluster, 'postmaster.pid');
  // Elsewhere nobody can tell; PostgreSQL judges for itself.
  if (process.platform !== 'linux' || !existsSync(file)) return;
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  const itsFolder = statOf(`/proc/${pid}/cwd`);
  const ours = statSync(cluster);
  if (itsFolder?.ino === ours.ino && itsFolder.dev === ours.dev) return;
  rmSync(file);
}

function statOf(path: string) {
  try {
    return statSync(path);
  } catch {
    // It has ended, or is another user's, who could not have opened the cluster.
    return undefined;
  }
}

/** Whether the PostgreSQL on this port has written that it takes connections. */
export function isReady(cluster: string, port: number): boolean {
  try {
    // Pid, folder, start, port, socket folder, address, shared memory, status.
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    return lines[3] === String(port) && lines[7]?.trim() === 'ready';
  } catch {
    return false;
  }
}

/** What went wrong, out of what a program said: the first error that it names, or else its last line. */
export function reasonLine(text: string): string {
  return /\b(?:FATAL|PANIC|ERROR|error): .*/.exec(text)?.[0] ?? lastLines(text, 1);
}

/** The end of a text, without empty lines. */
export function lastLines(text: string, count: number): string {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-count)
    .join('\n');
}
