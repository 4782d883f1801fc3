import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { BatchOutcome } from '../../src/sim-api/index.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import { createTestClient } from '../support/sim-api-client.ts';
import { waitFor } from '../support/wait-for.ts';

let world: World;
let iccids: string[];

beforeAll(async () => {
  world = await createWorld({ sims: 10, clock: { rate: 0 } });
  iccids = (await world.sims({ limit: 2 })).map(({ iccid }) => iccid);
});
afterAll(() => world.remove());
beforeEach(async () => {
  await world.clearFaults();
  await world.clearCalls();
});

const sent = async (path: string) => (await world.calls()).calls.filter((call) => call.path === path).length;
const isRunning = (path: string) => waitFor(async () => (await sent(path)) === 1);

test('a client that stops ends its running and its waiting reads, and sends no retry', async () => {
  await world.addFaults({ path: '/get_sims', kind: 'hang' });
  const { client, sims } = createTestClient(world, { concurrency: 1, maxSimsPerCall: 1 });
  const read = sims(...iccids);
  await isRunning('/get_sims');
  await client.stop();
  const failures = [...(await read).values()];
  expect(failures).toHaveLength(2);
  const aborted = { name: 'Unreachable', reason: 'aborted' };
  expect(failures).toContainEqual(expect.objectContaining({ ...aborted, surelyNotSent: false }));
  expect(failures).toContainEqual(expect.objectContaining({ ...aborted, surelyNotSent: true }));
  expect(await sent('/get_sims')).toBe(1);
});

test('a change that is running when the client stops has no clear outcome and is not sent again', async () => {
  await world.addFaults({ path: '/reset', kind: 'hang' });
  const { client, forRequest } = createTestClient(world);
  const outcomes: BatchOutcome<true>[] = [];
  const change = forRequest().control.send(
    { action: 'RESET' },
    iccids,
    async () => true,
    async (outcome) => void outcomes.push(outcome),
  );
  await isRunning('/reset');
  await client.stop();
  await change;
  expect(outcomes).toMatchObject([
    { keys: iccids, failure: { reason: 'unavailable', surelyNotSent: false } },
  ]);
  expect(await sent('/reset')).toBe(1);
});
