import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  allResults,
  bulkGround,
  callsOf,
  cancelBulk,
  endOf,
  kill,
  makeGroup,
  onceEach,
  readBulk,
  settledIccids,
  startBulk,
  whenBulk,
} from '../support/bulk.ts';
import type { RunningGateway } from '../support/gateway.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { waitFor } from '../support/wait-for.ts';

/** The list of a group comes 50 at a time; each page is read with the last 20 of the one before. */
const ground = bulkGround({ sims: 2000, manners: { pageSize: 50, settleMs: { min: 0, max: 0 } } });
let relay: Relay;
let group: string;
let members: string[];
let groups = 0;

beforeAll(async () => {
  members = (await settledIccids(ground.world, 1000)).slice(0, 300);
});
beforeEach(async () => {
  group = `walked ${++groups}`;
  relay = await startRelay(ground.world.origin);
});
afterEach(() => relay.stop());

/** A gateway that reaches the SIM API by the relay, and a group that it has begun to walk: the page at this offset is held back. */
async function walkTo(
  offset: number,
  iccids: readonly string[],
): Promise<{ gateway: RunningGateway; id: string; release: () => void }> {
  const gateway = await ground.start({ SIM_API_URL: `${relay.url}/v1` });
  await makeGroup(ground.world, group, iccids);
  const held = relay.hold(`offset=${offset}`);
  const { id } = await startBulk(gateway, { action: 'RESET', target: { group } });
  await held.arrived;
  return { gateway, id, release: held.release };
}

/** The order of a group's list. */
const listed = async () => (await ground.world.sims({ group, limit: 2000 })).map(({ iccid }) => iccid);

describe('a group', () => {
  test('is listed in as few pages as the list has, and then each SIM is changed once', async () => {
    const gateway = await ground.start();
    await makeGroup(ground.world, group, members);
    const { id } = await startBulk(gateway, { action: 'RESET', target: { group }, expectedCount: 300 });
    expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', total: 300, succeeded: 300 });
    expect(await ground.world.effectCounts()).toEqual(onceEach(members));
    // One tells how many they are; of the others each goes 30 further.
    expect(await callsOf(ground.world, '/get_group_sims')).toBe(1 + 10);
    expect(await callsOf(ground.world, '/reset')).toBe(1);
  });

  test('is QUEUED while it is listed, with the total that its list says, and nothing is sent', async () => {
    const { gateway, id, release } = await walkTo(90, members.slice(0, 200));
    expect(await whenBulk(gateway, id, () => true)).toMatchObject({
      status: 'QUEUED',
      total: 200,
      sent: 0,
      succeeded: 0,
    });
    expect(await allResults(gateway, id)).toEqual([]);
    expect(await callsOf(ground.world, '/reset')).toBe(0);
    release();
    expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 200 });
  });

  test('whose list moves up a little while it is walked loses no SIM', async () => {
    const { gateway, id, release } = await walkTo(60, members.slice(0, 200));
    const order = await listed();
    await moveAway(order.slice(0, 15));
    release();
    expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', total: 200 });
    // Those that left had been met already.
    expect(await ground.world.effectCounts({ path: '/reset' })).toEqual(onceEach(order));
  });

  test('whose list moves up by more than that is walked anew, and loses none of those still in it', async () => {
    const { gateway, id, release } = await walkTo(60, members.slice(0, 200));
    const order = await listed();
    await moveAway(order.slice(0, 60));
    release();
    expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', total: 140, succeeded: 140 });
    expect(await ground.world.effectCounts({ path: '/reset' })).toEqual(onceEach(order.slice(60)));
  });

  test('that gets further SIMs while it is walked has each of them once', async () => {
    const { gateway, id, release } = await walkTo(60, members.slice(0, 200));
    await addAlso(members.slice(200));
    const order = await listed();
    release();
    const { total } = await endOf(gateway, id);
    expect(total).toBeGreaterThanOrEqual(200);
    const effects = await ground.world.effectCounts({ path: '/reset' });
    expect(Object.values(effects)).toEqual(new Array(total).fill(1));
    for (const iccid of members.slice(0, 200)) expect(effects[iccid]).toBe(1);
    for (const iccid of Object.keys(effects)) expect(order).toContain(iccid);
  });

  test('that is empty by the time it is listed ends without a SIM', async () => {
    const { gateway, id, release } = await walkTo(30, members.slice(0, 60));
    await moveAway(await listed());
    release();
    const operation = await endOf(gateway, id);
    // What was met before the list ended may be changed; it is in the group no more, and that is no harm.
    expect(operation.status).toBe('COMPLETED');
    expect(operation.succeeded).toBe(operation.total);
  });

  test('that has another size than expected in the end is refused whole: nothing was sent', async () => {
    const gateway = await ground.start({ SIM_API_URL: `${relay.url}/v1` });
    await makeGroup(ground.world, group, members.slice(0, 200));
    const held = relay.hold('offset=60');
    const { id } = await startBulk(gateway, { action: 'CLOSE', target: { group }, expectedCount: 200 });
    await held.arrived;
    await moveAway((await listed()).slice(0, 60));
    held.release();
    expect(await endOf(gateway, id)).toMatchObject({
      status: 'FAILED',
      error: { code: 'EXPECTED_COUNT_MISMATCH' },
      sent: 0,
      succeeded: 0,
    });
    expect(await ground.world.effectCounts({ path: '/close' })).toEqual({});
    const { data } = await gateway.ask<{ auditLog: { nodes: object[] } }>(
      '{ auditLog { nodes { action outcome errorCode } } }',
    );
    expect(data.auditLog.nodes).toEqual([
      { action: 'START_BULK_OPERATION', outcome: 'FAILED', errorCode: 'EXPECTED_COUNT_MISMATCH' },
    ]);
  });
});

