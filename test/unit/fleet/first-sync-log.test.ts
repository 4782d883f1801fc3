import { expect, test } from '@jest/globals';
import { systemClock } from '../../../src/base/clock.ts';
import { createFirstSyncLog } from '../../../src/fleet-index/sync/first-sync-log.ts';
import { silentLog } from '../../support/silent-log.ts';

test('the first full sync logs the SIMs read so far every 10 s at most, and its end', () => {
  let nowMs = 500;
  let sims = 0;
  const lines: object[] = [];
  const log = createFirstSyncLog(() => sims, {
    clock: { ...systemClock, monotonicMs: () => nowMs },
    log: { ...silentLog, info: (fields, message) => lines.push({ ...fields, message }) },
  });
  // A page every 3 s.
  for (; sims < 9000; sims += 1000, nowMs += 3000) log.page(9000);
  const message = 'fleet: the first full sync reads SIMs';
  expect(lines).toEqual([
    { sims: 4000, total: 9000, message },
    { sims: 8000, total: 9000, message },
  ]);
  log.completed();
  expect(lines.at(-1)).toEqual({ sims: 9000, seconds: 27, message: 'fleet: first full sync completed' });
});
