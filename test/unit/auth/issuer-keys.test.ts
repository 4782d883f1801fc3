import type { JsonWebKey } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readIssuerKeys } from '../../../src/auth/issuer-keys.ts';
import { createKey, paths, TestIssuer } from '../../support/issuer.ts';

const key = createKey('RS256', 'published');
const other = createKey('ES256', 'other');

let issuer: TestIssuer;
let elsewhere: TestIssuer;
beforeEach(async () => {
  [issuer, elsewhere] = [await new TestIssuer([key]).start(), await new TestIssuer([other]).start()];
});
afterEach(() => Promise.all([issuer.stop(), elsewhere.stop()]));

/** Longer than any answer takes that is not held. */
const timeoutMs = 60_000;
const readKeys = (jwksUrl: string | null = null, ofIssuer = issuer.url, timeout = timeoutMs) =>
  readIssuerKeys({ issuer: ofIssuer, jwksUrl }, timeout);
const kidsOf = async (keys: Promise<readonly JsonWebKey[]>) => (await keys).map(({ kid }) => kid);

/** Answers one path in another way. */
function answerAt(at: string, answer: (response: ServerResponse) => void) {
  issuer.answer = (path, response) => (path === at ? answer(response) : issuer.serve(path, response));
}

describe('the keys of an issuer', () => {
  test('are where its configuration says, or where the operator says', async () => {
    expect(await kidsOf(readKeys())).toEqual(['published']);
    expect(issuer.requests).toEqual([paths.configuration, paths.keys]);
    expect(await kidsOf(readKeys(elsewhere.url + paths.keys))).toEqual(['other']);
    expect(elsewhere.requests).toEqual([paths.keys]);
    expect(issuer.requests).toHaveLength(2);
  });

  test('are found for an issuer that ends with a slash or has a path', async () => {
    for (const path of ['/', '/tenants/one']) {
      const configured = issuer.url + path;
      const at = `${path === '/' ? '' : path}${paths.configuration}`;
      answerAt(at, (response) =>
        issuer.send(response, { issuer: configured, jwks_uri: issuer.url + paths.keys }),
      );
      expect(await kidsOf(readKeys(null, configured))).toEqual(['published']);
    }
  });

  test('are those for signatures that are public', async () => {
    const jwkOf = (kid: string, members: object) => ({ ...key.jwk, kid, ...members });
    issuer.published = [
      jwkOf('no use', { use: undefined }),
      jwkOf('encryption', { use: 'enc' }),
      jwkOf('other use', { use: 'other' }),
      jwkOf('private', key.privateKey.export({ format: 'jwk' })),
      jwkOf('half private', { q: 'AQAB' }),
      { kty: 'oct', kid: 'secret', k: 'c2VjcmV0', alg: 'HS256', use: 'sig' },
      { ...other.privateKey.export({ format: 'jwk' }), kid: 'private EC' },
      { kid: 'no type' },
      null as never,
      'text' as never,
      key.jwk,
    ];
    expect(await kidsOf(readKeys())).toEqual(['no use', 'published']);
  });

  test('are asked for without credentials', async () => {
    const seen: unknown[] = [];
    issuer.answer = (path, response) => {
      seen.push(
        response.req.rawHeaders.filter((_, place) => place % 2 === 0).map((name) => name.toLowerCase()),
      );
      issuer.serve(path, response);
    };
    await readKeys();
    expect(seen).toEqual([
      ['accept', 'host', 'connection'],
      ['accept', 'host', 'connection'],
    ]);
  });
});

const secret = 'TEXT-OF-THE-ANSWER';
const configurationOf = (members: object) => (response: ServerResponse) =>
  issuer.send(response, { issuer: issuer.url, jwks_uri: issuer.url + paths.keys, ...members });

test.each<[string, string, (response: ServerResponse) => void, string]>([
  [
    'another issuer',
    paths.configuration,
    configurationOf({ issuer: 'https://evil.example' }),
    'its issuer is not JWT_ISSUER',
  ],
  [
    'an issuer with a slash more',
    paths.configuration,
    (response) => configurationOf({ issuer: `${issuer.url}/` })(response),
    'its issuer is not JWT_ISSUER',
  ],
  ...[undefined, 7, '/keys', 'http://issuer.example/keys', 'file:///etc/passwd', 'ftp://127.0.0.1/keys'].map(
    (jwks_uri): [string, string, (response: ServerResponse) => void, string] => [
      `keys at ${jwks_uri}`,
      paths.configuration,
      (response) => configurationOf({ jwks_uri })(response),
      'its jwks_uri is not an https address',
    ],
  ),
  [
    'keys at an address with credentials',
    paths.configuration,
    (response) =>
      configurationOf({ jwks_uri: 'https://user:TEXT-OF-THE-ANSWER@issuer.example/keys' })(response),
    'its jwks_uri has credentials in it',
  ],
  [
    'no set of keys',
    paths.keys,
    (response) => issuer.send(response, { keys: secret }),
    'it is not a set of keys',
  ],
  ['a list', paths.keys, (response) => issuer.send(response, [secret]), 'it is not a set of keys'],
  ['null', paths.keys, (response) => issuer.send(response, null), 'it is not a set of keys'],
  ['no JSON', paths.keys, (response) => response.end(`{"${secret}`), 'its answer is not JSON'],
  [
    'an answer that is too long',
    paths.keys,
    (response) => issuer.send(response, { keys: [key.jwk], padding: 'x'.repeat(1_000_000) }),
    'its answer has more than 1000000 bytes',
  ],
  ['HTTP 500', paths.keys, (response) => response.writeHead(500).end(secret), 'it answered HTTP 500'],
  ['HTTP 204', paths.keys, (response) => response.writeHead(204).end(), 'it answered HTTP 204'],
])('%s is a fault', async (_, at, answer, reason) => {
  answerAt(at, (response) => answer(response));
  await expect(readKeys()).rejects.toThrow(new Error(`${issuer.url}${at}: ${reason}`));
});

test.each([paths.configuration, paths.keys])('a redirect of %s is not followed', async (at) => {
  answerAt(at, (response) => response.writeHead(302, { location: elsewhere.url + paths.keys }).end());
  await expect(readKeys()).rejects.toThrow(new Error(`${issuer.url}${at}: it answered HTTP 302`));
  expect(elsewhere.requests).toEqual([]);
});

test.each<[string, (response: ServerResponse) => void]>([
  ['no answer', () => undefined],
  ['half an answer', (response) => response.writeHead(200).write('{"keys":')],
])('%s ends at the timeout', async (_, answer) => {
  answerAt(paths.keys, answer);
  const url = issuer.url + paths.keys;
  await expect(readKeys(url, issuer.url, 20)).rejects.toThrow(
    new Error(`${url}: no complete answer in time`),
  );
});

test('an answer that breaks off is a fault', async () => {
  answerAt(paths.keys, (response) => {
    response.writeHead(200, { 'content-length': 100 }).write('{"keys":[]}', () => response.destroy());
  });
  await expect(readKeys()).rejects.toThrow(`${issuer.url}${paths.keys}: `);
});
