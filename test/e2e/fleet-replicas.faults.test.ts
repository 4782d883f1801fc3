import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { kill } from '../support/bulk.ts';
import { stepFleet } from '../support/fleet-steps.ts';
import {
  asked,
  askForSims,
  fleetFixture,
  fleetOf,
  iccidsOf,
  indexed,
  shownBy,
  syncsContinuously,
  syncsOnce,
  truthOf,
  whenComplete,
  whenReadAgain,
  whenSynced,
} from '../support/fleet-sync.ts';
import type { RunningGateway } from '../support/gateway.ts';
import { waitFor } from '../support/wait-for.ts';

const fixture = fleetFixture();
const messagesOf = (gateway: RunningGateway) => gateway.logged().map(({ msg }) => String(msg));
const said = (gateway: RunningGateway, words: string) =>
  messagesOf(gateway).filter((message) => message === words).length;

describe('of two gateways on one store', () => {
  const fleet = stepFleet({ sims: 100, behaviour: { settleMs: { min: 60_000, max: 60_000 } } });

  test('one reads the fleet; both show what one has observed, and either of them polls SIMs that one has changed', async () => {
    const { world, store, gateway: first, env } = fleet;
    const second = await fixture.start(world, store, env);
    // Each full sync takes the calls of one gateway.
    for (let syncs = 0; syncs < 3; syncs++)
      expect((await fleet.fullSync()).byPath).toEqual({ '/get_account_sims': 1 });
    expect([said(second, 'fleet: full sync completed'), said(second, 'leadership: won')]).toEqual([0, 0]);
    const truth = await fleet.truth();
    expect(await shownBy(first)).toEqual(truth);
    expect(await shownBy(second)).toEqual(truth);

    await world.clearCalls();
    const live = (await world.sims({ state: 'LIVE' })).map(({ iccid }) => iccid);
    const [changed = '', removed = ''] = live.filter((iccid) => !iccid.startsWith('8937204999'));
    await second.ask(`mutation { suspendSim(input: { sim: { iccid: "${changed}" } }) { outcome } }`);
    await waitFor(async () => (await indexed(first, changed))?.isTransitioning === true);
    expect(await indexed(first, changed)).toMatchObject({ state: 'OFFLINE' });
    await world.advanceClock(60_000);
    await waitFor(async () => (await indexed(second, changed))?.isTransitioning === false);
    await world.removeSim(removed);
    await second.ask(`{ sim(by: { iccid: "${removed}" }) { name } }`);
    await waitFor(async () => (await fleetOf(second)).total === 99);
    expect((await asked(world, '/get_account_sims')).calls).toBe(0);
    expect(said(second, 'leadership: won')).toBe(0);
  });

  test('the other one takes over when the leader freezes; the woken one follows, and takes over when the other one is stopped', async () => {
    const [world, store] = [await fixture.quietWorld({ sims: 100 }), await fixture.store()];
    const env = { ...syncsContinuously, CHANGE_LEASE_MS: '2000' };
    const first = await fixture.start(world, store, env);
    await whenSynced(first);
    const second = await fixture.start(world, store, env);
    first.process.kill('SIGSTOP');
    await whenSynced(second);
    const [moved = ''] = (await world.sims()).map(({ iccid }) => iccid);
    await world.patchSim(moved, { name: 'While it was frozen' });
    await whenReadAgain(second);
    first.process.kill('SIGCONT');
    await waitFor(() => said(first, 'leadership: lost') > 0);
    expect(await iccidsOf(first, { search: 'while it was frozen' })).toEqual([moved]);
    await whenReadAgain(first);
    const messages = messagesOf(first);
    const following = messages.slice(messages.indexOf('leadership: lost') + 1);
    const won = following.indexOf('leadership: won');
    // The sync in which it froze may have ended before it noticed the loss; it starts none before it leads again.
    const syncs = following
      .slice(0, won < 0 ? undefined : won)
      .filter((message) => message === 'fleet: full sync completed');
    expect(syncs.length).toBeLessThanOrEqual(1);
    expect(await shownBy(first)).toEqual(await truthOf(world));

    await second.stop();
    expect(second.logged().filter(({ level }) => level === 'error')).toEqual([]);
    await whenReadAgain(first);
  });

  test('the second one completes the full sync if the first one was killed during it', async () => {
    const [world, store] = [
      await fixture.quietWorld({ sims: 100, behaviour: { pageSize: 10 } }),
      await fixture.store(),
    ];
    const relay = await fixture.relay(world);
    const held = relay.hold('offset=40');
    // The lock of a killed gateway is free at once; the other one tries every third of a lease.
    const env = { ...syncsOnce, ...relay.env, CHANGE_LEASE_MS: '9000' };
    const first = await fixture.start(world, store, env);
    await held.arrived;
    const second = await fixture.start(world, store, env);
    expect(await fleetOf(second)).toMatchObject({ isComplete: false });
    await kill(first);
    await whenComplete(second);
    expect(await shownBy(second)).toEqual(await truthOf(world));
  });
});

