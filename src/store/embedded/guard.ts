import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import type { Log } from '../../base/log.ts';
import { within } from '../../base/within.ts';
import type { Account } from './account.ts';
import { PLAIN_ENV } from './env.ts';

/** How long PostgreSQL may take to end in order, which is a checkpoint at most, before it is ended at once. */
const FAST_STOP_MS = 20_000;
const IMMEDIATE_STOP_MS = 10_000;

/**
 * Reads orders, one a line, and the end of its input is one: the gateway is gone.
 *
 * A pid is only signalled while this shell has not waited for it, so it can be nobody else's: the shell learns from the
 * gateway that PostgreSQL has ended, or is told to stop it, and waits after that.
 * SIGTERM goes before SIGINT, since a program in the background of a shell ignores SIGINT until it has handlers of its own.
 */
const SCRIPT = `
copy= postgres= ended=
stop() {
  kill -TERM "$postgres" && kill -INT "$postgres"
}
while read -r order rest; do
  case $order in
    copy)
      [ -z "$copy" ] || rm -rf -- "$copy"
      copy=$rest ;;
    start)
      "\${rest#* }" -p "\${rest%% *}" "$@" </dev/null &
      postgres=$!
      exec 3>&-
      trap '' HUP INT QUIT TERM ;;
    fast)
      [ -n "$postgres" ] || break
      stop ;;
    immediate)
      kill -QUIT "$postgres" ;;
    ended)
      ended=yes ;;
  esac
done
if [ -n "$postgres" ]; then
  [ -n "$ended" ] || stop
  wait "$postgres"
fi
[ -z "$copy" ] || rm -rf -- "$copy"
`;

/** What keeps a PostgreSQL from outliving the gateway. */
export interface Guard {
  /** Resolves once PostgreSQL and all that belongs to it have ended, and its copy is removed. Never rejects. */
  readonly ended: Promise<void>;
  /** Has a folder removed in the end; one at a time, so the one named before goes at once. */
  removeAtTheEnd(copy: string): void;
  start(program: string, port: number): void;
  /** Ends PostgreSQL in order (fast shutdown), or at once when that takes too long. Errors: when even that takes too long. */
  stop(): Promise<void>;
}

/** What to run PostgreSQL in. */
export interface GuardOptions {
  /** The folder it stands in. */
  readonly cwd: string;
  readonly account: Account | undefined;
  readonly args: readonly string[];
  /** Descriptor of the file that takes what it says. */
  readonly output: number;
  /** Descriptor of the locked file that all of it keep open. */
  readonly lock: number;
}

/**
 * Starts the shell under which PostgreSQL will run, in a session of its own, so that the terminal's Ctrl-C is not for it.
 * It holds a pipe from the gateway; when that closes, also by kill -9, it ends PostgreSQL and removes the copied binaries.
 * Errors: when it cannot be started as that user.
 */
export async function startGuard(
  { cwd, account, args, output, lock }: GuardOptions,
  log: Log,
): Promise<Guard> {
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'sim-gateway-guard', ...args], {
    ...account,
    cwd,
    detached: true,
    env: PLAIN_ENV,
    stdio: ['pipe', output, output, 'pipe', lock],
  });
  const { stdin } = child;
  const life = child.stdio[3];
  if (stdin === null || !(life !== null && typeof life === 'object' && 'resume' in life))
    throw new Error('its input must be piped');
  // It may end before it reads an order.
  stdin.on('error', () => {});
  let hasEnded = false;
  let removed: string | undefined;
  const ended = new Promise<void>((resolve) =>
    child.once('close', () => {
      hasEnded = true;
      // The shell has done it, unless somebody killed it.
      if (removed !== undefined) rmSync(removed, { recursive: true, force: true });
      resolve();
    }),
  );
  // PostgreSQL's processes hold the other end of this pipe, and nobody else does.
  life.on('end', () => stdin.end('ended\n'));
  life.on('error', () => {});
  life.resume();
  await once(child, 'spawn');

  return {
    ended,
    removeAtTheEnd: (copy) => {
      removed = copy;
      stdin.write(`copy ${copy}\n`);
    },
    start: (program, port) => {
      stdin.write(`start ${port} ${program}\n`);
    },
    stop: async () => {
      // Its pid may be somebody else's by now.
      if (hasEnded) return;
      const hasStopped = ended.then(() => true);
      order(child, 'fast', 'SIGINT');
      if (await within(FAST_STOP_MS, hasStopped, false)) return;
      log.warn({ waitedMs: FAST_STOP_MS }, 'the database does not end in order and is ended at once');
      order(child, 'immediate', 'SIGQUIT');
      if (!(await within(IMMEDIATE_STOP_MS, hasStopped, false))) throw new Error('the database does not end');
    },
  };
}

function order(child: ChildProcess, word: string, signal: NodeJS.Signals): void {
  if (child.exitCode === null && child.signalCode === null) {
    child.stdin?.write(`${word}\n`);
    return;
  }
  if (child.pid === undefined) return;
  try {
    // Somebody killed the shell; what it started is still in its process group.
    process.kill(-child.pid, signal);
  } catch {
    // Nothing is.
  }
}
