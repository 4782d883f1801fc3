/**
 * Runs the gateway, and the sandbox if no SIM API is configured, and stops both together.
 *
 *   node scripts/start.mjs
 */
import './node-version.mjs';
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
  ? 'Database      the one of DATABASE_URL'
  : `Database      ${process.env.DATA_DIR || 'data'}${sep}   (embedded PostgreSQL)`;

const named = CONNECTION.filter((name) => process.env[name]);

/** The running programs, in the order in which they stop. */
const running = [];
let stoppingSince;

function run(name, script, { env = {}, stdout }) {
  const preload = pathToFileURL(join(root, 'scripts', 'with-parent.mjs')).href;
  const child = spawn(process.execPath, ['--enable-source-maps', '--import', preload, join(root, script)], {
    cwd: root,
    // Without this, graphql-js runs additional checks of development mode on every type.
    env: { NODE_ENV: 'production', ...process.env, ...env },
    stdio: ['ignore', stdout, 'inherit', 'ipc'],
    // Otherwise a Ctrl-C would stop the sandbox before the gateway has answered its last requests.
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

/** Stops the gateway, then the sandbox, and exits with this code. */
async function stop(code) {
  stoppingSince = performance.now();
  for (const { name, child, closed } of running) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    const timeoutMs = stopTimeoutMs();
    const impatience = setTimeout(() => {
      process.stderr.write(`The ${name} did not stop within ${timeoutMs / 1000} s: killing it.\n`);
      child.kill('SIGKILL');
    }, timeoutMs);
    await closed.catch(() => undefined);
    clearTimeout(impatience);
  }
  process.exit(code);
}

function onSignal() {
  if (stoppingSince === undefined) {
    process.stdout.write('\nStopping … (press again to stop at once)\n');
    stop(0);
    return;
  }
  // npm forwards a Ctrl-C that the TTY has already sent: one key press causes two signals.
  if (performance.now() - stoppingSince < SAME_KEYPRESS_MS) return;
  for (const { child } of running) child.kill('SIGKILL');
  process.exit(1);
}

/** Starts the sandbox. Resolves to its URL when it listens. */
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

/** Starts the gateway. Resolves to its URL when it listens. */
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
  const methods = (process.env.AUTH || 'none').split(',').map((method) => method.trim());
  const isOpen = methods.includes('none');
  const credentials = isOpen
    ? ''
    : ` -H "authorization: Bearer $${methods.includes('apikey') ? 'KEY' : 'TOKEN'}"`;
  // Only the gateway knows its port, so that the address may differ from the default of the CLI.
  const firstKey = `
  A first key, in a second terminal in this folder:

    export SIM_GATEWAY_URL=${gateway}/graphql
    KEY=$(npx sim-gateway keys create first --scopes READ,COST,PERSONAL)
`;
  process.stdout.write(`
  SIM Gateway   ${gateway}/graphql   (GraphiQL, in a browser)
  ${simApi}
  ${database}
${methods.includes('apikey') ? firstKey : ''}
  A first query:

    curl ${gateway}/graphql -H 'content-type: application/json'${credentials} \\
      -d '{"query":"${query}"}'

  Ctrl-C stops ${named.length === 0 ? 'both' : 'it'}.

`);
}

// The servers continue if this output cannot be written (a full disk, or a pipe without a reader).
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onSignal);

if (process.env.npm_lifecycle_event !== undefined) {
  // npm can be killed without a signal to this process; then no process would stop the servers. (`exec` in package.json makes
  // npm the parent of this process, with no shell between them, so that npm's signals arrive here.)
  const npm = process.ppid;
  setInterval(() => process.ppid !== npm && stoppingSince === undefined && stop(1), 1000).unref();
}

if (named.length === 0) {
  const simApi = await startSandbox();
  const credentials = {
    SIM_API_URL: simApi,
    SIM_API_USERNAME: 'sandbox',
    SIM_API_PASSWORD: 'sandbox',
    SIM_API_IS_SANDBOX: 'true',
  };
  greet(await startGateway(credentials), `Sandbox       ${simApi}   (a SIM API with made-up SIMs)`);
} else {
  // If only one or two of the three are set, the gateway reports what is missing, and exits.
  greet(await startGateway({}), `SIM API       ${process.env.SIM_API_URL}`);
}
