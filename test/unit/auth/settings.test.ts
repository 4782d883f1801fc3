import { describe, expect, test } from '@jest/globals';
import { ConfigError } from '../../../src/base/config-error.ts';
import { readConfig } from '../../../src/config.ts';

const account = {
  SIM_API_URL: 'https://api.1ot.mobi/v1',
  SIM_API_USERNAME: 'user',
  SIM_API_PASSWORD: 'secret',
};
const issuer = { JWT_ISSUER: 'https://login.example.com', JWT_AUDIENCE: 'sim-gateway' };

function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig({ ...account, ...environment });
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

const authOf = (environment: Record<string, string>) => readConfig({ ...account, ...environment }).auth;

describe('AUTH', () => {
  test.each([
    ['none', []],
    ['apikey', ['apikey']],
    ['jwt', ['jwt']],
    ['apikey,jwt', ['apikey', 'jwt']],
    [' jwt , apikey, ', ['jwt', 'apikey']],
    ['jwt,jwt', ['jwt']],
  ])('%j has the methods %j', (AUTH, methods) => {
    const needed = AUTH.includes('jwt') ? issuer : {};
    expect(authOf({ AUTH, ...needed }).methods).toEqual(methods);
  });

  test.each(['None', 'key', 'none,jwt', ',', 'apikey;jwt', 'basic', 'oauth'])('%j is refused', (AUTH) => {
    expect(faultsOf({ AUTH, ...issuer })).toEqual([
      'AUTH must be none, or one or both of apikey, jwt, separated by commas',
    ]);
  });

  test.each(['0.0.0.0', '::', '192.168.1.2', 'gateway.example.com'])(
    'none on the address %s stops the start, unless a second setting confirms it',
    (HOST) => {
      expect(faultsOf({ HOST })).toEqual([
        expect.stringMatching(
          /^AUTH is none, and HOST is not a loopback address.*ALLOW_UNAUTHENTICATED=true$/,
        ),
      ]);
      expect(faultsOf({ HOST, AUTH: 'none', ALLOW_UNAUTHENTICATED: 'false' })).toHaveLength(1);
      expect(faultsOf({ HOST, ALLOW_UNAUTHENTICATED: 'true' })).toEqual([]);
      expect(faultsOf({ HOST, AUTH: 'apikey' })).toEqual([]);
    },
  );

  test.each(['127.0.0.1', '127.0.0.5', '::1', 'localhost'])(
    'none on the address %s needs no confirmation',
    (HOST) => {
      expect(faultsOf({ HOST })).toEqual([]);
    },
  );

  test.each(['1', 'yes', 'TRUE'])('ALLOW_UNAUTHENTICATED=%s is refused', (value) => {
    expect(faultsOf({ HOST: '0.0.0.0', ALLOW_UNAUTHENTICATED: value })).toContain(
      'ALLOW_UNAUTHENTICATED must be true or false',
    );
  });
});

describe('the settings of tokens', () => {
  test('are read, with an audience list and the discovered keys', () => {
    expect(authOf({ AUTH: 'jwt', ...issuer, JWT_AUDIENCE: 'a, b' }).jwt).toEqual({
      issuer: 'https://login.example.com',
      audiences: ['a', 'b'],
      jwksUrl: null,
      algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      scopesClaim: 'scope',
    });
  });

  test('an issuer and an audience are needed', () => {
    expect(faultsOf({ AUTH: 'jwt' })).toEqual([
      'JWT_ISSUER is needed with AUTH=jwt',
      'JWT_AUDIENCE is needed with AUTH=jwt',
    ]);
  });

  test.each(['HS256', 'none', 'RS256,HS256', 'RS1', '', ' , '].filter((text) => text !== ''))(
    'the algorithms %j are refused',
    (JWT_ALGORITHMS) => {
      expect(faultsOf({ AUTH: 'jwt', ...issuer, JWT_ALGORITHMS })).toEqual([
        expect.stringMatching(/^JWT_ALGORITHMS must be asymmetric algorithms/),
      ]);
    },
  );

  test.each([
    'http://login.example.com',
    'ftp://login.example.com',
    'https://user:word@login.example.com',
    'https://login.example.com/?a=b',
  ])('the address %s is refused', (url) => {
    for (const name of ['JWT_ISSUER', 'JWT_JWKS_URL'])
      expect(faultsOf({ AUTH: 'jwt', ...issuer, [name]: url })).toEqual([
        expect.stringMatching(`^${name} must`),
      ]);
  });

  test.each(['http://127.0.0.1:9000', 'http://localhost:9000/realm', 'http://[::1]:9000'])(
    '%s is accepted',
    (url) => {
      expect(faultsOf({ AUTH: 'jwt', ...issuer, JWT_ISSUER: url, JWT_JWKS_URL: url })).toEqual([]);
    },
  );

  test.each(['JWT_ISSUER', 'JWT_AUDIENCE', 'JWT_JWKS_URL'])('%s without AUTH=jwt stops the start', (name) => {
    const value = name === 'JWT_AUDIENCE' ? 'a' : 'https://login.example.com';
    for (const AUTH of ['none', 'apikey'])
      expect(faultsOf({ AUTH, [name]: value })).toEqual([`${name} is set, but AUTH does not have jwt`]);
  });
});

describe('ADMIN_TOKEN', () => {
  test('must be long, and belongs to AUTH=apikey', () => {
    expect(faultsOf({ AUTH: 'apikey', ADMIN_TOKEN: 'x'.repeat(31) })).toEqual([
      'ADMIN_TOKEN must have at least 32 ASCII characters, and no spaces',
    ]);
    expect(faultsOf({ ADMIN_TOKEN: 'x'.repeat(32) })).toEqual([
      'ADMIN_TOKEN is set, but AUTH does not have apikey',
    ]);
    expect(authOf({ AUTH: 'apikey', ADMIN_TOKEN: 'x'.repeat(32) }).adminToken).toBe('x'.repeat(32));
  });
});
