import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import type { Log } from '../../base/log.ts';
import { runsAsRoot } from './account.ts';
import { DataDirUnusable, reasonOf } from './errors.ts';

const bytes = 32;
const pattern = /^[!-~]{32,}$/;

/**
 * The admin token in the data folder of an embedded database that this process runs. If there is none, creates a random one in a file
 * that only its owner may read. Logs the path, never the token. Errors: DataDirUnusable if the file cannot be used, or if other users
 * may read it.
 */
export function openAdminToken(dataDir: string, log: Log): string {
  const path = join(resolve(dataDir), 'admin-token');
  try {
    const known = read(path);
    const token = known ?? create(path, dataDir);
    log.info({ path, isNew: known === null }, 'admin token: in this file');
    return token;
  } catch (error) {
    if (error instanceof DataDirUnusable) throw error;
    throw new DataDirUnusable(`The admin token in ${path} cannot be used (${reasonOf(error)}). ${advice}`);
  }
}

const advice = 'Set ADMIN_TOKEN to use no file.';

function read(path: string): string | null {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    if (reasonOf(error) === 'ENOENT') return null;
    throw error;
  }
  try {
    const { mode } = fstatSync(descriptor);
    // On Windows the mode says nothing about other users.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw new DataDirUnusable(
        `Other users of this machine may read or change the admin token in ${path}, which can create API keys. If they may have read it, delete the file, and the gateway creates another token; otherwise run "chmod 600 ${path}". ${advice}`,
      );
    const token = readFileSync(descriptor, 'utf8').trim();
    if (!pattern.test(token))
      throw new DataDirUnusable(
        `${path} has no admin token: at least 32 ASCII characters without spaces. Delete the file, and the gateway creates a token. ${advice}`,
      );
    return token;
  } finally {
    closeSync(descriptor);
  }
}

/** Writes the token to another file first, so that a crash leaves no part of a token. The folder is locked for this process. */
function create(path: string, dataDir: string): string {
  const token = randomBytes(bytes).toString('base64url');
  const unfinished = `${path}-unfinished`;
  rmSync(unfinished, { force: true });
  const descriptor = openSync(unfinished, 'wx', 0o600);
  try {
    // A file that root creates in another user's folder must stay usable for that user.
    const owner = statSync(dataDir);
    if (runsAsRoot()) fchownSync(descriptor, owner.uid, owner.gid);
    writeSync(descriptor, `${token}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(unfinished, path);
  return token;
}
