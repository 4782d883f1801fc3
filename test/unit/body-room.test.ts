import { expect, test } from '@jest/globals';
import { createBodyRoom } from '../../src/gateway/http/body-room.ts';

const mostBytes = 2_000_000;

function room() {
  let now = 0;
  const bodies = createBodyRoom(mostBytes, { now: () => new Date(), monotonicMs: () => now });
  const refused: number[] = [];
  const enter = (name: number) => bodies.enter(() => refused.push(name));
  const pass = (ms: number) => {
    now += ms;
  };
  return { enter, refused, pass };
}

test('bodies that are on their way give way to another only when they have stalled, the stillest first', () => {
  const { enter, refused, pass } = room();
  const bodies = [1, 2, 3, 4].map(enter);
  for (const body of bodies) {
    body.grow(mostBytes);
    pass(10);
  }
  const late = enter(5);
  expect(() => late.grow(1_100_000)).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
  late.leave();
  expect(refused).toEqual([]);
  pass(1000);
  enter(6).grow(1_100_000);
  expect(refused).toEqual([1]);
});

test('two whole bodies are worked on at a time, and room is free when one leaves', () => {
  const { enter } = room();
  const bodies = [1, 2, 3].map(enter);
  for (const body of bodies) body.grow(1_100_000);
  bodies[0]?.beginWork();
  bodies[1]?.beginWork();
  expect(() => bodies[2]?.beginWork()).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
  expect(() => enter(4).grow(1_100_000)).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
  bodies[0]?.leave();
  bodies[0]?.leave();
  const later = enter(5);
  later.grow(1_100_000);
  later.beginWork();
  expect(() => enter(6).grow(1_100_000)).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
});

test('a small body needs no room', () => {
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
