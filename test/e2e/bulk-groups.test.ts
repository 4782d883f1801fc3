import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  allResults,
  callsOf,
  cancelBulk,
  endOf,
  makeGroup,
  onceEach,
  readBulk,
  runBulkGateway,
  startBulk,
} from '../support/bulk.ts';
import type { Gate } from '../support/relay.ts';

/** The list of a group comes 50 at a time; each page is read with the last 20 of the one before. */
const running = runBulkGateway({ sims: 2000, behaviour: { pageSize: 50, settleMs: { min: 0, max: 0 } } });
let group: string;
let members: string[];
let groups = 0;

beforeAll(async () => {
  members = await running.iccids(300);
});
beforeEach(() => {
  group = `enumerated ${++groups}`;
});

/** A group that the gateway has begun to walk: the page at this offset is held back. */
async function enumerateTo(
  offset: number,
  iccids: readonly string[],
  input: object = { action: 'RESET' },
): Promise<{ id: string; gate: Gate }> {
  await makeGroup(running.world, group, iccids);
  const gate = running.relay.gate(`offset=${offset}`);
  const { id } = await startBulk(running.gateway, { ...input, target: { group } });
  await gate.holds(1);
  return { id, gate };
}

/** The order of a group's list. */
const listed = async () => (await running.world.sims({ group, limit: 2000 })).map(({ iccid }) => iccid);

describe('a group', () => {
  test('is listed in as few pages as the list has, and then each SIM is changed once', async () => {
    await makeGroup(running.world, group, members);
    const { id } = await startBulk(running.gateway, {
      action: 'RESET',
      target: { group },
      expectedCount: 300,
    });
    expect(await endOf(running.gateway, id)).toMatchObject({
      status: 'COMPLETED',
      total: 300,
      succeeded: 300,
    });
    expect(await running.world.effectCounts()).toEqual(onceEach(members));
    // One tells how many they are; of the others each goes 30 further.
    expect(await callsOf(running.world, '/get_group_sims')).toBe(1 + 10);
    expect(await callsOf(running.world, '/reset')).toBe(1);
  });

  test('is QUEUED while it is listed, with the total that its list says, and nothing is sent', async () => {
    const { id, gate } = await enumerateTo(90, members.slice(0, 200));
    expect(await readBulk(running.gateway, id)).toMatchObject({
      status: 'QUEUED',
      total: 200,
      sent: 0,
      succeeded: 0,
    });
    expect(await allResults(running.gateway, id)).toEqual([]);
    expect(await callsOf(running.world, '/reset')).toBe(0);
    gate.open();
    expect(await endOf(running.gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 200 });
  });

  test('whose list moves up a little while it is walked loses no SIM', async () => {
    const { id, gate } = await enumerateTo(60, members.slice(0, 200));
    const order = await listed();
    await moveAway(order.slice(0, 15));
    gate.open();
    expect(await endOf(running.gateway, id)).toMatchObject({ status: 'COMPLETED', total: 200 });
    // Those that left had been met already.
    expect(await running.world.effectCounts({ path: '/reset' })).toEqual(onceEach(order));
  });

  test('whose list moves up by more than that is walked anew, and loses none of those still in it', async () => {
    const { id, gate } = await enumerateTo(60, members.slice(0, 200));
    const order = await listed();
    await moveAway(order.slice(0, 60));
    gate.open();
    expect(await endOf(running.gateway, id)).toMatchObject({
      status: 'COMPLETED',
      total: 140,
      succeeded: 140,
    });
    expect(await running.world.effectCounts({ path: '/reset' })).toEqual(onceEach(order.slice(60)));
  });

  test('that gets further SIMs while it is walked has each of them once', async () => {
    const { id, gate } = await enumerateTo(60, members.slice(0, 200));
    await addAlso(members.slice(200));
    const order = await listed();
    gate.open();
    const { total } = await endOf(running.gateway, id);
    expect(total).toBeGreaterThanOrEqual(200);
    const effects = await running.world.effectCounts({ path: '/reset' });
    expect(Object.values(effects)).toEqual(new Array(total).fill(1));
    for (const iccid of members.slice(0, 200)) expect(effects[iccid]).toBe(1);
    for (const iccid of Object.keys(effects)) expect(order).toContain(iccid);
  });

  test('that is empty by the time it is listed ends without a SIM', async () => {
    const { id, gate } = await enumerateTo(30, members.slice(0, 60));
    await moveAway(await listed());
    gate.open();
    const operation = await endOf(running.gateway, id);
    // What was met before the list ended may be changed; it is in the group no more, and that is no harm.
    expect(operation.status).toBe('COMPLETED');
    expect(operation.succeeded).toBe(operation.total);
  });

  test('that has another size than expected in the end is refused whole: nothing was sent', async () => {
    const { id, gate } = await enumerateTo(60, members.slice(0, 200), {
      action: 'CLOSE',
      expectedCount: 200,
    });
    await moveAway((await listed()).slice(0, 60));
    gate.open();
    expect(await endOf(running.gateway, id)).toMatchObject({
      status: 'FAILED',
      error: { code: 'EXPECTED_COUNT_MISMATCH' },
      sent: 0,
      succeeded: 0,
    });
    expect(await running.world.effectCounts({ path: '/close' })).toEqual({});
    const { data } = await running.gateway.ask<{ auditLog: { nodes: object[] } }>(
      '{ auditLog(first: 1) { nodes { action outcome errorCode } } }',
    );
    expect(data.auditLog.nodes).toEqual([
      { action: 'START_BULK_OPERATION', outcome: 'FAILED', errorCode: 'EXPECTED_COUNT_MISMATCH' },
    ]);
  });
});

describe('a group that is still being listed', () => {
  test('is cancelled: nothing is sent, and every SIM of its list is accounted for', async () => {
    const { id, gate } = await enumerateTo(90, members.slice(0, 200));
    const { errors } = await cancelBulk(running.gateway, id);
    expect(errors).toEqual([]);
    gate.open();
    expect(await endOf(running.gateway, id)).toMatchObject({
      status: 'CANCELED',
      total: 200,
      notSent: 200,
      sent: 0,
    });
    expect(await callsOf(running.world, '/reset')).toBe(0);
    expect(await running.store.query('select from bulk_target')).toEqual([]);
  });
});

async function moveAway(iccids: readonly string[]): Promise<void> {
  await inPlaceOf('elsewhere', iccids);
}

async function addAlso(iccids: readonly string[]): Promise<void> {
  await inPlaceOf(group, iccids);
}

async function inPlaceOf(name: string, iccids: readonly string[]): Promise<void> {
  await makeGroup(running.world, name, iccids);
}
