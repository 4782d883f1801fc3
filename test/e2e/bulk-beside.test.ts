import { expect, test } from '@jest/globals';
import { type ManyAnswer, mutation, refs, sendSms } from '../support/asking.ts';
import { bulkGround, callsOf, endOf, messages, onceEach, readBulk, startBulk } from '../support/bulk.ts';
import { special } from '../support/fleet.ts';
import { waitFor } from '../support/wait-for.ts';

const ground = bulkGround({ sims: 3000 });

test('reads and mutations do not wait for a big operation, even one that is stuck', async () => {
  const gateway = await ground.start({ SIM_API_TIMEOUT_MS: '60000', SIM_API_DEADLINE_MS: '60000' });
  const iccids = await ground.iccids(1500);
  const [own = '', ...others] = iccids.slice(1490);
  // The operation's calls hang, all that it may make at a time; those for the other SIMs do not.
  await ground.world.addFaults({ path: '/sendSms', kind: 'hang', times: 5, acts: true });
  const { id } = await startBulk(gateway, messages(iccids.slice(0, 1490)));
  await waitFor(async () => (await callsOf(ground.world, '/sendSms')) === 5);
  const read = await gateway.ask(
    '{ sims(first: 3) { totalCount nodes { iccid state cost { usedBytes } } } }',
  );
  expect(read.errors).toEqual([]);
  const one = await gateway.ask(mutation('suspendSim', 'SimInput'), { input: { sim: { iccid: own } } });
  expect(one.errors).toEqual([]);
  const { data } = await gateway.ask<{ sendSms: ManyAnswer }>(sendSms, {
    input: { sims: refs(others), text: 'hi' },
  });
  expect(data.sendSms).toMatchObject({ succeeded: 9 });
  // All of that while not one more message of the operation went out.
  expect(await readBulk(gateway, id)).toMatchObject({ status: 'RUNNING', total: 1490, finishedAt: null });
  expect(await callsOf(ground.world, '/sendSms')).toBe(5 + 9);
});

test('a small operation does not wait for the end of a big one that was started before it', async () => {
  const gateway = await ground.start({ BULK_CHUNKS: '1' });
  const iccids = await ground.iccids(1500);
  await ground.world.addFaults({ path: '/get_sims', kind: 'delay', ms: 200 });
  const big = await startBulk(gateway, {
    action: 'SET_NAME',
    params: { name: 'big' },
    target: { list: iccids.join() },
  });
  const small = await startBulk(gateway, {
    action: 'SET_GROUP',
    params: { group: 'small' },
    target: { list: `${iccids[0]} ${special.E210}` },
  });
  await endOf(gateway, small.id);
  await endOf(gateway, big.id);
  const paths = (await ground.world.calls()).calls.map(({ path }) => path);
  expect(paths.indexOf('/set_group')).toBeLessThan(paths.lastIndexOf('/set_name'));
});

test('a mutation of SIMs that an operation is working on is carried out once, and so is the operation', async () => {
  const gateway = await ground.start();
  const iccids = await ground.iccids(30);
  await ground.world.addFaults({ path: '/sendSms', kind: 'delay', ms: 40 });
  const { id } = await startBulk(gateway, messages(iccids));
  const { data } = await gateway.ask<{ sendSms: ManyAnswer }>(sendSms, {
    input: { sims: refs(iccids), text: 'too' },
  });
  expect(data.sendSms.succeeded).toBe(30);
  expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 30 });
  const twice = Object.fromEntries(Object.keys(onceEach(iccids)).map((iccid) => [iccid, 2]));
  expect(await ground.world.effectCounts({ path: '/sendSms' })).toEqual(twice);
});

test('100 operations at once all end, and each SIM gets every message', async () => {
  const gateway = await ground.start();
  const iccids = await ground.iccids(2);
  const started = await Promise.all(Array.from({ length: 100 }, () => startBulk(gateway, messages(iccids))));
  for (const { id } of started)
    expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 2 });
  expect(await ground.world.effectCounts()).toEqual(Object.fromEntries(iccids.map((iccid) => [iccid, 100])));
}, 60_000);
