import { expect, test } from '@jest/globals';
import { createUrlLimit } from '../../../src/sim-api/url-limit.ts';
import { silentLog } from '../../support/silent-log.ts';

/** A network that lets URLs of so many bytes through, and a limit that learns it by sending the longest URL it allows. */
function network(configured: number) {
  let nowMs = 0;
  const limit = createUrlLimit(configured, { now: () => new Date(0), monotonicMs: () => nowMs }, silentLog);
  return {
    /** One call a second; gives the lengths that were taken and how many were refused. */
    pass(seconds: number, maxLength: number) {
      const taken: number[] = [];
      let refused = 0;
      for (const endsAtMs = nowMs + seconds * 1000; nowMs < endsAtMs; nowMs += 1000) {
        for (;;) {
          const bytes = limit.current();
          if (bytes <= maxLength) {
            limit.taken(bytes);
            taken.push(bytes);
            break;
          }
          limit.refused(bytes);
          refused++;
          // A call for one SIM fails: it cannot be divided.
          if (limit.current() >= bytes) break;
        }
      }
      return { taken, refused };
    },
  };
}

test('a minute in which every URL is too long leaves calls long again a few minutes later', () => {
  const { pass } = network(7500);
  pass(60, 1);
  pass(300, 7000);
  const { taken, refused } = pass(300, 7000);
  expect(Math.min(...taken)).toBe(3750);
  // The configured length is tried every 30 s.
  expect(refused).toBeLessThanOrEqual(10);
});

test('a network that takes short URLs alone costs two refusals each time that the configured length is tried', () => {
  const { pass } = network(7500);
  pass(60, 1000);
  const { taken, refused } = pass(300, 1000);
  expect(Math.min(...taken)).toBe(938);
  expect(refused).toBeLessThanOrEqual(20);
});
