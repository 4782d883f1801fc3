import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { kill } from '../support/bulk.ts';
import {
  asked,
  askForSims,
  fleetGround,
  fleetOf,
  iccidsOf,
  indexed,
  shownBy,
  truthOf,
  walksAlways,
  walksOnce,
  whenRead,
} from '../support/fleet-sync.ts';
import type { RunningGateway } from '../support/gateway.ts';
import type { World } from '../support/sandbox.ts';
import { waitFor } from '../support/wait-for.ts';

const ground = fleetGround();
const said = (gateway: RunningGateway, words: string) =>
  gateway.logged().filter(({ msg }) => msg === words).length;
const walksOf = (gateway: RunningGateway) => said(gateway, 'fleet: read');
const leads = (gateway: RunningGateway) => waitFor(() => said(gateway, 'leadership: won') > 0);
const pages = async (world: World) => (await asked(world, '/get_account_sims')).calls;

/** Two gateways over one store, the first of which reads the fleet. */
async function two(env: Readonly<Record<string, string>>) {
  const [world, store] = [await ground.quietWorld({ sims: 100 }), await ground.store()];
  const first = await ground.start(world, store, env);
  await whenRead(first, 0);
  const second = await ground.start(world, store, env);
  return { world, store, first, second };
}

describe('of two gateways over one store', () => {
  test('one reads the fleet: the SIM API gets no more calls than from one, and both answer the same', async () => {
    const { world, first, second } = await two({ ...walksAlways, CHANGE_LEASE_MS: '1000' });
    const [callsBefore, walksBefore] = [await pages(world), walksOf(first)];
    await waitFor(() => walksOf(first) >= walksBefore + 30);
    const walks = walksOf(first) - walksBefore;
    // The walk that is under way, at the beginning and at the end.
    expect(Math.abs((await pages(world)) - callsBefore - walks)).toBeLessThanOrEqual(2);
    expect([walksOf(second), said(second, 'leadership: won')]).toEqual([0, 0]);
    const truth = await truthOf(world);
    expect(await shownBy(first)).toEqual(truth);
    expect(await shownBy(second)).toEqual(truth);
  });

  test('what one learns the other one shows, and a change of SIMs at one is followed by the other', async () => {
    const [world, store] = [await ground.quietWorld({ sims: 100 }), await ground.store()];
    const first = await ground.start(world, store);
    await whenRead(first, 0);
    const second = await ground.start(world, store);
    const live = (await world.sims({ state: 'LIVE' })).map(({ iccid }) => iccid);
    const [changed = '', removed = ''] = live.filter((iccid) => !iccid.startsWith('8937204999'));
    await second.ask(`mutation { suspendSim(input: { sim: { iccid: "${changed}" } }) { outcome } }`);
    expect(await indexed(first, changed)).toMatchObject({ state: 'OFFLINE', isTransitioning: true });
    await world.advanceClock(60_000);
    await waitFor(async () => (await indexed(second, changed))?.isTransitioning === false);
    await world.removeSim(removed);
    await second.ask(`{ sim(by: { iccid: "${removed}" }) { name } }`);
    await waitFor(async () => (await fleetOf(second)).total === 99);
    expect(await pages(world)).toBe(1);
    expect(said(second, 'leadership: won')).toBe(0);
  });

  test('the other one takes over when the one that reads is killed', async () => {
    const { world, first, second } = await two({ ...walksAlways, CHANGE_LEASE_MS: '1000' });
    await kill(first);
    const killedAt = Date.now();
    await whenRead(second, killedAt);
    expect(await shownBy(second)).toEqual(await truthOf(world));
  });

  test('the other one takes over when the one that reads is stopped, long before the lease is over', async () => {
    const { second, first } = await two({ ...walksAlways, CHANGE_LEASE_MS: '12000' });
    const stopped = first.stop();
    await whenRead(second);
    await stopped;
    expect(first.logged().filter(({ level }) => level === 'error')).toEqual([]);
  }, 40_000);

  test('the other one takes over when the one that reads freezes, which follows when it wakes up', async () => {
    const { world, first, second } = await two({ ...walksAlways, CHANGE_LEASE_MS: '1000' });
    first.process.kill('SIGSTOP');
    await leads(second);
    await whenRead(second);
    const [moved = ''] = (await world.sims()).map(({ iccid }) => iccid);
    await world.patchSim(moved, { name: 'While it was frozen' });
    await whenRead(second);
    const walks = walksOf(first);
    first.process.kill('SIGCONT');
    await waitFor(() => said(first, 'leadership: lost') === 1);
    expect(await iccidsOf(first, { search: 'while it was frozen' })).toEqual([moved]);
    const before = walksOf(second);
    await waitFor(() => walksOf(second) >= before + 10);
    // The walk in whose middle it froze may have ended before it learned of that.
    expect(walksOf(first)).toBeLessThanOrEqual(walks + 1);
    expect(said(second, 'leadership: lost')).toBe(0);
    expect(await shownBy(first)).toEqual(await truthOf(world));
  });

  test('the second, when the first one was killed in its first walk, reads the fleet to its end', async () => {
    const [world, store] = [
      await ground.quietWorld({ sims: 100, manners: { pageSize: 10 } }),
      await ground.store(),
    ];
    const relay = await ground.relay(world);
    const held = relay.hold('offset=40');
    const env = { ...walksOnce, ...relay.env, CHANGE_LEASE_MS: '1000' };
    const first = await ground.start(world, store, env);
    await held.arrived;
    const second = await ground.start(world, store, env);
    expect(await fleetOf(second)).toMatchObject({ isComplete: false });
    await kill(first);
    await whenRead(second, 0);
    expect(await shownBy(second)).toEqual(await truthOf(world));
  });
});

