import { describe, expect, test } from '@jest/globals';
import { special } from '../support/fleet.ts';
import {
  asked,
  fleetGround,
  fleetOf,
  iccidsOf,
  indexed,
  listOf,
  shownBy,
  truthOf,
  walksAlways,
  walksOnce,
  whenRead,
} from '../support/fleet-sync.ts';
import { waitFor } from '../support/wait-for.ts';

const ground = fleetGround();

describe('the first walk', () => {
  test('reads every SIM once: pages of 1000 that share five SIMs with the next, and full calls for costs', async () => {
    const world = await ground.quietWorld({ sims: 5000 });
    const gateway = await ground.start(world, await ground.store());
    await whenRead(gateway, 0);
    // A page of 1000, and five that bring 995 more each at most.
    expect(await asked(world, '/get_account_sims')).toEqual({ calls: 6, sims: 0 });
    // 370 SIMs fit into a URL; the last of four pages' SIMs may go in a call of their own.
    expect(await asked(world, '/get_sim_costs')).toEqual({ calls: 14, sims: 5000 });
    expect((await world.calls()).total).toBe(6 + 14 + 1);
    expect(await fleetOf(gateway)).toMatchObject({ total: 5000, isComplete: true });
    expect(await shownBy(gateway)).toEqual(await truthOf(world));
  }, 60_000);

  test('of an account without SIMs is complete with none', async () => {
    const world = await ground.quietWorld({ sims: 10 });
    for (const { iccid } of await world.sims()) await world.removeSim(iccid);
    const gateway = await ground.start(world, await ground.store());
    expect(await listOf(gateway)).toMatchObject({ isComplete: true, totalCount: 0, nodes: [] });
    expect((await world.calls()).byPath).toEqual({ '/oauth/token': 1, '/get_account_sims': 1 });
  });

  test.each([1, 3, 7, 1000])('reads a list that comes in pages of %d whole', async (pageSize) => {
    const world = await ground.quietWorld({ sims: 40, manners: { pageSize } });
    const gateway = await ground.start(world, await ground.store());
    await whenRead(gateway, 0);
    expect((await asked(world, '/get_sim_costs')).sims).toBe(40);
    // Nobody was looked for: the walk has met them all.
    expect((await asked(world, '/get_sims')).calls).toBe(0);
    expect(await shownBy(gateway)).toEqual(await truthOf(world));
  });
});

describe('while the first walk runs', () => {
  test('sims and fleet answer what is there and say that it is incomplete, and then all of it', async () => {
    const world = await ground.quietWorld({ sims: 100, manners: { pageSize: 10 } });
    const relay = await ground.relay(world);
    const [start, middle] = [relay.hold('/get_account_sims?offset=0'), relay.hold('offset=20')];
    const before = Date.now();
    const gateway = await ground.start(world, await ground.store(), { ...walksOnce, ...relay.env });
    await start.arrived;
    const empty = await listOf(gateway);
    expect(empty).toMatchObject({ isComplete: false, totalCount: 0, nodes: [] });
    expect(Date.parse(empty.asOf)).toBeGreaterThanOrEqual(before);
    expect(await fleetOf(gateway)).toMatchObject({ isComplete: false, total: 0, asOf: empty.asOf });

    start.release();
    await middle.arrived;
    // Four pages of ten, each of which begins with five of the one before it.
    await waitFor(async () => (await fleetOf(gateway)).total === 25);
    const truth = await truthOf(world);
    const some = await listOf(gateway, null, 'usedBytes');
    expect(some).toMatchObject({ isComplete: false, totalCount: 25, asOf: empty.asOf });
    expect(truth).toEqual(expect.arrayContaining(some.nodes));
    expect(await fleetOf(gateway)).toMatchObject({ isComplete: false, asOf: empty.asOf });
    const live = await listOf(gateway, { states: ['LIVE'] });
    expect(live).toMatchObject({ isComplete: false, asOf: empty.asOf });
    expect(live.nodes).toHaveLength(some.nodes.filter(({ state }) => state === 'LIVE').length);

    middle.release();
    await whenRead(gateway, 0);
    expect(await shownBy(gateway)).toEqual(truth);
    const { asOf, ...rest } = await listOf(gateway);
    expect(rest).toMatchObject({ isComplete: true, totalCount: 100 });
    expect(asOf >= empty.asOf).toBe(true);
  });

  test('SIMs leave the list between two pages: none that stays is passed over', async () => {
    const world = await ground.quietWorld({ sims: 100, manners: { pageSize: 10 } });
    const relay = await ground.relay(world);
    const held = relay.hold('offset=55');
    const gateway = await ground.start(world, await ground.store(), { ...walksOnce, ...relay.env });
    await held.arrived;
    const list = (await world.sims({ limit: 100 })).map(({ iccid }) => iccid);
    for (const iccid of list.slice(0, 30)) await world.removeSim(iccid);
    held.release();
    await whenRead(gateway, 0);
    expect(await iccidsOf(gateway)).toEqual(expect.arrayContaining(list.slice(30)));
  });

  test('SIMs come while the list is read: they are there too', async () => {
    const world = await ground.quietWorld({ sims: 100, manners: { pageSize: 10 } });
    const relay = await ground.relay(world);
    const held = relay.hold('offset=90');
    const gateway = await ground.start(world, await ground.store(), { ...walksOnce, ...relay.env });
    await held.arrived;
    await world.addSims(25);
    held.release();
    await whenRead(gateway, 0);
    expect(await shownBy(gateway)).toEqual(await truthOf(world));
  });

  test('a gateway that stops leaves the rest to the next one', async () => {
    const world = await ground.quietWorld({ sims: 100, manners: { pageSize: 10 } });
    const store = await ground.store();
    const relay = await ground.relay(world);
    const held = relay.hold('offset=30');
    const env = { ...walksOnce, ...relay.env };
    const first = await ground.start(world, store, env);
    await held.arrived;
    await waitFor(async () => (await fleetOf(first)).total > 0);
    await first.stop();
    expect(first.logged().filter(({ level }) => level === 'error')).toEqual([]);
    const second = await ground.start(world, store, env);
    await whenRead(second, 0);
    expect(await shownBy(second)).toEqual(await truthOf(world));
  });
});