test('a gateway of another account on the same store never shows a SIM of the previous account: not before, during or after its own full sync', async () => {
  const old = await fixture.quietWorld({ sims: 60, seed: 'one' });
  const store = await fixture.store();
  // Also forwards the calls of the second account: both are in the same sandbox.
  const relay = await fixture.relay(old);
  // Every third of the lease, the second gateway checks whether the first one still leads.
  const lease = { CHANGE_LEASE_MS: '9000' };
  const first = await fixture.start(old, store, { ...syncsOnce, ...lease });
  await whenComplete(first);
  const before = new Set(await iccidsOf(first));
  const world = await fixture.quietWorld({ sims: 20, seed: 'two', special: false });
  const second = await fixture.start(world, store, { ...syncsOnce, ...lease, ...relay.env });
  const shown = async () => {
    const iccids = [];
    for (const filter of [null, { isTransitioning: false }]) {
      const { data } = await askForSims(second, filter);
      iccids.push(...(data?.sims.nodes.map(({ iccid }) => iccid) ?? []));
    }
    return iccids.filter((iccid) => before.has(iccid));
  };
  // Before the first sync of its account, a list without a filter comes from the SIM API.
  expect(await shown()).toEqual([]);
  const held = relay.hold('/get_account_sims?offset=0');
  await first.stop();
  await held.arrived;
  expect(await shown()).toEqual([]);
  expect((await fleetOf(second)).isComplete).toBe(false);
  held.release();
  await whenComplete(second);
  expect(await shownBy(second)).toEqual(await truthOf(world));
});

describe('with DATABASE_MIGRATION_URL, when another role owns the tables,', () => {
  test('a gateway updates the index with its own rights', async () => {
    const [world, store] = [await fixture.quietWorld({ sims: 100 }), await fixture.store()];
    const [rights] = await store.query<{ mayCreate: boolean }>(
      'select rolcreaterole or rolsuper as "mayCreate" from pg_roles where rolname = current_user',
    );
    // The role of a server that DATABASE_URL names may not be allowed to create roles.
    if (!rights?.mayCreate) return;
    const role = `keeper_${randomUUID().replaceAll('-', '')}`;
    await store.query(`create role ${role} login password 'keeper'`);
    fixture.leave(() => store.query(`drop owned by ${role}; drop role ${role}`));
    const address = new URL(store.url);
    [address.username, address.password] = [role, 'keeper'];
    const env = { ...syncsContinuously, DATABASE_MIGRATION_URL: store.url };
    const gateway = await fixture.start(world, { ...store, url: address.href }, env);
    await whenComplete(gateway);
    const [iccid = '', gone = ''] = await iccidsOf(gateway, { states: ['LIVE'] });
    await world.removeSim(gone);
    await world.patchSim(iccid, { name: 'By another role' });
    await waitFor(async () => (await fleetOf(gateway)).total === 99);
    await whenReadAgain(gateway);
    expect(await iccidsOf(gateway, { search: 'by another role' })).toEqual([iccid]);
    expect(await shownBy(gateway)).toEqual(await truthOf(world));
    const [owner] = await store.query<{ owner: string }>(
      `select tableowner as owner from pg_tables where schemaname = current_schema() and tablename = 'fleet_sim'`,
    );
    expect(owner?.owner).not.toBe(role);
    expect(gateway.logged().filter(({ level }) => level === 'error')).toEqual([]);
  });
});
