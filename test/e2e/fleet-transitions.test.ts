import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createPool } from '../support/fleet.ts';
import { askForSims, fleetOf, listOf, standingOf, syncsOnce, whenComplete } from '../support/fleet-sync.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import { createStore, type TestStore } from '../support/store.ts';
import { waitFor } from '../support/wait-for.ts';

const dayMs = 86_400_000;
const minute = { min: 60_000, max: 60_000 };

let world: World;
let store: TestStore;
let gateway: RunningGateway;
const pool = createPool(() => world);

beforeAll(async () => {
  // Some SIMs are in transition at the beginning.
  world = await createWorld({ sims: 300, clock: { rate: 0 }, behaviour: { settleMs: minute } });
  store = await createStore();
  gateway = await startGateway({ world, store, env: syncsOnce });
  await whenComplete(gateway);
});
beforeEach(async () => {
  await world.clearFaults();
  await world.clearCalls();
});
// All transitions settle before the next test.
afterEach(async () => {
  await world.clearFaults();
  await endTransitions();
  await makeDue();
  await whenTransitionsEnd();
});
afterAll(async () => {
  await gateway?.stop();
  await store?.remove();
  await world?.remove();
});

/** Suspends SIMs through the gateway; they settle after a minute of the clock of the world, which stands still. */
async function suspend(count: number): Promise<string[]> {
  const iccids = (await pool.take(count, { state: 'LIVE' })).map(({ iccid }) => iccid).sort();
  const { data } = await gateway.ask<{ suspendSims: { succeeded: number } }>(
    'mutation ($sims: [SimRef!]!) { suspendSims(input: { sims: $sims }) { succeeded } }',
    { sims: iccids.map((iccid) => ({ iccid })) },
  );
  expect(data.suspendSims.succeeded).toBe(count);
  await waitFor(async () => (await transitioning()) === count);
  await world.clearCalls();
  return iccids;
}

const transitioning = async (of = gateway) => (await fleetOf(of)).transitioning;
const endTransitions = () => world.advanceClock(60_000);

/** Number of SIMs that the gateway polled, by call. */
const polls = async () =>
  (await world.calls()).calls.filter(({ path }) => path === '/get_sims').map(({ sims }) => sims);

/** Makes all SIMs with a scheduled poll due at one instant, and returns it. */
async function makeDue(): Promise<Date | undefined> {
  const [row] = await store.query<{ at: Date }>(
    `update fleet_sim set next_poll_at = date_trunc('milliseconds', now()) where next_poll_at is not null
     returning next_poll_at as at`,
  );
  return row?.at;
}

/** Waits until all SIMs that were due at an instant were taken for polling. */
const whenTaken = (due: Date | undefined) =>
  waitFor(
    async () => (await store.query('select from fleet_sim where next_poll_at <= $1', [due])).length === 0,
  );

/** Waits until no SIM is in transition and none has a scheduled poll. */
async function whenTransitionsEnd(): Promise<void> {
  await waitFor(async () => (await transitioning()) === 0);
  await waitFor(
    async () => (await store.query('select from fleet_sim where next_poll_at is not null')).length === 0,
  );
}

