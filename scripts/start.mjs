/**
 * Runs the gateway, and the sandbox if no SIM API is configured, and stops both together.
 *
 *   node scripts/start.mjs
 */
import './node-version.mjs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { root } from './command.mjs';
import { stopTimeoutMs } from './stop-timeout.mjs';

const SAME_KEYPRESS_MS = 500;

const CONNECTION = ['SIM_API_URL', 'SIM_API_USERNAME', 'SIM_API_PASSWORD'];

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

/** Starts the gateway. When it listens, resolves to its origin and whether its database does not answer. */
async function startGateway(env) {
  const child = run('gateway', 'dist/main.js', { stdout: 'inherit', env });
  return new Promise((resolve) => {
    child.on('message', ({ listening, isDatabaseAway }) => {
      if (typeof listening === 'string') resolve({ gateway: new URL(listening).origin, isDatabaseAway });
    });
  });
}

function databaseLines(isDatabaseAway) {
  if (!process.env.DATABASE_URL)
    return `Database      ${process.env.DATA_DIR || 'data'}${sep}   (embedded PostgreSQL)`;
  if (!isDatabaseAway) return 'Database      the one of DATABASE_URL';
  return `Database      the one of DATABASE_URL: it cannot be reached. The gateway tries again every second.
                Until it answers, SIMs can be read, and listed without filter and order. Changes, bulk operations,
                filters, exports, the audit log and API keys fail with STORE_UNAVAILABLE.`;
}

function greet({ gateway, isDatabaseAway }, simApi) {
  // A shell may take the brackets of an IPv6 address as a pattern.
  const address = gateway.includes('[') ? `'${gateway}/graphql'` : `${gateway}/graphql`;
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

    export SIM_GATEWAY_URL=${address}
    KEY=$(npx sim-gateway keys create first --scopes READ,COST,PERSONAL)
`;
  process.stdout.write(`
  SIM Gateway   ${gateway}/graphql   (GraphiQL, in a browser)
  ${simApi}
  ${databaseLines(isDatabaseAway)}
${methods.includes('apikey') ? firstKey : ''}
  A first query:

    curl ${address} -H 'content-type: application/json'${credentials} \\
      -d '{"query":"${query}"}'

  Ctrl-C stops ${named.length === 0 ? 'both' : 'it'}.

`);
}

/** The sentences of the ConfigError that `read` throws. */
function faultsOf(read) {
  try {
    read();
    return [];
  } catch (error) {
    if (!Array.isArray(error.faults)) throw error;
    return error.faults;
  }
}

/** Checks the settings of all programs before the first one starts. Exits with one message that lists every fault. */
async function checkSettings(given) {
  if (!existsSync(join(root, 'dist', 'config.js'))) {
    process.stderr.write('The programs are not built: run "npm start", which builds them first.\n');
    process.exit(1);
  }
  const { readConfig } = await import('../dist/config.js');
  const faults = faultsOf(() => readConfig({ ...process.env, ...given }));
  if (named.length === 0) {
    const { readSettings } = await import('../dist/sandbox/settings.js');
    faults.push(...faultsOf(() => readSettings()));
  }
  if (faults.length === 0) return;
  process.stderr.write(
    `These settings cannot be used:\n${faults.map((fault) => `  - ${fault}`).join('\n')}\n`,
  );
  process.exit(1);
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

const sandboxAccount = (url) => ({
  SIM_API_URL: url,
  SIM_API_USERNAME: 'sandbox',
  SIM_API_PASSWORD: 'sandbox',
  SIM_API_IS_SANDBOX: 'true',
});

if (named.length === 0) {
  // The sandbox has no address yet.
  await checkSettings(sandboxAccount('http://127.0.0.1/v1'));
  const simApi = await startSandbox();
  greet(
    await startGateway(sandboxAccount(simApi)),
    `Sandbox       ${simApi}   (a SIM API with made-up SIMs)
                Each start makes its SIMs anew; the database keeps bulk operations and the audit log.`,
  );
} else {
  await checkSettings({});
  greet(await startGateway({}), `SIM API       ${process.env.SIM_API_URL}`);
}
