import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PLAIN_ENV } from './env.ts';

const TRY_AGAIN_MS = 50;

const TAKEN = 1;

/** Each locks what is open as its descriptor 3; ends with 0 when it did, with 1 when another holds the lock. */
const LOCKERS: readonly (readonly [program: string, ...args: string[]])[] = [
  ['flock', '-n', '3'],
  // macOS has no flock(1).
  [
    'perl',
    '-e',
    'use Errno; open(F, ">>&=", 3) or exit 2; exit(flock(F, 2 | 4) ? 0 : $!{EWOULDBLOCK} ? 1 : 2)',
  ],
];

/**
 * Locks an open file (flock(2)) against everyone else; false where another holds the lock.
 * Node has no call for it, so a program does it on a descriptor that it inherits: the lock belongs to what was opened,
 * and lasts until the last process that has inherited it has closed it or has ended, however it ended.
 * Errors: a plain Error where files cannot be locked here.
 */
export async function lock(file: number): Promise<boolean> {
  let reason = 'neither flock nor perl is installed';
  for (const [program, ...args] of LOCKERS) {
    const child = spawn(program, args, { env: PLAIN_ENV, stdio: ['ignore', 'ignore', 'ignore', file] });
    try {
      const [code] = await once(child, 'exit');
      if (code === 0) return true;
      if (code === TAKEN) return false;
      reason = `${program} ended with ${code}`;
    } catch {
      // It is not installed; the next one may be.
    }
  }
  throw new Error(reason);
}

/** Locks like `lock`, and tries again for so long. */
export async function lockWithin(timeoutMs: number, file: number): Promise<boolean> {
  const giveUpAt = performance.now() + timeoutMs;
  while (!(await lock(file))) {
    if (performance.now() > giveUpAt) return false;
    await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
  }
  return true;
}
