import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { adminToken, allScopes, askAdmin, createKey, keyEnv } from '../support/api-keys.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { asPage } from '../support/page.ts';
import { runGateway } from '../support/running.ts';

const listed = 'https://app.example.com';
const running = runGateway({ sims: 10 }, { ...keyEnv, CORS_ORIGINS: listed });
const authorization = `Bearer ${adminToken}`;
const names = async () => ((await askAdmin(running.gateway, 'GET')).body.keys ?? []).map(({ name }) => name);
const valid = (name: string) => ({ name, scopes: ['READ'] });

describe('the admin endpoint refuses', () => {
  test.each<[string, () => Promise<string | undefined>]>([
    ['no token', async () => undefined],
    ['an empty token', async () => 'Bearer '],
    ['a wrong token', async () => `Bearer ${adminToken}x`],
    ['a part of the token', async () => `Bearer ${adminToken.slice(0, -1)}`],
    ['the token in upper case', async () => `Bearer ${adminToken.toUpperCase()}`],
    ['the token with another scheme', async () => `Basic ${adminToken}`],
    ['the token twice', async () => `Bearer ${adminToken} ${adminToken}`],
    ['an API key with all scopes', async () => `Bearer ${(await createKey(running.gateway)).key}`],
    ['a JSON Web Token', async () => 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.'],
  ])('%s: 401, whatever the request', async (_, credentials) => {
    const { gateway } = running;
    const given = await credentials();
    const before = await names();
    const headers = { 'content-type': 'application/json', ...(given && { authorization: given }) };
    for (const [method, path, body] of [
      ['GET', '/admin/keys', undefined],
      ['POST', '/admin/keys', JSON.stringify(valid('intruder'))],
      ['POST', '/admin/keys', 'x'.repeat(100_000)],
      ['POST', '/admin/keys/caller-1/rotate', undefined],
      ['DELETE', '/admin/keys/caller-1', undefined],
      ['GET', '/admin/keys/no-such', undefined],
      ['PATCH', '/admin', undefined],
    ] as const) {
      const answer = await gateway.fetch(path, { method, headers, ...(body && { body }) });
      expect([method, path, answer.status]).toEqual([method, path, 401]);
      expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    }
    expect(await names()).toEqual(before);
  });

  test('two headers Authorization, whichever of them has the token', async () => {
    const { url } = running.gateway;
    for (const [first, second] of [
      [authorization, 'Bearer other'],
      ['Bearer other', authorization],
      [authorization, authorization],
    ] as const) {
      const headers = ['host', new URL(url).host, 'connection', 'close'];
      const sending = request(`${url}/admin/keys`, {
        headers: [...headers, 'authorization', first, 'Authorization', second],
      }).end();
      const [response] = await once(sending, 'response');
      response.resume();
      expect(response.statusCode).toBe(401);
    }
  });

  test.each(['https://evil.example', 'null', listed, 'http://localhost:5173'])(
    'a page of another origin (%s) with the token, and no answer can be read by it',
    async (origin) => {
      const { gateway } = running;
      const headers = { authorization, origin, 'content-type': 'application/json' };
      for (const [path, method, body] of [
        ['/admin/keys', 'GET', undefined],
        ['/admin/keys', 'POST', JSON.stringify(valid('by-a-page'))],
        ['/admin/keys/by-a-page', 'DELETE', undefined],
        ['/admin/other', 'GET', undefined],
      ] as const) {
        const answer = await asPage(gateway.url, path, headers, body, method);
        expect(answer.status).toBe(403);
        expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      }
      const asked = {
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      };
      const preflight = await asPage(gateway.url, '/admin/keys', { origin, ...asked }, undefined, 'OPTIONS');
      expect(preflight.status).toBe(403);
      expect(Object.keys(preflight.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(await names()).not.toContain('by-a-page');
    },
  );

  test('a foreign Host', async () => {
    const answer = await asPage(running.gateway.url, '/admin/keys', { authorization, host: 'evil.example' });
    expect(answer.status).toBe(403);
  });

  test.each([
    ['/admin/keys', ['PUT', 'PATCH', 'DELETE', 'OPTIONS'], 'GET, POST'],
    ['/admin/keys/some', ['GET', 'POST', 'PUT', 'PATCH'], 'DELETE'],
    ['/admin/keys/some/rotate', ['GET', 'PUT', 'DELETE'], 'POST'],
  ])('other methods of %s, with the header Allow', async (path, methods, allow) => {
    for (const method of methods) {
      const answer = await running.gateway.fetch(path, { method, headers: { authorization } });
      expect([method, answer.status, answer.headers.get('allow')]).toEqual([method, 405, allow]);
      expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    }
  });

  test.each([
    '/admin',
    '/admin/',
    '/admin/keys/',
    '/admin/keys/a/b',
    '/admin/keys/a%2Fb',
    '/admin/keys/%2e%2e',
    '/admin/keys/a/rotate/',
    '/admin/keysx',
  ])('the unknown path %s', async (path) => {
    const answer = await asPage(running.gateway.url, path, { authorization });
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.body)).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  });

  test('the name of no key', async () => {
    for (const [method, path] of [
      ['POST', '/no-such-key/rotate'],
      ['DELETE', '/no-such-key'],
    ] as const) {
      const { status, body } = await askAdmin(running.gateway, method, path);
      expect([status, body.errors?.[0]?.message]).toEqual([404, 'There is no API key of this name.']);
    }
  });

  test('a body that is too large, also one that is only when it is decompressed', async () => {
    const { gzipSync } = await import('node:zlib');
    const large = JSON.stringify({ ...valid('large'), groups: ['x'.repeat(70_000)] });
    for (const [body, headers] of [
      [large, {}],
      [gzipSync(large), { 'content-encoding': 'gzip' }],
    ] as const) {
      const answer = await running.gateway.fetch('/admin/keys', {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json', ...headers },
        body,
      });
      expect(answer.status).toBe(413);
      expect(JSON.stringify(await answer.json())).toContain('65536 bytes');
    }
    expect(await names()).not.toContain('large');
  });

  test.each([
    ['no JSON', 400, '{"name":', 'application/json'],
    ['text', 415, JSON.stringify(valid('text')), 'text/plain'],
    ['a form', 415, 'name=form&scopes=READ', 'application/x-www-form-urlencoded'],
  ])('%s as the body', async (_, expected, body, type) => {
    const answer = await askAdmin(running.gateway, 'POST', '', { body, headers: { 'content-type': type } });
    expect([answer.status, answer.body.errors?.[0]?.extensions.code]).toEqual([expected, 'BAD_REQUEST']);
  });
});

describe('a new key needs', () => {
  test.each<[string, unknown]>([
    ['The request body must be a JSON object', []],
    ['The request body must be a JSON object', null],
    ['The request body must be a JSON object', '"name"'],
    ['name must be a text', { scopes: ['READ'] }],
    ['name must have 1 to 64 characters', valid('')],
    ['name must have 1 to 64 characters', valid('x'.repeat(65))],
    ['name must have 1 to 64 characters', valid('a b')],
    ['name must have 1 to 64 characters', valid('ключ')],
    ['name must have 1 to 64 characters', valid('..')],
    ['name must have 1 to 64 characters', valid('a\nb')],
    ['name must not be an API key', valid(`simgw_${'0'.repeat(50)}`)],
    ['scopes must be one or more of READ', { name: 'a' }],
    ['scopes must be one or more of READ', { name: 'a', scopes: [] }],
    ['scopes must be one or more of READ', { name: 'a', scopes: 'READ' }],
    ['scopes[1] must be one of READ', { name: 'a', scopes: ['READ', 'ADMIN'] }],
    ['scopes[0] must be one of READ', { name: 'a', scopes: ['read'] }],
    ['groups must be a list of 1 to 100 groups', { ...valid('a'), groups: [] }],
    ['groups must be a list of 1 to 100 groups', { ...valid('a'), groups: 'Meters' }],
    ['groups must be a list of 1 to 100 groups', { ...valid('a'), groups: Array(101).fill('Meters') }],
    ['groups[0] must be a text of 1 to 255', { ...valid('a'), groups: [''] }],
    ['groups[1] must be a text of 1 to 255', { ...valid('a'), groups: ['Meters', 'x'.repeat(256)] }],
    ['groups[0] must be a text of 1 to 255', { ...valid('a'), groups: ['a\0b'] }],
    ['groups[0] must be a text of 1 to 255', { ...valid('a'), groups: ['\ud800'] }],
    ['expiresAt must be a time in the future', { ...valid('a'), expiresAt: '2020-01-01T00:00:00Z' }],
    ['expiresAt must be a time in the future', { ...valid('a'), expiresAt: '2999-01-01' }],
    ['expiresAt must be a time in the future', { ...valid('a'), expiresAt: '2999-02-30T00:00:00Z' }],
    ['expiresAt must be a time in the future', { ...valid('a'), expiresAt: 32503680000000 }],
    ['"expires" is not a field of this request', { ...valid('a'), expires: '2999-01-01T00:00:00Z' }],
    ['"hash" is not a field of this request', { ...valid('a'), hash: 'x' }],
  ])('%s', async (message, body) => {
    const before = await names();
    const answer = await askAdmin(running.gateway, 'POST', '', { body });
    expect([answer.status, answer.body.errors]).toEqual([
      400,
      [
        {
          message: expect.stringContaining(message),
          extensions: expect.objectContaining({ code: 'BAD_USER_INPUT', requestId: expect.any(String) }),
        },
      ],
    ]);
    expect(await names()).toEqual(before);
  });

  test('a name that no key has or had', async () => {
    await createKey(running.gateway, { name: 'taken' });
    const [one, other, again] = await Promise.all([
      askAdmin(running.gateway, 'POST', '', { body: valid('race') }),
      askAdmin(running.gateway, 'POST', '', { body: valid('race') }),
      askAdmin(running.gateway, 'POST', '', { body: valid('taken') }),
    ]);
    expect([one.status, other.status].sort()).toEqual([201, 400]);
    expect([again.status, again.body.errors?.[0]?.message]).toEqual([
      400,
      expect.stringMatching(/^name must be new/),
    ]);
  });
});

test('a rotation and a revocation need valid arguments', async () => {
  const { name } = await createKey(running.gateway);
  for (const body of [
    { overlapSeconds: -1 },
    { overlapSeconds: 1.5 },
    { overlapSeconds: 604_801 },
    { overlap: 1 },
  ]) {
    const answer = await askAdmin(running.gateway, 'POST', `/${name}/rotate`, { body });
    expect([answer.status, answer.body.errors?.[0]?.extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
  }
  for (const query of ['?keepOperations=yes', '?keepoperations=true', '?keepOperations']) {
    const answer = await askAdmin(running.gateway, 'DELETE', `/${name}${query}`);
    expect([answer.status, answer.body.errors?.[0]?.extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
  }
  const { body } = await askAdmin(running.gateway, 'GET');
  expect(body.keys?.find((key) => key.name === name)).toMatchObject({ revokedAt: null, previousUntil: null });
});

test('the body of a GET is ignored', async () => {
  const body = JSON.stringify(valid('by-get'));
  const headers = {
    ...{ authorization, 'content-type': 'application/json' },
    'content-length': String(body.length),
  };
  const answer = await asPage(running.gateway.url, '/admin/keys', headers, body, 'GET');
  expect([answer.status, Object.keys(JSON.parse(answer.body))]).toEqual([200, ['keys']]);
  expect(await names()).not.toContain('by-get');
});

describe('a gateway', () => {
  const gateways: RunningGateway[] = [];
  const start = async (env: Readonly<Record<string, string>>) => {
    const gateway = await startGateway({ world: running.world, env });
    gateways.push(gateway);
    return gateway;
  };
  let open: RunningGateway;
  let withoutToken: RunningGateway;
  beforeAll(async () => {
    open = await start({});
    withoutToken = await start({ AUTH: 'apikey' });
  });
  afterAll(async () => {
    for (const gateway of gateways) await gateway.stop();
  });

  test('whose callers have no API keys has no admin endpoint', async () => {
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      const answer = await open.fetch('/admin/keys', { method, headers: { authorization } });
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
    }
  });

  test('on a database server without ADMIN_TOKEN refuses the management of API keys, and says what is missing', async () => {
    for (const headers of [
      {},
      { authorization },
      { authorization: 'Bearer ' },
      { authorization: 'Bearer null' },
    ]) {
      const answer = await withoutToken.fetch('/admin/keys', { headers });
      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({
        errors: [
          { message: expect.stringMatching(/^ADMIN_TOKEN is not set/), extensions: { code: 'FORBIDDEN' } },
        ],
      });
    }
  });

  test('accepts an admin token of 32 characters and more only, without spaces', async () => {
    for (const ADMIN_TOKEN of ['short', 'with space '.repeat(4), `${'x'.repeat(40)}é`])
      await expect(
        startGateway({ world: running.world, env: { AUTH: 'apikey', ADMIN_TOKEN } }),
      ).rejects.toThrow('ADMIN_TOKEN must have at least 32 ASCII characters, and no spaces');
  });
});

test('no token, name or key of a refused request is in the log', async () => {
  const { gateway } = running;
  const { key } = await createKey(gateway);
  await gateway.fetch('/admin/keys', { headers: { authorization: `Bearer ${key}` } });
  await askAdmin(gateway, 'POST', '', { body: { name: key, scopes: allScopes } });
  await askAdmin(gateway, 'POST', '', { body: { ...valid('a'), [key]: 1 } });
  await askAdmin(gateway, 'DELETE', `/${key}`);
  await askAdmin(gateway, 'GET', `/${key}`);
  const logged = JSON.stringify(gateway.logged());
  expect(logged).not.toContain(key);
  expect(logged).not.toContain(adminToken);
});
