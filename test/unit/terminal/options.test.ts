import { describe, expect, test } from '@jest/globals';
import { repeatOptions } from '../../../src/terminal/bulk.matching.ts';
import { freshnessWarning } from '../../../src/terminal/freshness.ts';
import { filterWords } from '../../../src/terminal/sim-filter.ts';
import { readSince } from '../../../src/terminal/since.ts';
import { readSort } from '../../../src/terminal/sort.option.ts';

describe('a point in time', () => {
  test.each([
    ['2026-02-03', '2026-02-03T00:00:00.000Z'],
    ['2026-02-03T08:15Z', '2026-02-03T08:15:00.000Z'],
    ['2026-02-03T08:15:30+02:00', '2026-02-03T06:15:30.000Z'],
  ])('may be the date %s', (text, at) => {
    expect(readSince(text)).toEqual({ at, isRelative: false });
  });

  test.each([
    ['12h', 12],
    ['7d', 168],
    ['2w', 336],
  ])('may be %s ago', (text, hours) => {
    const earliest = Date.now() - hours * 3_600_000;
    const { at, isRelative } = readSince(text);
    expect(isRelative).toBe(true);
    expect(Date.parse(at)).toBeGreaterThanOrEqual(earliest);
    expect(Date.parse(at)).toBeLessThanOrEqual(Date.now() - hours * 3_600_000);
  });

  test.each([
    '',
    '7',
    '0d',
    '7m',
    '-7d',
    'yesterday',
    '2026',
    '02/03/2026',
    '2026-02-31',
    '2026-02-03T08:15',
  ])('is not %j', (text) => {
    expect(() => readSince(text)).toThrow('It must be a date such as');
  });

  test('is not in the future', () => {
    expect(() => readSince('2999-01-01')).toThrow('It must be in the past.');
  });
});

test.each([
  ['session', 'LAST_DATA_SESSION', 'ASC'],
  ['used:desc', 'USED_BYTES', 'DESC'],
  ['Name:ASC', 'NAME', 'ASC'],
])('the sort order %s is valid', (text, field, direction) => {
  expect(readSort(text)).toEqual({ field, direction });
});

test.each(['', 'cost', 'name:down', 'name:desc:desc', 'constructor'])('%j is not a sort order', (text) => {
  expect(() => readSort(text)).toThrow('It must be one of iccid, name, ');
});

test('a filter is described with all its fields', () => {
  const words = filterWords({
    states: ['LIVE', 'TEST'],
    isTransitioning: true,
    groups: ['Meters', 'A "b"'],
    inNoGroup: true,
    search: 'x',
    isEsim: true,
    usedPercentAtLeast: 80.5,
    lastDataSessionBefore: '2026-02-03T00:00:00.000Z',
  });
  expect(words).toBe(
    'LIVE or TEST, in transition to another state, in the group "Meters" or "A \\"b\\"", in no group, "x" in the name or a number, eSIM, 80.5% of the data limit used, or more, last data session before 2026-02-03T00:00:00Z',
  );
});

test('there is a warning if the data is older than five minutes or incomplete', () => {
  const now = new Date('2026-02-03T08:00:00Z');
  const warning = (asOf: string, isComplete = true) => freshnessWarning({ asOf, isComplete }, now);
  expect(warning('2026-02-03T07:55:00Z')).toBeUndefined();
  expect(warning('2026-02-03T07:54:59Z')).toMatch(
    /^This may be 5 min 1 s old: .* since 2026-02-03T07:54:59Z\.$/,
  );
  expect(warning('2026-02-03T08:00:00Z', false)).toMatch(/SIMs are missing here\.$/);
});

test('an operation by filter is repeated with its original count and date', () => {
  const order = { action: 'RESET', waitUntilSettled: true, idempotencyKey: 'k', expectedCount: 12 };
  expect(repeatOptions({ ...order, target: { group: 'Meters' } })).toBe('--key k');
  const filter = { lastDataSessionBefore: '2026-02-03T00:00:00.000Z' };
  expect(repeatOptions({ ...order, target: { filter } })).toBe(
    '--key k --expect 12 --silent-since 2026-02-03T00:00:00.000Z',
  );
});
