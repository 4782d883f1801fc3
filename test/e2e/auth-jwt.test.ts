import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { paths, signToken, TestIssuer } from '../support/issuer.ts';
import { attackedKeys, attacksOn, stolenId } from '../support/jwt-attacks.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import { waitFor } from '../support/wait-for.ts';

const { rsa, ec, edwards } = attackedKeys;
const issuer = new TestIssuer(Object.values(attackedKeys));
const attacker = new TestIssuer([stolenId]);
const attacks = attacksOn(issuer, attacker);

let world: World;
let gateway: RunningGateway;
beforeAll(async () => {
  await Promise.all([issuer.start(), attacker.start()]);
  world = await createWorld({ sims: 10 });
  gateway = await startGateway({ world, env: { ...issuer.env, JWT_ALGORITHMS: 'RS256, ES256, EdDSA' } });
});
beforeEach(() => world.clearCalls());
afterAll(async () => {
  await gateway?.stop();
  await Promise.all([world?.remove(), issuer.stop(), attacker.stop()]);
});

const json = { 'content-type': 'application/json' };
const viewer = '{ viewer { actor method scopes expiresAt groups } }';
/** Needs READ, and makes a call of the SIM API. */
const groups = '{ account { groups { name } } }';

/** Sends a query with this header Authorization. */
async function askWith(authorization: string | undefined, query: string, to = gateway) {
  const response = await to.fetch('/graphql', {
    method: 'POST',
    headers: { ...json, ...(authorization !== undefined && { authorization }) },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

const askAs = (token: string, query = viewer, to?: RunningGateway) => askWith(`Bearer ${token}`, query, to);

describe('a valid token', () => {
  test.each([rsa, ec, edwards])('of $alg names its caller', async (key) => {
    const exp = Math.floor(Date.now() / 1000) + 600;
    const claims = { ...issuer.claims(), exp, scope: 'openid read sms' };
    const { status, body } = await askAs(signToken(key, {}, claims));
    expect([status, JSON.parse(body).data]).toEqual([
      200,
      {
        viewer: {
          actor: 'jwt:alice',
          method: 'JWT',
          scopes: ['READ', 'SMS'],
          expiresAt: new Date(exp * 1000).toISOString(),
          groups: null,
        },
      },
    ]);
  });

  test('may do what its scopes allow, and nothing else', async () => {
    const [reader, other] = [issuer.sign(), issuer.sign({ scope: 'openid' })];
    // The second time, both callers are known.
    for (let round = 0; round < 2; round++) {
      await world.clearCalls();
      const refused = await askAs(other, groups);
      expect([refused.status, JSON.parse(refused.body).errors[0].extensions]).toMatchObject([
        403,
        { code: 'FORBIDDEN', requiredScopes: ['READ'] },
      ]);
      expect((await askAs(other)).status).toBe(200);
      expect(await world.calls()).toMatchObject({ total: 0 });
      expect((await askAs(reader, groups)).status).toBe(200);
      expect(await world.calls()).toMatchObject({ total: 1 });
    }
  });

  test('may have the scheme in any case', async () => {
    for (const scheme of ['bearer', 'BEARER', 'Bearer '])
      expect((await askWith(`${scheme} ${issuer.sign()}`, viewer)).status).toBe(200);
  });
});

describe('a request with', () => {
  test.each(attacks)('%s is refused, and the answer and the log have nothing of it', async (_, make) => {
    const authorization = make();
    const { status, headers, body } = await askWith(authorization, groups);
    const error = {
      message: 'Credentials are missing or not valid.',
      extensions: { code: 'UNAUTHENTICATED', retryable: false, requestId: expect.any(String) },
    };
    expect([status, JSON.parse(body)]).toEqual([401, { errors: [error] }]);
    const challenge = authorization === undefined ? 'Bearer' : 'Bearer error="invalid_token"';
    expect(headers.get('www-authenticate')).toBe(challenge);
    expect(await world.calls()).toMatchObject({ total: 0 });
    const shown = JSON.stringify([gateway.logged(), body, [...headers]]);
    for (const piece of (authorization ?? '').split(/[\s.,]+/))
      if (piece.length > 8) expect(shown).not.toContain(piece);
  });

  test('two headers Authorization is refused, whichever of them is valid', async () => {
    const [valid, other] = [`Bearer ${issuer.sign()}`, `Bearer ${issuer.sign({ aud: 'other' })}`];
    const pairs = [
      [valid, other],
      [other, valid],
      [valid, valid],
    ] as const;
    for (const [first, second] of pairs)
      for (const path of ['/graphql?query={__typename}', '/export/sims.csv']) {
        const headers = [
          'host',
          new URL(gateway.url).host,
          'apollo-require-preflight',
          '1',
          'connection',
          'close',
        ];
        const sending = request(gateway.url + path, {
          headers: [...headers, 'authorization', first, 'Authorization', second],
        }).end();
        const [response] = await once(sending, 'response');
        const { errors } = JSON.parse(await text(response));
        expect([response.statusCode, errors[0].extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
      }
  });
});

test('no attack makes the gateway send a request to the attacker', async () => {
  for (const [, make] of attacks) await askWith(make(), viewer);
  expect(attacker.requests).toEqual([]);
  expect(new Set(issuer.requests)).toEqual(new Set([paths.configuration, paths.keys]));
});

describe('without a token', () => {
  const noPreflight = { 'apollo-require-preflight': '1' };
  const post = (body: string) => ({ method: 'POST', headers: json, body });

  test.each<[string, RequestInit]>([
    ['/export/sims.csv', {}],
    ['/graphql?query={__typename}', { headers: noPreflight }],
    ['/graphql', post('{"query":"{ __schema { queryType { name } } }"}')],
    ['/graphql', post('[]')],
    ['/graphql', post('no JSON')],
  ])('%s with %j is refused', async (path, init) => {
    const response = await gateway.fetch(path, init);
    const { errors } = (await response.json()) as { errors: unknown };
    expect([response.status, response.headers.get('www-authenticate'), errors]).toMatchObject([
      401,
      'Bearer',
      [{ extensions: { code: 'UNAUTHENTICATED' } }],
    ]);
  });

  test.each<[string, RequestInit, string]>([
    ['/graphql', { headers: { accept: 'text/html' } }, 'text/html'],
    ['/health/live', {}, 'application/json'],
    ['/health/ready', {}, 'application/json'],
  ])('%s with %j is served', async (path, init, type) => {
    const response = await gateway.fetch(path, init);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining(type),
    ]);
  });
});

test('a flood of unknown keys makes one read for each cool-down', async () => {
  const startedAtMs = performance.now();
  const flooded = await new TestIssuer([ec]).start();
  const other = await startGateway({ world, env: flooded.env });
  try {
    const tokens = Array.from({ length: 200 }, (_, place) => flooded.sign({}, { kid: `unknown-${place}` }));
    const answers = await Promise.all(tokens.map((token) => askAs(token, viewer, other)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    // A slow machine may take longer than one cool-down.
    const coolDowns = Math.floor((performance.now() - startedAtMs) / 30_000);
    expect(flooded.keyReads).toBeGreaterThanOrEqual(1);
    expect(flooded.keyReads).toBeLessThanOrEqual(1 + coolDowns);
    expect((await askAs(flooded.sign(), viewer, other)).status).toBe(200);
  } finally {
    await other.stop();
    await flooded.stop();
  }
});

test('a gateway starts while the issuer is away', async () => {
  const absent = await new TestIssuer([ec]).start();
  await absent.stop();
  const other = await startGateway({ world, env: absent.env });
  try {
    expect((await other.fetch('/health/ready')).status).toBe(200);
    const { status, headers, body } = await askAs(absent.sign(), viewer, other);
    const [{ extensions }] = JSON.parse(body).errors;
    expect([status, extensions]).toMatchObject([503, { code: 'ISSUER_UNAVAILABLE', retryable: true }]);
    expect(headers.get('retry-after')).toBe(String(extensions.retryAfterSeconds));
    expect(extensions.retryAfterSeconds).toBeGreaterThanOrEqual(1);
    expect(extensions.retryAfterSeconds).toBeLessThanOrEqual(30);
    // No key makes it valid.
    expect((await askAs(absent.sign({}, { alg: 'none' }), viewer, other)).status).toBe(401);
    await waitFor(() =>
      other.logged().some(({ msg }) => msg === 'the keys of the token issuer cannot be read'),
    );
  } finally {
    await other.stop();
  }
  expect(other.process.exitCode).toBe(0);
});

// The last test: the issuer is away after it.
test('tokens are verified while the issuer is away', async () => {
  const known = issuer.sign();
  expect((await askAs(known)).status).toBe(200);
  await issuer.stop();
  for (const token of [known, issuer.sign({ sub: 'bob' }), signToken(ec, {}, issuer.claims())])
    expect((await askAs(token)).status).toBe(200);
  expect((await askAs(attacker.sign(issuer.claims()))).status).toBe(401);
});
