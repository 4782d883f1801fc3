import { describe, expect, test } from '@jest/globals';
import {
  allResults,
  bulkFixture,
  callsOf,
  endOf,
  heirEnv,
  kill,
  messages,
  onceEach,
  startBulk,
  whenBulk,
} from '../support/bulk.ts';
import { waitFor } from '../support/wait-for.ts';

const fixture = bulkFixture({ sims: 6000 });

/** The leased chunks. */
const leased = () =>
  fixture.store.query<{ leaseToken: string; owner: string; until: string }>(
    'select lease_token as "leaseToken", owner, lease_until::text as until from bulk_chunk where owner is not null',
  );

describe('replicas over one store', () => {
  test('all take part in one operation, change each SIM once, and show the same state of it', async () => {
    const iccids = await fixture.iccids(3000);
    const env = {
      BULK_CHUNKS: '1',
      SIM_API_MAX_SIMS_PER_CALL: '250',
      BULK_CONCURRENCY: '1',
      // A job signal may reach a gateway that already has a chunk; the others then check at their next heartbeat.
      CHANGE_LEASE_MS: '15000',
    };
    const start = () => fixture.start(env);
    const [first, second] = await Promise.all([start(), start(), start()]);
    const gate = fixture.relay.gate('/set_name');
    const { id } = await startBulk(first, {
      action: 'SET_NAME',
      params: { name: 'shared' },
      target: { list: iccids.join() },
    });
    // Each gateway makes one call after another: three concurrent calls come from three gateways, each with its own chunk.
    await gate.holds(3);
    expect(new Set((await leased()).map(({ owner }) => owner)).size).toBe(3);
    gate.open();
    const ended = await endOf(first, id);
    expect(ended).toMatchObject({ status: 'COMPLETED', succeeded: 3000 });
    expect(await fixture.world.effectCounts()).toEqual(onceEach(iccids));
    expect(await callsOf(fixture.world, '/set_name')).toBe(12);
    expect(await endOf(second, id)).toEqual(ended);
    expect(await allResults(second, id)).toEqual(await allResults(first, id));
  });

  test('take over from a frozen gateway, which sends nothing more of the operation when it wakes, and from a killed one', async () => {
    const iccids = await fixture.iccids(80);
    const env = { BULK_CONCURRENCY: '4' };
    const victim = await fixture.start(env);
    const gate = fixture.relay.gate('/sendSms', { after: 10, holds: 'answer' });
    const { id } = await startBulk(victim, messages(iccids));
    await gate.holds(4);
    await whenBulk(victim, id, ({ succeeded }) => succeeded === 10);
    const [before] = await leased();
    fixture.freeze(victim);
    await fixture.endLeases();
    const heir = await fixture.start({ ...heirEnv, ...env });
    // The heir has just started: the next SIMs are the same for both.
    await gate.holds(8);
    expect(heir.logged().some(({ msg }) => msg === 'released chunks whose leases had expired')).toBe(true);

    victim.process.kill('SIGCONT');
    // The woken gateway gets its answers before the heir does, and has slots for its next calls.
    gate.pass(4);
    await waitFor(() => victim.logged().some(({ msg }) => msg === 'chunk lease lost to another gateway'));
    expect(await callsOf(fixture.world, '/sendSms')).toBe(10 + 4 + 4);
    expect(gate.held()).toBe(4);

    // The heir is alive: it renews its short lease and holds the chunk.
    const [taken] = await leased();
    expect(taken?.owner).not.toBe(before?.owner);
    await waitFor(async () => (await leased())[0]?.until !== taken?.until);
    expect((await leased()).map(({ leaseToken }) => leaseToken)).toEqual([taken?.leaseToken]);

    gate.open();
    const ended = await endOf(heir, id);
    expect(ended).toMatchObject({ total: 80, failed: 0, notSent: 0 });
    expect(ended.unknown).toBeLessThanOrEqual(4);
    expect(await fixture.world.effectCounts()).toEqual(onceEach(iccids));
    expect(await callsOf(fixture.world, '/sendSms')).toBe(80);
    fixture.relay.openAll();

    // The woken gateway works on other operations as before, until it is killed.
    await fixture.world.clearEffects();
    const later = fixture.relay.gate('/sendSms', { after: 2, holds: 'answer' });
    const next = await startBulk(victim, messages(iccids.slice(0, 12)));
    await later.holds(4);
    await whenBulk(heir, next.id, ({ succeeded }) => succeeded === 2);
    expect(await leased()).toMatchObject([{ owner: before?.owner }]);
    await kill(victim);
    fixture.relay.dropAll();
    await fixture.endLeases();
    expect(await endOf(heir, next.id)).toMatchObject({ total: 12, succeeded: 8, unknown: 4 });
    expect(await fixture.world.effectCounts()).toEqual(onceEach(iccids.slice(0, 12)));
  });
});

test('all replicas together respect the rate limit: no call is sent before its slot', async () => {
  const [iccids, perSecond] = [await fixture.iccids(40), 20];
  const env = {
    BULK_CALLS_PER_SECOND: String(perSecond),
    BULK_CHUNKS: '1',
    SIM_API_MAX_SIMS_PER_CALL: '20',
  };
  const [first, second] = await Promise.all([fixture.start(env), fixture.start(env)]);
  // The schedule begins here, by the clock of the database, which is the clock of this machine.
  const [{ now } = { now: Infinity }] = await fixture.store.query<{ now: number }>(
    'select (extract(epoch from clock_timestamp()) * 1000)::float8 as now',
  );
  const operations = await Promise.all([
    startBulk(first, messages(iccids.slice(0, 20))),
    startBulk(second, messages(iccids.slice(20))),
  ]);
  for (const { id } of operations) expect(await endOf(first, id)).toMatchObject({ succeeded: 20 });
  const at = (await fixture.world.calls()).calls
    .filter(({ path }) => path !== '/oauth/token')
    .map((call) => call.at)
    .sort((a, b) => a - b);
  expect(at).toHaveLength(42);
  // Slots are reserved for a tenth of a second, and timers and clocks round to a millisecond.
  const earliest = (place: number) => now + ((place - perSecond / 10) * 1000) / perSecond - 2;
  expect(at.filter((time, place) => time < earliest(place))).toEqual([]);
});
