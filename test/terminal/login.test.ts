import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { type ProtectedGateway, startProtectedGateway } from '../support/protected-gateway.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import { type Ended, type RunOptions, runTerminal, startInTerminal } from './terminal.ts';

const key = 'simgw_meters_7Gk2mQ9xV4bT';
const token = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJvcHMifQ.c2lnbmF0dXJl';

let world: World;
let gateway: RunningGateway;
let front: ProtectedGateway;
let second: ProtectedGateway;
let configHome: string;
/** Everything that the CLI has printed in a test. */
let printed: string;

beforeAll(async () => {
  world = await createWorld({ sims: 20 });
  gateway = await startGateway({ world, env: { SIM_API_IS_SANDBOX: 'true' } });
});

afterAll(async () => {
  await gateway?.stop();
  await world?.remove();
});

beforeEach(async () => {
  front = await startProtectedGateway(gateway);
  second = await startProtectedGateway(gateway);
  front.accept(key, { actor: 'key:meters', scopes: ['READ', 'SMS'], groups: ['Meters'] });
  configHome = mkdtempSync(join(tmpdir(), 'sim-gateway-login-'));
  printed = '';
});

afterEach(async () => {
  await front.stop();
  await second.stop();
  rmSync(configHome, { recursive: true, force: true });
  for (const secret of [key, token]) expect(printed).not.toContain(secret);
});

const credentialsFile = () => join(configHome, 'sim-gateway', 'credentials.json');
const stored = () => JSON.parse(readFileSync(credentialsFile(), 'utf8'));
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

async function run(args: string[], options: RunOptions = {}): Promise<Ended> {
  const env = { XDG_CONFIG_HOME: configHome, ...options.env };
  const ended = await runTerminal(args, { gateway: front, ...options, env });
  printed += ended.stdout + ended.stderr;
  return ended;
}

const login = (input = `${key}\n`) => run(['login'], { input });

describe('login', () => {
  test('reads a key from the standard input, verifies it and stores it for that gateway, readable by its owner only', async () => {
    expect(await login()).toEqual({
      code: 0,
      stdout: '',
      stderr: `Logged in to ${front.url} (SANDBOX) as key:meters: READ, SMS.\n`,
    });
    expect(stored()).toEqual({ [front.url]: { key } });
    expect([modeOf(credentialsFile()), modeOf(join(configHome, 'sim-gateway'))]).toEqual(['600', '700']);
    const { code, stdout } = await run(['sims', '--first', '1', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ iccid: expect.any(String), cost: null });
    expect(new Set(front.received)).toEqual(new Set([key]));
  });

  test('asks on a terminal without showing what is typed', async () => {
    const env = { XDG_CONFIG_HOME: configHome };
    const asking = startInTerminal(['login'], { gateway: front, env });
    await asking.wrote(/API key or token \(it is not shown\): /);
    asking.child.stdin.write(`${key}\r`);
    await asking.wrote(/Logged in to .* as key:meters/);
    const { code, stdout, stderr } = await asking.ended;
    printed += stdout + stderr;
    expect(code).toBe(0);
    expect(stored()).toEqual({ [front.url]: { key } });
  });

  test('stores nothing after Ctrl-C', async () => {
    const asking = startInTerminal(['login'], { gateway: front, env: { XDG_CONFIG_HOME: configHome } });
    await asking.wrote(/API key or token/);
    asking.child.stdin.write('simgw_half\x03');
    expect((await asking.ended).code).toBe(130);
    expect(asking.written()).not.toContain('simgw_half');
    expect(existsSync(credentialsFile())).toBe(false);
  });

  test.each([
    ['wrong key', 'simgw_wrong', 4, /^UNAUTHENTICATED: .* refused the key of the input: it is wrong/],
    ['text that is no key', 'two words', 2, /^error: The input is not an API key or a token/],
    ['empty input', '\n', 2, /^error: The input is empty/],
  ])('stores nothing for a %s', async (_, input, code, says) => {
    const ended = await login(input);
    expect(ended).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(says) });
    expect(ended.stderr).not.toContain(input.trim() || 'undefined');
    expect(existsSync(credentialsFile())).toBe(false);
  });

  test('stores nothing for a gateway that does not authenticate callers', async () => {
    const { code, stderr } = await run(['login'], { gateway, input: key });
    expect(code).toBe(2);
    expect(stderr).toMatch(/does not authenticate callers.*Nothing was stored/);
    expect(existsSync(credentialsFile())).toBe(false);
  });

  test('is refused for http to another computer, before the key is read', async () => {
    const { code, stderr } = await run(['login', '--url', 'http://gateway.example'], { input: key });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: A login is stored for https and for loopback addresses only/);
  });

  test('keeps the logins of other gateways, and logout removes only its own', async () => {
    await login();
    second.accept(token, { actor: 'jwt:ops', method: 'JWT' });
    await run(['login'], { gateway: second, input: token });
    expect(stored()).toEqual({ [front.url]: { key }, [second.url]: { key: token } });
    expect(await run(['logout'])).toMatchObject({ code: 0, stderr: `Logged out of ${front.url}.\n` });
    expect(stored()).toEqual({ [second.url]: { key: token } });
    expect(modeOf(credentialsFile())).toBe('600');
    expect(await run(['logout'])).toMatchObject({
      code: 0,
      stderr: `No login is stored for ${front.url}.\n`,
    });
    expect((await run(['whoami'])).code).toBe(4);
    expect((await run(['whoami'], { gateway: second })).stdout).toContain('jwt:ops');
  });
});

