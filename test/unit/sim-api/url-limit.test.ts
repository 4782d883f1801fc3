import { expect, test } from '@jest/globals';
import { createUrlLimit } from '../../../src/sim-api/url-limit.ts';
import { silentLog } from '../../support/silent-log.ts';

/** A network with a maximum URL length, and a limit that learns it by sending the longest URL it allows. */
function network(configured: number) {
  let nowMs = 0;
  const limit = createUrlLimit(configured, { now: () => new Date(0), monotonicMs: () => nowMs }, silentLog);
  return {
    /** Sends one call per second; returns the accepted lengths and the number of refusals. */
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
          // The call is for one SIM and cannot be divided: it fails.
          if (limit.current() >= bytes) break;
        }
      }
      return { taken, refused };
    },
  };
}

test('calls are long again a few minutes after a minute in which every URL was too long', () => {
  const { pass } = network(7500);
  pass(60, 1);
  pass(300, 7000);
  const { taken, refused } = pass(300, 7000);
  expect(Math.min(...taken)).toBe(3750);
  // The configured length is tried every 30 s.
  expect(refused).toBeLessThanOrEqual(10);
});

test('a network that accepts only short URLs costs two refusals for each attempt with the configured length', () => {
  const { pass } = network(7500);
  pass(60, 1000);
  const { taken, refused } = pass(300, 1000);
  expect(Math.min(...taken)).toBe(938);
  expect(refused).toBeLessThanOrEqual(20);
});
