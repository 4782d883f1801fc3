import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { audience, createKey, encoded, signToken, TestIssuer } from '../../support/issuer.ts';
import { createTestVerifier } from '../../support/jwt-verifier.ts';

const edwards = createKey('EdDSA');
const keys = [createKey('RS256'), createKey('ES256'), edwards, createKey('PS256')];

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await new TestIssuer(keys).start();
});
afterAll(() => issuer.stop());

let verifier: ReturnType<typeof createTestVerifier>;
beforeEach(() => {
  verifier = createTestVerifier(issuer);
});

const at = (seconds: number) => Math.floor(verifier.now() / 1000) + seconds;

test('a valid token of each algorithm names its caller', async () => {
  for (const key of keys) {
    const exp = at(600);
    const token = issuer.sign({ exp, scope: 'read  COST\topenid' }, { typ: 'JWT' }, key);
    const principal = await verifier.principalOf(token);
    expect({ ...principal, scopes: [...principal.scopes] }).toEqual({
      actor: 'jwt:alice',
      method: 'JWT',
      scopes: ['READ', 'COST'],
      hasAllScopes: false,
      groups: null,
      expiresAt: new Date(exp * 1000),
    });
  }
});

test('only what has the form of a token is verified', () => {
  expect(verifier.handles(issuer.sign())).toBe(true);
  expect(['', 'a', 'simgw_a'].some(verifier.handles)).toBe(false);
  for (const text of ['a.b', 'a.b.', '.b.c', 'a..c', 'a.b.c.d.e', 'a.b.c=', 'a.b+.c', 'a.b.c\n'])
    expect([text, verifier.verify(text)]).toEqual([text, null]);
});

test('one of the audiences must be in the token', async () => {
  verifier = createTestVerifier(issuer, { settings: { audiences: ['one', 'two'] } });
  for (const aud of ['one', 'two', ['other', 'two']])
    expect(await verifier.actorOf(issuer.sign({ aud }))).toBe('jwt:alice');
  for (const aud of [
    'other',
    audience,
    'ONE',
    'one ',
    'one,two',
    [],
    ['other'],
    '',
    null,
    { one: 'one' },
    [['one']],
  ])
    expect(await verifier.actorOf(issuer.sign({ aud }))).toBeNull();
});

test('the issuer must be exactly the configured one', async () => {
  for (const iss of [
    `${issuer.url}/`,
    issuer.url.toUpperCase(),
    [issuer.url],
    null,
    '',
    'https://evil.example',
  ])
    expect(await verifier.actorOf(issuer.sign({ iss }))).toBeNull();
});

test.each(['JWT', 'jwt', 'at+jwt', 'AT+JWT', 'application/at+jwt', undefined])(
  'the type %s is accepted',
  async (typ) => {
    expect(await verifier.actorOf(issuer.sign({}, { typ }))).toBe('jwt:alice');
  },
);

test.each(['logout+jwt', 'dpop+jwt', 'id_token', '', 'application/', 7, null, ['JWT']])(
  'the type %j, for another purpose, is refused',
  async (typ) => {
    expect(await verifier.actorOf(issuer.sign({}, { typ }))).toBeNull();
    expect(verifier.refusals()).toMatchObject([{ claim: 'typ' }]);
  },
);

describe('time', () => {
  test('a token ends 30 s after exp, whether it was verified before or not', async () => {
    const exp = at(600);
    const [known, fresh] = [issuer.sign({ exp }), () => issuer.sign({ exp, jti: Math.random() })];
    expect(await verifier.actorOf(known)).toBe('jwt:alice');
    verifier.setWallClock((exp + 30) * 1000 - 1);
    expect(await Promise.all([known, fresh()].map(verifier.actorOf))).toEqual(['jwt:alice', 'jwt:alice']);
    expect(verifier.verify(known)).not.toBeInstanceOf(Promise);
    verifier.setWallClock((exp + 30) * 1000);
    expect(await Promise.all([known, fresh()].map(verifier.actorOf))).toEqual([null, null]);
    expect(verifier.refusals().map(({ reason }) => reason)).toEqual(['ERR_JWT_EXPIRED', 'ERR_JWT_EXPIRED']);
  });

  test('a token begins 30 s before nbf', async () => {
    const nbf = at(600);
    const token = issuer.sign({ nbf, exp: nbf + 600 });
    verifier.setWallClock((nbf - 30) * 1000 - 1);
    expect(await verifier.actorOf(token)).toBeNull();
    verifier.setWallClock((nbf - 30) * 1000);
    expect(await verifier.actorOf(token)).toBe('jwt:alice');
  });

  test('a token with a fraction of a second is as good as any', async () => {
    const exp = at(600) + 0.5;
    const token = issuer.sign({ exp });
    expect((await verifier.principalOf(token)).expiresAt).toEqual(new Date(exp * 1000));
  });

  test.each(['"2000000000"', '1e400', '1e12', 'null', 'true', '[2000000000]', '{}', '-1', '0'])(
    'exp as %s is refused',
    async (exp) => {
      const payload = JSON.stringify({ ...issuer.claims(), exp: 'EXP' }).replace('"EXP"', exp);
      expect(await verifier.actorOf(signToken(issuer.firstKey, {}, payload))).toBeNull();
      expect(verifier.refusals()).toMatchObject([{ claim: 'exp' }]);
    },
  );

  test.each(['"0"', '1e400', 'null', '[0]'])('nbf as %s is refused', async (nbf) => {
    const payload = JSON.stringify({ ...issuer.claims(), nbf: 'NBF' }).replace('"NBF"', nbf);
    expect(await verifier.actorOf(signToken(issuer.firstKey, {}, payload))).toBeNull();
  });
});