describe('another account on the same store', () => {
  const others = async () =>
    [await ground.quietWorld({ sims: 60, seed: 'one' }), await ground.store()] as const;

  test('is read from its beginning, and nothing of the one before is left', async () => {
    const [old, store] = await others();
    await ground.walk(old, store);
    const world = await ground.quietWorld({ sims: 20, seed: 'two', special: false });
    const startedAt = Date.now();
    const gateway = await ground.start(world, store);
    await whenRead(gateway, startedAt);
    expect(await shownBy(gateway)).toEqual(await truthOf(world));
  });

  test('shows no SIM of the one before, not while it is read either', async () => {
    const [old, store] = await others();
    await ground.walk(old, store);
    const before = new Set((await truthOf(old)).map(({ iccid }) => iccid));
    const world = await ground.quietWorld({ sims: 20, seed: 'two', special: false });
    await world.addFaults({ path: '/get_account_sims', kind: 'status', status: 503 });
    const gateway = await ground.start(world, store);
    const { data } = await askForSims(gateway, { isTransitioning: false });
    const shown = data?.sims.nodes.map(({ iccid }) => iccid) ?? [];
    expect(shown.some((iccid) => before.has(iccid))).toBe(false);
    expect((await fleetOf(gateway)).isComplete).toBe(false);
  });

  test('shows no SIM of the one before while a gateway of that one still leads', async () => {
    const [old, store] = await others();
    const first = await ground.start(old, store);
    await whenRead(first, 0);
    const before = new Set(await iccidsOf(first));
    const world = await ground.quietWorld({ sims: 20, seed: 'two', special: false });
    const second = await ground.start(world, store);
    for (const filter of [null, { isTransitioning: false }]) {
      const { data } = await askForSims(second, filter);
      const shown = data?.sims.nodes.map(({ iccid }) => iccid) ?? [];
      expect(shown.some((iccid) => before.has(iccid))).toBe(false);
    }
  });
});

describe('with DATABASE_MIGRATION_URL, where another role owns the tables,', () => {
  test('a gateway keeps the index with its own rights', async () => {
    const [world, store] = [await ground.quietWorld({ sims: 100 }), await ground.store()];
    const [rights] = await store.query<{ mayCreate: boolean }>(
      'select rolcreaterole or rolsuper as "mayCreate" from pg_roles where rolname = current_user',
    );
    // Somebody's own server may not let its role make others.
    if (!rights?.mayCreate) return;
    const role = `keeper_${randomUUID().replaceAll('-', '')}`;
    await store.query(`create role ${role} login password 'keeper'`);
    ground.leave(() => store.query(`drop owned by ${role}; drop role ${role}`));
    const address = new URL(store.url);
    [address.username, address.password] = [role, 'keeper'];
    const env = { ...walksAlways, DATABASE_MIGRATION_URL: store.url };
    const gateway = await ground.start(world, { ...store, url: address.href }, env);
    await whenRead(gateway);
    const [iccid = '', gone = ''] = await iccidsOf(gateway, { states: ['LIVE'] });
    await world.removeSim(gone);
    await world.patchSim(iccid, { name: 'By another role' });
    await waitFor(async () => (await fleetOf(gateway)).total === 99);
    await whenRead(gateway);
    expect(await iccidsOf(gateway, { search: 'by another role' })).toEqual([iccid]);
    expect(await shownBy(gateway)).toEqual(await truthOf(world));
    const [owner] = await store.query<{ owner: string }>(
      `select tableowner as owner from pg_tables where schemaname = current_schema() and tablename = 'fleet_sim'`,
    );
    expect(owner?.owner).not.toBe(role);
    expect(gateway.logged().filter(({ level }) => level === 'error')).toEqual([]);
  });
});
