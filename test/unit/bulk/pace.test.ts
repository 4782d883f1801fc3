import { describe, expect, test } from '@jest/globals';
import { createRateLimiter } from '../../../src/store/rate-limiter.ts';

const wanted = new AbortController().signal;
const never = () => new Error('aborted');

/** A fake slot store that records the size of each reservation; calls wait `waitMs()`, by default not at all. */
function placesOf(waitMs: () => number = () => 0) {
  const taken: number[] = [];
  return {
    taken,
    async reserve(_tenant: string, calls: number) {
      taken.push(calls);
      return waitMs();
    },
  };
}

/** Calls that stay pending until the test ends them. */
function openCalls() {
  const open: (() => void)[] = [];
  return { open, call: () => new Promise<void>((resolve) => open.push(resolve)) };
}

const turns = () => new Promise((resolve) => setImmediate(resolve));

describe('the rate limiter of bulk operations', () => {
  test('runs `concurrency` calls concurrently, and the next one as soon as one ends', async () => {
    const { open, call } = openCalls();
    const limits = { callsPerSecond: 10_000, concurrency: 3 };
    const pace = createRateLimiter(placesOf(), limits, never);
    const ended = Promise.all(Array.from({ length: 8 }, () => pace.schedule('one', wanted, call)));
    for (let done = 0; done < 8; done++) {
      while (open.length === 0) await turns();
      await turns();
      expect(open.length).toBeLessThanOrEqual(3);
      open.shift()?.();
    }
    await ended;
  });

  test('counts the calls of all tenants together', async () => {
    const { open, call } = openCalls();
    const limits = { callsPerSecond: 10_000, concurrency: 2 };
    const pace = createRateLimiter(placesOf(), limits, never);
    const ended = Promise.all(
      ['one', 'other', 'third', 'one', 'other'].map((tenant) => pace.schedule(tenant, wanted, call)),
    );
    for (let done = 0; done < 5; done++) {
      while (open.length === 0) await turns();
      for (let turn = 0; turn < 20; turn++) await turns();
      expect(open.length).toBeLessThanOrEqual(2);
      open.shift()?.();
    }
    await ended;
  });

  test('reserves at most the slots of a tenth of a second at once, and none without a call', async () => {
    const places = placesOf();
    const limits = { callsPerSecond: 50, concurrency: 100 };
    const pace = createRateLimiter(places, limits, never);
    await Promise.all(Array.from({ length: 23 }, () => pace.schedule('one', wanted, async () => undefined)));
    expect(Math.max(...places.taken)).toBeLessThanOrEqual(5);
    expect(places.taken.reduce((sum, count) => sum + count, 0)).toBe(23);
  });

  test('frees the slot of a call that fails', async () => {
    const limits = { callsPerSecond: 10_000, concurrency: 1 };
    const pace = createRateLimiter(placesOf(), limits, never);
    const failing = pace.schedule('one', wanted, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    await expect(pace.schedule('one', wanted, async () => 'yes')).resolves.toBe('yes');
  });

  test('rejects the waiting calls whose signal aborts, and keeps the others in the queue', async () => {
    const unwanted = new AbortController();
    const { open, call } = openCalls();
    const limits = { callsPerSecond: 10_000, concurrency: 1 };
    const pace = createRateLimiter(placesOf(), limits, never);
    const first = pace.schedule('one', unwanted.signal, call);
    while (open.length === 0) await turns();
    const waiting = pace.schedule('one', unwanted.signal, call);
    const other = pace.schedule('one', wanted, async () => 'went');
    const far = createRateLimiter(
      placesOf(() => 600_000),
      limits,
      never,
    ).schedule('one', unwanted.signal, call);
    unwanted.abort();
    for (const refused of [waiting, far, pace.schedule('one', unwanted.signal, call)])
      await expect(refused).rejects.toThrow('aborted');
    open.shift()?.();
    await first;
    await expect(other).resolves.toBe('went');
    expect(open).toEqual([]);
  });

  test('waits while the store is unavailable, and continues when it is back', async () => {
    let isAway = true;
    const store = {
      async reserve() {
        if (!isAway) return 0;
        isAway = false;
        throw new Error('away');
      },
    };
    const limits = { callsPerSecond: 10_000, concurrency: 1 };
    const pace = createRateLimiter(store, limits, never);
    await expect(pace.schedule('one', wanted, async () => 'went')).resolves.toBe('went');
  });
});
