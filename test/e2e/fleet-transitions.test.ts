import { describe, expect, test } from '@jest/globals';
import {
  askForSims,
  fleetGround,
  fleetOf,
  shownBy,
  truthOf,
  walksOnce,
  whenRead,
} from '../support/fleet-sync.ts';
import type { RunningGateway } from '../support/gateway.ts';
import type { World } from '../support/sandbox.ts';
import type { TestStore } from '../support/store.ts';
import { waitFor } from '../support/wait-for.ts';

const ground = fleetGround();
const minute = { manners: { settleMs: { min: 60_000, max: 60_000 } } };

/** A world that was read once, some of whose SIMs were suspended through the gateway. */
async function suspended(count: number): Promise<{
  world: World;
  store: TestStore;
  gateway: RunningGateway;
  iccids: readonly string[];
}> {
  const [world, store] = [await ground.quietWorld({ sims: 200, ...minute }), await ground.store()];
  const gateway = await ground.start(world, store);
  await whenRead(gateway, 0);
  const live = (await world.sims({ state: 'LIVE', limit: 200 })).map(({ iccid }) => iccid);
  const iccids = live.filter((iccid) => !iccid.startsWith('8937204999')).slice(0, count);
  const { data } = await gateway.ask<{ suspendSims: { succeeded: number } }>(
    'mutation ($sims: [SimRef!]!) { suspendSims(input: { sims: $sims }) { succeeded } }',
    { sims: iccids.map((iccid) => ({ iccid })) },
  );
  expect(data.suspendSims.succeeded).toBe(count);
  expect(await fleetOf(gateway)).toMatchObject({ transitioning: count });
  await world.clearCalls();
  return { world, store, gateway, iccids };
}

const looks = async (world: World) => (await world.calls()).calls.filter(({ path }) => path === '/get_sims');
const due = (store: TestStore) =>
  store.query<{ iccid: string; soon: number }>(
    `select iccid, extract(epoch from look_at - clock_timestamp())::float as soon
     from fleet_sim where look_at is not null order by iccid`,
  );

describe('SIMs that are under way', () => {
  test('are looked at, all in one call, until they have settled, and not after that; nobody walks for it', async () => {
    const { world, store, gateway, iccids } = await suspended(30);
    await waitFor(async () => (await looks(world)).length >= 2);
    expect(await fleetOf(gateway)).toMatchObject({ transitioning: 30 });
    await world.advanceClock(60_000);
    await waitFor(async () => (await fleetOf(gateway)).transitioning === 0);
    const calls = await looks(world);
    expect(calls.map(({ sims }) => sims)).toEqual(calls.map(() => 30));
    const { data } = (await askForSims(gateway, { search: iccids[0] })) ?? {};
    expect(data?.sims.nodes).toMatchObject([{ state: 'OFFLINE', isTransitioning: false }]);
    expect(await shownBy(gateway)).toEqual(await truthOf(world));
    await waitFor(async () => (await due(store)).length === 0);
    expect((await world.calls()).byPath['/get_account_sims']).toBeUndefined();
  });

  test('are looked at less often the longer they take, and once a minute at least', async () => {
    const { world, store, gateway, iccids } = await suspended(2);
    const [short = '', long = ''] = [...iccids].sort();
    await store.query(
      `update fleet_sim set moving_since = clock_timestamp() - interval '20 seconds' where iccid = $1`,
      [short],
    );
    await store.query(
      `update fleet_sim set moving_since = clock_timestamp() - interval '1 day' where iccid = $1`,
      [long],
    );
    await waitFor(async () => (await looks(world)).length === 1);
    const [next, nextOfLong] = await due(store);
    expect([next?.iccid, nextOfLong?.iccid]).toEqual([short, long]);
    // Half as long as they have been under way.
    expect(next?.soon).toBeGreaterThan(5);
    expect(next?.soon).toBeLessThan(20);
    expect(nextOfLong?.soon).toBeGreaterThan(50);
    expect(nextOfLong?.soon).toBeLessThan(61);
    expect(await fleetOf(gateway)).toMatchObject({ transitioning: 2 });
  });

  test('and leave the account meanwhile leave the index', async () => {
    const { world, gateway, iccids } = await suspended(3);
    await world.removeSim(iccids[0] ?? '');
    await waitFor(async () => (await fleetOf(gateway)).total === 199);
    expect(await fleetOf(gateway)).toMatchObject({ transitioning: 2 });
  });

  test('are followed on when the SIM API is back', async () => {
    const { world, gateway } = await suspended(3);
    await world.addFaults({ path: '/get_sims', kind: 'status', status: 503 });
    await world.advanceClock(60_000);
    await waitFor(async () => ((await world.faults())[0]?.hits ?? 0) >= 4);
    expect(await fleetOf(gateway)).toMatchObject({ total: 200, transitioning: 3 });
    await world.clearFaults();
    await waitFor(async () => (await fleetOf(gateway)).transitioning === 0);
  });

  test('are followed by the gateway that comes next', async () => {
    const { world, store, gateway } = await suspended(3);
    await gateway.stop();
    // It cannot walk.
    await world.addFaults({ path: '/get_account_sims', kind: 'status', status: 503 });
    const next = await ground.start(world, store);
    expect(await fleetOf(next)).toMatchObject({ transitioning: 3 });
    await world.advanceClock(60_000);
    await waitFor(async () => (await fleetOf(next)).transitioning === 0);
  });

  test('when the first walk meets them are followed too', async () => {
    const world = await ground.world({ sims: 300, clock: { rate: 0 } });
    const store = await ground.store();
    const gateway = await ground.start(world, store, walksOnce);
    await whenRead(gateway, 0);
    expect((await fleetOf(gateway)).transitioning).toBeGreaterThan(5);
    await world.advanceClock(4 * 86_400_000);
    await waitFor(async () => (await fleetOf(gateway)).transitioning === 0);
    expect((await world.calls()).byPath['/get_account_sims']).toBe(1);
    await waitFor(async () => (await due(store)).length === 0);
  });
});
