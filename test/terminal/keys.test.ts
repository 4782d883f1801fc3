import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, test } from '@jest/globals';
import { adminToken, as, keyEnv, listedKey, statusFor } from '../support/api-keys.ts';
import { endOf, messages, runBulkGateway, startBulk } from '../support/bulk.ts';
import { waitFor } from '../support/wait-for.ts';
import { runTerminal } from './terminal.ts';

const running = runBulkGateway({ sims: 500 }, keyEnv);
const folder = mkdtempSync(join(tmpdir(), 'sim-gateway-keys-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const env = { SIM_GATEWAY_ADMIN_TOKEN: adminToken };
const keys = (...args: string[]) => runTerminal(['keys', ...args], { gateway: running.gateway, env });
const keyLine = /^simgw_[0-9A-Za-z]{50}\n$/;

/** Creates a key with all scopes and returns it. */
async function create(name: string, ...args: string[]): Promise<string> {
  const scopes = 'READ,COST,CONTROL,SMS,CLOSE,AUDIT,PERSONAL';
  const { code, stdout } = await keys('create', name, '--scopes', scopes, ...args);
  expect([code, stdout]).toEqual([0, expect.stringMatching(keyLine)]);
  return stdout.trim();
}

describe('keys create', () => {
  test('prints the key alone on the standard output; the key works with its scopes and groups until it expires', async () => {
    const { gateway } = running;
    const { code, stdout, stderr } = await keys(
      ...[
        'create',
        'night-job',
        '--scopes',
        'read,Cost',
        '--groups',
        'Meters, Trackers',
        '--groups',
        'Meters',
      ],
      ...['--expires', '2999-01-31'],
    );
    expect([code, stdout]).toEqual([0, expect.stringMatching(keyLine)]);
    expect(stderr).toContain('key:night-job');
    expect(stderr).not.toContain(stdout.trim());
    const { data } = await as(gateway, stdout.trim()).ask('{ viewer { actor scopes groups expiresAt } }');
    expect(data).toEqual({
      viewer: {
        ...{ actor: 'key:night-job', scopes: ['READ', 'COST'], groups: ['Meters', 'Trackers'] },
        expiresAt: '2999-01-31T00:00:00.000Z',
      },
    });
  });

  test('takes an expiry from now on, and prints the whole answer with --json', async () => {
    const before = Date.now();
    const { stdout } = await keys('create', 'short', '--scopes', 'READ', '--expires', '90d', '--json');
    const shown = JSON.parse(stdout);
    expect(shown).toMatchObject({ name: 'short', scopes: ['READ'], groups: null, key: expect.any(String) });
    expect(Date.parse(shown.expiresAt)).toBeGreaterThanOrEqual(before + 90 * 86_400_000);
    expect(Date.parse(shown.expiresAt)).toBeLessThanOrEqual(Date.now() + 90 * 86_400_000);
  });

  test('of a name that exists ends with 2 and the rule', async () => {
    await create('twice');
    const { code, stdout, stderr } = await keys('create', 'twice', '--scopes', 'READ');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^BAD_USER_INPUT: name must be new/);
  });

  test.each([
    ['no name', ['create', '--scopes', 'READ'], /missing required argument 'name'[\s\S]*keys create --help/],
    ['no scopes', ['create', 'a'], /required option '--scopes/],
    ['an unknown scope', ['create', 'a', '--scopes', 'READ,ALL'], /"ALL" is not one of READ/],
    ['a name with a space', ['create', 'a b', '--scopes', 'READ'], /1 to 64 characters/],
    ['a key as the name', ['revoke', `simgw_${'0'.repeat(50)}`], /an API key, not its name/],
    ['an empty group', ['create', 'a', '--scopes', 'READ', '--groups', 'a,,b'], /no name/],
    [
      'an expiry in the past',
      ['create', 'a', '--scopes', 'READ', '--expires', '2020-01-01'],
      /in the future/,
    ],
    [
      'an expiry without a unit',
      ['create', 'a', '--scopes', 'READ', '--expires', '90'],
      /such as 2027-01-31/,
    ],
    ['an overlap without a unit', ['rotate', 'a', '--overlap', '5'], /30m, 1h or 7d/],
    ['an option as a value', ['list', '--admin-token-file', '--json'], /--admin-token-file needs a value/],
    ['an unknown subcommand', ['delete', 'a'], /unknown command 'delete'[\s\S]*keys --help/],
    ['a file that does not exist', ['list', '--admin-token-file', 'no/such'], /no\/such cannot be read/],
  ])('refuses %s before it sends anything', async (_, args, message) => {
    const nowhere = { url: 'http://127.0.0.1:9/graphql' };
    const ended = await runTerminal(['keys', ...args], { gateway: nowhere, env });
    expect(ended).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
  });
});

test('keys list shows names, scopes, status, last use and id, and never a key', async () => {
  const key = await create('listed', '--groups', 'Meters');
  await statusFor(running.gateway, key);
  await waitFor(async () => (await listedKey(running.gateway, 'listed'))?.lastUsedAt !== null);
  await create('listed-too', '--expires', '2999-01-01');
  expect((await keys('revoke', 'listed-too')).code).toBe(0);
  const { code, stdout } = await keys('list');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^NAME +STATUS +SCOPES +GROUPS +EXPIRES +LAST USED +ID\n/);
  const id = key.slice(6, 18);
  expect(stdout).toMatch(
    new RegExp(`^listed +valid +READ,COST,.* +Meters +\\(never\\) +20\\S+Z +${id}$`, 'm'),
  );
  expect(stdout).toMatch(/^listed-too +revoked .* \(all\) +2999-01-01T00:00:00.000Z +\(never\) /m);
  expect(stdout).not.toContain('simgw_');
  const lines = (await keys('list', '--json')).stdout.trim().split('\n');
  const listed = lines.map((line) => JSON.parse(line)).find(({ name }) => name === 'listed');
  expect(listed).toMatchObject({ id, groups: ['Meters'], revokedAt: null });
  expect(Object.keys(listed)).not.toContain('hash');
});

describe('keys rotate', () => {
  test('prints the new key alone; with --overlap the one before it stays valid', async () => {
    const { gateway } = running;
    const first = await create('rotated');
    const { code, stdout, stderr } = await keys('rotate', 'rotated', '--overlap', '1h');
    expect([code, stdout]).toEqual([0, expect.stringMatching(keyLine)]);
    expect(stderr).toMatch(/valid until 20\d\d-/);
    for (const key of [first, stdout.trim()]) expect(await statusFor(gateway, key)).toBe(200);
    expect((await keys('list')).stdout).toMatch(/^rotated +rotating /m);
    const next = await keys('rotate', 'rotated');
    expect(next.stderr).toMatch(/refused within 5 seconds/);
    await waitFor(async () => (await statusFor(gateway, stdout.trim())) === 401);
    expect(await statusFor(gateway, next.stdout.trim())).toBe(200);
  });

  test('of an unknown name ends with 2', async () => {
    const { code, stdout, stderr } = await keys('rotate', 'unknown');
    expect([code, stdout, stderr]).toEqual([2, '', 'NOT_FOUND: There is no API key of this name.\n']);
  });
});

describe('keys revoke', () => {
  test.each([
    [[], 1, 'CANCELED'],
    [['--keep-operations'], 0, 'COMPLETED'],
  ])('%j cancels %i bulk operation', async (options, canceled, status) => {
    const { gateway, relay } = running;
    const name = `revoked-${status.toLowerCase()}`;
    const key = await create(name);
    const reader = as(gateway, await create(`reader-${status.toLowerCase()}`));
    const gate = relay.gate('/sendSms', { after: 1 });
    const { id } = await startBulk(as(gateway, key), messages(await running.iccids(20)));
    await gate.holds(1);
    const { code, stdout, stderr } = await keys('revoke', name, ...options);
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toBe(
      `Revoked. Cancelled: ${canceled} bulk ${canceled === 1 ? 'operation' : 'operations'}.\n`,
    );
    gate.open();
    expect((await endOf(reader, id)).status).toBe(status);
    await waitFor(async () => (await statusFor(gateway, key)) === 401);
  });

  test('can be repeated, and prints the answer with --json', async () => {
    await create('gone');
    await keys('revoke', 'gone');
    const { code, stdout } = await keys('revoke', 'gone', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      name: 'gone',
      revokedAt: expect.any(String),
      canceledOperations: 0,
    });
  });
});

