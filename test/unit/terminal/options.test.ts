import { describe, expect, test } from '@jest/globals';
import { Command } from 'commander';
import { repeatOptions } from '../../../src/terminal/bulk.matching.ts';
import { addFilterOptions, type FilterOptions, filterOf } from '../../../src/terminal/filter.options.ts';
import { freshnessWarning } from '../../../src/terminal/freshness.ts';
import { filterWords, type SimFilter } from '../../../src/terminal/sim-filter.ts';
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
  ['cost:desc', 'COST', 'DESC'],
  ['eid', 'EID', 'ASC'],
  ['msisdn', 'MSISDN', 'ASC'],
  ['Name:ASC', 'NAME', 'ASC'],
])('the sort order %s is valid', (text, field, direction) => {
  expect(readSort(text)).toEqual({ field, direction });
});

test.each(['', 'price', 'name:down', 'name:desc:desc', 'constructor'])('%j is not a sort order', (text) => {
  expect(() => readSort(text)).toThrow('It must be one of iccid, name, ');
});

describe('a filter', () => {
  test.each<[string, SimFilter]>([
    ['LIVE or TEST', { states: ['LIVE', 'TEST'] }],
    ['OFFLINE because SUSPENDED', { offlineReasons: ['SUSPENDED'] }],
    ['in transition to another state', { isTransitioning: true }],
    ['not in transition', { isTransitioning: false }],
    ['in the group "Meters" or "A \\"b\\""', { groups: ['Meters', 'A "b"'] }],
    ['in no group', { inNoGroup: true }],
    ['"x" in the name or a number', { search: 'x' }],
    ['of the type "eSIM"', { types: ['eSIM'] }],
    ['eSIM', { isEsim: true }],
    ['500.0 MB used, or more, 1.0 GB used, or less', { usedBytesAtLeast: 5e8, usedBytesAtMost: 1e9 }],
    ['80.5% of the data limit used, or more', { usedPercentAtLeast: 80.5 }],
    ['over the data limit', { overDataLimit: true }],
    ['cost of 2.5 or more', { costAtLeast: 2.5 }],
    ['never on a network, never a data session', { neverConnected: true, neverHadDataSession: true }],
    ['last data session before 2026-02-03T00:00:00Z', { lastDataSessionBefore: '2026-02-03T00:00:00.000Z' }],
    ['last modified after 2026-02-03T00:00:00Z', { lastModifiedAfter: '2026-02-03' }],
    ['8937204016076059646', { iccids: ['8937204016076059646'] }],
    ['LIVE, (in no group) or (eSIM)', { states: ['LIVE'], or: [{ inNoGroup: true }, { isEsim: true }] }],
    ['not (CLOSED)', { not: { states: ['CLOSED'] } }],
    ['not (any SIM)', { not: {} }],
  ])('is described as %s', (words, filter) => {
    expect(filterWords(filter)).toBe(words);
  });

  test.each<[string[], SimFilter | null]>([
    [[], null],
    [['--offline-reason', 'suspended,DEACTIVATED'], { offlineReasons: ['SUSPENDED', 'DEACTIVATED'] }],
    [
      ['--iccid', '8937204016076059646', '--iccid', '8937204016458019812'],
      { iccids: ['8937204016076059646', '8937204016458019812'] },
    ],
    [['--type', 'M2M, LTE', '--type', 'eSIM'], { types: ['M2M, LTE', 'eSIM'] }],
    [['--used-bytes-at-least', '1.5GB'], { usedBytesAtLeast: 1_500_000_000 }],
    [['--used-bytes-at-most', '0'], { usedBytesAtMost: 0 }],
    [['--used-bytes-at-most', '500mb'], { usedBytesAtMost: 500_000_000 }],
    [['--over-limit', '--cost-at-least', '2.50'], { overDataLimit: true, costAtLeast: 2.5 }],
    [['--no-over-limit'], { overDataLimit: false }],
    [['--never-connected', '--no-never-had-session'], { neverConnected: true, neverHadDataSession: false }],
    [
      ['--network-before', '2026-02-03', '--network-after', '2026-02-01'],
      {
        lastNetworkActivityBefore: '2026-02-03T00:00:00.000Z',
        lastNetworkActivityAfter: '2026-02-01T00:00:00.000Z',
      },
    ],
    [
      ['--silent-since', '2026-02-03', '--session-after', '2026-02-01'],
      { lastDataSessionBefore: '2026-02-03T00:00:00.000Z', lastDataSessionAfter: '2026-02-01T00:00:00.000Z' },
    ],
    [
      ['--modified-before', '2026-02-03', '--modified-after', '2026-02-01'],
      { lastModifiedBefore: '2026-02-03T00:00:00.000Z', lastModifiedAfter: '2026-02-01T00:00:00.000Z' },
    ],
    [['--no-moving'], { isTransitioning: false }],
    [['--filter', '{"not":{"isEsim":true}}'], { not: { isEsim: true } }],
    [
      ['--state', 'LIVE', '--filter', '{"states":["TEST"]}'],
      { states: ['LIVE'], or: [{ states: ['TEST'] }] },
    ],
  ])('is given by the options %j', (options, filter) => {
    expect(filterOf(parsed(options))).toEqual(filter);
  });

  test.each<[string[], RegExp]>([
    [['--filter', '{"not":'], /not valid JSON/],
    [['--filter', '[]'], /JSON object with at least one condition/],
    [['--filter', '{}'], /JSON object with at least one condition/],
    [['--filter', '{"states":null}'], /JSON object with at least one condition/],
    ...[
      ['--filter', '{"isEsim":true}'],
      ['--search', 'x'],
      ['--used-at-least', '80'],
      ['--used-bytes-at-least', '0'],
      ['--used-bytes-at-most', '0'],
      ['--cost-at-least', '0'],
    ].map((given): [string[], RegExp] => [[...given, ...given], new RegExp(`^Give ${given[0]} once\\.$`)]),
    [['--iccid', '123'], /18 to 22 digits/],
    [['--type', ''], /must not be empty/],
    [['--used-bytes-at-least', 'many'], /number of bytes/],
    [['--used-bytes-at-most', '99999TB'], /number of bytes/],
    [['--cost-at-least', '-1'], /an amount/],
    [['--offline-reason', 'BROKEN'], /"BROKEN" is not one of SUSPENDED, DEACTIVATED/],
    [['--network-before', '2999-01-01'], /in the past/],
    [['--never-connected', '--no-never-connected'], /exclude each other/],
    [['--over-limit', '--no-over-limit'], /exclude each other/],
    [['--moving', '--no-moving'], /exclude each other/],
  ])('is not given by the options %j', (options, message) => {
    expect(() => parsed(options)).toThrow(message);
  });
});

