import { describe, expect, test } from '@jest/globals';
import { special } from '../support/fleet.ts';
import { stepFleet } from '../support/fleet-steps.ts';
import { asked, fleetOf, iccidsOf, indexed, listOf, shownBy } from '../support/fleet-sync.ts';
import { midMonthNow } from '../support/mid-month.ts';
import type { FaultKind } from '../support/sandbox.ts';
import { waitFor } from '../support/wait-for.ts';

const fleet = stepFleet({ sims: 250, behaviour: { pageSize: 100 } });
const pages = 3;

/** All SIMs of the world in the order of its list, without the special ones. */
const iccidsIn = async () =>
  (await fleet.world.sims({ limit: 5000 }))
    .map(({ iccid }) => iccid)
    .filter((iccid) => !iccid.startsWith('8937204999'));

/** The row version (xmin) of each row of the index. */
async function writings(): Promise<Map<string, string>> {
  const rows = await fleet.store.query<{ iccid: string; xmin: string }>(
    'select iccid, xmin::text from fleet_sim',
  );
  return new Map(rows.map(({ iccid, xmin }) => [iccid, xmin]));
}

const expectTruth = async () => expect(await shownBy(fleet.gateway)).toEqual(await fleet.truth());

describe('a full sync', () => {
  test('of an unchanged fleet takes only its pages, no costs, and writes no row', async () => {
    await fleet.fullSync();
    const before = await writings();
    const { byPath } = await fleet.fullSync();
    expect(byPath).toEqual({ '/get_account_sims': pages });
    expect(await writings()).toEqual(before);
    expect(before.size).toBe(250);
  });

  test('after 100 changes reads the costs of those alone that may have used data, and writes those 100', async () => {
    const changed = (await iccidsIn()).slice(70, 170);
    const before = await writings();
    for (const [index, iccid] of changed.entries())
      await fleet.world.patchSim(iccid, index < 40 ? { lastUsageUpdate: 1 } : { name: `new ${index}` });
    const { byPath } = await fleet.fullSync();
    expect(byPath).toEqual({ '/get_account_sims': pages, '/get_sim_costs': 1 });
    expect(await asked(fleet.world, '/get_sim_costs')).toEqual({ calls: 1, sims: 40 });
    const after = await writings();
    const written = [...after].filter(([iccid, xmin]) => before.get(iccid) !== xmin);
    expect(new Set(written.map(([iccid]) => iccid))).toEqual(new Set(changed));
    expect((await listOf(fleet.gateway, { search: 'NEW ' })).totalCount).toBe(60);
  });

  test('after a day of usage shows the usage of every SIM', async () => {
    const before = new Map((await fleet.truth()).map((sim) => [sim.iccid, sim.dataUsage.usedBytes]));
    await fleet.world.moveClock({ to: midMonthNow() });
    await fleet.fullSync();
    expect((await asked(fleet.world, '/get_sim_costs')).sims).toBeLessThan(250);
    const truth = await fleet.truth();
    const using = truth.filter(({ iccid, dataUsage }) => dataUsage.usedBytes !== before.get(iccid));
    expect(using.length).toBeGreaterThan(50);
    expect(await shownBy(fleet.gateway)).toEqual(truth);
  });

  test('shows SIMs that were added, removed, renamed, regrouped or got another limit elsewhere', async () => {
    const { world, gateway } = fleet;
    const [gone = '', renamed = '', regrouped = '', limited = '', bare = ''] = await iccidsIn();
    const { total } = await fleetOf(gateway);
    await world.removeSim(gone);
    await world.patchSim(renamed, { name: 'Lift 7' });
    await world.patchSim(regrouped, { group: 'Lifts' });
    await world.patchSim(bare, { name: null, $remove: ['group'] });
    await world.patchSim(limited, { data_limit: 777 });
    const [come] = await world.addSims(2);
    await fleet.fullSync();
    expect(await iccidsOf(gateway, { search: 'lift 7' })).toEqual([renamed]);
    expect(await iccidsOf(gateway, { groups: ['Lifts'] })).toEqual([regrouped]);
    expect(await indexed(gateway, come?.iccid ?? '')).toMatchObject({ name: come?.name });
    expect((await fleetOf(gateway)).total).toBe(total + 1);
    await expectTruth();
  });

  test('during which a SIM changes has an asOf before the change: the state at asOf is never missing', async () => {
    const { world, gateway, relay } = fleet;
    const [iccid = ''] = await iccidsIn();
    const middle = relay.hold('/get_account_sims?offset=95');
    const walking = fleet.fullSync();
    await middle.arrived;
    // The page of the SIM has been read.
    await world.patchSim(iccid, { name: 'Overtaken' });
    const changedAt = await fleet.databaseNow();
    middle.release();
    await walking;
    const { asOf, nodes } = await listOf(gateway, { search: iccid });
    expect(nodes[0]?.name).not.toBe('Overtaken');
    expect(asOf < changedAt).toBe(true);
    // The held sync, too, had begun before the change.
    await fleet.fullSync();
    expect((await indexed(gateway, iccid))?.name).toBe('Overtaken');
    await fleet.fullSync();
    expect((await fleetOf(gateway)).asOf > changedAt).toBe(true);
  });

  test('that cannot read the item of a SIM misses only that SIM, until its item can be read', async () => {
    const { world, gateway } = fleet;
    const [broken = ''] = (await iccidsIn()).slice(125);
    await world.patchSim(broken, { iccid: 'unreadable' });
    await fleet.forget();
    await fleet.fullSync();
    const { total } = await fleetOf(gateway);
    expect(await indexed(gateway, broken)).toBeUndefined();
    await world.patchSim(broken, { iccid: broken });
    await fleet.fullSync();
    expect((await fleetOf(gateway)).total).toBe(total + 1);
    await expectTruth();
  });
});

