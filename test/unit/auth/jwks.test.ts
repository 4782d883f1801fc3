import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createKey, type IssuerKey, paths, TestIssuer } from '../../support/issuer.ts';
import { createTestVerifier } from '../../support/jwt-verifier.ts';
import { waitFor } from '../../support/wait-for.ts';

const [first, second]: [IssuerKey, IssuerKey] = [createKey('ES256', 'first'), createKey('ES256', 'second')];
const unknown = createKey('EdDSA', 'unknown');
const [coolDownMs, refreshMs] = [30_000, 600_000];
const [loaded, away] = [
  'the keys of the token issuer are loaded',
  'the keys of the token issuer cannot be read',
];

let issuer: TestIssuer;
beforeEach(async () => {
  issuer = await new TestIssuer([first]).start();
});
afterEach(() => issuer.stop());

const withKid = (kid: string) => issuer.sign({}, { kid }, unknown);
const manyUnknown = () => Array.from({ length: 200 }, (_, place) => withKid(`unknown-${place}`));

/** Holds back the answers with the keys. */
function holdKeys() {
  const held: (() => void)[] = [];
  issuer.answer = (path, response) => {
    if (path !== paths.keys) return issuer.serve(path, response);
    held.push(() => issuer.serve(path, response));
  };
  return () => {
    issuer.answer = null;
    for (const answer of held.splice(0)) answer();
  };
}

/** A verifier that has loaded the keys, with a token that it has verified. */
async function whenLoaded() {
  const verifier = createTestVerifier(issuer);
  const token = issuer.sign();
  expect(await verifier.actorOf(token)).toBe('jwt:alice');
  return { verifier, token };
}

describe('a key that is unknown', () => {
  test('is looked up once for each cool-down, however many tokens name one', async () => {
    const { verifier } = await whenLoaded();
    const verifyAll = () => Promise.all(manyUnknown().map(verifier.actorOf));
    expect(new Set(await verifyAll())).toEqual(new Set([null]));
    expect(issuer.keyReads).toBe(1);
    verifier.pass(coolDownMs - 1);
    await verifyAll();
    expect(issuer.keyReads).toBe(1);
    verifier.pass(1);
    await verifyAll();
    await verifyAll();
    expect(issuer.keyReads).toBe(2);
  });

  test('is looked up once for each cool-down by an issuer that fails, too', async () => {
    const { verifier, token } = await whenLoaded();
    issuer.answer = (_, response) => response.writeHead(500).end();
    const before = issuer.requests.length;
    verifier.pass(coolDownMs);
    for (let round = 0; round < 3; round++) {
      expect(new Set(await Promise.all(manyUnknown().map(verifier.actorOf)))).toEqual(new Set([null]));
      expect(await verifier.actorOf(token)).toBe('jwt:alice');
    }
    expect(issuer.requests.length - before).toBe(1);
  });

  test('is not looked up because the wall clock was set', async () => {
    const { verifier } = await whenLoaded();
    for (const days of [365, -365]) {
      verifier.setWallClock(Date.now() + days * 86_400_000);
      expect(await verifier.actorOf(withKid('unknown'))).toBeNull();
    }
    expect(issuer.keyReads).toBe(1);
  });

  test('is not looked up for an algorithm that is not accepted, nor for what is no token', async () => {
    const { verifier } = await whenLoaded();
    verifier.pass(coolDownMs);
    const parts = [
      '!',
      '{}',
      '{"alg":"none"}',
      '{"alg":"HS256","kid":"x"}',
      '{"alg":"ES384","kid":"x"}',
      '[]',
    ];
    for (const header of parts)
      expect(await verifier.actorOf(`${Buffer.from(header).toString('base64url')}.e30.e30`)).toBeNull();
    expect(issuer.keyReads).toBe(1);
  });
});