describe('a token that was verified', () => {
  test('names its caller at once', async () => {
    const token = issuer.sign();
    const first = verifier.verify(token);
    expect(first).toBeInstanceOf(Promise);
    expect(verifier.verify(token)).toBeInstanceOf(Promise);
    const principal = await first;
    expect(verifier.verify(token)).toBe(principal);
  });

  test('lends nothing to one with another signature', async () => {
    const token = issuer.sign();
    await verifier.principalOf(token);
    const [header, payload, signature = ''] = token.split('.');
    const changed = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    expect(await verifier.actorOf(`${header}.${payload}.${changed}`)).toBeNull();
    const forged = encoded({ ...issuer.claims(), scope: 'close' });
    expect(await verifier.actorOf(`${header}.${forged}.${signature}`)).toBeNull();
  });

  test('is forgotten after a thousand others', async () => {
    const token = issuer.sign();
    await verifier.principalOf(token);
    const quick = Array.from({ length: 1000 }, (_, jti) => issuer.sign({ jti }, {}, edwards));
    await Promise.all(quick.slice(1).map(verifier.principalOf));
    expect(verifier.verify(token)).not.toBeInstanceOf(Promise);
    await Promise.all(quick.slice(0, 1).map(verifier.principalOf));
    expect(verifier.verify(token)).toBeInstanceOf(Promise);
  });
});

test('the log says why a token is refused, and nothing of the token', async () => {
  const secret = 'VALUE-OF-THE-TOKEN';
  const refused = [
    issuer.sign({ aud: secret }, { kid: secret }),
    issuer.sign({ aud: secret, sub: secret }),
    issuer.sign({ iss: secret, sub: secret }),
    issuer.sign({ exp: 1, sub: secret }),
    issuer.sign({ exp: secret }),
    issuer.sign({ sub: secret }, { crit: [secret], [secret]: 1 }),
    issuer.sign({ sub: secret }, { alg: secret }),
    issuer.sign({ sub: secret }, { typ: secret }),
    issuer.sign({ sub: `${secret}\n` }),
    `${issuer.sign({ sub: secret })}AAAA`,
    `${encoded(secret)}.${encoded(secret)}.${encoded(secret)}`,
    signToken(issuer.firstKey, {}, secret),
  ];
  for (const token of refused) expect(await verifier.actorOf(token)).toBeNull();
  const claimFault = (claim: string) => ['ERR_JWT_CLAIM_VALIDATION_FAILED', claim];
  expect(verifier.refusals().map(({ reason, claim }) => [reason, claim])).toEqual([
    ['ERR_JWKS_NO_MATCHING_KEY', undefined],
    claimFault('aud'),
    claimFault('iss'),
    ['ERR_JWT_EXPIRED', 'exp'],
    claimFault('exp'),
    ['ERR_JOSE_NOT_SUPPORTED', undefined],
    ['ERR_JOSE_ALG_NOT_ALLOWED', undefined],
    claimFault('typ'),
    claimFault('sub'),
    ['ERR_JWS_SIGNATURE_VERIFICATION_FAILED', undefined],
    ['ERR_JWS_INVALID', undefined],
    ['ERR_JWT_INVALID', undefined],
  ]);
  const log = JSON.stringify(verifier.lines);
  expect(log).not.toContain(secret);
  for (const token of refused)
    for (const part of token.split('.')) expect(log).not.toContain(part.slice(0, 40));
});

test.each([
  ['with a short key', 'RS256', { n: 'AQAB'.repeat(20), e: 'AQAB', kty: 'RSA' }],
  ['that is no key', 'RS256', { n: '', e: '', kty: 'RSA' }],
  ['with a point that is not on the curve', 'ES256', { x: 'AA', y: 'AA', crv: 'P-256', kty: 'EC' }],
])('an issuer %s leaves the other keys as they are', async (_, alg, jwk) => {
  issuer.published = [{ ...jwk, kid: 'broken', alg }, ...keys.map((key) => key.jwk)];
  verifier = createTestVerifier(issuer);
  const key = alg === 'RS256' ? createKey('RS256') : createKey('ES256');
  expect(await verifier.actorOf(issuer.sign({}, { kid: 'broken' }, key))).toBeNull();
  expect(await verifier.actorOf(issuer.sign())).toBe('jwt:alice');
  expect(await verifier.actorOf(issuer.sign({}, { kid: undefined }))).toBe('jwt:alice');
  issuer.published = keys.map(({ jwk }) => jwk);
});