describe('a full sync of an empty index', () => {
  test.each([1, 7, 1000])('reads a list in pages of %d completely', async (pageSize) => {
    await fleet.world.setBehaviour({ pageSize });
    await fleet.forget();
    const { total } = await fleetOf(fleet.gateway);
    const { byPath } = await fleet.fullSync();
    await fleet.world.setBehaviour({ pageSize: 100 });
    expect(total).toBe(0);
    expect((await asked(fleet.world, '/get_sim_costs')).sims).toBe((await fleet.truth()).length);
    // It has seen every SIM, so it read none individually.
    expect(byPath['/get_sims']).toBeUndefined();
    await expectTruth();
  });

  test('reads SIMs that are added while the list is read', async () => {
    const { world, relay } = fleet;
    await fleet.fullSync();
    await fleet.forget();
    const held = relay.hold('offset=190');
    const walking = fleet.fullSync();
    await held.arrived;
    await world.addSims(25);
    held.release();
    await walking;
    await expectTruth();
  });

  test('shows SIMs without a cost of this month too, no matter how the SIM API reports that, and reads their costs once', async () => {
    const { world, gateway } = fleet;
    await world.setBehaviour({ costsWithoutHistory: 'refuse' });
    await fleet.forget();
    await fleet.fullSync();
    await world.setBehaviour({ costsWithoutHistory: 'omit' });
    const truth = await fleet.truth();
    expect(truth.filter(({ dataUsage }) => dataUsage.usedBytes === null).length).toBeGreaterThan(5);
    expect(await shownBy(gateway)).toEqual(truth);
    const { byPath } = await fleet.fullSync();
    expect(byPath['/get_sim_costs']).toBeUndefined();
    expect((await listOf(gateway, { search: special.E101 }, 'usedBytes')).nodes).toMatchObject([
      { iccid: special.E101, dataUsage: { usedBytes: null } },
    ]);
  });
});

describe('a SIM that is missing in the list', () => {
  test('is read individually, and its changes are in the index', async () => {
    const { world, gateway } = fleet;
    const [omitted = '', other = ''] = (await iccidsIn()).slice(50);
    await world.addFaults({ path: '/get_account_sims', kind: 'tamper', omit: [omitted, other] });
    await world.patchSim(omitted, { name: 'Unlisted' });
    await fleet.fullSync();
    expect(await asked(world, '/get_sims')).toEqual({ calls: 1, sims: 2 });
    expect(await iccidsOf(gateway, { search: 'unlisted' })).toEqual([omitted]);
    await expectTruth();
  });

  test('prevents asOf from being newer than the data', async () => {
    const { world, gateway, relay } = fleet;
    const [omitted = ''] = (await iccidsIn()).slice(50);
    const before = await fleetOf(gateway);
    await world.addFaults({ path: '/get_account_sims', kind: 'tamper', omit: [omitted] });
    await world.patchSim(omitted, { name: 'Hidden' });
    const held = relay.hold('/get_sims');
    const walking = fleet.fullSync();
    await held.arrived;
    const { asOf, nodes } = await listOf(gateway, { search: omitted });
    expect(nodes[0]?.name).not.toBe('Hidden');
    expect(asOf).toBe(before.asOf);
    held.release();
    await walking;
    expect((await indexed(gateway, omitted))?.name).toBe('Hidden');
    expect((await fleetOf(gateway)).asOf > before.asOf).toBe(true);
  });

  test('leaves the index if it is no longer in the account', async () => {
    const { world, gateway } = fleet;
    const [gone = ''] = (await iccidsIn()).slice(50);
    const { total } = await fleetOf(gateway);
    await world.removeSim(gone);
    await fleet.fullSync();
    expect((await fleetOf(gateway)).total).toBe(total - 1);
    expect(await asked(world, '/get_sims')).toEqual({ calls: 1, sims: 1 });
    await expectTruth();
  });

  test('leaves the index although the item of another one cannot be read, and that one stays unchanged', async () => {
    const { world, gateway } = fleet;
    const [broken = '', gone = ''] = (await iccidsIn()).slice(50);
    const before = await fleet.truth();
    await world.patchSim(broken, { iccid: 'unreadable' });
    await world.removeSim(gone);
    await fleet.fullSync();
    await fleet.fullSync();
    expect(await shownBy(gateway)).toEqual(before.filter(({ iccid }) => iccid !== gone));
    await world.patchSim(broken, { iccid: broken });
    await fleet.whenPollingEnds();
    await expectTruth();
  });
});

