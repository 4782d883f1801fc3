/** Mutual exclusion of processes with a lock of the operating system, which releases the lock when its holder ends. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import process from 'node:process';
import { withProgress } from './command.mjs';

/** Programs that lock their descriptor 3 (flock(2)). The lock also belongs to this process, from which they inherit the descriptor. */
const LOCKERS = {
  flock: ({ waits }) => [...(waits ? [] : ['-n']), '3'],
  // macOS has no flock(1).
  perl: ({ waits }) => ['-e', `open(F, "<&=", 3) or exit 2; exit(flock(F, ${waits ? 2 : '2 | 4'}) ? 0 : 1)`],
};
const TAKEN = 1;

/**
 * Runs `work` while holding the lock of `path`, an existing readable file or folder. If another process holds the lock, prints `waiting`
 * and waits. `work` gets the descriptor of the lock: a child that inherits it holds the lock even if this process is killed. If locks
 * are not available (Windows, some network file systems), runs `work` at once.
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

/** Runs the first installed locker and returns its exit code; undefined if none is installed. */
async function take(lock, how) {
  for (const [program, args] of Object.entries(LOCKERS)) {
    const child = spawn(program, args(how), { stdio: ['ignore', 'ignore', 'ignore', lock] });
    try {
      const [code] = await once(child, 'exit');
      return code;
    } catch {
      // The program is not installed.
    }
  }
  return undefined;
}