describe('SIMs in transition', () => {
  test('that the first full sync finds are polled until they have settled', async () => {
    expect(await transitioning()).toBeGreaterThan(5);
    await world.advanceClock(4 * dayMs);
    await makeDue();
    await whenTransitionsEnd();
    expect((await world.calls()).byPath['/get_account_sims']).toBeUndefined();
  });

  test('are polled, all in one call, until they have settled, and not after that, without a full sync', async () => {
    const iccids = await suspend(30);
    await whenTaken(await makeDue());
    await waitFor(async () => (await polls()).includes(30));
    expect(await transitioning()).toBe(30);
    await endTransitions();
    await makeDue();
    // Settled SIMs are not polled any more.
    await whenTransitionsEnd();
    const { data } = (await askForSims(gateway, { search: iccids[0] })) ?? {};
    expect(data?.sims.nodes).toMatchObject([{ state: 'OFFLINE', isTransitioning: false }]);
    const sims = (await world.sims({ limit: 1000 })).map(standingOf);
    expect((await listOf(gateway)).nodes).toEqual(sims.sort((a, b) => (a.iccid < b.iccid ? -1 : 1)));
    expect((await world.calls()).byPath['/get_account_sims']).toBeUndefined();
  });

  test('are polled less often the longer they take, and at least once a minute', async () => {
    const [short = '', long = ''] = await suspend(2);
    await store.query(
      `update fleet_sim
       set polling_since = now() - case iccid when $1 then interval '20 seconds' else interval '1 day' end
       where next_poll_at is not null`,
      [short],
    );
    const due = await makeDue();
    await whenTaken(due);
    // The poll was between then and now, no matter how long it took.
    const rows = await store.query<{ iccid: string; isEarlyEnough: boolean; isLateEnough: boolean }>(
      `select iccid,
         next_poll_at >= $1::timestamptz + least(($1::timestamptz - polling_since) / 2, interval '60 seconds') as "isLateEnough",
         next_poll_at <= clock_timestamp() + least((clock_timestamp() - polling_since) / 2, interval '60 seconds')
           as "isEarlyEnough"
       from fleet_sim where next_poll_at is not null order by iccid`,
      [due],
    );
    expect(rows).toEqual([short, long].map((iccid) => ({ iccid, isLateEnough: true, isEarlyEnough: true })));
    expect(await transitioning()).toBe(2);
  });

  test('that leave the account meanwhile leave the index', async () => {
    const [gone = ''] = await suspend(3);
    const { total } = await fleetOf(gateway);
    await world.removeSim(gone);
    await makeDue();
    await waitFor(async () => (await fleetOf(gateway)).total === total - 1);
    expect(await transitioning()).toBe(2);
  });

  test('are polled again after an outage of the SIM API', async () => {
    await suspend(3);
    const { total } = await fleetOf(gateway);
    await world.addFaults({ path: '/get_sims', kind: 'status', status: 503 });
    await endTransitions();
    await makeDue();
    // A poll makes four tries, so a fifth call shows that the first poll has failed.
    await waitFor(async () => ((await world.faults())[0]?.hits ?? 0) > 4);
    expect(await fleetOf(gateway)).toMatchObject({ total, transitioning: 3 });
    await world.clearFaults();
    await waitFor(async () => (await transitioning()) === 0);
  });

  test('are polled by the next gateway', async () => {
    await suspend(3);
    await gateway.stop();
    // The next gateway cannot read the fleet.
    await world.addFaults({ path: '/get_account_sims', kind: 'status', status: 503 });
    gateway = await startGateway({ world, store, env: syncsOnce });
    expect(await transitioning()).toBe(3);
    await endTransitions();
    await makeDue();
    await waitFor(async () => (await transitioning()) === 0);
  });
});

describe('the state of a SIM, live and in the index,', () => {
  const steady = (state: string, offlineReason: string | null) => ({
    state,
    pendingState: null,
    isTransitioning: false,
    offlineReason,
  });
  const moving = (state: string, offlineReason: string | null) => ({
    state,
    pendingState: state,
    isTransitioning: true,
    offlineReason,
  });
  const fields = 'state pendingState isTransitioning offlineReason';

  async function shown(iccid: string): Promise<readonly object[]> {
    const { data, errors } = await gateway.ask<{ sim: object; sims: { nodes: object[] } }>(
      `query ($iccid: ICCID!) { sims(filter: { iccids: [$iccid] }) { nodes { ${fields} } }
        sim(by: { iccid: $iccid }) { ${fields} } }`,
      { iccid },
    );
    expect(errors).toEqual([]);
    return [data.sim, ...data.sims.nodes];
  }

  async function change(mutation: string, iccid: string): Promise<void> {
    const { errors } = await gateway.ask(
      `mutation { ${mutation}(input: { ${mutation.endsWith('Sims') ? 'sims' : 'sim'}: { iccid: "${iccid}" } }) { __typename } }`,
    );
    expect(errors).toEqual([]);
    await waitFor(async () => (await transitioning()) === 1);
  }

  async function endChange(): Promise<void> {
    await endTransitions();
    await makeDue();
    await whenTransitionsEnd();
  }

  test.each([
    ['suspendSims', 'SUSPENDED', 'resumeSim'],
    ['deactivateSim', 'DEACTIVATED', 'activateSim'],
  ])('is the target with its reason from %s on: %s, and LIVE from %s on', async (mutation, reason, back) => {
    const [sim] = await pool.take(1, { state: 'LIVE' });
    const iccid = sim?.iccid ?? '';
    const both = (reading: object) => [reading, reading];
    expect(await shown(iccid)).toEqual(both(steady('LIVE', null)));
    await change(mutation, iccid);
    expect(await shown(iccid)).toEqual(both(moving('OFFLINE', reason)));
    const filter = { offlineReasons: [reason], isTransitioning: true };
    expect((await listOf(gateway, filter)).nodes).toMatchObject([{ iccid }]);
    await endChange();
    expect(await shown(iccid)).toEqual(both(steady('OFFLINE', reason)));
    await change(back, iccid);
    expect(await shown(iccid)).toEqual(both(moving('LIVE', null)));
    await endChange();
    expect(await shown(iccid)).toEqual(both(steady('LIVE', null)));
  });
});