test('a list that is empty by mistake never removes a SIM from the index', async () => {
  const { world, gateway } = fleet;
  const before = await iccidsOf(gateway);
  const body = { found: 0, offset: 0, total: 0, sims: [] };
  await world.addFaults({ path: '/get_account_sims', kind: 'status', status: 200, body });
  for (let syncs = 0; syncs < 2; syncs++) {
    let isOver = false;
    const walking = fleet.fullSync().finally(() => {
      isOver = true;
    });
    while (!isOver) expect((await fleetOf(gateway)).total).toBe(before.length);
    expect((await walking).byPath['/get_sims']).toBeGreaterThan(0);
  }
  await world.clearFaults();
  await fleet.fullSync();
  expect(await iccidsOf(gateway)).toEqual(before);
});

test('a listed SIM that does not exist is removed by the next full sync, and one that is listed twice is in the index once', async () => {
  const { world, gateway } = fleet;
  const { total } = await fleetOf(gateway);
  const duplicate = (await iccidsIn()).slice(0, 2);
  await world.addFaults({ path: '/get_account_sims', times: 1, kind: 'tamper', foreign: true, duplicate });
  await fleet.fullSync();
  expect((await fleetOf(gateway)).total).toBe(total + 1);
  await fleet.fullSync();
  expect((await fleetOf(gateway)).total).toBe(total);
  await expectTruth();
});

describe('a full sync that the SIM API interrupts', () => {
  // The number of faults makes all tries of a call fail.
  const disturbances: [string, string, number, FaultKind][] = [
    ['503', '/get_account_sims', 4, { kind: 'status', status: 503 }],
    ['garbage', '/get_account_sims', 2, { kind: 'garbage' }],
    ['no answer', '/get_account_sims', 4, { kind: 'reset' }],
    ['E000', '/get_account_sims', 4, { kind: 'error', code: 'E000' }],
    ['half an answer for costs', '/get_sim_costs', 4, { kind: 'cut' }],
  ];
  test.each(disturbances)(
    'with %s resumes automatically; until then asOf stays at the last sync',
    async (label, path, times, fault) => {
      const { world, gateway } = fleet;
      const some = (await fleet.truth()).filter((_, index) => index % 6 === 0);
      for (const { iccid } of some)
        await world.patchSim(iccid, { lastUsageUpdate: label.length, name: `${label} x` });
      const skip = path === '/get_sim_costs' ? 0 : 1;
      await world.addFaults({ path, skip, times, ...fault });
      const { asOf, total } = await fleetOf(gateway);
      const walking = fleet.fullSync();
      await waitFor(async () => {
        const shown = await fleetOf(gateway);
        const hits = (await world.faults())[0]?.hits ?? 0;
        if (hits < times) expect(shown).toMatchObject({ asOf, total, isComplete: true });
        return hits === times;
      });
      await walking;
      expect((await fleetOf(gateway)).asOf > asOf).toBe(true);
      await expectTruth();
      expect(await iccidsOf(gateway, { search: `${label} x` })).toHaveLength(some.length);
    },
  );
});

test('a full sync does not miss a SIM that stays when others leave the list between two pages', async () => {
  const { world, relay } = fleet;
  await world.addSims(500);
  await world.setBehaviour({ pageSize: 250 });
  await fleet.forget();
  const held = relay.hold('offset=490');
  const walking = fleet.fullSync();
  await held.arrived;
  const list = (await world.sims({ limit: 5000 })).map(({ iccid }) => iccid);
  const gone = list.filter((iccid) => !iccid.startsWith('8937204999')).slice(0, 30);
  for (const iccid of gone) await world.removeSim(iccid);
  held.release();
  const { calls } = await walking;
  // It went back 200 positions and found SIMs of the previous page there.
  expect(calls.some(({ query }) => query.includes('offset=290'))).toBe(true);
  const staying = list.filter((iccid) => !gone.includes(iccid));
  expect(await iccidsOf(fleet.gateway)).toEqual(expect.arrayContaining(staying));
});
