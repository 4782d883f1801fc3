import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { countStart } from './starts.ts';
import { waitFor } from './wait-for.ts';

/** Cleanup functions of a test, called in reverse order. */
export const leftovers: (() => unknown)[] = [];

export async function closeLeftovers(): Promise<void> {
  for (const close of leftovers.splice(0).reverse()) await close();
}

/** Creates a folder that only this user may enter, with spaces in its path. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'embedded store '));
  // A database that is shutting down may still create and delete files.
  leftovers.push(() => rmSync(path, { recursive: true, force: true, maxRetries: 50 }));
  return path;
}

export interface Holder {
  readonly url: string;
  readonly process: ChildProcess;
  stop(): Promise<void>;
  /** Ends it with SIGKILL. */
  kill(): Promise<void>;
}

export interface HolderOptions {
  /** The folder of an installation. */
  readonly root?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Receives what the process prints to stderr. */
  readonly onWords?: (words: string) => void;
}

/** Starts a process that owns the database of a folder, as a gateway does. */
export function spawnHolder(dataDir: string, { root = '.', env = {} }: HolderOptions = {}): ChildProcess {
  countStart('database');
  const child = spawn(process.execPath, [join(root, 'test/support/postgres.mjs'), dataDir], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  leftovers.push(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await waitFor(() => processesIn(dataDir).length === 0);
  });
  return child;
}

export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

export async function hold(dataDir: string, options: HolderOptions = {}): Promise<Holder> {
  const child = spawnHolder(dataDir, options);
  if (child.stdout === null || child.stderr === null) throw new Error('its output must be piped');
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += String(chunk);
    options.onWords?.(String(chunk));
  });
  const [line] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'close').then((): string[] => {
      throw new Error(said);
    }),
  ]);
  return {
    url: JSON.parse(String(line)).url,
    process: child,
    stop: async () => {
      child.kill('SIGTERM');
      await ended(child);
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended(child);
    },
  };
}

/** The error message of an attempt to open a folder. */
export async function refusal(dataDir: string, options: HolderOptions = {}): Promise<string> {
  return hold(dataDir, options).then(
    () => 'it was not refused',
    (error: Error) => error.message,
  );
}

export async function ask<Row>(url: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  // The server reports an error on the connection when it stops.
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows as Row[];
  } finally {
    await client.end();
  }
}

/** Processes whose working directory is below this folder: exactly the processes of its database. */
export function processesIn(path: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`).startsWith(`${path}/`);
      } catch {
        return false;
      }
    })
    .map(Number);
}

export const postmasterOf = (dataDir: string) =>
  Number.parseInt(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);

/** The folder of the PostgreSQL binaries that the database of this folder runs. */
export const binariesOf = (dataDir: string) =>
  dirname(dirname(readlinkSync(`/proc/${postmasterOf(dataDir)}/exe`).replace(/ \(deleted\)$/, '')));
