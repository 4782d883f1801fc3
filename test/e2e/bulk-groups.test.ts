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

/** The list of a group comes in pages of 50; each page overlaps the last 20 of the previous one. */
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

/** A group whose enumeration has begun: the page at this offset is held back. */
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

/** The SIMs in the order of the group's list. */
const listed = async () => (await running.world.sims({ group, limit: 2000 })).map(({ iccid }) => iccid);

describe('a group', () => {
  test('is enumerated in as few pages as the list has, and then each SIM is changed once', async () => {
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
    // One page returns the total; each of the others adds 30 SIMs.
    expect(await callsOf(running.world, '/get_group_sims')).toBe(1 + 10);
    expect(await callsOf(running.world, '/reset')).toBe(1);
  });

  test('is QUEUED while it is enumerated, with the total of its list, and nothing is sent', async () => {
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

  test('whose list shifts a little during the enumeration loses no SIM', async () => {
    const { id, gate } = await enumerateTo(60, members.slice(0, 200));
    const order = await listed();
    await moveAway(order.slice(0, 15));
    gate.open();
    expect(await endOf(running.gateway, id)).toMatchObject({ status: 'COMPLETED', total: 200 });
    // The SIMs that left had already been seen.
    expect(await running.world.effectCounts({ path: '/reset' })).toEqual(onceEach(order));
  });

  test('whose list shifts further is enumerated again, and loses no SIM that is still in it', async () => {
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

  test('that gets further SIMs during the enumeration has each of them once', async () => {
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

  test('that is empty when it is enumerated ends without a SIM', async () => {
    const { id, gate } = await enumerateTo(30, members.slice(0, 60));
    await moveAway(await listed());
    gate.open();
    const operation = await endOf(running.gateway, id);
    // SIMs that were seen before they left the group may be changed.
    expect(operation.status).toBe('COMPLETED');
    expect(operation.succeeded).toBe(operation.total);
  });

  test('with another size than expected at the end is refused as a whole: nothing was sent', async () => {
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

describe('a group that is still being enumerated', () => {
  test('is cancelled: nothing is sent, and every SIM of its list has an outcome', async () => {
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
