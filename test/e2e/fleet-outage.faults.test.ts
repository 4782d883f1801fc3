import { describe, expect, test } from '@jest/globals';
import {
  askForSims,
  fleetFixture,
  fleetOf,
  iccidsOf,
  listOf,
  shownBy,
  syncsContinuously,
  syncsOnce,
  truthOf,
  whenComplete,
  whenReadAgain,
} from '../support/fleet-sync.ts';
import type { RunningGateway } from '../support/gateway.ts';
import { midMonthNow } from '../support/mid-month.ts';
import { startStoppablePostgres } from '../support/stoppable-postgres.ts';
import { waitFor } from '../support/wait-for.ts';

const fixture = fleetFixture();
const codesOf = ({ errors }: { errors: { extensions: { code: string } }[] }) =>
  errors.map(({ extensions }) => extensions.code);
const away = ['STORE_UNAVAILABLE'];
const askForFleet = (gateway: RunningGateway) => gateway.ask('{ fleet { total asOf } }');
/** Waits until the database answers the gateway again. */
const whenBack = (gateway: RunningGateway) =>
  waitFor(async () => (await askForFleet(gateway)).errors.length === 0);

test('while the SIM API is down, a gateway answers from its index, and reports an incomplete index if it has none; afterwards the index is updated', async () => {
  const world = await fixture.quietWorld({ sims: 200 });
  await world.addFaults({ path: '*', kind: 'status', status: 503 });
  const gateway = await fixture.start(world, await fixture.store(), syncsContinuously);
  expect(await listOf(gateway)).toMatchObject({ isComplete: false, totalCount: 0, nodes: [] });
  await world.clearFaults();
  await whenComplete(gateway);
  const truth = await truthOf(world);
  expect(await shownBy(gateway)).toEqual(truth);

  await world.addFaults({ path: '*', kind: 'reset' }, { path: '/oauth/token', kind: 'reset' });
  // A running sync may have read all it needs, and end before the next one meets the fault.
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
  await whenReadAgain(gateway);
  expect(await iccidsOf(gateway, { search: 'meanwhile' })).toEqual([iccid]);
});

describe('while the database is down', () => {
  test('a list without a filter comes from the SIM API, a filter is refused; afterwards the index is updated', async () => {
    const world = await fixture.quietWorld({ sims: 200 });
    const postgres = await startStoppablePostgres();
    fixture.leave(() => postgres.remove());
    const store = { ...postgres, remove: async () => undefined };
    const gateway = await fixture.start(world, store, syncsContinuously);
    await whenComplete(gateway);
    await postgres.stop();
    const [newer] = await world.addSims(1);
    const upstream = (await world.sims({ limit: 201 })).map(({ iccid }) => iccid);
    const askedAt = midMonthNow();
    const { data, errors } = await askForSims(gateway);
    expect(errors).toEqual([]);
    expect(data?.sims.nodes.map(({ iccid }) => iccid)).toEqual(upstream);
    expect(data?.sims).toMatchObject({ isComplete: true, totalCount: 201 });
    // Its asOf is that of the answer of the SIM API.
    expect(Date.parse(data?.sims.asOf ?? '')).toBeGreaterThanOrEqual(askedAt);
    expect(codesOf(await askForSims(gateway, { states: ['LIVE'] }))).toEqual(away);
    expect(codesOf(await gateway.ask('{ sims(orderBy: { field: NAME }) { totalCount } }'))).toEqual(away);
    expect(codesOf(await askForFleet(gateway))).toEqual(away);
    // Observed SIMs cannot be written meanwhile, and no request waits for that.
    await gateway.ask(`{ sim(by: { iccid: "${upstream[0]}" }) { name } }`);

    await postgres.start();
    await whenBack(gateway);
    await whenReadAgain(gateway);
    expect(await shownBy(gateway)).toEqual(await truthOf(world));
    expect(await iccidsOf(gateway, { search: newer?.iccid })).toHaveLength(1);
    expect(gateway.logged().filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('during the first full sync, that sync starts again afterwards', async () => {
    const world = await fixture.quietWorld({ sims: 100, behaviour: { pageSize: 10 } });
    const store = await fixture.store();
    const relay = await fixture.relay(world);
    const held = relay.hold('offset=60');
    const gateway = await fixture.start(world, store, {
      ...syncsOnce,
      ...relay.env,
      CHANGE_LEASE_MS: '1000',
    });
    await held.arrived;
    store.relay.cut();
    held.release();
    expect(codesOf(await askForFleet(gateway))).toEqual(away);
    store.relay.restore();
    await whenBack(gateway);
    await whenComplete(gateway);
    expect(await shownBy(gateway)).toEqual(await truthOf(world));
  });

  test('a gateway starts nevertheless, and has an index as soon as the database is up; a silent database does not block a list without a filter', async () => {
    const world = await fixture.quietWorld({ sims: 50 });
    const store = await fixture.store();
    store.relay.cut();
    const gateway = await fixture.start(world, store, { ...syncsOnce, CHANGE_LEASE_MS: '1000' });
    const { data, errors } = await askForSims(gateway);
    expect([errors, data?.sims.totalCount]).toEqual([[], 50]);
    store.relay.restore();
    await whenBack(gateway);
    await whenComplete(gateway);
    expect(await shownBy(gateway)).toEqual(await truthOf(world));

    store.relay.stall();
    const [plain, filtered] = await Promise.all([
      askForSims(gateway),
      askForSims(gateway, { states: ['LIVE'] }),
    ]);
    expect([plain.errors, plain.data?.sims.totalCount]).toEqual([[], 50]);
    expect(codesOf(filtered)).toEqual(away);
    store.relay.cut();
    store.relay.restore();
    await whenBack(gateway);
  });
});
