import { describe, expect, test } from '@jest/globals';
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
import type { FaultKind, World } from '../support/sandbox.ts';
import type { TestStore } from '../support/store.ts';
import { waitFor } from '../support/wait-for.ts';

const ground = fleetGround();
const iccidsIn = async (world: World) => (await world.sims({ limit: 5000 })).map(({ iccid }) => iccid);

/** Which writing each row of the index is of. */
async function writings(store: TestStore): Promise<Map<string, string>> {
  const rows = await store.query<{ iccid: string; xmin: string }>('select iccid, xmin::text from fleet_sim');
  return new Map(rows.map(({ iccid, xmin }) => [iccid, xmin]));
}

/** A world that was read once. */
async function walked(sims: number): Promise<{ world: World; store: TestStore }> {
  const [world, store] = [await ground.quietWorld({ sims }), await ground.store()];
  await ground.walk(world, store);
  await world.clearCalls();
  return { world, store };
}

describe('a walk', () => {
  test('over a fleet that has not changed costs its pages, no costs, and not one writing of a row', async () => {
    const { world, store } = await walked(2500);
    const before = await writings(store);
    await ground.walk(world, store);
    expect((await world.calls()).byPath).toEqual({ '/oauth/token': 1, '/get_account_sims': 3 });
    expect(await writings(store)).toEqual(before);
    expect(before.size).toBe(2500);
  });

  test('after 100 changes reads the costs of those alone that may have used something, and writes those 100', async () => {
    const { world, store } = await walked(2500);
    const changed = (await iccidsIn(world)).slice(700, 800);
    const before = await writings(store);
    for (const [index, iccid] of changed.entries())
      await world.patchSim(iccid, index < 40 ? { lastUsageUpdate: Date.now() } : { name: `new ${index}` });
    await ground.walk(world, store);
    expect(await asked(world, '/get_account_sims')).toEqual({ calls: 3, sims: 0 });
    expect(await asked(world, '/get_sim_costs')).toEqual({ calls: 1, sims: 40 });
    const after = await writings(store);
    const written = [...after].filter(([iccid, xmin]) => before.get(iccid) !== xmin);
    expect(new Set(written.map(([iccid]) => iccid))).toEqual(new Set(changed));
    const gateway = await ground.start(world, store);
    expect((await listOf(gateway, { search: 'NEW ' })).totalCount).toBe(60);
  });

  test('after a day of use shows what every SIM has used', async () => {
    const { world, store } = await walked(1500);
    const before = new Map((await truthOf(world)).map((sim) => [sim.iccid, sim.dataUsage.usedBytes]));
    await world.moveClock({ to: Date.now() });
    const truth = await truthOf(world);
    const using = truth.filter(({ iccid, dataUsage }) => dataUsage.usedBytes !== before.get(iccid));
    expect(using.length).toBeGreaterThan(100);
    await world.clearCalls();
    const startedAt = Date.now();
    const gateway = await ground.start(world, store);
    await whenRead(gateway, startedAt);
    expect((await asked(world, '/get_sim_costs')).sims).toBeLessThan(1500);
    expect(await shownBy(gateway)).toEqual(truth);
  });

  test('shows SIMs that came, left, and were renamed, regrouped or limited elsewhere', async () => {
    const { world, store } = await walked(300);
    const [gone = '', renamed = '', regrouped = '', limited = '', leftAlone = ''] = await iccidsIn(world);
    const gateway = await ground.start(world, store, walksAlways);
    await world.removeSim(gone);
    await world.patchSim(renamed, { name: 'Lift 7' });
    await world.patchSim(regrouped, { group: 'Lifts' });
    await world.patchSim(leftAlone, { name: null, $remove: ['group'] });
    await world.patchSim(limited, { data_limit: 777 });
    const [come] = await world.addSims(2);
    await whenRead(gateway);
    expect(await iccidsOf(gateway, { search: 'lift 7' })).toEqual([renamed]);
    expect(await iccidsOf(gateway, { groups: ['Lifts'] })).toEqual([regrouped]);
    expect(await indexed(gateway, come?.iccid ?? '')).toMatchObject({ name: come?.name });
    await waitFor(async () => (await fleetOf(gateway)).total === 301);
    expect(await shownBy(gateway)).toEqual(await truthOf(world));
  });

  test('has read all that was there at its asOf: what was so before is never missing from such an answer', async () => {
    const { world, store } = await walked(30);
    const [iccid = ''] = await iccidsIn(world);
    const gateway = await ground.start(world, store, { ...walksAlways, FLEET_SYNC_INTERVAL_MS: '1' });
    let last = '';
    for (let round = 0; round < 40; round++) {
      await world.patchSim(iccid, { name: `round ${round}` });
      const changedAt = Date.now();
      await waitFor(async () => {
        const { asOf, nodes } = await listOf(gateway, { search: iccid });
        expect(asOf >= last).toBe(true);
        last = asOf;
        if (Date.parse(asOf) <= changedAt) return false;
        expect(nodes[0]?.name).toBe(`round ${round}`);
        return true;
      });
    }
  });
});

