import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PLAIN_ENV } from './env.ts';

const RETRY_DELAY_MS = 50;

const TAKEN = 1;

/** Programs that lock their descriptor 3. Exit code 0: locked; 1: another process holds the lock. */
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
 * Takes an exclusive flock(2) on an open file; false if another process holds the lock.
 * Node has no flock call, so a program locks a descriptor that it inherits. The lock belongs to the open file description
 * and lasts until the last process that inherited it has closed it or ended.
 * Errors: a plain Error if no file can be locked on this machine.
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
      // The program is not installed: try the next one.
    }
  }
  throw new Error(reason);
}

/** Like `lock`, but retries for up to `timeoutMs`. */
export async function lockWithin(timeoutMs: number, file: number): Promise<boolean> {
  const giveUpAt = performance.now() + timeoutMs;
  while (!(await lock(file))) {
    if (performance.now() > giveUpAt) return false;
    await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_MS));
  }
  return true;
}
