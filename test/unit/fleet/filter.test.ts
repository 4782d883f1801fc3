import { describe, expect, test } from '@jest/globals';
import { checkFilter, countsMatch, matches } from '../../../src/fleet-index/query/filter.store.ts';
import { hasConditions, type SimFilter } from '../../../src/fleet-index/query/sim-query.ts';

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
  ])('%s', (_, filter, expected) => {
    expect(hasConditions(filter)).toBe(expected);
  });
});
