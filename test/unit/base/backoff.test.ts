import { expect, test } from '@jest/globals';
import { backoffMs } from '../../../src/base/backoff.ts';

test('pauses double up to the maximum, after any number of tries', () => {
  const backoff = { firstMs: 500, maxMs: 30_000 };
  const pauses = [0, 1, 2, 5, 6, 7, 5000].map((tries) => backoffMs(tries, backoff));
  expect(pauses).toEqual([500, 1000, 2000, 16_000, 30_000, 30_000, 30_000]);
});

test('a first pause of 0 stays 0', () => {
  expect(backoffMs(5000, { firstMs: 0, maxMs: 1000 })).toBe(0);
});
