/** One process at a time, by a lock of the operating system: it ends with the process that has it, however that ends. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import process from 'node:process';
import { withProgress } from './command.mjs';

/** Each locks what is open as its descriptor 3 (flock(2)), for everyone who has inherited it from here. */
const LOCKERS = {
  flock: ({ waits }) => [...(waits ? [] : ['-n']), '3'],
  // macOS has no flock(1).
  perl: ({ waits }) => ['-e', `open(F, "<&=", 3) or exit 2; exit(flock(F, ${waits ? 2 : '2 | 4'}) ? 0 : 1)`],
};
const TAKEN = 1;

/**
 * Does `work` while no other process does its own under the same path, a file or folder that is there and only has to be readable. If another one
 * has the lock, says what is waited for, and waits. `work` is given the descriptor of the lock: a child that inherits it keeps the lock
 * if this process is killed. Where no lock can be had (Windows, some network file systems) it does `work` at once.
 */
export async function alone(path, waiting, work) {
  const lock = open(path);
  try {
    if (lock !== undefined && (await take(lock, { waits: false })) === TAKEN)
      await withProgress(waiting, () => take(lock, { waits: true }));
    return await work(lock);
  } finally {
    if (lock !== undefined) closeSync(lock);
  }
}

function open(path) {
  try {
    return process.platform === 'win32' ? undefined : openSync(path, 'r');
  } catch {
    return undefined;
  }
}

/** The exit code of the first locker that is installed; undefined if none is. */
async function take(lock, how) {
  for (const [program, args] of Object.entries(LOCKERS)) {
    const child = spawn(program, args(how), { stdio: ['ignore', 'ignore', 'ignore', lock] });
    try {
      const [code] = await once(child, 'exit');
      return code;
    } catch {
      // It is not installed.
    }
  }
  return undefined;
}
