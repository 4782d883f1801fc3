import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { allScopes, askAdmin, createKey, keyEnv } from '../support/api-keys.ts';
import { type CanaryWorld, createCanaryWorld } from '../support/canary-world.ts';
import { examples } from '../support/examples.ts';
import type { RunningGateway } from '../support/gateway.ts';
import { audience, createKey as createIssuerKey, TestIssuer } from '../support/issuer.ts';
import { waitFor } from '../support/wait-for.ts';

describe('keys, tokens and the admin token of callers are in no log and in no error', () => {
  const issuer = new TestIssuer([createIssuerKey('ES256')]);
  let own: CanaryWorld;
  let gateway: RunningGateway;
  const add = (kind: string, value: string) => own.canaries.add(kind, value);
  /** The header of a caller whose credentials are accepted or refused. */
  const callers: [name: string, authorization: string, status: number][] = [];
  const expectNoHits = () => expect(own.canaries.hits()).toEqual([]);
  const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;

  beforeAll(async () => {
    await issuer.start();
    own = await createCanaryWorld('API_USER_660012345678');
    add('admin token', keyEnv.ADMIN_TOKEN ?? '');
    gateway = await own.start('a gateway with callers', {
      ...keyEnv,
      AUTH: 'apikey,jwt',
      JWT_ISSUER: issuer.url,
      JWT_AUDIENCE: audience,
      FLEET_SYNC_INTERVAL_MS: '60000',
      FLEET_CALLS_PER_SECOND: '10000',
    });
    const keyOf = async (fields: object) => add('API key', (await createKey(gateway, fields)).key);
    const tokenOf = (claims: object) => add('token', issuer.sign({ exp: inAnHour(), ...claims }));
    const revoked = await keyOf({ name: 'revoked' });
    await askAdmin(gateway, 'DELETE', '/revoked');
    const full = await keyOf({ scopes: allScopes });
    const token = tokenOf({ sub: 'user', scope: allScopes.join(' ') });
    callers.push(
      ['a key with all scopes', full, 200],
      ['a key with READ', await keyOf({ scopes: ['READ'] }), 200],
      ['a key of a group', await keyOf({ groups: [own.group] }), 200],
      ['a token with all scopes', token, 200],
      ['a token without scopes', tokenOf({ sub: 'nothing' }), 200],
      ['a revoked key', revoked, 401],
      [
        'a key with another end',
        add('API key', `${full.slice(0, -1)}${full.endsWith('A') ? 'B' : 'A'}`),
        401,
      ],
      ['an expired token', tokenOf({ sub: 'user', exp: 1 }), 401],
      ['a token with another signature', add('token', `${token.slice(0, -6)}AAAAAA`), 401],
    );
  });
  afterAll(async () => {
    await gateway?.stop();
    await own?.remove();
    await issuer.stop();
  });

  test('in any operation, the export, and requests that are no GraphQL', async () => {
    // A revoked key is refused within seconds.
    const [, revoked = ''] = callers.find(([name]) => name === 'a revoked key') ?? [];
    await waitFor(async () => {
      const headers = { authorization: `Bearer ${revoked}` };
      return (await gateway.fetch('/graphql?query={viewer{actor}}', { headers })).status === 401;
    });
    for (const [name, credential, status] of callers) {
      const headers = { authorization: `Bearer ${credential}` };
      own.canaries.begin(`${name}: viewer`);
      const viewed = await own.ask(gateway, '{ viewer { actor scopes } }', {}, { headers });
      expect([name, viewed.status]).toEqual([name, status]);
      for (const { name: operation, text } of examples) {
        own.canaries.begin(`${name}: ${operation}`);
        const { status: answered } = await own.ask(gateway, text, {}, { headers });
        expect(status === 401 ? [401] : [200, 403]).toContain(answered);
      }
      own.canaries.begin(`${name}: requests that are no operation`);
      await own.send(gateway, { url: '/export/sims.csv?filter={"search":1}', headers });
      await own.send(gateway, {
        url: `/export/sims.csv?${credential}`,
        headers,
        mayQuote: ['API key', 'token'],
      });
      await own.send(gateway, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'text/plain' },
        body: '{',
      });
      await own.send(gateway, { method: 'PUT', headers });
      await own.send(gateway, { url: '/graphql', headers: { authorization: `Basic ${credential}` } });
      await own.send(gateway, { url: '/graphql', headers: { authorization: credential } });
    }
    expectNoHits();
  });

  test('in any request to the admin endpoint', async () => {
    const good = { authorization: `Bearer ${keyEnv.ADMIN_TOKEN}`, 'content-type': 'application/json' };
    const [, key = ''] = callers[0] ?? [];
    const tries: { method: string; url?: string; body?: string; headers?: Record<string, string> }[] = [
      { method: 'GET' },
      { method: 'PUT' },
      { method: 'POST', body: '{' },
      { method: 'POST', body: JSON.stringify({ name: key, scopes: ['READ'] }) },
      { method: 'POST', body: JSON.stringify({ name: 'x', scopes: [key] }) },
      { method: 'POST', body: JSON.stringify({ name: 'x', scopes: ['READ'], groups: [key, 5] }) },
      { method: 'POST', body: JSON.stringify({ name: 'revoked', scopes: ['READ'] }) },
      { method: 'DELETE', url: `/${key}` },
      { method: 'DELETE', url: '/absent' },
      { method: 'POST', url: '/revoked/rotate' },
      { method: 'GET', headers: { authorization: `Bearer ${key}` } },
      { method: 'GET', headers: { authorization: `Bearer ${keyEnv.ADMIN_TOKEN}x` } },
      { method: 'GET', headers: { origin: 'https://evil.example' } },
    ];
    for (const { url = '', headers, ...request } of tries) {
      own.canaries.begin(`admin ${request.method} ${url.slice(0, 9)}`);
      const { status } = await own.send(gateway, {
        ...request,
        url: `/admin/keys${url}`,
        headers: { ...good, ...headers },
      });
      expect([200, 400, 401, 403, 404, 405]).toContain(status);
    }
    expectNoHits();
  });

  test('while the issuer is away, and when the gateway stops', async () => {
    issuer.answer = (_, response) => void response.writeHead(500).end('no');
    own.canaries.begin('an issuer that is away');
    const unknown = add('token', issuer.sign({ sub: 'x', exp: inAnHour() }, { kid: 'another' }));
    const { status } = await own.ask(
      gateway,
      '{ viewer { actor } }',
      {},
      { headers: { authorization: `Bearer ${unknown}` } },
    );
    expect(status).toBe(401);
    await gateway.stop();
    expectNoHits();
  });
});
