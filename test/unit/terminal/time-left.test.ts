import { describe, expect, test } from '@jest/globals';
import type { Operation } from '../../../src/terminal/operation.ts';
import { TimeLeft } from '../../../src/terminal/time-left.ts';

const TOTAL = 20_000;
const NONE: Operation = {
  id: 'x',
  action: 'SUSPEND',
  status: 'RUNNING',
  total: TOTAL,
  sent: 0,
  succeeded: 0,
  failed: 0,
  unknown: 0,
  notSent: 0,
  settling: 0,
  createdAt: '2026-11-16T09:30:00.000Z',
  finishedAt: null,
  error: null,
};

/** Polls an operation every second. Returns what is shown at each second: the seconds left or undefined. */
function shown(seconds: number, at: (second: number) => Partial<Operation>): (number | undefined)[] {
  const left = new TimeLeft();
  return Array.from({ length: seconds }, (_, second) => {
    left.note(second * 1000, { ...NONE, ...at(second) });
    return left.seconds(second * 1000);
  });
}

const upTo = (max: number, value: number) => Math.max(0, Math.min(max, Math.round(value)));
/** `speed` of all SIMs are sent in each second, and settle `delay` seconds later. */
const settling = (speed: number, delay: number, all: number) => (second: number) => {
  const succeeded = upTo(all, speed * second);
  return { succeeded, settling: succeeded - upTo(all, speed * (second - delay)) };
};

/** Fails unless each time that is shown differs from the true one by less than a factor, or by a few seconds. */
function expectTrue(times: readonly (number | undefined)[], endSecond: number, factor: number): void {
  for (const [second, left] of times.entries()) {
    if (left === undefined) continue;
    const is = endSecond - second;
    expect(left).toBeGreaterThan(is / factor - 5);
    expect(left).toBeLessThan(is * factor + 5);
  }
}

const numberOf = (times: readonly (number | undefined)[]) =>
  times.filter((left) => left !== undefined).length;

describe('the time left', () => {
  test('is shown soon for a steady operation, and is right', () => {
    const times = shown(200, (second) => ({ succeeded: upTo(TOTAL, 100 * second) }));
    expectTrue(times, 200, 1.05);
    expect(times.findIndex((left) => left !== undefined)).toBeLessThan(12);
    expect(numberOf(times)).toBeGreaterThan(180);
  });

  test('is right for SIMs that are sent in chunks', () => {
    const times = shown(200, (second) => ({ succeeded: upTo(TOTAL, 500 * Math.floor(second / 5)) }));
    expectTrue(times, 200, 1.1);
    expect(numberOf(times)).toBeGreaterThan(150);
  });

  test('counts the time until the SIMs have reached their state, which is unknown until the first have', () => {
    const times = shown(260, settling(100, 60, TOTAL));
    expect(numberOf(times.slice(0, 60))).toBe(0);
    expectTrue(times, 260, 1.2);
    expect(numberOf(times)).toBeGreaterThan(150);
  });

  test('does not take the speed of failures for that of all', () => {
    const steady = settling(95, 60, 19_000);
    const times = shown(260, (second) => {
      const { succeeded, settling } = steady(second);
      return { succeeded, settling, failed: upTo(1000, 5 * second) };
    });
    expect(numberOf(times.slice(0, 60))).toBe(0);
    expectTrue(times, 260, 1.2);
  });

  test('is not shown while the operation waits, and is measured anew after that', () => {
    const error = { code: 'UPSTREAM_UNAVAILABLE', message: 'down', retryable: true };
    const times = shown(320, (second) => {
      const working = second < 60 ? second : Math.max(60, second - 120);
      return { succeeded: upTo(TOTAL, 100 * working), error: second >= 60 && second < 180 ? error : null };
    });
    expect(numberOf(times.slice(60, 185))).toBe(0);
    expectTrue(times.slice(180), 320 - 180, 1.1);
    expect(numberOf(times.slice(180))).toBeGreaterThan(100);
  });

  test('does not grow while the operation is stalled without an error: it is hidden', () => {
    const times = shown(320, (second) => ({
      succeeded: upTo(TOTAL, 100 * (second < 60 ? second : Math.max(60, second - 120))),
    }));
    for (const left of times.slice(0, 180)) expect(left ?? 0).toBeLessThan(200);
    expect(numberOf(times.slice(80, 180))).toBe(0);
    expectTrue(times.slice(180), 320 - 180, 1.2);
  });

  test('is not shown while the operation accelerates', () => {
    const times = shown(60, (second) => ({ succeeded: upTo(TOTAL, 5 * 1.2 ** second) }));
    expect(numberOf(times.slice(0, 40))).toBe(0);
  });

  test('is not shown for an operation that is over in a few seconds', () => {
    expect(numberOf(shown(6, (second) => ({ succeeded: 4000 * second })))).toBe(0);
  });

  test('does not jump from one second to the next', () => {
    // Between 50 and 150 SIMs in a second, always the same ones.
    let done = 0;
    const counts = Array.from({ length: 180 }, (_, second) => {
      done += 50 + ((second * 7919) % 101);
      return done;
    });
    const times = shown(180, (second) => ({ succeeded: upTo(TOTAL, counts[second] ?? TOTAL) }));
    expect(numberOf(times)).toBeGreaterThan(140);
    for (const [second, left] of times.entries()) {
      const before = times[second - 1];
      if (left === undefined || before === undefined) continue;
      expect(Math.abs(before - 1 - left)).toBeLessThan(before * 0.2 + 1);
    }
  });
});
