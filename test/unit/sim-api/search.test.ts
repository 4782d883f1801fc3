import { expect, test } from '@jest/globals';
import { systemClock } from '../../../src/base/clock.ts';
import { Unreachable } from '../../../src/sim-api/errors.ts';
import { createSearch } from '../../../src/sim-api/search.ts';

const failure = new Unreachable('get_sims', 'unavailable', false, 'HTTP 500');

/** Whether a read that failed after `afterMs` is bisected, and whether it is bisected again 5 s later. */
function isSearched(canWait: boolean, afterMs: number): [boolean, boolean] {
  let now = 0;
  const search = createSearch(
    { oneSimCodes: [], canWait },
    { ...systemClock, monotonicMs: () => now },
    30_000,
  );
  now = afterMs;
  const first = search.verdict(failure) === null;
  now += 5000;
  return [first, search.verdict(failure) === null];
}

test.each([
  [2000, [true, true]],
  [27_000, [true, false]],
  [30_000, [false, false]],
] as const)(
  'a read that a client waits for and that fails after %d ms is bisected within its deadline',
  (afterMs, searched) => {
    expect(isSearched(false, afterMs)).toEqual(searched);
  },
);

test('a background read is bisected for the length of a deadline, from its first failure on', () => {
  expect(isSearched(true, 100_000)).toEqual([true, true]);
});