describe('whoami', () => {
  test('prints the caller, its scopes, groups and expiry, the environment, and where the key is from', async () => {
    front.accept(key, {
      actor: 'key:meters',
      groups: ['Meters', 'Pilot'],
      expiresAt: '2027-03-01T12:00:00Z',
    });
    const { code, stdout } = await run(['whoami'], { env: { SIM_GATEWAY_KEY: key } });
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      'actor        key:meters',
      'method       API_KEY',
      'scopes       READ, COST, CONTROL, SMS, CLOSE, AUDIT, PERSONAL',
      'groups       Meters, Pilot',
      'expires      2027-03-01T12:00:00Z',
      'environment  SANDBOX',
      `gateway      ${front.url}/graphql`,
      'key from     SIM_GATEWAY_KEY',
      '',
    ]);
  });

  test('prints the answer of the gateway with --json', async () => {
    const { stdout } = await run(['whoami', '--json', '--key', key]);
    expect(JSON.parse(stdout)).toEqual({
      actor: 'key:meters',
      method: 'API_KEY',
      scopes: ['READ', 'SMS'],
      groups: ['Meters'],
      expiresAt: null,
      environment: 'SANDBOX',
    });
  });

  test('needs no key if the gateway does not authenticate callers', async () => {
    const { code, stdout } = await run(['whoami'], { gateway });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^actor {8}anonymous\nmethod {7}NONE$/m);
    expect(stdout).toMatch(/^key from {5}\(none\)$/m);
  });
});

describe('the key', () => {
  test('of --key comes before SIM_GATEWAY_KEY, and that before the stored login', async () => {
    for (const name of ['option', 'variable', 'login'])
      front.accept(`simgw_${name}`, { actor: `key:${name}` });
    await login('simgw_login');
    const whoami = async (args: string[], env: Record<string, string>) =>
      JSON.parse((await run(['whoami', '--json', ...args], { env })).stdout).actor;
    const variable = { SIM_GATEWAY_KEY: 'simgw_variable' };
    expect(await whoami(['--key', 'simgw_option'], variable)).toBe('key:option');
    expect(await whoami([], variable)).toBe('key:variable');
    expect(await whoami([], { SIM_GATEWAY_KEY: '' })).toBe('key:login');
    expect(await run(['whoami', '--key', ''])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^error: --key is empty/),
    });
  });

  test('of a login is not sent to another origin of the same computer', async () => {
    await login();
    const other = { url: front.url.replace('127.0.0.1', 'localhost') };
    expect((await run(['whoami'], { gateway: other })).code).toBe(4);
    expect(front.received.at(-1)).toBe(null);
  });

  test('of a login is not sent over http to another computer, even if the file has one for it', async () => {
    await login();
    const received: IncomingHttpHeaders[] = [];
    // 0.0.0.0 reaches this computer but is not a loopback address, so it stands for another computer.
    const server = createServer(({ headers }, response) => {
      received.push(headers);
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end('{"errors":[{"message":"no","extensions":{"code":"UNAUTHENTICATED","retryable":false}}]}');
    });
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
    const url = `http://0.0.0.0:${(server.address() as AddressInfo).port}`;
    writeFileSync(credentialsFile(), JSON.stringify({ [url]: { key } }));
    const withLogin = await run(['whoami', '--url', url]);
    const withOption = await run(['whoami', '--url', url, '--key', key]);
    server.close();
    expect(withLogin.code).toBe(4);
    expect(withLogin.stderr).toMatch(/needs an API key or a token/);
    expect(withOption.stderr).toMatch(
      /^The key of --key is sent to 0\.0\.0\.0:\d+ without encryption: use https\.$/m,
    );
    expect(received.map(({ authorization }) => authorization)).toEqual([undefined, `Bearer ${key}`]);
  });

  test('is not used from a file that others may read', async () => {
    await login();
    chmodSync(credentialsFile(), 0o640);
    const { code, stdout, stderr } = await run(['whoami']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(
      `error: Other users may read ${credentialsFile()} (mode 640), so it is not used. To make it private: chmod 600 ${credentialsFile()}\n(see sim-gateway whoami --help)\n`,
    );
    expect(front.received).toEqual([key]);
    expect((await run(['whoami', '--key', key])).code).toBe(0);
  });

  test('is not printed if the file is damaged', async () => {
    await login();
    writeFileSync(credentialsFile(), `{"x": ${key}`);
    expect(await run(['whoami'])).toMatchObject({
      code: 2,
      stderr: `error: ${credentialsFile()} is damaged. Delete it, and log in again.\n(see sim-gateway whoami --help)\n`,
    });
  });

  test.each([
    ['as an argument', ['login', key]],
    ['in an unknown option', ['login', `--key=${key}`]],
    ['before the command', [`--key=${token}`, 'sims']],
    ['as the value of another option', ['sims', '--first', key]],
    ['as a SIM', ['watch', token]],
    ['in JSON', ['watch', token, '--json']],
    ['in an unknown option, in JSON', ['sims', `--key-${key}`, '--json']],
  ])('is not quoted in an error if it is given %s', async (_, args) => {
    const { code, stderr } = await run(args);
    expect(code).not.toBe(0);
    expect(stderr).not.toBe('');
  });
});

test('help names the ways to give a key', async () => {
  const { stdout } = await run(['--help']);
  expect(stdout).toMatch(/sim-gateway login, SIM_GATEWAY_KEY or --key/);
  for (const name of ['login', 'logout', 'whoami']) expect(stdout).toMatch(`\n  ${name} `);
  expect((await run(['sims', '--help'])).stdout).toMatch(/--key <key> +API key or token/);
});
