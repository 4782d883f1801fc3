import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createLog } from '../../../src/base/log.ts';
import { createDeadline } from '../../../src/sim-api/deadline.ts';
import { Unreachable } from '../../../src/sim-api/errors.ts';
import { createPolicy, type PatientRequest, type Policy } from '../../../src/sim-api/policy.ts';

const today = new Date('2026-10-21T07:28:00Z');
let nowMs: number;
let sent: number;
let retryAfter: string | undefined;
let policy: Policy;

const clock = { now: () => today, monotonicMs: () => nowMs };

beforeEach(() => {
  nowMs = 5000;
  sent = 0;
  policy = createPolicy(
    async () => {
      sent++;
      return retryAfter === 'enough'
        ? { status: 200, headers: {}, body: '{}' }
        : { status: 429, headers: { 'retry-after': retryAfter }, body: '' };
    },
    { timeoutMs: 1000, concurrency: 10 },
    clock,
    createLog('silent'),
  );
});

/** A call whose deadline is too near for any wait, so that it says how long the wait would be. */
async function ask(operation = 'get_sims'): Promise<unknown> {
  const request: PatientRequest = {
    operation,
    method: 'GET',
    target: `/${operation}`,
    headers: {},
    deadline: createDeadline(clock, 1),
  };
  return policy.once(request, async () => ({})).catch((error: unknown) => error);
}

describe('a 429', () => {
  test.each([
    ['in seconds', '7', 7],
    ['in seconds, with spaces around', ' 3 ', 3],
    ['of no time at all', '0', 1],
    ['of an hour', '3600', 10],
    ['beyond all numbers', '9'.repeat(40), 10],
    ['as a date', 'Wed, 21 Oct 2026 07:28:05 GMT', 5],
    ['as a date long past', 'Wed, 21 Oct 1999 07:28:00 GMT', 1],
    ['as a date far ahead', 'Fri, 31 Dec 9999 23:59:59 GMT', 10],
    ['that is no time', 'soon', 1],
    ['that is empty', '', 1],
    ['that is not there', undefined, 1],
  ])('with a Retry-After %s (%s) is waited out for %d s', async (_, header, seconds) => {
    retryAfter = header;
    const failure = await ask();
    expect(failure).toBeInstanceOf(Unreachable);
    expect(failure).toMatchObject({ reason: 'unavailable', surelyNotSent: true, retryAfterSeconds: seconds });
  });

  test('with any text as Retry-After is waited out for ten seconds at most', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string(), fc.date().map(String), fc.integer().map(String)),
        async (header) => {
          retryAfter = header;
          nowMs += 20_000;
          const failure = (await ask()) as Unreachable;
          expect(failure.retryAfterSeconds).toBeGreaterThanOrEqual(1);
          expect(failure.retryAfterSeconds).toBeLessThanOrEqual(10);
        },
      ),
    );
  });

  test('holds back every other call too, until its time is over', async () => {
    retryAfter = '4';
    await ask('get_sims');
    nowMs += 1500;
    retryAfter = 'enough';
    expect(await ask('activate')).toMatchObject({ retryAfterSeconds: 3, surelyNotSent: true });
    expect(sent).toBe(1);
    nowMs += 2500;
    expect(await ask('activate')).toEqual({});
    expect(sent).toBe(2);
  });
});
