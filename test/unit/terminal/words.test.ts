import { expect, test } from '@jest/globals';
import { dataSize, duration, money } from '../../../src/terminal/words.ts';

test.each([
  [0, '0 s'],
  [59.4, '59 s'],
  [59.6, '1 min'],
  [192, '3 min 12 s'],
  [3599.7, '1 h'],
  [7500, '2 h 5 min'],
])('%d seconds are %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [999_960, '1.0 MB'],
  [7_454_474, '7.5 MB'],
  [2 ** 53, '9007.2 TB'],
])('%d bytes are %s', (bytes, text) => {
  expect(dataSize(bytes)).toBe(text);
});

test.each([
  [0.093183, '0.0932 EUR'],
  [0, '0.00 EUR'],
  [12.345, '12.35 EUR'],
])('an amount of %d is %s', (amount, text) => {
  expect(money({ amount, currency: 'EUR' })).toBe(text);
});