/** A server that records the requests that it gets, and answers as the admin endpoint. */
async function recordingServer() {
  const requests: { url: string; authorization: string }[] = [];
  const server = createServer(({ url = '', headers }, response) => {
    requests.push({ url, authorization: headers.authorization ?? '' });
    response.setHeader('content-type', 'application/json').end('{"keys":[]}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return { requests, port, close: () => server.close() };
}

describe('the admin token', () => {
  const bin = resolve('dist/terminal/main.js');

  /** Runs `keys list` in a folder with the token file of another gateway. */
  async function runIn(cwd: string, args: readonly string[], own: Readonly<Record<string, string>> = {}) {
    const child = spawn(process.execPath, [bin, 'keys', 'list', ...args], {
      cwd,
      env: { PATH: process.env.PATH, ...own },
    });
    const [[code], stderr] = await Promise.all([
      once(child, 'close'),
      text(child.stderr),
      text(child.stdout),
    ]);
    return { code, stderr };
  }

  const tokens = () => {
    const cwd = mkdtempSync(join(folder, 'cwd-'));
    for (const name of ['data', 'elsewhere']) mkdirSync(join(cwd, name));
    writeFileSync(join(cwd, 'elsewhere', 'admin-token'), 'file-elsewhere\n');
    writeFileSync(join(cwd, 'data', 'admin-token'), 'default-file\n');
    writeFileSync(join(cwd, 'other'), 'other-file\n');
    return cwd;
  };

  test('is that of --admin-token-file, then of SIM_GATEWAY_ADMIN_TOKEN, then of admin-token in DATA_DIR', async () => {
    const server = await recordingServer();
    const url = `http://127.0.0.1:${server.port}/graphql`;
    const fromVariable = { SIM_GATEWAY_ADMIN_TOKEN: 'variable' };
    const runs: (readonly [string[], Readonly<Record<string, string>>])[] = [
      [['--admin-token-file', 'other'], fromVariable],
      [[], fromVariable],
      [[], {}],
      [[], { DATA_DIR: 'elsewhere' }],
    ];
    for (const [args, own] of runs)
      expect((await runIn(tokens(), ['--url', url, ...args], own)).code).toBe(0);
    server.close();
    expect(server.requests.map(({ authorization }) => authorization)).toEqual([
      'Bearer other-file',
      'Bearer variable',
      'Bearer default-file',
      'Bearer file-elsewhere',
    ]);
  });

  test('is sent to /admin/keys beside the GraphQL endpoint of --url', async () => {
    const server = await recordingServer();
    const origin = `http://127.0.0.1:${server.port}`;
    for (const path of ['', '/', '/graphql', '/graphql/', '/sims/graphql', '/sims/graphql?x=1'])
      await runIn(tokens(), ['--url', `${origin}${path}`]);
    server.close();
    expect(server.requests.map(({ url }) => url)).toEqual([
      ...Array(4).fill('/admin/keys'),
      ...Array(2).fill('/sims/admin/keys'),
    ]);
  });

  test('of data/admin-token is not sent to another machine', async () => {
    const { code, stderr } = await runIn(tokens(), ['--url', 'http://gateway.invalid/graphql']);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/There is no admin token/)]);
  });

  test('is sent to another machine without encryption only with a warning', async () => {
    const { code, stderr } = await runIn(tokens(), ['--url', 'http://gateway.invalid/graphql'], env);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^The admin token is sent to gateway\.invalid without encryption/);
    expect(stderr).not.toContain(adminToken);
  });

  test('that is wrong is refused with 2', async () => {
    const wrong = { SIM_GATEWAY_ADMIN_TOKEN: 'x'.repeat(40) };
    const { code, stderr } = await runIn(tokens(), ['--url', running.gateway.url], wrong);
    expect([code, stderr]).toEqual([2, 'UNAUTHENTICATED: The admin token is not the one of this gateway.\n']);
  });

  test('that is no header value is refused before it is sent', async () => {
    const { code, stderr } = await runIn(tokens(), ['--url', running.gateway.url], {
      SIM_GATEWAY_ADMIN_TOKEN: 'secret\nsecret',
    });
    expect([code, stderr]).toEqual([2, expect.stringMatching(/without spaces, on one line/)]);
    expect(stderr).not.toContain('secret');
  });
});

test('a gateway that breaks off makes it end with 3, and say that the change may have been made', async () => {
  const server = createServer((request) => request.socket.destroy());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const gateway = { url: `http://127.0.0.1:${port}` };
  const { code, stdout, stderr } = await runTerminal(['keys', 'rotate', 'a'], { gateway, env });
  server.close();
  expect([code, stdout]).toEqual([3, '']);
  expect(stderr).toMatch(/^No gateway answers at [\s\S]*It may have been carried out/);
});

test('the help of each subcommand has its options and examples', async () => {
  const named = ['create', 'list', 'rotate', 'revoke'];
  const ended = await Promise.all(named.map((name) => keys(name, '--help')));
  for (const [index, name] of named.entries()) {
    expect(ended[index]?.code).toBe(0);
    expect(ended[index]?.stdout).toMatch(new RegExp(`Usage: sim-gateway keys ${name} `));
    expect(ended[index]?.stdout).toMatch(new RegExp(`Examples:[\\s\\S]*^ .*sim-gateway keys ${name}`, 'm'));
    expect(ended[index]?.stdout).toContain('--admin-token-file');
  }
  const { code, stdout } = await keys('--help');
  expect(code).toBe(0);
  for (const name of named) expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
});
