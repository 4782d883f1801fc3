import { type ChildProcess, type ChildProcessWithoutNullStreams, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll } from '@jest/globals';
import type { RunningGateway } from '../support/gateway.ts';
import { countStart } from '../support/starts.ts';
import { waitFor } from '../support/wait-for.ts';

/** The CLI must not read the logins of the user who runs the tests. */
const configHome = mkdtempSync(join(tmpdir(), 'sim-gateway-config-'));
afterAll(() => rmSync(configHome, { recursive: true, force: true }));
const environment = { PATH: process.env.PATH, XDG_CONFIG_HOME: configHome };

/** The result of a run of the CLI. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly gateway?: Pick<RunningGateway, 'url'>;
  /** The standard input; empty by default. */
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the built CLI to its end. */
export async function runTerminal(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { child, ended } = startTerminal(args, options);
  child.stdin.end(options.input ?? '');
  return ended;
}

/** Runs the CLI without input, one run after another, in one process that starts with the first run. */
export interface Runner {
  run(args: readonly string[], gateway?: Pick<RunningGateway, 'url'>): Promise<Ended>;
}

/** Creates a runner, which ends after the tests of the file. */
export function createRunner(): Runner {
  const waiting = new Map<number, { resolve: (ended: Ended) => void; reject: (error: Error) => void }>();
  let child: ChildProcess | undefined;
  let runs = 0;
  function start(): ChildProcess {
    countStart('CLI');
    const started = fork('test/terminal/runner.mjs', { env: environment });
    started.on('message', ({ id, ...ended }: Ended & { id: number }) => {
      waiting.get(id)?.resolve(ended);
      waiting.delete(id);
    });
    started.once('exit', (code) => {
      for (const { reject } of waiting.values())
        reject(new Error(`the program exited with code ${code} during a run`));
      waiting.clear();
    });
    return started;
  }
  afterAll(async () => {
    if (child?.kill('SIGKILL')) await once(child, 'exit');
  });
  return {
    run(args, gateway) {
      child ??= start();
      const id = ++runs;
      child.send({ id, args, url: gateway?.url });
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    },
  };
}

/** A running CLI. */
export interface RunningTerminal {
  readonly child: ChildProcessWithoutNullStreams;
  /** The output to both streams so far. */
  written(): string;
  /** Resolves when the output matches `pattern`. Errors: Error if the program ends before that. */
  wrote(pattern: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<Ended>;
}

/** Starts the built CLI; its input stays open. */
export function startTerminal(args: readonly string[], { gateway, env }: RunOptions = {}): RunningTerminal {
  const child = spawn(process.execPath, ['dist/terminal/main.js', ...args], {
    env: { ...environment, ...(gateway && { SIM_GATEWAY_URL: gateway.url }), ...env },
  });
  return watch(child);
}

/**
 * Starts the built CLI in a terminal with `columns` columns, made by script(1). Keys are written to `child.stdin`. With `inputFile`, the
 * standard input is that file.
 */
export function startInTerminal(
  args: readonly string[],
  { gateway, env, columns = 120, inputFile }: RunOptions & { columns?: number; inputFile?: string } = {},
): RunningTerminal {
  const quoted = args.map((arg) => `'${arg.replaceAll("'", `'\\''`)}'`).join(' ');
  const program = `stty cols ${columns}; exec '${process.execPath}' dist/terminal/main.js ${quoted}${inputFile === undefined ? '' : ` < ${inputFile}`}`;
  // The script of util-linux passes on the exit code with -e, the script of BSD always.
  const scriptArgs =
    process.platform === 'linux' ? ['-qefc', program, '/dev/null'] : ['-q', '/dev/null', 'sh', '-c', program];
  const child = spawn('script', scriptArgs, {
    env: {
      ...environment,
      SHELL: '/bin/sh',
      TERM: 'xterm-256color',
      ...(gateway && { SIM_GATEWAY_URL: gateway.url }),
      ...env,
    },
  });
  return watch(child);
}

function watch(child: ChildProcessWithoutNullStreams): RunningTerminal {
  countStart('CLI');
  let all = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      all += String(chunk);
    });
  }
  const closed = once(child, 'close');
  const ended = Promise.all([closed, text(child.stdout), text(child.stderr)]).then(
    ([[code], stdout, stderr]: [unknown[], string, string]) => ({
      code: code as number | null,
      stdout,
      stderr,
    }),
  );
  return {
    child,
    written: () => all,
    async wrote(pattern) {
      await waitFor(() => pattern.test(all) || child.exitCode !== null);
      const match = pattern.exec(all);
      if (match === null) throw new Error(`it ended without ${pattern}, after:\n${all}`);
      return match;
    },
    ended,
  };
}
