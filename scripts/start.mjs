/**
 * Runs the gateway, with the sandbox beside it when no SIM API is named, and stops both together.
 *
 *   node scripts/start.mjs
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, sep } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { root } from './command.mjs';
import { stopTimeoutMs } from './stop-timeout.mjs';

const SAME_KEYPRESS_MS = 500;

const CONNECTION = ['SIM_API_URL', 'SIM_API_USERNAME', 'SIM_API_PASSWORD'];
const database = process.env.DATABASE_URL
  ? 'Database      the one that DATABASE_URL names'
  : `Database      ${process.env.DATA_DIR || 'data'}${sep}   (PostgreSQL, the gateway's own)`;

const named = CONNECTION.filter((name) => process.env[name]);

/** The programs that run, in the order in which they are to stop. */
const running = [];
let stoppingSince;

function run(name, script, { env = {}, stdout }) {
  const preload = pathToFileURL(join(root, 'scripts', 'with-parent.mjs')).href;
  const child = spawn(process.execPath, ['--enable-source-maps', '--import', preload, join(root, script)], {
    cwd: root,
    // graphql-js checks every type twice unless it is told that this is production.
    env: { NODE_ENV: 'production', ...process.env, ...env },
    stdio: ['ignore', stdout, 'inherit', 'ipc'],
    // Else a Ctrl-C would reach the sandbox before the gateway has answered its last requests.
    detached: process.platform !== 'win32',
  });
  const program = { name, child, closed: once(child, 'close') };
  running.unshift(program);
  program.closed.then(
    ([code, signal]) => onClose(program, signal ?? `exit code ${code}`),
    (error) => onClose(program, error.message),
  );
  return child;
}

function onClose({ name }, how) {
  if (stoppingSince !== undefined) return;
  process.stderr.write(`\nThe ${name} stopped by itself (${how}).\n`);
  stop(1);
}

/** Stops the gateway, then the sandbox, and ends with this exit code. */
async function stop(code) {
  stoppingSince = performance.now();
  for (const { name, child, closed } of running) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    const timeoutMs = stopTimeoutMs();
    const impatience = setTimeout(() => {
      process.stderr.write(`The ${name} did not stop within ${timeoutMs / 1000} s and is killed.\n`);
      child.kill('SIGKILL');
    }, timeoutMs);
    await closed.catch(() => undefined);
    clearTimeout(impatience);
  }
  process.exit(code);
}

function onSignal() {
  if (stoppingSince === undefined) {
    process.stdout.write('\nStopping … (once more to stop at once)\n');
    stop(0);
    return;
  }
  // npm passes a Ctrl-C on that the terminal has sent already: one key, two signals.
  if (performance.now() - stoppingSince < SAME_KEYPRESS_MS) return;
  for (const { child } of running) child.kill('SIGKILL');
  process.exit(1);
}

/** Starts the sandbox and gives its URL once it listens. */
async function startSandbox() {
  const child = run('sandbox', 'dist/sandbox/main.js', { stdout: 'pipe' });
  return new Promise((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const url = /^Sandbox SIM API at (\S+)/.exec(line)?.[1];
      if (url) resolve(url);
      else process.stdout.write(`${line}\n`);
    });
  });
}

/** Starts the gateway and gives its URL once it listens. */
async function startGateway(env) {
  const child = run('gateway', 'dist/main.js', { stdout: 'inherit', env });
  return new Promise((resolve) => {
    child.on('message', (message) => {
      if (typeof message?.listening === 'string') resolve(new URL(message.listening).origin);
    });
  });
}

function greet(gateway, simApi) {
  const query =
    '{ sims(first: 3) { totalCount nodes { iccid name state cost(nullIfMissing: true) { usedBytes cost { amount currency } } } } }';
  process.stdout.write(`
  SIM Gateway   ${gateway}/graphql   (GraphiQL, in a browser)
  ${simApi}
  ${database}

  A first query:

    curl ${gateway}/graphql -H 'content-type: application/json' \\
      -d '{"query":"${query}"}'

  Ctrl-C stops ${named.length === 0 ? 'both' : 'it'}.

`);
}

// The servers go on if what is printed here finds no room on a disk, or no reader.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onSignal);

if (process.env.npm_lifecycle_event !== undefined) {
  // npm can be killed without a word to us; nobody would be left to stop the servers. (package.json says `exec`, so that
  // npm is our parent and its signals reach us, with no shell in between.)
  const npm = process.ppid;
  setInterval(() => process.ppid !== npm && stoppingSince === undefined && stop(1), 1000).unref();
}

if (named.length === 0) {
  const simApi = await startSandbox();
  const credentials = { SIM_API_URL: simApi, SIM_API_USERNAME: 'sandbox', SIM_API_PASSWORD: 'sandbox' };
  greet(await startGateway(credentials), `Sandbox       ${simApi}   (a SIM API with made-up SIMs)`);
} else {
  // With one or two of the three the gateway itself says what is missing, and stops.
  greet(await startGateway({}), `SIM API       ${process.env.SIM_API_URL}`);
}