function parsed(options: readonly string[]): FilterOptions {
  const command = addFilterOptions(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  return command.parse(['node', 'sims', ...options]).opts<FilterOptions>();
}

test('there is a warning if the data is older than five minutes or incomplete', () => {
  const now = new Date('2026-02-03T08:00:00Z');
  const warning = (asOf: string, isComplete = true) => freshnessWarning({ asOf, isComplete }, now);
  expect(warning('2026-02-03T07:55:00Z')).toBeUndefined();
  expect(warning('2026-02-03T07:54:59Z')).toMatch(
    /^This may be 5 min 1 s old: .* since 2026-02-03T07:54:59Z\.$/,
  );
  expect(warning('2026-02-03T08:00:00Z', false)).toMatch(/SIMs are missing here\.$/);
});

test('an operation by filter is repeated with its original count and the date of each relative time', () => {
  const order = { action: 'RESET', waitUntilSettled: true, idempotencyKey: 'k', expectedCount: 12 };
  const repeat = (...flags: string[]) => {
    const options = parsed(flags);
    const filter = filterOf(options);
    const target = filter === null ? { group: 'Meters' } : { filter };
    return repeatOptions({ ...order, target }, { ...options, action: 'RESET', wait: true });
  };
  expect(repeat()).toBe('--idempotency-key k');
  const json = '{"lastDataSessionBefore":"2026-02-03","lastModifiedBefore":null,"isEsim":true}';
  expect(repeat('--filter', json)).toBe('--idempotency-key k --expect 12');
  expect(repeat('--silent-since', '2026-02-03', '--filter', json)).toBe('--idempotency-key k --expect 12');
  expect(repeat('--silent-since', '2026-02-03', '--modified-after', '7d', '--network-before', '2w')).toMatch(
    /^--idempotency-key k --expect 12 --network-before 20\S+Z --modified-after 20\S+Z$/,
  );
});
