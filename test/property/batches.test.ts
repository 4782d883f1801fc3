import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { systemClock } from '../../src/base/clock.ts';
import { TooLong } from '../../src/sim-api/answer.ts';
import { type BatchOutcome, createBatches } from '../../src/sim-api/batches.ts';
import { reads, targetOf } from '../../src/sim-api/endpoints.ts';
import { Garbled, Rejected, Unreachable } from '../../src/sim-api/errors.ts';
import { silentLog } from '../support/silent-log.ts';
import '../support/fixed-seed.ts';

const request = reads.simCosts('2026-10');
const basePath = '/v1';
const bytesOf = (keys: readonly string[]) =>
  basePath.length + Buffer.byteLength(targetOf(request, 'iccid', keys));

const digits = (min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: min, maxLength: max });
const iccids = fc.uniqueArray(digits(18, 22), { maxLength: 120, size: 'max' });
/** Short enough that any number of refused SIMs is found within the extra calls of one read. */
const iccidLists = fc.uniqueArray(digits(18, 22), { maxLength: 90, size: 'max' });
const limits = fc.record({
  maxSimsPerCall: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1000 })),
  maxUrlBytes: fc.oneof(fc.integer({ min: 200, max: 600 }), fc.integer({ min: 200, max: 20_000 })),
});

const batchesOf = (asked: { maxSimsPerCall: number; maxUrlBytes: number }) =>
  createBatches(
    { ...asked, basePathBytes: basePath.length, deadlineMs: 30_000 },
    { ...systemClock, monotonicMs: () => 0 },
    silentLog,
  );

const keysIn = (outcomes: readonly BatchOutcome<unknown>[]) => outcomes.flatMap(({ keys }) => keys).sort();

/** The minimum number of contiguous batches of a list, computed from its end. */
function fewest(keys: readonly string[], maxKeys: number, maxUrlBytes: number): number {
  const from = new Array<number>(keys.length + 1).fill(0);
  for (let start = keys.length - 1; start >= 0; start--) {
    from[start] = Number.POSITIVE_INFINITY;
    for (let end = start + 1; end <= keys.length && end - start <= maxKeys; end++) {
      if (end - start > 1 && bytesOf(keys.slice(start, end)) > maxUrlBytes) break;
      from[start] = Math.min(from[start] ?? 0, 1 + (from[end] ?? 0));
    }
  }
  return from[0] ?? 0;
}

describe('any number of SIMs under any limits', () => {
  test('are each read once, within the limits of a call, in the minimum number of calls', async () => {
    await fc.assert(
      fc.asyncProperty(iccids, limits, async (keys, asked) => {
        const calls: (readonly string[])[] = [];
        const outcomes = await batchesOf(asked).run(keys, {
          request,
          keyName: 'iccid',
          run: async (batch) => calls.push(batch),
        });
        expect(keysIn(outcomes)).toEqual([...keys].sort());
        expect(calls.flat()).toEqual(keys);
        for (const call of calls) {
          expect(call.length).toBeLessThanOrEqual(asked.maxSimsPerCall);
          expect(bytesOf(call)).toBeLessThanOrEqual(asked.maxUrlBytes);
        }
        expect(calls).toHaveLength(fewest(keys, asked.maxSimsPerCall, asked.maxUrlBytes));
      }),
    );
  });

  test('whose keys have the same length are split into batches of even size', async () => {
    const keys = fc.uniqueArray(digits(19, 19), { minLength: 1, maxLength: 120, size: 'max' });
    await fc.assert(
      fc.asyncProperty(keys, limits, async (asked, allowed) => {
        const sizes: number[] = [];
        await batchesOf(allowed).run(asked, {
          request,
          keyName: 'iccid',
          run: async (batch) => sizes.push(batch.length),
        });
        const even = Math.ceil(asked.length / sizes.length);
        expect(sizes.slice(0, -1).every((size) => size === even)).toBe(true);
      }),
    );
  });

  test('all have an outcome, and only refused SIMs a failure, for any bisection of a refused read', async () => {
    await fc.assert(
      fc.asyncProperty(iccidLists, limits, fc.func(fc.boolean()), async (keys, asked, isCulprit) => {
        const batches = batchesOf(asked);
        const outcomes = await batches.run(keys, {
          request,
          keyName: 'iccid',
          search: batches.search({ oneSimCodes: ['E101'], canWait: false }),
          run: async (batch) => {
            if (batch.some((key) => isCulprit(key))) throw new Rejected('x', 'E101', 400, null, null);
            return true;
          },
        });
        expect(keysIn(outcomes)).toEqual([...keys].sort());
        const failed = outcomes.filter((outcome) => 'failure' in outcome);
        expect(keysIn(failed)).toEqual(keys.filter((key) => isCulprit(key)).sort());
      }),
    );
  });

  test('all have an outcome without bisection: a failure applies to its whole call, which is sent once', async () => {
    await fc.assert(
      fc.asyncProperty(iccids, limits, fc.func(fc.boolean()), async (keys, asked, isCulprit) => {
        const calls: string[] = [];
        const outcomes = await batchesOf(asked).run(keys, {
          request,
          keyName: 'iccid',
          run: async (batch) => {
            calls.push(batch.join());
            if (batch.some((key) => isCulprit(key))) throw new Garbled('x', 'y');
          },
        });
        expect(keysIn(outcomes)).toEqual([...keys].sort());
        expect(new Set(calls).size).toBe(calls.length);
        expect(outcomes).toHaveLength(calls.length);
      }),
    );
  });

  test('pass a proxy with a lower URL limit, and no later call is too long for it', async () => {
    const proxies = fc.integer({ min: 250, max: 3000 });
    await fc.assert(
      fc.asyncProperty(iccids, limits, proxies, async (keys, asked, proxyBytes) => {
        let refused = 0;
        const batches = batchesOf(asked);
        const ask = () =>
          batches.run(keys, {
            request,
            keyName: 'iccid',
            run: async (batch) => {
              if (bytesOf(batch) <= proxyBytes) return;
              refused++;
              throw new TooLong();
            },
          });
        const first = await ask();
        expect(keysIn(first)).toEqual([...keys].sort());
        expect(first.filter((outcome) => 'failure' in outcome)).toEqual([]);
        refused = 0;
        expect(keysIn(await ask())).toEqual([...keys].sort());
        expect(refused).toBe(0);
      }),
    );
  });

  test('are surely not sent if the proxy refuses the URL of even one SIM', async () => {
    await fc.assert(
      fc.asyncProperty(iccids, limits, async (keys, asked) => {
        const outcomes = await batchesOf(asked).run(keys, {
          request,
          keyName: 'iccid',
          run: async ({ length }) => {
            throw length > 1 ? new TooLong() : new Unreachable('x', 'length', true, 'y');
          },
        });
        expect(keysIn(outcomes)).toEqual([...keys].sort());
        for (const outcome of outcomes) {
          const failure = 'failure' in outcome ? outcome.failure : undefined;
          expect(failure).toBeInstanceOf(Unreachable);
          expect(failure).toMatchObject({ surelyNotSent: true });
        }
      }),
    );
  });
});