describe('after a rotation', () => {
  test('the new key works after one read, and the old one does not any more', async () => {
    const { verifier, token } = await whenLoaded();
    issuer.published = [second.jwk];
    const rotated = issuer.sign({ sub: 'bob' }, {}, second);
    expect(await verifier.actorOf(rotated)).toBeNull();
    expect(await verifier.actorOf(token)).toBe('jwt:alice');
    verifier.pass(coolDownMs);
    expect(await Promise.all([rotated, rotated, rotated].map(verifier.actorOf))).toEqual(
      Array.from({ length: 3 }, () => 'jwt:bob'),
    );
    expect(issuer.keyReads).toBe(2);
    expect(await verifier.actorOf(token)).toBeNull();
    expect(await verifier.actorOf(issuer.sign({ sub: 'carol' }))).toBeNull();
  });

  test('a key that another one replaces under the same id does not work after the refresh', async () => {
    const { verifier, token } = await whenLoaded();
    const replaced = createKey('ES256', first.kid);
    issuer.published = [replaced.jwk];
    verifier.pass(refreshMs);
    await verifier.actorOf(token);
    await verifier.actorOf(withKid('unknown'));
    expect(await verifier.actorOf(issuer.sign())).toBeNull();
    expect(await verifier.actorOf(issuer.sign({}, {}, replaced))).toBe('jwt:alice');
  });

  test('an issuer that has withdrawn all keys has no valid tokens', async () => {
    const { verifier, token } = await whenLoaded();
    issuer.published = [];
    verifier.pass(coolDownMs);
    await verifier.actorOf(withKid('unknown'));
    expect(await verifier.actorOf(token)).toBeNull();
    expect(verifier.notable()).toEqual([
      loaded,
      'the token issuer publishes no usable key: no token is valid',
    ]);
  });

  test('a token that names no key works with each key, and with a new one', async () => {
    issuer.published = [first.jwk, second.jwk];
    const { verifier } = await whenLoaded();
    const nameless = (key: IssuerKey) => issuer.sign({ sub: key.kid }, { kid: undefined }, key);
    expect(await verifier.actorOf(nameless(first))).toBe('jwt:first');
    expect(await verifier.actorOf(nameless(second))).toBe('jwt:second');
    const third = createKey('ES256', 'third');
    expect(await verifier.actorOf(nameless(third))).toBeNull();
    issuer.published = [third.jwk];
    verifier.pass(coolDownMs);
    expect(await verifier.actorOf(nameless(third))).toBe('jwt:third');
    expect(await verifier.actorOf(nameless(second))).toBeNull();
  });
});

describe('keys of ten minutes ago', () => {
  test('are read again, and no token waits for it', async () => {
    const { verifier, token } = await whenLoaded();
    verifier.pass(refreshMs - 1);
    expect(verifier.verify(token)).not.toBeInstanceOf(Promise);
    expect(issuer.keyReads).toBe(1);
    const release = holdKeys();
    verifier.pass(1);
    // A promise would wait for the issuer, which does not answer yet.
    expect(verifier.verify(token)).toMatchObject({ actor: 'jwt:alice' });
    expect(await verifier.actorOf(issuer.sign({ sub: 'bob' }))).toBe('jwt:bob');
    await waitFor(() => issuer.keyReads === 2);
    const waiting = verifier.actorOf(withKid('unknown'));
    issuer.published = [second.jwk];
    release();
    expect(await waiting).toBeNull();
    expect(issuer.keyReads).toBe(2);
    expect(await verifier.actorOf(token)).toBeNull();
  });

  test('that have not changed leave the verified tokens as they are', async () => {
    const { verifier, token } = await whenLoaded();
    verifier.pass(coolDownMs);
    await verifier.actorOf(withKid('unknown'));
    expect(issuer.keyReads).toBe(2);
    expect(verifier.verify(token)).not.toBeInstanceOf(Promise);
  });

  test('are used while the issuer is away, with one log line for each change', async () => {
    const { verifier, token } = await whenLoaded();
    await issuer.stop();
    for (let hour = 0; hour < 5; hour++) {
      verifier.pass(3_600_000);
      verifier.setWallClock(Date.now());
      expect(await verifier.actorOf(token)).toBe('jwt:alice');
      expect(await verifier.actorOf(issuer.sign({ sub: `bob-${hour}` }))).toBe(`jwt:bob-${hour}`);
      // It waits for the load that the first token started.
      expect(await verifier.actorOf(withKid('unknown'))).toBeNull();
    }
    expect(verifier.notable()).toEqual([loaded, away]);
    await issuer.start();
    verifier.pass(coolDownMs);
    await verifier.actorOf(withKid('unknown'));
    expect(verifier.notable()).toEqual([loaded, away, loaded]);
  });
});

test('before the first load, tokens cannot be verified, and they are once the issuer is back', async () => {
  await issuer.stop();
  const verifier = createTestVerifier(issuer);
  const token = issuer.sign();
  const failureOf = async () => {
    try {
      return await verifier.verify(token);
    } catch (error) {
      return error;
    }
  };
  expect(await failureOf()).toMatchObject({ code: 'ISSUER_UNAVAILABLE', details: { retryAfterSeconds: 30 } });
  verifier.pass(coolDownMs - 1500);
  expect(await failureOf()).toMatchObject({ code: 'ISSUER_UNAVAILABLE', details: { retryAfterSeconds: 2 } });
  // No key makes it valid.
  expect(await verifier.actorOf(issuer.sign({}, { alg: 'none' }))).toBeNull();
  await issuer.start();
  expect(await verifier.actorOf(token)).toBe('ISSUER_UNAVAILABLE');
  expect(issuer.requests).toEqual([]);
  verifier.pass(1500);
  expect(await Promise.all([token, token, token].map(verifier.actorOf))).toEqual(
    Array.from({ length: 3 }, () => 'jwt:alice'),
  );
  expect(issuer.requests).toEqual([paths.configuration, paths.keys]);
  expect(verifier.notable()).toEqual([away, loaded]);
});
