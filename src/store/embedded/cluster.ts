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

/** The role that owns the cluster and the database in it. */
export const DATABASE_USER = 'sim_gateway';

/**
 * The path by which PostgreSQL addresses its working directory, `folder`.
 * On Linux it is /proc/self/cwd: the user that runs PostgreSQL may lack access to the parent folders.
 */
export function folderArgument(folder: string): string {
  return process.platform === 'linux' ? '/proc/self/cwd' : folder;
}

/**
 * Creates a cluster in the empty folder `unfinishedCluster` and renames the folder when the cluster is complete, so an interrupted
 * initdb leaves no cluster. The caller must hold the cluster's lock.
 * Errors: DatabaseFailed, with the last lines of initdb's output.
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
  // initdb reopens /dev/stdin as its own user, which works only for a pipe that this user created.
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
    // A full disk may be the reason for the output.
  }
}

/** Creates the empty folder for initdb, owned by the user that runs PostgreSQL. */
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
 * Removes a `postmaster.pid` that a crash left. In a new container its pid may belong to another program, and PostgreSQL would
 * refuse to start. The caller must hold the cluster's lock, so no PostgreSQL of a gateway runs. A manually started PostgreSQL is
 * recognized by its working directory.
 */
export function removeStalePidFile(cluster: string): void {
  const file = join(cluster, 'postmaster.pid');
  // Without /proc the gateway cannot check the pid: PostgreSQL decides by its own check.
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
    // The process has ended, or belongs to another user, who could not have opened the cluster.
    return undefined;
  }
}

/** Whether `postmaster.pid` says that the PostgreSQL on this port accepts connections. */
export function isReady(cluster: string, port: number): boolean {
  try {
    // Lines: pid, data folder, start time, port, socket folder, address, shared memory, status.
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    return lines[3] === String(port) && lines[7]?.trim() === 'ready';
  } catch {
    return false;
  }
}

/** The reason for a failure in a program's output: its first error line, or else its last line. */
export function reasonLine(text: string): string {
  return /\b(?:FATAL|PANIC|ERROR|error): .*/.exec(text)?.[0] ?? lastLines(text, 1);
}

/** The last `count` lines of a text, without empty lines. */
export function lastLines(text: string, count: number): string {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-count)
    .join('\n');
}
