import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Cancellation } from '../../../src/base/cancellation.ts';
import { Unreachable } from '../../../src/sim-api/errors.ts';
import { createRetryAfterGate, type RetryAfterGate } from '../../../src/sim-api/layers/retry-after-gate.ts';
import { PendingCall } from '../../../src/sim-api/pending-call.ts';
import '../../support/fixed-seed.ts';

const today = new Date('2026-10-21T07:28:00Z');
let nowMs: number;
let gate: RetryAfterGate;

const clock = { now: () => today, monotonicMs: () => nowMs };

beforeEach(() => {
  nowMs = 5000;
  gate = createRetryAfterGate(clock);
});

/** Waits with a deadline of 1 ms, so that the failure states how long the wait would be. */
function waitOut(): Promise<unknown> {
  const call = new PendingCall(
    {
      operation: 'get_sims',
      method: 'GET',
      target: '/get_sims',
      keys: [],
      trace: { requestId: 'test', upstreamCalls: 0, sharedCalls: 0, unreadableItems: 0 },
      deadlineMs: 1,
      isProbe: false,
      isJoined: false,
      stopping: new Cancellation(),
      cancellation: undefined,
    },
    clock,
  );
  return gate.waitOut(call).catch((error: unknown) => error);
}

describe('a 429', () => {
  test.each([
    ['in seconds', '7', undefined, 7],
    ['in seconds, between spaces', ' 3 ', undefined, 3],
    ['of zero', '0', undefined, 1],
    ['of an hour', '3600', undefined, 10],
    ['of 40 digits', '9'.repeat(40), undefined, 10],
    ['as a date', 'Wed, 21 Oct 2026 07:28:05 GMT', undefined, 5],
    [
      'as a date of a server that is ten minutes ahead',
      'Wed, 21 Oct 2026 07:38:05 GMT',
      'Wed, 21 Oct 2026 07:38:01 GMT',
      4,
    ],
    ['as a date in the past', 'Wed, 21 Oct 1999 07:28:00 GMT', undefined, 1],
    ['as a date in the far future', 'Fri, 31 Dec 9999 23:59:59 GMT', undefined, 10],
    ['as a fraction, which is not allowed', '1.5', undefined, 1],
    ['that is not a time', 'soon', undefined, 1],
    ['that is empty', '', undefined, 1],
    ['that is missing', undefined, undefined, 1],
  ])('with a Retry-After %s (%s, Date %s) delays calls by %d s', async (_, header, date, seconds) => {
    gate.slowDown(header, date);
    const failure = await waitOut();
    expect(failure).toBeInstanceOf(Unreachable);
    expect(failure).toMatchObject({ reason: 'unavailable', surelyNotSent: true, retryAfterSeconds: seconds });
  });

  test('with any text as Retry-After delays calls by at most 10 s', async () => {
    const text = fc.oneof(fc.string(), fc.date().map(String), fc.integer().map(String));
    await fc.assert(
      fc.asyncProperty(text, text, async (header, date) => {
        nowMs += 20_000;
        gate.slowDown(header, date);
        const failure = (await waitOut()) as Unreachable;
        expect(failure.retryAfterSeconds).toBeGreaterThanOrEqual(1);
        expect(failure.retryAfterSeconds).toBeLessThanOrEqual(10);
      }),
    );
  });

  test('delays every call until its time is over', async () => {
    gate.slowDown('4', undefined);
    nowMs += 1500;
    expect(await waitOut()).toMatchObject({ retryAfterSeconds: 3, surelyNotSent: true });
    nowMs += 2500;
    expect(await waitOut()).toBeUndefined();
  });
});
