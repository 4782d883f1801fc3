import { beforeAll, describe, expect, test } from '@jest/globals';
import { makeGroup } from '../support/bulk.ts';
import { special } from '../support/fleet.ts';
import { stepFleet } from '../support/fleet-steps.ts';
import { midMonthNow } from '../support/mid-month.ts';
import { allStates, matching, type PlainFilter, type PlainSim, plainFleet } from '../support/plain-fleet.ts';
import { createWorld, type World } from '../support/sandbox.ts';

interface Summary {
  total: number;
  byState: { state: string; count: number }[];
  byGroup: { group: { name: string } | null; count: number }[];
  transitioning: number;
  overDataLimit: number;
  usedBytes: number;
  asOf: string;
  isComplete: boolean;
}
const fields = `total byState { state count } byGroup { group { name } count } transitioning overDataLimit usedBytes
  asOf isComplete`;

/** The first instant of the gateway's month: until the next one the special SIM of E210 has used exactly 25 MB. */
const today = new Date(midMonthNow());
const startAt = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), 1);
const usedByOne = 25_000_000;

let others: string[];
async function prepare(world: World): Promise<void> {
  const sims = await world.sims({ limit: 200 });
  others = sims.map(({ iccid }) => iccid).filter((iccid) => !iccid.startsWith('8937204999'));
  // Names whose order depends on the collation, on case or on UTF-16 code units.
  for (const [index, name] of ['😀', '～', 'a', 'Z', 'Ä'].entries())
    await makeGroup(world, name, others.slice(index * 2, index * 2 + 2));
}

const indexed = stepFleet({ make: createWorld, sims: 130, clock: { startAt, rate: 0 }, prepare });
let fleet: PlainSim[];
beforeAll(async () => {
  fleet = await plainFleet(indexed.world);
});

async function summary(filter: PlainFilter | null = null): Promise<Summary> {
  const { data, errors, extensions } = await indexed.gateway.ask<{ fleet: Summary }>(
    `query ($filter: SimFilter) { fleet(filter: $filter) { ${fields} } }`,
    { filter },
  );
  expect(errors).toEqual([]);
  expect(extensions.cost.upstreamCalls).toBe(0);
  return data.fleet;
}
const countOf = (filter: PlainFilter) => matching(fleet, filter).length;

describe('the counts of the fleet', () => {
  test('include each state, also states without SIMs', async () => {
    const { total, byState, transitioning } = await summary();
    expect(total).toBe(130);
    expect(byState).toEqual(allStates.map((state) => ({ state, count: countOf({ states: [state] }) })));
    expect(byState).toContainEqual({ state: 'UNKNOWN', count: 0 });
    expect(transitioning).toBe(countOf({ isTransitioning: true }));
    expect(transitioning).toBeGreaterThan(0);
  });

  test('include each group by its name, and SIMs without a group last', async () => {
    const { byGroup } = await summary();
    const names = byGroup.map(({ group }) => group?.name ?? null);
    const sorted = [
      'Meters',
      'Pilot',
      'Scooters Riga',
      'Scooters Tallinn',
      'Spare',
      'Trackers EU',
      'Vending',
    ];
    expect(names).toEqual([...sorted, 'Z', 'a', 'Ä', '～', '😀', null]);
    for (const { group, count } of byGroup)
      expect(count).toBe(fleet.filter((sim) => sim.group === (group?.name ?? null)).length);
    expect((await summary({ inNoGroup: false })).byGroup.map(({ group }) => group)).not.toContain(null);
  });

  test('sum the usage of this month, with 0 for SIMs without a history', async () => {
    expect((await summary()).usedBytes).toBe(fleet.reduce((sum, { usedBytes }) => sum + (usedBytes ?? 0), 0));
    expect(await summary({ search: special.E210 })).toMatchObject({ total: 1, usedBytes: usedByOne });
    expect(await summary({ search: special.E101 })).toMatchObject({ total: 1, usedBytes: 0 });
  });

  test('cover the SIMs that match a filter', async () => {
    const filter = { states: ['LIVE', 'OFFLINE'], groups: ['Meters', 'Pilot'] };
    const fit = matching(fleet, filter);
    const { total, byState, byGroup, usedBytes } = await summary(filter);
    expect(total).toBe(fit.length);
    expect(byState.filter(({ count }) => count > 0).map(({ state }) => state)).toEqual(['LIVE', 'OFFLINE']);
    expect(byGroup.map(({ group }) => group?.name)).toEqual(['Meters', 'Pilot']);
    expect(usedBytes).toBe(fit.reduce((sum, sim) => sum + (sim.usedBytes ?? 0), 0));
  });

  test('are zeros if no SIM matches', async () => {
    const { asOf, ...counts } = await summary({ groups: [] });
    expect(counts).toEqual({
      total: 0,
      byState: allStates.map((state) => ({ state, count: 0 })),
      byGroup: [],
      transitioning: 0,
      overDataLimit: 0,
      usedBytes: 0,
      isComplete: true,
    });
    expect(Date.parse(asOf)).not.toBeNaN();
  });

  test('of a group come with those of all groups, with one call that returns the groups', async () => {
    const { data, errors, extensions } = await indexed.gateway.ask<{
      account: { groups: { name: string; fleet: Summary }[] };
    }>(`{ account { groups { name fleet { ${fields} } } } }`);
    expect(errors).toEqual([]);
    expect(extensions.cost.upstreamCalls).toBe(1);
    expect(data.account.groups).toHaveLength(12);
    for (const { name, fleet: counts } of data.account.groups) {
      const members = fleet.filter(({ group }) => group === name);
      expect(counts).toMatchObject({
        total: members.length,
        byState: allStates.map((state) => ({
          state,
          count: members.filter((sim) => sim.state === state).length,
        })),
        byGroup: [{ group: { name }, count: members.length }],
        usedBytes: members.reduce((sum, { usedBytes }) => sum + (usedBytes ?? 0), 0),
        isComplete: true,
      });
    }
  });
});

describe('the counts of a changing fleet', () => {
  test('include a SIM as over its limit if it has used more than that, and not if it has used exactly that', async () => {
    for (const [limit, over] of [
      [26, 0],
      [25, 0],
      [24, 1],
      [0, 0],
      [null, 0],
    ] as const) {
      await indexed.world.patchSim(special.E210, { data_limit: limit });
      await indexed.fullSync();
      expect((await summary({ search: special.E210 })).overDataLimit).toBe(over);
    }
  });

  test('include a group and a state as soon as a full sync has ended, with the time of its start', async () => {
    const before = await summary();
    expect(before.byGroup.map(({ group }) => group?.name)).not.toContain('just made');
    const changedAt = await indexed.databaseNow();
    await indexed.world.patchSim(special.E240, { group: 'just made', state: 'FROZEN' });
    await indexed.fullSync();
    const { byGroup, byState, asOf } = await summary();
    expect(byGroup).toContainEqual({ group: { name: 'just made' }, count: 1 });
    expect(byState).toContainEqual({ state: 'UNKNOWN', count: 1 });
    // That sync had begun, and was held back, when the SIM was changed.
    expect(asOf > before.asOf && asOf < changedAt).toBe(true);
    await indexed.fullSync();
    const after = await summary();
    expect(after.asOf > changedAt && after.asOf < (await indexed.databaseNow())).toBe(true);
  });
});
