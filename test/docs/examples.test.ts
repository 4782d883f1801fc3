import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { whenComplete } from '../support/fleet-sync.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { createStore, type TestStore } from '../support/store.ts';
import { type Example, examplesOf, readPages } from './pages.ts';

const adminToken = 'examples-of-the-docs-admin-token-0000';
const folder = mkdtempSync(join(tmpdir(), 'sim-gateway-docs-'));

let sandbox: { process: ChildProcess; origin: string };
let store: TestStore;
let gateway: RunningGateway;
/** The same SIMs and the same database with AUTH=apikey, for the examples with keys. */
let protectedGateway: RunningGateway;
let key: string;

beforeAll(async () => {
  [sandbox, store] = await Promise.all([startDefaultSandbox(), createStore()]);
  const env = {
    SIM_API_URL: `${sandbox.origin}/v1`,
    SIM_API_USERNAME: 'sandbox',
    SIM_API_PASSWORD: 'sandbox',
    SIM_API_IS_SANDBOX: 'true',
    FLEET_SYNC_INTERVAL_MS: '60000',
    BULK_FIRST_POLL_MS: '100',
    // As in the example of docs/deploy.md.
    CORS_ORIGINS: 'http://localhost:5173',
  };
  gateway = await startGateway({ store, env });
  await whenComplete(gateway);
  protectedGateway = await startGateway({
    store,
    env: { ...env, AUTH: 'apikey', ADMIN_TOKEN: adminToken },
  });
  key = (await shell('npx sim-gateway keys create for-the-examples --scopes READ,COST')).stdout.trim();
});

afterAll(async () => {
  await gateway?.stop();
  await protectedGateway?.stop();
  await store?.remove();
  if (sandbox?.process.kill()) await once(sandbox.process, 'exit');
  rmSync(folder, { recursive: true, force: true });
});

const pages = readPages();
const examples = pages.flatMap(examplesOf);
const named = (kind: Example['kind']) =>
  examples
    .filter((example) => example.kind === kind)
    .map((each) => [`${each.page}:${each.line}`, each] as const);

describe('the commands of the docs', () => {
  // In this order, as a reader types them: an example may need the file or the state that the one before leaves.
  test.each(named('commands'))('%s work with the sandbox of `npm start`', async (_, { text, answer }) => {
    const { code, stdout, stderr } = await shell(text);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    if (!/ -o | > /.test(text)) expect(stdout.trim()).not.toBe('');
    // An example with a fault shows what the gateway answers then.
    if (text.includes('/faults')) expect(stdout).toMatch(/"(UPSTREAM_UNAVAILABLE|OUTCOME_UNKNOWN)"/);
    else if (text.startsWith('curl ')) expect(stdout).not.toContain('"errors"');
    if (answer !== undefined)
      expect(formOf(JSON.parse(stdout))).toMatchObject(formOf(JSON.parse(answer)) as object);
  });

  test('of npm are scripts of package.json', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object };
    const run = pages.flatMap(({ text }) => [
      ...text.matchAll(/\bnpm (?:run )?(?:(start|test)|(?<=run )([\w:-]+))/g),
    ]);
    const unknown = run.map(([, short, long]) => short ?? long ?? '').filter((name) => !(name in scripts));
    expect(unknown).toEqual([]);
  });
});

describe('the operations of the docs', () => {
  test.each(named('operation'))('%s have no error', async (_, { text }) => {
    const { data, errors } = await gateway.ask(text);
    expect(errors).toEqual([]);
    expect(data).toEqual(expect.any(Object));
  });
});

/** The default sandbox, whose changes settle at once. */
async function startDefaultSandbox() {
  const child = spawn(process.execPath, ['dist/sandbox/main.js'], {
    env: { PATH: process.env.PATH, SANDBOX_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const origin = /http:\/\/[^/]+/.exec(line)?.[0] ?? '';
  await fetch(`${origin}/_sandbox/worlds/sandbox/behaviour`, {
    method: 'PATCH',
    body: JSON.stringify({ settleMs: { min: 0, max: 0 } }),
  });
  return { process: child, origin };
}

/** Exit code 1 of a change means that some SIMs failed, which is no fault of the example. */
const prelude = (root: string) => `
  set -eo pipefail
  curl() { node '${root}/test/docs/curl.mjs' "$@"; }
  jq() { node '${root}/test/docs/jq.mjs' "$@"; }
  npx() {
    shift
    local url=$GATEWAY
    if [[ $1 == keys || $1 == whoami ]]; then url=$PROTECTED; fi
    SIM_GATEWAY_URL=$url node '${root}/dist/terminal/main.js' "$@" || { code=$?; [[ $code == 1 && $1 =~ ^(bulk|watch)$ ]] || return $code; }
  }
`;

function shell(commands: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = {
    PATH: process.env.PATH,
    XDG_CONFIG_HOME: folder,
    GATEWAY: gateway.url,
    PROTECTED: protectedGateway.url,
    SANDBOX: sandbox.origin,
    SIM_GATEWAY_ADMIN_TOKEN: adminToken,
    KEY: key,
    SIM_GATEWAY_KEY: key,
  };
  return new Promise((resolve) => {
    const options = { cwd: folder, env: { ...env, SIM_GATEWAY_KEY: undefined } };
    execFile('bash', ['--norc', '-c', prelude(process.cwd()) + commands], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

/** An answer without what changes from day to day: numbers, and times. */
function formOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(formOf);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, formOf(inner)]));
  if (typeof value === 'number') return 'a number';
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? 'a time' : value;
}
