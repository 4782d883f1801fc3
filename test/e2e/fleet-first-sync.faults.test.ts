import { describe, expect, test } from '@jest/globals';
import { parseCsv } from '../support/csv.ts';
import {
  asked,
  askForSims,
  fleetFixture,
  fleetOf,
  listOf,
  shownBy,
  syncsContinuously,
  syncsOnce,
  truthOf,
  whenComplete,
  whenReadAgain,
} from '../support/fleet-sync.ts';
import { waitFor } from '../support/wait-for.ts';

const fixture = fleetFixture();

describe('the first full sync', () => {
  test('reads every SIM once: pages of 1000 that share five SIMs with the next, and full calls for costs', async () => {
    const world = await fixture.quietWorld({ sims: 2500 });
    const gateway = await fixture.start(world, await fixture.store());
    await whenComplete(gateway);
    // A page of 1000, one with 995 more, and one with the rest.
    expect(await asked(world, '/get_account_sims')).toEqual({ calls: 3, sims: 0 });
    // 370 SIMs fit into a URL; page by page it would be one call more.
    expect(await asked(world, '/get_sim_costs')).toEqual({ calls: 7, sims: 2500 });
    expect((await world.calls()).total).toBe(3 + 7 + 1);
    expect(await fleetOf(gateway)).toMatchObject({ total: 2500, isComplete: true });
    await waitFor(() =>
      gateway.logged().some(({ msg, sims }) => msg === 'fleet: first full sync completed' && sims === 2500),
    );
    expect(await shownBy(gateway)).toEqual(await truthOf(world));
  });

  test('of an account without SIMs is complete with none', async () => {
    const world = await fixture.quietWorld({ sims: 10, special: false });
    for (const { iccid } of await world.sims()) await world.removeSim(iccid);
    const gateway = await fixture.start(world, await fixture.store(), syncsContinuously);
    await whenComplete(gateway);
    expect(await listOf(gateway)).toMatchObject({ isComplete: true, totalCount: 0, nodes: [] });
    expect(Object.keys((await world.calls()).byPath)).toEqual(['/oauth/token', '/get_account_sims']);
    await world.addSims(3);
    await whenReadAgain(gateway);
    expect(await shownBy(gateway)).toEqual(await truthOf(world));
  });
});

test('returns incomplete answers while it runs; when its gateway stops, the next one reads the rest', async () => {
  const world = await fixture.quietWorld({ sims: 100, behaviour: { pageSize: 10 } });
  const store = await fixture.store();
  const relay = await fixture.relay(world);
  const [start, middle] = [relay.hold('/get_account_sims?offset=0'), relay.hold('offset=20')];
  const env = { ...syncsOnce, ...relay.env };
  const first = await fixture.start(world, store, env);
  const exported = async () => {
    const response = await first.fetch('/export/sims.csv');
    return {
      isComplete: response.headers.get('x-fleet-complete'),
      asOf: response.headers.get('x-fleet-as-of'),
      sims: parseCsv(await response.text()).rows.length,
    };
  };
  await start.arrived;
  const empty = await listOf(first);
  expect(empty).toMatchObject({ isComplete: false, totalCount: 0, nodes: [] });
  const [opened] = await store.query<{ at: Date }>('select first_sync_started_at as at from fleet_sync');
  expect(empty.asOf).toBe(opened?.at.toISOString());
  expect(await fleetOf(first)).toMatchObject({ isComplete: false, total: 0, asOf: empty.asOf });
  expect(await exported()).toEqual({ isComplete: 'false', asOf: empty.asOf, sims: 0 });

  start.release();
  await middle.arrived;
  // Four pages of ten, each of which begins with five of the previous one.
  await waitFor(async () => (await fleetOf(first)).total === 25);
  const truth = await truthOf(world);
  const some = await listOf(first, null, 'usedBytes');
  expect(some).toMatchObject({ isComplete: false, totalCount: 25, asOf: empty.asOf });
  expect(truth).toEqual(expect.arrayContaining(some.nodes));
  expect(await fleetOf(first)).toMatchObject({ isComplete: false, asOf: empty.asOf });
  expect(await exported()).toEqual({ isComplete: 'false', asOf: empty.asOf, sims: 25 });
  const live = await listOf(first, { states: ['LIVE'] });
  expect(live).toMatchObject({ isComplete: false, asOf: empty.asOf });
  expect(live.nodes).toHaveLength(some.nodes.filter(({ state }) => state === 'LIVE').length);
  const { data } = await first.ask<{ account: { groups: { fleet: { isComplete: boolean } }[] } }>(
    '{ account { groups { fleet { isComplete } } } }',
  );
  expect(new Set(data.account.groups.map(({ fleet }) => fleet.isComplete))).toEqual(new Set([false]));

  await first.stop();
  expect(first.logged().filter(({ level }) => level === 'error')).toEqual([]);
  const second = await fixture.start(world, store, env);
  await whenComplete(second);
  expect(await shownBy(second)).toEqual(truth);
  const { asOf, ...rest } = await listOf(second);
  expect(rest).toMatchObject({ isComplete: true, totalCount: 100 });
  expect(asOf > empty.asOf).toBe(true);
  await second.stop();

  await world.addFaults({ path: '*', kind: 'reset' }, { path: '/oauth/token', kind: 'reset' });
  // A gateway that starts with a complete index answers at once, although the SIM API is down.
  const third = await fixture.start(world, store, { ...env, SIM_API_DEADLINE_MS: '1000' });
  // A list without a filter calls the SIM API if the index does not answer within two seconds, as on a machine busy with the start.
  await waitFor(async () => (await askForSims(third)).errors.length === 0);
  expect(await shownBy(third)).toEqual(truth);
  expect(await fleetOf(third)).toMatchObject({ isComplete: true, asOf });
});
