import { describe, expect, test } from '@jest/globals';
import {
  allResults,
  bulkGround,
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

const ground = bulkGround({ sims: 6000 });

/** The chunks that gateways have in hand. */
const leased = () =>
  ground.store.query<{ leaseToken: string; owner: string; until: string }>(
    'select lease_token as "leaseToken", owner, lease_until::text as until from bulk_chunk where owner is not null',
  );

describe('replicas over one store', () => {
  test('all take part in one operation, change each SIM once, and show the same of it', async () => {
    const iccids = await ground.iccids(3000);
    const env = {
      BULK_CHUNKS: '1',
      SIM_API_MAX_SIMS_PER_CALL: '250',
      BULK_CONCURRENCY: '1',
      // A wake-up call may reach a gateway that has a chunk already: then the others look at their next heartbeat.
      CHANGE_LEASE_MS: '15000',
    };
    const start = () => ground.start(env);
    const [first, second] = await Promise.all([start(), start(), start()]);
    const gate = ground.relay.gate('/set_name');
    const { id } = await startBulk(first, {
      action: 'SET_NAME',
      params: { name: 'shared' },
      target: { list: iccids.join() },
    });
    // Each of them makes one call at a time: three calls at once are those of three gateways, each with a chunk of its own.
    await gate.holds(3);
    expect(new Set((await leased()).map(({ owner }) => owner)).size).toBe(3);
    gate.open();
    const ended = await endOf(first, id);
    expect(ended).toMatchObject({ status: 'COMPLETED', succeeded: 3000 });
    expect(await ground.world.effectCounts()).toEqual(onceEach(iccids));
    expect(await callsOf(ground.world, '/set_name')).toBe(12);
    expect(await endOf(second, id)).toEqual(ended);
    expect(await allResults(second, id)).toEqual(await allResults(first, id));
  });

  test('take over from a frozen one, which sends nothing more of it when it wakes, and from one that is killed', async () => {
    const iccids = await ground.iccids(80);
    const env = { BULK_CONCURRENCY: '4' };
    const victim = await ground.start(env);
    const gate = ground.relay.gate('/sendSms', { after: 10, holds: 'answer' });
    const { id } = await startBulk(victim, messages(iccids));
    await gate.holds(4);
    await whenBulk(victim, id, ({ succeeded }) => succeeded === 10);
    const [before] = await leased();
    ground.freeze(victim);
    await ground.endLeases();
    const heir = await ground.start({ ...heirEnv, ...env });
    // The heir has just begun: the next in line are the same SIMs for both.
    await gate.holds(8);
    expect(heir.logged().some(({ msg }) => msg === 'chunks are free whose gateway is gone')).toBe(true);

    victim.process.kill('SIGCONT');
    // It gets the answers to its calls before the heir does, and has room for the next ones.
    gate.pass(4);
    await waitFor(() => victim.logged().some(({ msg }) => msg === 'chunk lease lost to another gateway'));
    expect(await callsOf(ground.world, '/sendSms')).toBe(10 + 4 + 4);
    expect(gate.held()).toBe(4);

    // The heir lives and works: it renews its short lease, and its chunk stays in the same hand.
    const [taken] = await leased();
    expect(taken?.owner).not.toBe(before?.owner);
    await waitFor(async () => (await leased())[0]?.until !== taken?.until);
    expect((await leased()).map(({ leaseToken }) => leaseToken)).toEqual([taken?.leaseToken]);

    gate.open();
    const ended = await endOf(heir, id);
    expect(ended).toMatchObject({ total: 80, failed: 0, notSent: 0 });
    expect(ended.unknown).toBeLessThanOrEqual(4);
    expect(await ground.world.effectCounts()).toEqual(onceEach(iccids));
    expect(await callsOf(ground.world, '/sendSms')).toBe(80);
    ground.relay.openAll();

    // The one that was frozen is alive, and works on other operations as before, until it is killed.
    await ground.world.clearEffects();
    const later = ground.relay.gate('/sendSms', { after: 2, holds: 'answer' });
    const next = await startBulk(victim, messages(iccids.slice(0, 12)));
    await later.holds(4);
    await whenBulk(heir, next.id, ({ succeeded }) => succeeded === 2);
    expect(await leased()).toMatchObject([{ owner: before?.owner }]);
    await kill(victim);
    ground.relay.dropAll();
    await ground.endLeases();
    expect(await endOf(heir, next.id)).toMatchObject({ total: 12, succeeded: 8, unknown: 4 });
    expect(await ground.world.effectCounts()).toEqual(onceEach(iccids.slice(0, 12)));
  });
});

test('the pace is kept by all replicas together: no call comes before its place in the common line', async () => {
  const [iccids, perSecond] = [await ground.iccids(40), 20];
  const env = {
    BULK_CALLS_PER_SECOND: String(perSecond),
    BULK_CHUNKS: '1',
    SIM_API_MAX_SIMS_PER_CALL: '20',
  };
  const [first, second] = await Promise.all([ground.start(env), ground.start(env)]);
  // The line begins here, by the clock of the database, which is that of this machine.
  const [{ now } = { now: Infinity }] = await ground.store.query<{ now: number }>(
    'select (extract(epoch from clock_timestamp()) * 1000)::float8 as now',
  );
  const operations = await Promise.all([
    startBulk(first, messages(iccids.slice(0, 20))),
    startBulk(second, messages(iccids.slice(20))),
  ]);
  for (const { id } of operations) expect(await endOf(first, id)).toMatchObject({ succeeded: 20 });
  const at = (await ground.world.calls()).calls
    .filter(({ path }) => path !== '/oauth/token')
    .map((call) => call.at)
    .sort((a, b) => a - b);
  expect(at).toHaveLength(42);
  // Places are taken for a tenth of a second at once, and timers and clocks round to a millisecond.
  const earliest = (place: number) => now + ((place - perSecond / 10) * 1000) / perSecond - 2;
  expect(at.filter((time, place) => time < earliest(place))).toEqual([]);
});