describe('a SIM that the list does not name', () => {
  test('is looked at by itself, and stays with what is new of it', async () => {
    const { world, store } = await walked(100);
    const [omitted = '', other = ''] = (await iccidsIn(world)).slice(50);
    await world.addFaults({ path: '/get_account_sims', kind: 'tamper', omit: [omitted, other] });
    await world.patchSim(omitted, { name: 'Hidden' });
    const gateway = await ground.start(world, store);
    await waitFor(async () => (await iccidsOf(gateway, { search: 'hidden' })).length === 1);
    expect(await asked(world, '/get_sims')).toEqual({ calls: 1, sims: 2 });
    expect(await shownBy(gateway)).toEqual(await truthOf(world));
  });

  test('keeps the index from being called newer than what is known of it', async () => {
    const { world, store } = await walked(100);
    const [omitted = ''] = (await iccidsIn(world)).slice(50);
    const relay = await ground.relay(world);
    // Another address is another account to the gateway.
    await ground.walk(world, store, relay.env);
    await world.addFaults({ path: '/get_account_sims', kind: 'tamper', omit: [omitted] });
    await world.patchSim(omitted, { name: 'Hidden' });
    const renamedAt = Date.now();
    const held = relay.hold('/get_sims');
    const gateway = await ground.start(world, store, { ...walksOnce, ...relay.env });
    await held.arrived;
    const { asOf, nodes } = await listOf(gateway, { search: omitted });
    expect(nodes[0]?.name).not.toBe('Hidden');
    expect(Date.parse(asOf)).toBeLessThanOrEqual(renamedAt);
    held.release();
    await whenRead(gateway, renamedAt);
    expect((await indexed(gateway, omitted))?.name).toBe('Hidden');
  });

  test('leaves the index when it is in the account no more', async () => {
    const { world, store } = await walked(100);
    const [gone = ''] = (await iccidsIn(world)).slice(50);
    await world.removeSim(gone);
    const gateway = await ground.start(world, store);
    await waitFor(async () => (await fleetOf(gateway)).total === 99);
    expect(await asked(world, '/get_sims')).toEqual({ calls: 1, sims: 1 });
    expect(await shownBy(gateway)).toEqual(await truthOf(world));
  });

  test('leaves the index though the item of another one cannot be read', async () => {
    const { world, store } = await walked(100);
    const [broken = '', gone = ''] = (await iccidsIn(world)).slice(50);
    await world.patchSim(broken, { iccid: 'unreadable' });
    await world.removeSim(gone);
    const gateway = await ground.start(world, store);
    await waitFor(async () => (await indexed(gateway, gone)) === undefined);
    expect(await fleetOf(gateway)).toMatchObject({ total: 99 });
  });

  test('stays as it was for as long as its item cannot be read', async () => {
    const { world, store } = await walked(100);
    const [broken = ''] = (await iccidsIn(world)).slice(50);
    const before = await truthOf(world);
    await world.patchSim(broken, { iccid: 'unreadable' });
    await world.clearCalls();
    const gateway = await ground.start(world, store, walksAlways);
    await waitFor(async () => (await asked(world, '/get_sims')).calls > 0);
    await whenRead(gateway);
    expect(await shownBy(gateway)).toEqual(before);
  });
});

test('a list that is empty by mistake takes nobody out of the index, not for a moment', async () => {
  const { world, store } = await walked(100);
  const before = (await truthOf(world)).map(({ iccid }) => iccid);
  const body = { found: 0, offset: 0, total: 0, sims: [] };
  await world.addFaults({ path: '/get_account_sims', kind: 'status', status: 200, body });
  const gateway = await ground.start(world, store, walksAlways);
  await waitFor(async () => {
    expect((await fleetOf(gateway)).total).toBe(100);
    // They are looked for by themselves again and again: what the first look did shows with the next.
    return (await asked(world, '/get_sims')).calls >= 3;
  });
  await world.clearFaults();
  await whenRead(gateway);
  expect(await iccidsOf(gateway)).toEqual(before);
});

test('SIMs of a list that nobody has are gone with the next walk, and one that is told twice is there once', async () => {
  const { world, store } = await walked(50);
  const duplicate = (await iccidsIn(world)).slice(0, 2);
  await world.addFaults({ path: '/get_account_sims', kind: 'tamper', foreign: true, duplicate });
  const gateway = await ground.start(world, store, walksAlways);
  await waitFor(async () => (await fleetOf(gateway)).total === 51);
  await world.clearFaults();
  await waitFor(async () => (await fleetOf(gateway)).total === 50);
  expect(await shownBy(gateway)).toEqual(await truthOf(world));
});

describe('a walk that the SIM API breaks off in the middle', () => {
  const disturbances: [string, string, number, FaultKind][] = [
    ['503', '/get_account_sims', 5, { kind: 'status', status: 503 }],
    ['garbage', '/get_account_sims', 3, { kind: 'garbage' }],
    ['no answer', '/get_account_sims', 4, { kind: 'hang' }],
    ['E000', '/get_account_sims', 5, { kind: 'error', code: 'E000' }],
    ['half an answer for costs', '/get_sim_costs', 5, { kind: 'cut' }],
  ];
  test.each(disturbances)(
    'with %s goes on by itself; until then the index says how old it is',
    async (_, path, times, fault) => {
      const { world, store } = await walked(100);
      await world.setManners({ pageSize: 30 });
      const iccids = await iccidsIn(world);
      for (const iccid of iccids)
        await world.patchSim(iccid, { lastUsageUpdate: 1, name: `${fault.kind} x` });
      const skip = path === '/get_sim_costs' ? 0 : 2;
      await world.addFaults({ path, skip, times, ...fault });
      const gateway = await ground.start(world, store, { ...walksOnce, SIM_API_TIMEOUT_MS: '300' });
      const { asOf: old } = await fleetOf(gateway);
      await waitFor(async () => {
        const { asOf, total, isComplete } = await fleetOf(gateway);
        const hits = (await world.faults())[0]?.hits ?? 0;
        if (hits < times) expect([asOf, total, isComplete]).toEqual([old, 100, true]);
        return hits === times;
      });
      await waitFor(async () => (await fleetOf(gateway)).asOf > old);
      expect(await shownBy(gateway)).toEqual(await truthOf(world));
      expect(await iccidsOf(gateway, { search: `${fault.kind} x` })).toHaveLength(100);
    },
  );
});
