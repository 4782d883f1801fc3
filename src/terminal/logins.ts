import {
  chmodSync,
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { WrongUsage } from './exit-codes.ts';

/** Stored API keys and tokens, each for one origin, in a file that only its owner can read. Errors of all methods: WrongUsage. */
export interface Logins {
  readonly path: string;
  keyFor(origin: string): string | undefined;
  store(origin: string, key: string): void;
  /** Returns whether there was one. */
  remove(origin: string): boolean;
}

type Entries = Readonly<Record<string, { readonly key: string }>>;

/** Opens the logins in `folder`, which need not exist. */
export function openLogins(folder: string): Logins {
  const path = join(folder, 'credentials.json');
  return {
    path,
    keyFor: (origin) => {
      const entries = read(path);
      return Object.hasOwn(entries, origin) ? entries[origin]?.key : undefined;
    },
    store: (origin, key) => write(folder, path, { ...read(path), [origin]: { key } }),
    remove(origin) {
      const { [origin]: removed, ...others } = read(path);
      if (removed !== undefined) write(folder, path, others);
      return removed !== undefined;
    },
  };
}

function read(path: string): Entries {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return {};
    throw new WrongUsage(`${path} cannot be read: ${code}.`);
  }
  try {
    checkIsPrivate(path, fstatSync(file));
    return parse(path, readFileSync(file, 'utf8'));
  } finally {
    closeSync(file);
  }
}

/** Windows has no such modes: there the folder of a user is private. */
function checkIsPrivate(path: string, { mode, uid }: Stats): void {
  if (process.platform === 'win32') return;
  if (uid !== process.geteuid?.()) throw new WrongUsage(`${path} belongs to another user: it is not used.`);
  if ((mode & 0o077) !== 0) {
    const digits = (mode & 0o777).toString(8);
    throw new WrongUsage(
      `Other users may read ${path} (mode ${digits}), so it is not used. To make it private: chmod 600 ${path}`,
    );
  }
}

function parse(path: string, text: string): Entries {
  try {
    const entries: unknown = JSON.parse(text);
    if (areEntries(entries)) return entries;
  } catch {
    // The message of JSON.parse quotes the text, which has keys.
  }
  throw new WrongUsage(`${path} is damaged. Delete it, and log in again.`);
}

function areEntries(value: unknown): value is Entries {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((entry) => typeof entry === 'object' && typeof entry?.key === 'string')
  );
}

/** Replaces the file in one step, so that it is never incomplete and never readable by others. */
function write(folder: string, path: string, entries: Entries): void {
  const next = `${path}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    rmSync(next, { force: true });
    writeFileSync(next, `${JSON.stringify(entries, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(next, path);
  } catch (error) {
    rmSync(next, { force: true });
    throw new WrongUsage(`${path} cannot be written: ${(error as NodeJS.ErrnoException).code}.`);
  }
}
