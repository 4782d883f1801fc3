import { expect, test } from '@jest/globals';
import { callsOf, endOf, messages, readBulk, runBulkGateway, startBulk } from '../support/bulk.ts';
import { special } from '../support/fleet.ts';
import { type ManyAnswer, mutation, refs, sendSms } from '../support/graphql-client.ts';

const running = runBulkGateway({ sims: 3000 }, { BULK_CHUNKS: '1' });

/** `count` effects for each SIM. */
const each = (iccids: readonly string[], count: number) =>
  Object.fromEntries(iccids.map((iccid) => [iccid, count]));

test('reads and mutations do not wait for a large operation, even for a stuck one', async () => {
  const { gateway, relay, world } = running;
  const iccids = await running.iccids(300);
  const [own = '', ...others] = iccids.slice(290);
  // The operation has its maximum number of concurrent calls; all other calls pass.
  const gate = relay.gate('/sendSms');
  const { id } = await startBulk(gateway, messages(iccids.slice(0, 290)));
  await gate.holds(5);
  const read = await gateway.ask(
    '{ sims(first: 3) { totalCount nodes { iccid state cost { usedBytes } } } }',
  );
  expect(read.errors).toEqual([]);
  const one = await gateway.ask(mutation('suspendSim', 'SimInput'), { input: { sim: { iccid: own } } });
  expect(one.errors).toEqual([]);
  // The gate now receives the messages of the mutation, one call per SIM, in addition to the five of the operation.
  const mutated = gateway.ask<{ sendSms: ManyAnswer }>(sendSms, {
    input: { sims: refs(others.slice(0, 4)), text: 'hi' },
  });
  await gate.holds(9);
  expect(await callsOf(world, '/sendSms')).toBe(0);
  // Meanwhile the operation has sent no further message.
  expect(await readBulk(gateway, id)).toMatchObject({ status: 'RUNNING', total: 290, finishedAt: null });
  expect(gate.held()).toBe(9);
  gate.open();
  expect((await mutated).data.sendSms).toMatchObject({ succeeded: 4 });
  expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 290 });
});

test('a small operation does not wait for the end of a large one that was started before it', async () => {
  const { gateway, relay, world } = running;
  const iccids = await running.iccids(1500);
  const gate = relay.gate('/set_name', { after: 1 });
  const big = await startBulk(gateway, {
    action: 'SET_NAME',
    params: { name: 'big' },
    target: { list: iccids.join() },
  });
  await gate.holds(1);
  const small = await startBulk(gateway, {
    action: 'SET_GROUP',
    params: { group: 'small' },
    target: { list: `${iccids[0]} ${special.E210}` },
  });
  gate.open();
  await endOf(gateway, small.id);
  await endOf(gateway, big.id);
  // The gateway processes one chunk after another: the small operation ran between two chunks of the large one.
  const paths = (await world.calls()).calls.map(({ path }) => path);
  expect(paths.indexOf('/set_group')).toBeLessThan(paths.lastIndexOf('/set_name'));
});

test('a mutation of SIMs that an operation is processing is carried out once, and so is the operation', async () => {
  const { gateway, relay, world } = running;
  const iccids = await running.iccids(30);
  const gate = relay.gate('/sendSms', { after: 10 });
  const { id } = await startBulk(gateway, messages(iccids));
  await gate.holds(5);
  const mutated = gateway.ask<{ sendSms: ManyAnswer }>(sendSms, {
    input: { sims: refs(iccids), text: 'too' },
  });
  await gate.holds(6);
  gate.open();
  expect((await mutated).data.sendSms.succeeded).toBe(30);
  expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 30 });
  expect(await world.effectCounts({ path: '/sendSms' })).toEqual(each(iccids, 2));
});

test('40 concurrent operations all end, and each SIM gets every message', async () => {
  const { gateway, world } = running;
  const iccids = await running.iccids(2);
  const started = await Promise.all(Array.from({ length: 40 }, () => startBulk(gateway, messages(iccids))));
  for (const { id } of started)
    expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 2 });
  expect(await world.effectCounts()).toEqual(each(iccids, 40));
});