describe('a group that is still being listed', () => {
  test('is cancelled: nothing is sent, and every SIM of its list is accounted for', async () => {
    const { gateway, id, release } = await walkTo(90, members.slice(0, 200));
    const { errors } = await cancelBulk(gateway, id);
    expect(errors).toEqual([]);
    release();
    expect(await endOf(gateway, id)).toMatchObject({ status: 'CANCELED', total: 200, notSent: 200, sent: 0 });
    expect(await callsOf(ground.world, '/reset')).toBe(0);
    expect(await ground.store.query('select from bulk_target')).toEqual([]);
  });

  test('when its gateway is killed is listed on by the next one', async () => {
    const { gateway, id } = await walkTo(90, members);
    const read = await callsOf(ground.world, '/get_group_sims');
    await kill(gateway);
    const second = await ground.start();
    expect(await endOf(second, id)).toMatchObject({ status: 'COMPLETED', total: 300, succeeded: 300 });
    expect(await ground.world.effectCounts()).toEqual(onceEach(members));
    // It does not begin anew: the pages of before are kept, and one may have been read twice.
    expect(await callsOf(ground.world, '/get_group_sims')).toBeLessThanOrEqual(read + 10);
  });

  test('waits while the SIM API is down, and says so until its next page is there', async () => {
    const gateway = await ground.start({
      SIM_API_URL: `${relay.url}/v1`,
      SIM_API_DEADLINE_MS: '3000',
      SIM_API_TIMEOUT_MS: '2500',
    });
    await makeGroup(ground.world, group, members.slice(0, 120));
    await ground.world.addFaults({ path: '/get_group_sims', kind: 'status', status: 503, skip: 2 });
    const { id } = await startBulk(gateway, { action: 'RESET', target: { group } });
    expect(await whenBulk(gateway, id, ({ error }) => error !== null)).toMatchObject({
      status: 'QUEUED',
      error: { code: 'UPSTREAM_UNAVAILABLE' },
    });
    const held = relay.hold('offset=60');
    await ground.world.clearFaults();
    await held.arrived;
    expect(await readBulk(gateway, id)).toMatchObject({ status: 'QUEUED', error: null });
    held.release();
    expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 120, error: null });
    await waitFor(async () => (await ground.store.query('select from bulk_target')).length === 0);
  }, 60_000);
});

async function moveAway(iccids: readonly string[]): Promise<void> {
  await inPlaceOf('elsewhere', iccids);
}

async function addAlso(iccids: readonly string[]): Promise<void> {
  await inPlaceOf(group, iccids);
}

async function inPlaceOf(name: string, iccids: readonly string[]): Promise<void> {
  await makeGroup(ground.world, name, iccids);
}
