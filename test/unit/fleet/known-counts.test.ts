import { expect, test } from '@jest/globals';
import { KnownCounts } from '../../../src/fleet-index/query/known-counts.ts';
import type { SimFilter } from '../../../src/fleet-index/query/sim-query.ts';

const scopeOf = (filter: SimFilter | null, group: string | null = null, tenant = 'default') => ({
  tenant,
  group,
  filter,
});
const countOf = (count: number) => ({ count, version: 'one', atMs: 0 });

test('known counts belong to one tenant, group and filter', () => {
  const known = new KnownCounts();
  const live = scopeOf({ states: ['LIVE'] });
  known.set(live, countOf(7));
  expect(known.get(scopeOf({ states: ['LIVE'] }))?.count).toBe(7);
  for (const other of [
    scopeOf(null),
    scopeOf({ states: ['TEST'] }),
    scopeOf({ states: ['LIVE'], isEsim: false }),
    scopeOf({ states: ['LIVE'] }, 'LIVE'),
    scopeOf({ states: ['LIVE'] }, null, 'another tenant'),
  ])
    expect(known.get(other)).toBeUndefined();
});

test('only the 1000 scopes that were set last are known, and none with a very long filter', () => {
  const known = new KnownCounts();
  const numbered = (number: number) => scopeOf({ search: String(number) });
  for (let number = 0; number < 1000; number++) known.set(numbered(number), countOf(number));
  known.set(numbered(0), countOf(0));
  known.set(numbered(1000), countOf(1000));
  expect([0, 1, 2, 1000].map((number) => known.get(numbered(number))?.count)).toEqual([
    0,
    undefined,
    2,
    1000,
  ]);
  const long = scopeOf({ search: 'x'.repeat(3000) });
  known.set(long, countOf(1));
  expect(known.get(long)).toBeUndefined();
});
