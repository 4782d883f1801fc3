import { describe, expect, test } from '@jest/globals';
import {
  askForSims,
  fleetGround,
  fleetOf,
  iccidsOf,
  listOf,
  shownBy,
  truthOf,
  walksAlways,
  walksOnce,
  whenRead,
} from '../support/fleet-sync.ts';
import type { RunningGateway } from '../support/gateway.ts';
import { startStoppablePostgres } from '../support/stoppable-postgres.ts';
import { waitFor } from '../support/wait-for.ts';

const ground = fleetGround();
const codesOf = ({ errors }: { errors: { extensions: { code: string } }[] }) =>
  errors.map(({ extensions }) => extensions.code);
const away = ['STORE_UNAVAILABLE'];
const askForFleet = (gateway: RunningGateway) => gateway.ask('{ fleet { total asOf } }');

describe('while the SIM API is away', () => {
  test('sims and fleet answer from the index, and say how old it is; sim fails; when it is back asOf moves on', async () => {
    const world = await ground.quietWorld({ sims: 200 });
    const gateway = await ground.start(world, await ground.store(), walksAlways);
    await whenRead(gateway);
    const truth = await truthOf(world);
    await world.addFaults({ path: '*', kind: 'reset' }, { path: '/oauth/token', kind: 'reset' });
    // A walk that had begun may have read all that it needed.
    await waitFor(async () => ((await world.faults())[0]?.hits ?? 0) > 0);
    const awaySince = await fleetOf(gateway);
    const [{ iccid } = { iccid: '' }] = truth;
    const asked = await gateway.ask(`{ sim(by: { iccid: "${iccid}" }) { name } }`);
    expect(codesOf(asked)).toEqual(['UPSTREAM_UNAVAILABLE']);
    expect(await shownBy(gateway)).toEqual(truth);
    expect(await listOf(gateway, { search: iccid })).toMatchObject({
      asOf: awaySince.asOf,
      isComplete: true,
      nodes: [{ iccid }],
    });
    expect(await fleetOf(gateway)).toEqual(awaySince);
    expect((await gateway.fetch('/health/ready')).status).toBe(200);

    await world.clearFaults();
    await world.patchSim(iccid, { name: 'Meanwhile' });
    await whenRead(gateway);
    expect(await iccidsOf(gateway, { search: 'meanwhile' })).toEqual([iccid]);
  });

  test('a gateway that has never read anything answers that it knows nothing, and reads when it is back', async () => {
    const world = await ground.quietWorld({ sims: 50 });
    await world.addFaults({ path: '*', kind: 'status', status: 503 });
    const gateway = await ground.start(world, await ground.store());
    expect(await listOf(gateway)).toMatchObject({ isComplete: false, totalCount: 0, nodes: [] });
    await world.clearFaults();
    await whenRead(gateway, 0);
    expect(await shownBy(gateway)).toEqual(await truthOf(world));
  });
});

describe('while the database is away', () => {
  test('a plain list comes from the SIM API, a filter is refused; when it is back the index goes on', async () => {
    const world = await ground.quietWorld({ sims: 200 });
    const postgres = await startStoppablePostgres();
    ground.leave(() => postgres.remove());
    const store = { ...postgres, remove: async () => undefined };
    const gateway = await ground.start(world, store, walksAlways);
    await whenRead(gateway);
    await postgres.stop();
    const [newer] = await world.addSims(1);
    const upstream = (await world.sims({ limit: 201 })).map(({ iccid }) => iccid);
    const { data, errors } = await askForSims(gateway);
    expect(errors).toEqual([]);
    expect(data?.sims.nodes.map(({ iccid }) => iccid)).toEqual(upstream);
    expect(data?.sims).toMatchObject({ isComplete: true, totalCount: 201 });
    expect(Date.now() - Date.parse(data?.sims.asOf ?? '')).toBeLessThan(20_000);
    expect(codesOf(await askForSims(gateway, { states: ['LIVE'] }))).toEqual(away);
    expect(codesOf(await gateway.ask('{ sims(orderBy: { field: NAME }) { totalCount } }'))).toEqual(away);
    expect(codesOf(await askForFleet(gateway))).toEqual(away);
    // What is learned meanwhile cannot be written, and keeps nobody waiting.
    await gateway.ask(`{ sim(by: { iccid: "${upstream[0]}" }) { name } }`);

    await postgres.start();
    const backAt = Date.now();
    await waitFor(async () => (await askForFleet(gateway)).errors.length === 0);
    await whenRead(gateway, backAt);
    expect(await shownBy(gateway)).toEqual(await truthOf(world));
    expect(await iccidsOf(gateway, { search: newer?.iccid })).toHaveLength(1);
    expect(gateway.logged().filter(({ level }) => level === 'error')).toEqual([]);
  }, 60_000);

  test('in the middle of the first walk, that walk begins again when it is back', async () => {
    const world = await ground.quietWorld({ sims: 100, manners: { pageSize: 10 } });
    const store = await ground.store();
    const relay = await ground.relay(world);
    const held = relay.hold('offset=60');
    const env = { ...walksOnce, ...relay.env, CHANGE_LEASE_MS: '1000' };
    const gateway = await ground.start(world, store, env);
    await held.arrived;
    store.relay.cut();
    held.release();
    expect(codesOf(await askForFleet(gateway))).toEqual(away);
    store.relay.restore();
    await waitFor(async () => (await askForFleet(gateway)).errors.length === 0);
    await whenRead(gateway, 0);
    expect(await shownBy(gateway)).toEqual(await truthOf(world));
  });

  test('a gateway starts all the same, and has an index as soon as it is there', async () => {
    const world = await ground.quietWorld({ sims: 50 });
    const store = await ground.store();
    store.relay.cut();
    const gateway = await ground.start(world, store, { ...walksOnce, CHANGE_LEASE_MS: '1000' });
    const { data, errors } = await askForSims(gateway);
    expect([errors, data?.sims.totalCount]).toEqual([[], 50]);
    store.relay.restore();
    await waitFor(async () => (await askForFleet(gateway)).errors.length === 0);
    await whenRead(gateway, 0);
    expect(await shownBy(gateway)).toEqual(await truthOf(world));
  });

  test('and is silent, a plain list waits for it no longer than it has to', async () => {
    const world = await ground.quietWorld({ sims: 50 });
    const store = await ground.store();
    const gateway = await ground.start(world, store, walksOnce);
    await whenRead(gateway, 0);
    store.relay.silence();
    const { data, errors } = await askForSims(gateway);
    expect([errors, data?.sims.totalCount]).toEqual([[], 50]);
    expect(codesOf(await askForSims(gateway, { states: ['LIVE'] }))).toEqual(away);
    store.relay.cut();
    store.relay.restore();
    await waitFor(async () => (await askForSims(gateway, { states: ['LIVE'] })).errors.length === 0);
  });
});
