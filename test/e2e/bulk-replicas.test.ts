import { describe, expect, test } from '@jest/globals';
import {
  allResults,
  bulkGround,
  callsOf,
  endOf,
  kill,
  messages,
  onceEach,
  startBulk,
  whenBulk,
} from '../support/bulk.ts';
import type { RunningGateway } from '../support/gateway.ts';
import { waitFor } from '../support/wait-for.ts';

const ground = bulkGround({ sims: 6000 });
const owners = async () =>
  (
    await ground.store.query<{ owner: string }>(
      'select distinct owner from bulk_chunk where owner is not null',
    )
  ).length;

describe('replicas over one store', () => {
  test('all take part in one operation, and each SIM is changed once', async () => {
    const iccids = await ground.iccids(3000);
    await ground.world.addFaults({ path: '/set_name', kind: 'delay', ms: 400 });
    const env = { BULK_CHUNKS: '1', SIM_API_MAX_SIMS_PER_CALL: '250', BULK_CONCURRENCY: '1' };
    const [first] = [await ground.start(env), await ground.start(env), await ground.start(env)];
    const { id } = await startBulk(first, {
      action: 'SET_NAME',
      params: { name: 'shared' },
      target: { list: iccids.join() },
    });
    // A chunk each, at the same time.
    await waitFor(async () => (await owners()) === 3);
    expect(await endOf(first, id)).toMatchObject({ status: 'COMPLETED', succeeded: 3000 });
    expect(await ground.world.effectCounts()).toEqual(onceEach(iccids));
    expect(await callsOf(ground.world, '/set_name')).toBe(12);
  }, 60_000);

  test('show the same operation', async () => {
    const iccids = await ground.iccids(20);
    const [one, other] = [await ground.start(), await ground.start()];
    const { id } = await startBulk(one, messages(iccids));
    const ended = await endOf(other, id);
    expect(ended).toMatchObject({ status: 'COMPLETED', succeeded: 20 });
    expect(await endOf(one, id)).toEqual(ended);
    expect(await allResults(one, id)).toEqual(await allResults(other, id));
  });

  /** A gateway whose only chunk is stuck in slow calls after so many messages, and another one that has come since. */
  async function stuckAt(
    sent: number,
    iccids: readonly string[],
  ): Promise<[RunningGateway, RunningGateway, string]> {
    const env = { BULK_CONCURRENCY: '4', SIM_API_TIMEOUT_MS: '25000' };
    await ground.world.addFaults({ path: '/sendSms', kind: 'delay', ms: 4000, skip: sent });
    const stuck = await ground.start(env);
    const { id } = await startBulk(stuck, messages(iccids));
    await waitFor(async () => (await ground.effects()) >= sent + 4);
    await whenBulk(stuck, id, ({ succeeded }) => succeeded >= sent);
    return [stuck, await ground.start(env), id];
  }

  test('take over the chunks of one that is killed', async () => {
    const iccids = await ground.iccids(60);
    const [victim, heir, id] = await stuckAt(8, iccids);
    await kill(victim);
    await ground.world.clearFaults();
    const ended = await endOf(heir, id);
    expect(ended).toMatchObject({ total: 60, failed: 0, notSent: 0 });
    expect(ended.unknown).toBeGreaterThanOrEqual(4);
    expect(ended.unknown).toBeLessThanOrEqual(8);
    expect(await ground.world.effectCounts()).toEqual(onceEach(iccids));
    expect(heir.logged().some(({ msg }) => msg === 'chunks are free whose gateway is gone')).toBe(true);
  });

  test('take over from a frozen one, which sends nothing more of it when it wakes', async () => {
    const iccids = await ground.iccids(80);
    const [frozen, other, id] = await stuckAt(10, iccids);
    frozen.process.kill('SIGSTOP');
    const before = await ground.effects();
    try {
      // The other one has just begun: the next in line are the same SIMs for both.
      await waitFor(async () => (await ground.effects()) >= before + 4);
    } finally {
      frozen.process.kill('SIGCONT');
    }
    // It gets the answers to its calls before the other one does, and has room for the next ones.
    await ground.world.clearFaults();
    const ended = await endOf(other, id);
    expect(ended).toMatchObject({ total: 80, failed: 0, notSent: 0 });
    expect(ended.unknown).toBeLessThanOrEqual(8);
    expect(await ground.world.effectCounts()).toEqual(onceEach(iccids));
    expect(await callsOf(ground.world, '/sendSms')).toBe(80);
    // It is alive, and works on others as before.
    const next = await startBulk(frozen, messages(iccids.slice(0, 5)));
    expect(await endOf(frozen, next.id)).toMatchObject({ status: 'COMPLETED', succeeded: 5 });
  }, 60_000);

  test('leave a chunk alone whose gateway lives, however long its call takes', async () => {
    const [iccid = ''] = await ground.iccids(1);
    await ground.world.addFaults({ path: '/sendSms', kind: 'delay', ms: 3500 });
    const [first] = [await ground.start(), await ground.start()];
    const { id } = await startBulk(first, messages([iccid]));
    expect(await endOf(first, id)).toMatchObject({ status: 'COMPLETED', succeeded: 1 });
    expect(await callsOf(ground.world, '/sendSms')).toBe(1);
  });
});

describe('the pace', () => {
  test('is kept by all replicas together: of 20 calls a second no second has many more', async () => {
    const iccids = await ground.iccids(100);
    const env = { BULK_CALLS_PER_SECOND: '20', BULK_CHUNKS: '1', SIM_API_MAX_SIMS_PER_CALL: '25' };
    const [first] = [await ground.start(env), await ground.start(env)];
    const operations = await Promise.all(
      [0, 50].map((from) => startBulk(first, messages(iccids.slice(from, from + 50)))),
    );
    for (const { id } of operations) expect(await endOf(first, id)).toMatchObject({ succeeded: 50 });
    const at = (await ground.world.calls()).calls
      .filter(({ path }) => path !== '/oauth/token')
      .map((call) => call.at);
    expect(at).toHaveLength(104);
    // A slow machine lets calls bunch that were let through one after the other, and never lets more through.
    const most = Math.max(
      ...at.map((from) => at.filter((time) => time >= from && time < from + 1000).length),
    );
    expect(most).toBeLessThanOrEqual(40);
    const [begin = 0] = at;
    expect((at.at(-1) ?? 0) - begin).toBeGreaterThanOrEqual(((104 - 8) / 20) * 1000);
  }, 60_000);

  test('goes for the calls of bulk operations alone, so many at a time', async () => {
    const iccids = await ground.iccids(40);
    await ground.world.addFaults({ path: '/sendSms', kind: 'delay', ms: 40 });
    const gateway = await ground.start({ BULK_CONCURRENCY: '2' });
    const { id } = await startBulk(gateway, messages(iccids));
    await endOf(gateway, id);
    expect((await ground.world.calls()).maxInFlight).toBe(2);
  });
});
