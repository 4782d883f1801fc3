import { expect, test } from '@jest/globals';
import { createBodyBudget } from '../../src/gateway/http/body-budget.ts';

const maxBytes = 2_000_000;

function room() {
  let now = 0;
  const bodies = createBodyBudget(maxBytes, { now: () => new Date(), monotonicMs: () => now });
  const refused: number[] = [];
  const enter = (name: number) => bodies.enter(() => refused.push(name));
  const pass = (ms: number) => {
    now += ms;
  };
  return { enter, refused, pass };
}

const overloaded = expect.objectContaining({ code: 'OVERLOADED' });

test('when the budget is exceeded, the body with the lowest average rate is evicted, even if it received bytes just before', () => {
  const { enter, refused, pass } = room();
  const slow = enter(1);
  slow.grow(1_100_000);
  pass(5000);
  const others = [2, 3, 4].map(enter);
  for (const body of others) {
    body.grow(maxBytes);
    pass(10);
  }
  slow.grow(1000);
  enter(5).grow(1_100_000);
  expect(refused).toEqual([1]);
});

test('a body that exceeds the budget and is the slowest is refused, and the faster ones continue', () => {
  const { enter, refused, pass } = room();
  for (const body of [1, 2, 3, 4].map(enter)) {
    body.grow(maxBytes);
    pass(10);
  }
  const late = enter(5);
  expect(() => late.grow(1_100_000)).toThrow(overloaded);
  expect(refused).toEqual([]);
});

test('a body may be slow within the budget', () => {
  const { enter, refused, pass } = room();
  const bodies = [1, 2, 3, 4].map(enter);
  for (let sent = 0; sent < maxBytes; sent += 1000) {
    for (const body of bodies) body.grow(1000);
    pass(1000);
  }
  bodies[0]?.beginWork();
  expect(refused).toEqual([]);
});

test.each(['gave way', 'left'])('bytes of a body that %s do not count any more', (how) => {
  const { enter, refused, pass } = room();
  const body = enter(1);
  body.grow(1_100_000);
  pass(10_000);
  if (how === 'left') body.leave();
  for (const other of [2, 3, 4, 5].map(enter)) other.grow(maxBytes);
  expect(refused).toEqual(how === 'left' ? [] : [1]);
  expect(() => body.grow(1)).toThrow(overloaded);
  expect(() => body.beginWork()).toThrow(overloaded);
  expect(refused).toHaveLength(how === 'left' ? 0 : 1);
});

test('two large bodies are processed concurrently, and a third after one of them leaves', () => {
  const { enter } = room();
  const bodies = [1, 2, 3].map(enter);
  for (const body of bodies) body.grow(1_100_000);
  bodies[0]?.beginWork();
  bodies[1]?.beginWork();
  expect(() => bodies[2]?.beginWork()).toThrow(overloaded);
  expect(() => enter(4).grow(1_100_000)).toThrow(overloaded);
  bodies[0]?.leave();
  bodies[0]?.leave();
  const later = enter(5);
  later.grow(1_100_000);
  later.beginWork();
  expect(() => enter(6).grow(1_100_000)).toThrow(overloaded);
});

test('a small body does not count', () => {
  const { enter } = room();
  for (const body of [1, 2].map(enter)) {
    body.grow(1_100_000);
    body.beginWork();
  }
  const small = enter(3);
  small.grow(1000);
  small.beginWork();
  small.leave();
});
