import { expect, test } from '@jest/globals';
import { Cancellation } from '../../../src/base/cancellation.ts';

test('calls its listeners once, and not those that have unsubscribed', () => {
  const cancellation = new Cancellation();
  const calls: string[] = [];
  const gone = () => calls.push('gone');
  cancellation.subscribe(() => calls.push('first'));
  cancellation.subscribe(gone);
  cancellation.unsubscribe(gone);
  cancellation.cancel();
  cancellation.cancel();
  expect(calls).toEqual(['first']);
  expect(cancellation.isCancelled).toBe(true);
});

test('does not call a listener that another one unsubscribes, nor one that comes too late', () => {
  const cancellation = new Cancellation();
  const calls: string[] = [];
  const second = () => calls.push('second');
  cancellation.subscribe(() => cancellation.unsubscribe(second));
  cancellation.subscribe(second);
  cancellation.cancel();
  cancellation.subscribe(() => calls.push('late'));
  cancellation.cancel();
  expect(calls).toEqual([]);
});

test('follows a signal, also one that was aborted before', () => {
  const controller = new AbortController();
  const follows = Cancellation.of(controller.signal);
  expect(follows.isCancelled).toBe(false);
  controller.abort();
  expect(follows.isCancelled).toBe(true);
  expect(Cancellation.of(controller.signal).isCancelled).toBe(true);
});
