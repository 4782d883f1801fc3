import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import type { Log } from '../../base/log.ts';
import { within } from '../../base/within.ts';
import type { Account } from './account.ts';
import { PLAIN_ENV } from './env.ts';

/** Timeout of a fast shutdown, which takes a checkpoint at most; an immediate shutdown follows it. */
const FAST_STOP_MS = 20_000;
const IMMEDIATE_STOP_MS = 10_000;

/**
 * Reads one order per line. The end of its input means that the gateway has ended.
 *
 * The shell signals a pid only before it has waited for it, so the system cannot have reused the pid. The gateway reports that
 * PostgreSQL has ended, or orders a stop; the shell waits after that.
 * SIGTERM is sent before SIGINT, because a background process of a shell ignores SIGINT until it installs its own handlers.
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

/** The process that ends PostgreSQL when the gateway ends. */
export interface Guard {
  /** Resolves when all processes of PostgreSQL have ended and the copied binaries are removed. Never rejects. */
  readonly ended: Promise<void>;
  /** Schedules the removal of a folder at the end. Only the latest folder is remembered: an earlier one is removed at once. */
  removeAtTheEnd(copy: string): void;
  start(program: string, port: number): void;
  /** Does a fast shutdown of PostgreSQL, then an immediate one after a timeout. Errors: a plain Error if that times out, too. */
  stop(): Promise<void>;
}

export interface GuardOptions {
  readonly cwd: string;
  readonly account: Account | undefined;
  readonly args: readonly string[];
  /** Descriptor of the file that receives the output of PostgreSQL. */
  readonly output: number;
  /** Descriptor of the locked file that every process of PostgreSQL inherits. */
  readonly lock: number;
}

/**
 * Starts the shell under which PostgreSQL will run, in a separate session, so that a Ctrl-C in the terminal does not reach it.
 * The shell reads a pipe from the gateway. When the pipe closes, also after kill -9, it ends PostgreSQL and removes the copied binaries.
 * Errors: a plain Error if the shell cannot be started as that user.
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
  // The shell may end before it reads an order.
  stdin.on('error', () => {});
  let hasEnded = false;
  let removed: string | undefined;
  const ended = new Promise<void>((resolve) =>
    child.once('close', () => {
      hasEnded = true;
      // The shell has removed it, unless the shell was killed.
      if (removed !== undefined) rmSync(removed, { recursive: true, force: true });
      resolve();
    }),
  );
  // Only PostgreSQL's processes hold the other end of this pipe.
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
      // The system may have reused its pid.
      if (hasEnded) return;
      const hasStopped = ended.then(() => true);
      order(child, 'fast', 'SIGINT');
      if (await within(FAST_STOP_MS, hasStopped, false)) return;
      log.warn({ waitedMs: FAST_STOP_MS }, 'the database is slow to stop: immediate shutdown');
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
    // The shell was killed; the processes that it started are still in its process group.
    process.kill(-child.pid, signal);
  } catch {
    // The process group is empty.
  }
}