describe('SIMs without a cost of this month', () => {
  test('are in the index, whichever way the SIM API says so, and those that have one are shown with it', async () => {
    const world = await ground.quietWorld({ sims: 200, manners: { costsWithoutHistory: 'refuse' } });
    const gateway = await ground.start(world, await ground.store());
    await whenRead(gateway, 0);
    await world.setManners({ costsWithoutHistory: 'omit' });
    const truth = await truthOf(world);
    expect(truth.filter(({ dataUsage }) => dataUsage.usedBytes === null).length).toBeGreaterThan(5);
    expect(await shownBy(gateway)).toEqual(truth);
  });

  test('are not asked about again', async () => {
    const world = await ground.quietWorld({ sims: 100 });
    const store = await ground.store();
    await ground.walk(world, store);
    await world.clearCalls();
    const startedAt = Date.now();
    const gateway = await ground.start(world, store);
    await whenRead(gateway, startedAt);
    expect((await asked(world, '/get_sim_costs')).calls).toBe(0);
    expect((await listOf(gateway, { search: special.E101 }, 'usedBytes')).nodes).toMatchObject([
      { iccid: special.E101, dataUsage: { usedBytes: null } },
    ]);
  });
});

test('a SIM whose item cannot be read is missing, and keeps no other from being there', async () => {
  const world = await ground.quietWorld({ sims: 60, manners: { pageSize: 20 } });
  const [broken = ''] = (await world.sims()).slice(25).map(({ iccid }) => iccid);
  await world.patchSim(broken, { iccid: 'unreadable' });
  const gateway = await ground.start(world, await ground.store(), walksAlways);
  await whenRead(gateway, 0);
  expect(await iccidsOf(gateway)).toHaveLength(59);
  expect(await indexed(gateway, broken)).toBeUndefined();
  await world.patchSim(broken, { iccid: broken });
  await whenRead(gateway);
  expect(await shownBy(gateway)).toEqual(await truthOf(world));
});

describe('a gateway that starts again over a whole index', () => {
  test('answers at once, though the SIM API is away', async () => {
    const world = await ground.quietWorld({ sims: 100 });
    const store = await ground.store();
    await ground.walk(world, store);
    const truth = await truthOf(world);
    await world.addFaults({ path: '*', kind: 'reset' }, { path: '/oauth/token', kind: 'reset' });
    const before = Date.now();
    const gateway = await ground.start(world, store);
    expect(await shownBy(gateway)).toEqual(truth);
    const { asOf, isComplete } = await fleetOf(gateway);
    expect([isComplete, Date.parse(asOf) < before]).toEqual([true, true]);
  });
});
