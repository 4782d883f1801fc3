import { describe, expect, test } from '@jest/globals';
import { checkFilter } from '../../../src/fleet-index/query/check-filter.ts';
import { countsMatch, matches } from '../../../src/fleet-index/query/filter.store.ts';
import { hasConditions } from '../../../src/fleet-index/query/filter-logic.ts';
import type { SimFilter } from '../../../src/fleet-index/query/sim-query.ts';

/** A filter with a field that the index does not know. */
const unknownField = { states: ['LIVE'], color: 'red' } as SimFilter;
const scopeOf = (filter: SimFilter) => ({ tenant: 'default', group: null, filter });

describe('a filter field without a condition in the index', () => {
  test('fails the statement over SIMs, instead of matching all of them', () => {
    expect(() => matches(scopeOf(unknownField))).toThrow(/no condition for the field color/);
  });

  test('fails the statement over counts', () => {
    expect(() => countsMatch(scopeOf(unknownField))).toThrow(/no condition for the field color/);
  });

  test('fails the check of the filter', () => {
    expect(() => checkFilter('filter', unknownField)).toThrow(/no condition for the field color/);
  });

  test.each(['constructor', '__proto__', 'toString'])(
    'is not confused with a property of all objects: %s',
    (name) => {
      const filter = Object.fromEntries([[name, 'x']]) as SimFilter;
      expect(() => matches(scopeOf(filter))).toThrow(`no condition for the field ${name}`);
    },
  );

  test('limits nothing if it is null or missing, like a known field', () => {
    expect(() => matches(scopeOf({ states: null, color: null } as SimFilter))).not.toThrow();
  });

  test.each<[string, SimFilter]>([
    ['or', { or: [{}, unknownField] }],
    ['not', { not: { not: unknownField } }],
  ])('fails inside %s too', (_, filter) => {
    expect(() => matches(scopeOf(filter))).toThrow(/no condition for the field color/);
    expect(() => checkFilter('filter', filter)).toThrow(/no condition for the field color/);
  });
});

describe('whether a filter has conditions', () => {
  test.each<[string, SimFilter | null, boolean]>([
    ['null', null, false],
    ['no field', {}, false],
    ['null in a field', { states: null }, false],
    ['an empty text, which is part of every text', { search: '' }, false],
    ['an empty list, which matches no SIM', { states: [] }, true],
    ['false', { isEsim: false }, true],
    ['zero', { usedPercentAtLeast: 0 }, true],
    ['null in or and not', { or: null, not: null }, false],
    ['an alternative that matches every SIM', { or: [{ states: ['LIVE'] }, {}] }, false],
    ['an alternative that is an empty text', { or: [{ search: '' }] }, false],
    ['alternatives with conditions', { or: [{ states: ['LIVE'] }, { isEsim: true }] }, true],
    ['no alternative, which matches no SIM', { or: [] }, true],
    ['an alternative and a condition', { isEsim: true, or: [{}] }, true],
    ['the negation of no condition, which matches no SIM', { not: {} }, true],
    ['the negation of a condition', { not: { states: ['LIVE'] } }, true],
    ['the negation of no alternative', { not: { or: [] } }, false],
    ['the negation of an empty list', { not: { states: [] } }, false],
    ['the negation of an empty list and another condition', { not: { iccids: [], isEsim: true } }, false],
    ['the negation of alternatives that match no SIM', { not: { or: [{ or: [] }, { groups: [] }] } }, false],
    ['the negation of alternatives of which one can match', { not: { or: [{ or: [] }, {}] } }, true],
    ['two negations of no condition', { not: { not: {} } }, false],
    ['two negations of a condition', { not: { not: { isEsim: true } } }, true],
    ['a false alternative beside one with a condition', { or: [{ or: [] }, { isEsim: true }] }, true],
  ])('%s', (_, filter, expected) => {
    expect(hasConditions(filter)).toBe(expected);
  });
});

