import { expect, test } from '@jest/globals';
import { acceptedCoding } from '../../src/gateway/http/accept.ts';

test.each([
  ['br', 'br'],
  ['gzip', 'gzip'],
  ['gzip, deflate, br, zstd', 'br'],
  ['GZIP', 'gzip'],
  ['gzip, deflate', 'gzip'],
  ['*', 'br'],
  ['gzip;q=0.5, *;q=0.1', 'gzip'],
  ['br;q=0, *', 'gzip'],
  ['br;q=0.5, gzip;q=0.8', 'gzip'],
  ['br;q=0.001', 'br'],
  ['br; q=0, gzip; q=1.0', 'gzip'],
  ['identity;q=0.5, gzip', 'gzip'],
  ['identity, gzip', 'gzip'],
  ['identity;q=0, gzip;q=0.1', 'gzip'],
  [undefined, null],
  ['', null],
  ['identity', null],
  ['deflate, zstd', null],
  ['br;q=0, gzip;q=0', null],
  ['br;q=0, gzip;q=0.000', null],
  ['*;q=0', null],
  ['identity;q=1, gzip;q=0.5', null],
  ['gzip;q=nonsense', null],
  ['brotli, gzipped', null],
])('Accept-Encoding %j means %j', (header, coding) => {
  expect(acceptedCoding(header)).toBe(coding);
});

test('a coding that is not available is passed over', () => {
  const onlyGzip = (coding: string) => coding === 'gzip';
  expect(acceptedCoding('br, gzip;q=0.1', onlyGzip)).toBe('gzip');
  expect(acceptedCoding('br', onlyGzip)).toBeNull();
});
