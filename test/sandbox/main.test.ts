import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import { asPage } from '../support/page.ts';

function startProgram(environment: Record<string, string>) {
  const child = spawn(process.execPath, ['dist/sandbox/main.js'], {
    env: { ...process.env, SANDBOX_HOST: '127.0.0.1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]).then(
    ([[code, signal], stdout, stderr]: [unknown[], string, string]) => ({ code, signal, stdout, stderr }),
  );
  return { child, ended };
}

test('the sandbox prints its URL and that its SIMs are made anew in one line, and exits at once on SIGTERM even if clients keep connections open', async () => {
  const { child, ended } = startProgram({ SANDBOX_PORT: '0', SANDBOX_SIMS: '100000' });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  expect(line).toMatch(
    /^Sandbox SIM API at http:\/\/127\.0\.0\.1:\d+\/v1 \(100000 SIMs, user sandbox, password sandbox; made anew at each start\)$/,
  );
  const url = /http:\S+/.exec(line)?.[0] ?? '';
  expect((await fetch(`${url}/get_account_groups`)).status).toBe(401);
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({ code: 0, stdout: `${line}\n`, stderr: '' });
});

test('the sandbox reports a port in use and exits with code 1', async () => {
  const taken = new URL(process.env.SANDBOX_ORIGIN ?? '').port;
  const { ended } = startProgram({ SANDBOX_PORT: taken });
  expect(await ended).toMatchObject({
    code: 1,
    stdout: '',
    stderr: `The sandbox could not start. Port ${taken} is taken: set SANDBOX_PORT to another one.\n`,
  });
});

test('the sandbox listens on loopback and ignores HOST of the gateway', async () => {
  const { child, ended } = startProgram({ HOST: '0.0.0.0', SANDBOX_PORT: '0' });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  expect(line).toMatch(/^Sandbox SIM API at http:\/\/127\.0\.0\.1:/);
  child.kill('SIGTERM');
  expect((await ended).stderr).toBe('');
});

test('on a non-loopback address the sandbox serves every Host and prints a warning', async () => {
  const { child, ended } = startProgram({ SANDBOX_HOST: '0.0.0.0', SANDBOX_PORT: '0' });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const [origin = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
  expect((await asPage(origin, '/_sandbox/worlds', { host: 'sandbox.example' })).status).toBe(200);
  child.kill('SIGTERM');
  expect((await ended).stderr).toContain('SANDBOX_ALLOWED_HOSTS');
});

describe('a web page with DNS rebinding', () => {
  test.each(['/_sandbox/worlds', '/v1/get_sims', '/v1/oauth/token', '/'])('is refused %s', async (path) => {
    for (const headers of [
      { host: 'rebound.example' },
      { host: 'localhost', origin: 'http://rebound.example' },
    ]) {
      const { status, body } = await asPage(process.env.SANDBOX_ORIGIN ?? '', path, headers);
      expect([status, JSON.parse(body)]).toEqual([
        403,
        { error: 'foreign_host', error_description: expect.stringContaining('SANDBOX_ALLOWED_HOSTS') },
      ]);
    }
  });

  test('creates no world', async () => {
    const origin = process.env.SANDBOX_ORIGIN ?? '';
    await asPage(
      origin,
      '/_sandbox/worlds',
      { host: 'rebound.example', 'content-type': 'text/plain' },
      '{"id":"from-a-page"}',
    );
    expect((await fetch(`${origin}/_sandbox/worlds/from-a-page`)).status).toBe(404);
  });
});

test('all invalid settings are reported together', async () => {
  const { ended } = startProgram({ SANDBOX_PORT: 'x', SANDBOX_SIMS: '49', SANDBOX_ALLOWED_HOSTS: '*' });
  const { code, stderr } = await ended;
  expect(code).toBe(1);
  for (const name of ['SANDBOX_ALLOWED_HOSTS', 'SANDBOX_PORT', 'SANDBOX_SIMS'])
    expect(stderr).toContain(name);
});