describe('the counts by group and state', () => {
  test.each<[string, SimFilter]>([
    ['alternatives', { or: [{ states: ['LIVE'] }] }],
    ['a negation', { not: { states: ['LIVE'] } }],
    ['a condition that they do not have', { states: ['LIVE'], isEsim: true }],
  ])('cannot count %s', (_, filter) => {
    expect(countsMatch(scopeOf(filter))).toBeNull();
  });

  test.each<[string, SimFilter]>([
    ['states and groups', { states: ['LIVE'], groups: ['Meters'] }],
    ['states beside an or and a not that limit nothing', { states: ['LIVE'], or: [{}], not: { or: [] } }],
  ])('count %s', (_, filter) => {
    expect(countsMatch(scopeOf(filter))).not.toBeNull();
  });
});

describe('the limits of a filter', () => {
  const nest = (levels: number, inner: SimFilter): SimFilter =>
    levels === 0
      ? inner
      : levels % 2 === 0
        ? { not: nest(levels - 1, inner) }
        : { or: [nest(levels - 1, inner)] };
  const names = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);
  const filters = (count: number) => Array.from({ length: count }, (): SimFilter => ({ isEsim: true }));

  test.each<[string, SimFilter]>([
    ['5 levels of filters', nest(5, { states: ['LIVE'] })],
    ['50 filters', { or: filters(49), not: { isEsim: true } }],
    ['5000 values', { groups: names(1000), or: Array.from({ length: 4 }, () => ({ types: names(1000) })) }],
    ['the largest numbers', { usedPercentAtLeast: 1e6, costAtLeast: 1e9, usedBytesAtMost: 2 ** 53 - 1 }],
    ['zero', { usedPercentAtLeast: 0, costAtLeast: 0, usedBytesAtLeast: 0, usedBytesAtMost: -0 }],
  ])('allow %s', (_, filter) => {
    expect(() => checkFilter('filter', filter)).not.toThrow();
  });

  test.each<[string, SimFilter, string]>([
    [
      '6 levels of filters',
      nest(6, { states: ['LIVE'] }),
      'filter.not.or[0].not.or[0].not.or[0] must not be nested more than 5 levels deep',
    ],
    ['51 alternatives', { or: filters(51) }, 'filter must hold at most 50 filters in or and not'],
    [
      '51 filters in several lists',
      { not: { or: filters(25) }, or: filters(25) },
      'filter must hold at most 50 filters in or and not',
    ],
    [
      '5001 values in several lists',
      { iccids: ['1'], or: Array.from({ length: 5 }, () => ({ groups: names(1000) })) },
      'filter must hold at most 5000 values in all lists of its filters',
    ],
    [
      'a list of 1001 values',
      { or: [{}, { not: { groups: names(1001) } }] },
      'filter.or[1].not.groups must hold at most 1000 values',
    ],
    [
      'a negative share',
      { or: [{ usedPercentAtLeast: -5 }] },
      'filter.or[0].usedPercentAtLeast must be from 0 to 1000000',
    ],
    [
      'too large a share',
      { usedPercentAtLeast: 1e6 + 1 },
      'filter.usedPercentAtLeast must be from 0 to 1000000',
    ],
    ['no number', { usedPercentAtLeast: Number.NaN }, 'filter.usedPercentAtLeast must be from 0 to 1000000'],
    [
      'an infinite cost',
      { not: { costAtLeast: Number.POSITIVE_INFINITY } },
      'filter.not.costAtLeast must be from 0 to 1000000000',
    ],
    ['a negative cost', { costAtLeast: -0.01 }, 'filter.costAtLeast must be from 0 to 1000000000'],
    [
      'negative bytes',
      { usedBytesAtLeast: -1 },
      'filter.usedBytesAtLeast must be from 0 to 9007199254740991',
    ],
    [
      'negative bytes as a maximum',
      { usedBytesAtMost: -1 },
      'filter.usedBytesAtMost must be from 0 to 9007199254740991',
    ],
  ])('refuse %s', (_, filter, message) => {
    expect(() => checkFilter('filter', filter)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', message }),
    );
  });
});
