import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Scope, scopes } from '../../../src/auth/index.ts';
import { createKey, signToken, TestIssuer } from '../../support/issuer.ts';
import { createTestVerifier } from '../../support/jwt-verifier.ts';

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await new TestIssuer([createKey('EdDSA')]).start();
});
afterAll(() => issuer.stop());

let verifier: ReturnType<typeof createTestVerifier>;
beforeEach(() => {
  verifier = createTestVerifier(issuer);
});

describe('the subject', () => {
  test.each<[object, string]>([
    [{ sub: 'auth0|5f7c8ec7' }, 'jwt:auth0|5f7c8ec7'],
    [{ sub: 'Jürgen 山田' }, 'jwt:Jürgen 山田'],
    [{ sub: 'x'.repeat(255) }, `jwt:${'x'.repeat(255)}`],
    [{ sub: 'alice', client_id: 'app', azp: 'other' }, 'jwt:alice'],
    [{ sub: undefined, client_id: 'app', azp: 'other' }, 'client:app'],
    [{ sub: undefined, azp: 'other' }, 'client:other'],
  ])('of %j is taken', async (claims, actor) => {
    expect(await verifier.actorOf(issuer.sign(claims))).toBe(actor);
  });

  test.each<[string, unknown]>([
    ['', ''],
    ['that is too long', 'x'.repeat(256)],
    ['with NUL', 'al\0ice'],
    ['with a line break', 'alice\njwt:bob'],
    ['with a control character of C1', 'alice\u0085'],
    ['with a line separator', 'alice\u2028'],
    ['with text that is shown in reverse', '\u202Ealice'],
    ['with a character without width', 'al\u200Bice'],
    ['with half a character', '\uD800'],
    ['that is null', null],
    ['that is a number', 7],
    ['that is a list', ['alice']],
    ['that is an object', { toString: 'alice' }],
  ])('%s is refused, and no other claim stands for it', async (_, sub) => {
    expect(await verifier.actorOf(issuer.sign({ sub, client_id: 'app' }))).toBeNull();
    expect(await verifier.actorOf(issuer.sign({ sub: undefined, client_id: sub, azp: 'app' }))).toBeNull();
    expect(verifier.refusals()).toMatchObject([{ claim: 'sub' }, { claim: 'client_id' }]);
  });

  test('is needed', async () => {
    expect(await verifier.actorOf(issuer.sign({ sub: undefined }))).toBeNull();
  });
});

describe('scopes', () => {
  const scopesOf = async (claims: object) => [...(await verifier.principalOf(issuer.sign(claims))).scopes];

  test.each<[unknown, Scope[]]>([
    ['openid profile READ read Read', ['READ']],
    [' read\nsms ', ['READ', 'SMS']],
    [
      ['read', 'CLOSE', 7, null, ['AUDIT'], { scope: 'COST' }],
      ['READ', 'CLOSE'],
    ],
    // An entry of a list is one scope.
    [['read sms'], []],
    ['', []],
    [undefined, []],
    [null, []],
    [true, []],
    [{ 0: 'read', length: 1 }, []],
    ['*', []],
    ['all', []],
    ['toString constructor __proto__ hasOwnProperty', []],
    ['read,sms sims:read READ_ALL xREAD', []],
    // Their upper case is CLOSE and SMS.
    ['clo\u017Fe \u017Fm\u017F', []],
  ])('%j are %j', async (scope, expected) => {
    expect(await scopesOf({ scope })).toEqual(expected);
  });

  test('may be all', async () => {
    const principal = await verifier.principalOf(issuer.sign({ scope: scopes.join(' ') }));
    expect([principal.hasAllScopes, principal.scopes.size]).toEqual([true, scopes.length]);
  });

  test.each(['permissions', 'https://example.com/scopes', '__proto__'])(
    'may be in the claim %s',
    async (claim) => {
      verifier = createTestVerifier(issuer, { settings: { scopesClaim: claim } });
      const payload = JSON.stringify({ ...issuer.claims(), scope: 'close' });
      const token = signToken(
        issuer.firstKey,
        {},
        payload.replace('{', `{${JSON.stringify(claim)}:["sms"],`),
      );
      expect([...(await verifier.principalOf(token)).scopes]).toEqual(['SMS']);
      expect(await scopesOf({ scope: 'close' })).toEqual([]);
    },
  );

  test('of a claim that every object has in JavaScript are none', async () => {
    verifier = createTestVerifier(issuer, { settings: { scopesClaim: 'constructor' } });
    expect(await scopesOf({})).toEqual([]);
  });
});
