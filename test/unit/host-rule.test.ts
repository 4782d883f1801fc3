import { describe, expect, test } from '@jest/globals';
import { createHostRule, isHostList, isLoopbackAddress, servesEveryName } from '../../src/base/host-rule.ts';

const ruleOf = (host: string, allowed?: string, origins: readonly string[] = []) =>
  createHostRule({ host, allowed, setting: 'ALLOWED_HOSTS', listed: { origins, setting: 'CORS_ORIGINS' } });
const onLoopback = ruleOf('127.0.0.1', 'localhost, gateway.example, 10.0.0.5,[fd00::5]', [
  'http://localhost:5173',
]);
const isServed = (headers: { host?: string; origin?: string }) => onLoopback(headers) === null;

describe('on a loopback address', () => {
  test.each([
    'localhost',
    'localhost:4000',
    'LOCALHOST.:4000',
    'app.localhost:3000',
    '127.0.0.1',
    '127.8.7.6:65535',
    '[::1]:4000',
    '[0:0:0:0:0:0:0:1]',
    'gateway.example',
    'Gateway.Example.:8443',
    '10.0.0.5:80',
    '[fd00::5]:80',
  ])('the Host %s is served', (host) => {
    expect(isServed({ host })).toBe(true);
  });

  test.each([
    'rebound.example:4000',
    'localhost.rebound.example',
    '127.0.0.1.rebound.example',
    'rebound.example.localhost.example',
    'notlocalhost',
    '128.0.0.1',
    '0.0.0.0:4000',
    '[::2]',
    'www.gateway.example',
    'rebound.example@localhost',
    'localhost@rebound.example',
    'localhost/rebound.example',
    'localhost#rebound.example',
    'localhost, rebound.example',
    'local host',
    'l%6fcalhost',
    'localhost:port',
    'localhost:99999',
    ':4000',
    '[::1',
    '',
  ])('the Host %j is refused', (host) => {
    expect(isServed({ host })).toBe(false);
  });

  test('a request without the header is refused', () => {
    expect(isServed({})).toBe(false);
  });

  test.each([
    ['http://localhost:4000', 'localhost:4000'],
    ['http://localhost', 'localhost'],
    ['https://localhost', 'localhost'],
    ['https://localhost', 'localhost:443'],
    ['http://localhost', 'localhost:80'],
    ['https://app.localhost:8443', 'app.localhost:8443'],
    ['http://[::1]:4000', '[::1]:4000'],
    ['https://gateway.example', 'gateway.example'],
    ['https://gateway.example:8443', 'gateway.example'],
    ['https://gateway.example', '10.0.0.5:4000'],
    ['https://gateway.example', 'localhost:4000'],
    ['http://localhost:5173', 'localhost:4000'],
    ['http://localhost:5173', '127.0.0.1:4000'],
  ])('a page of %s is served at %s', (origin, host) => {
    expect(isServed({ host, origin })).toBe(true);
  });

  test.each([
    ['http://localhost:3000', 'localhost:4000'],
    ['http://localhost', 'localhost:4000'],
    ['http://localhost:4000', 'localhost'],
    ['https://localhost', 'localhost:80'],
    ['http://localhost', 'localhost:443'],
    ['http://localhost:4000', '127.0.0.1:4000'],
    ['http://127.0.0.1:4000', 'localhost:4000'],
    ['http://app.localhost:4000', 'localhost:4000'],
    ['https://localhost:5173', 'localhost:4000'],
    ['http://localhost:5173.evil.example', 'localhost:4000'],
    ['http://localhost:51730', 'localhost:4000'],
  ])('a page of %s is refused at %s', (origin, host) => {
    expect(isServed({ host, origin })).toBe(false);
  });

  test.each([
    'http://rebound.example',
    'http://localhost.rebound.example',
    'http://evilgateway.example',
    'https://gateway.example.evil.example',
    'null',
    '',
    'localhost',
    'chrome-extension://localhost',
    'file://localhost',
    'http://localhost, http://rebound.example',
    'http://rebound.example@localhost',
    'http://localhost/rebound',
  ])('a page of %j is refused', (origin) => {
    expect(isServed({ host: 'localhost', origin })).toBe(false);
  });

  test('a refusal names the header and the settings, and does not repeat what was sent', () => {
    const refusals = [{ host: 'CANARY' }, { host: 'localhost', origin: 'http://CANARY' }].map(onLoopback);
    expect(refusals[0]).toMatch(/header Host.*ALLOWED_HOSTS/);
    expect(refusals[1]).toBe(
      'The header Origin must match the header Host, name a host of ALLOWED_HOSTS, or be in CORS_ORIGINS',
    );
    expect(refusals.join()).not.toContain('CANARY');
  });
});

test.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost', '::ffff:127.0.0.1'])(
  '%s is a loopback address',
  (host) => {
    expect(isLoopbackAddress(host)).toBe(true);
    expect(servesEveryName({ host, allowed: undefined })).toBe(false);
  },
);

describe('on another address', () => {
  test.each(['0.0.0.0', '::', '10.0.0.5', 'gateway.example'])(
    '%s serves every Host if no list is set, but no page of another host',
    (host) => {
      expect(isLoopbackAddress(host)).toBe(false);
      expect(servesEveryName({ host, allowed: undefined })).toBe(true);
      const rule = ruleOf(host, undefined, ['https://app.example']);
      expect(rule({ host: 'any.example:4000' })).toBeNull();
      expect(rule({ host: 'any.example:4000', origin: 'http://any.example:4000' })).toBeNull();
      expect(rule({ host: 'any.example:443', origin: 'https://any.example' })).toBeNull();
      expect(rule({ host: 'any.example', origin: 'https://app.example' })).toBeNull();
      for (const origin of ['https://other.example', 'http://any.example:3000', 'null'])
        expect(rule({ host: 'any.example:4000', origin })).toContain('CORS_ORIGINS');
    },
  );

  test('a list without entries serves loopback names only', () => {
    const rule = ruleOf('0.0.0.0', ' , ');
    expect(servesEveryName({ host: '0.0.0.0', allowed: ' , ' })).toBe(false);
    expect(['localhost', 'other.example', ''].map((host) => rule({ host }) === null)).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('the list applies, and loopback names are still served', () => {
    const rule = ruleOf('0.0.0.0', 'gateway.example');
    const served = ['gateway.example', 'localhost', 'other.example'].map((host) => rule({ host }) === null);
    expect(served).toEqual([true, true, false]);
    expect(rule({ host: 'gateway.example', origin: 'https://other.example' })).toContain('Origin');
  });
});

test.each([
  ['gateway.example', true],
  ['a.example, 10.0.0.5 ,fd00::5,[fd00::6]', true],
  ['gateway.example:4000', false],
  ['[fd00::6]:4000', false],
  ['https://gateway.example', false],
  ['*.gateway.example', false],
  ['*', false],
  ['a.example,', true],
  [' ,a.example,,b.example', true],
  ['a.example,*,', false],
  ['bücher.example', false],
  ['xn--bcher-kva.example', true],
  ['a.example b.example', false],
])('isHostList(%j) is %s', (text, is) => {
  expect(isHostList(text)).toBe(is);
});
