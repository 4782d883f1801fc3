import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  allResults,
  bulkGround,
  callsOf,
  cancelBulk,
  endOf,
  fastEnv,
  kill,
  messages,
  onceEach,
  startBulk,
  whenBulk,
} from '../support/bulk.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { waitFor } from '../support/wait-for.ts';

const ground = bulkGround({ sims: 6000 });

/** Every SIM got its message at most once, and what is said of it agrees with the sandbox. */
async function expectHonest(gateway: RunningGateway, id: string, iccids: readonly string[]): Promise<void> {
  const counts = await ground.world.effectCounts();
  const results = await allResults(gateway, id);
  expect(results.map(({ iccid }) => iccid)).toEqual(iccids);
  for (const { iccid, outcome, error } of results) {
    const count = counts[iccid ?? ''] ?? 0;
    expect(count).toBeLessThanOrEqual(1);
    expect([iccid, outcome]).toEqual([
      iccid,
      outcome === 'UNKNOWN' ? outcome : count === 1 ? 'SUCCEEDED' : 'NOT_SENT',
    ]);
    expect(error?.code).toBe({ UNKNOWN: 'OUTCOME_UNKNOWN', NOT_SENT: 'OPERATION_CANCELED' }[outcome]);
  }
}

describe('kill -9 in the middle of an operation', () => {
  test.each([0, 17])(
    'of 40 messages after %d of them: the next gateway sends the rest, and nobody gets it twice',
    async (sent) => {
      const iccids = await ground.iccids(40);
      await ground.world.addFaults({ path: '/sendSms', kind: 'delay', ms: 60 });
      const first = await ground.start({ BULK_CONCURRENCY: '4' });
      const { id } = await startBulk(first, messages(iccids));
      await waitFor(async () => (await ground.effects()) >= sent);
      await kill(first);
      const second = await ground.start();
      const ended = await endOf(second, id);
      expect(ended).toMatchObject({ total: 40, failed: 0, notSent: 0, settling: 0 });
      // At most those that were on their way, and those whose answer was not written down yet.
      expect(ended.unknown).toBeLessThanOrEqual(8);
      expect(ended.status).toBe(ended.unknown > 0 ? 'COMPLETED_WITH_ERRORS' : 'COMPLETED');
      await expectHonest(second, id, iccids);
    },
  );

  test('three times in a row: everything is settled in the end, and nothing is done twice', async () => {
    const iccids = await ground.iccids(120);
    await ground.world.addFaults({ path: '/sendSms', kind: 'delay', ms: 30 });
    let gateway = await ground.start();
    const { id } = await startBulk(gateway, messages(iccids));
    for (let round = 1; round <= 3; round++) {
      const before = await ground.effects();
      await waitFor(async () => (await ground.effects()) >= Math.min(120, before + 10));
      await kill(gateway);
      gateway = await ground.start();
    }
    const ended = await endOf(gateway, id);
    expect(ended).toMatchObject({ total: 120, failed: 0, notSent: 0 });
    expect(ended.unknown).toBeLessThanOrEqual(3 * 10);
    await expectHonest(gateway, id, iccids);
  }, 90_000);

  test.each([
    ['that was carried out', true],
    ['that was not', false],
  ])('of a change of state %s: the SIMs tell, and the rest is done', async (_, acts) => {
    const iccids = await ground.iccids(1500);
    await ground.world.addFaults({ path: '/suspend', kind: 'delay', ms: 20_000, times: 1, acts });
    const first = await ground.start({ BULK_CONCURRENCY: '1' });
    const { id } = await startBulk(first, { action: 'SUSPEND', target: { list: iccids.join() } });
    await waitFor(async () => (await callsOf(ground.world, '/suspend')) === 1);
    const [call] = (await ground.world.calls()).calls.filter(({ path }) => path === '/suspend');
    await kill(first);
    const second = await ground.start();
    const lost = acts ? 0 : (call?.sims ?? 0);
    expect(await endOf(second, id)).toMatchObject({
      total: 1500,
      succeeded: 1500 - lost,
      unknown: lost,
      failed: 0,
      notSent: 0,
    });
    const counts = await ground.world.effectCounts();
    expect(counts).toEqual(onceEach(Object.keys(counts)));
    expect(Object.keys(counts)).toHaveLength(1500 - lost);
    for (const { iccid, outcome } of await allResults(second, id))
      expect([iccid, outcome]).toEqual([iccid, counts[iccid ?? ''] === 1 ? 'SUCCEEDED' : 'UNKNOWN']);
  });

  test('while its SIMs settle: the next gateway follows them to the end', async () => {
    const iccids = await ground.iccids(6);
    await ground.world.setManners({ settleMs: { min: 60_000, max: 60_000 } });
    try {
      const first = await ground.start();
      const { id } = await startBulk(first, { action: 'SUSPEND', target: { list: iccids.join() } });
      await whenBulk(first, id, ({ status }) => status === 'SETTLING');
      await kill(first);
      const second = await ground.start();
      expect(await whenBulk(second, id, () => true)).toMatchObject({ status: 'SETTLING', settling: 6 });
      await ground.world.advanceClock(60_000);
      expect(await endOf(second, id)).toMatchObject({ status: 'COMPLETED', succeeded: 6 });
      expect(await ground.world.effectCounts()).toEqual(onceEach(iccids));
    } finally {
      await ground.world.setManners({ settleMs: { min: 0, max: 0 } });
    }
  });

  test('that is cancelled while nobody works on it: what was not sent never is', async () => {
    const iccids = await ground.iccids(30);
    await ground.world.addFaults({ path: '/sendSms', kind: 'delay', ms: 60 });
    const [first, second] = [await ground.start(), await ground.start({ BULK_CALLS_PER_SECOND: '1' })];
    const { id } = await startBulk(first, messages(iccids));
    await waitFor(async () => (await ground.effects()) >= 5);
    await kill(first);
    expect((await cancelBulk(second, id)).errors).toEqual([]);
    const ended = await endOf(second, id);
    expect(ended.status).toBe('CANCELED');
    await expectHonest(second, id, iccids);
    expect(await ground.effects()).toBeLessThan(30);
  });
});

test('a gateway with a database of its own goes on at its next start, without waiting for a lease', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'bulk-crash-'));
  const { world } = ground;
  const env = {
    ...fastEnv,
    // Were it waited for, the test would not end in time.
    CHANGE_LEASE_MS: '600000',
    DATA_DIR: dataDir,
  };
  let gateway = await startGateway({ world, env });
  try {
    const iccids = await ground.iccids(30);
    await world.addFaults({ path: '/sendSms', kind: 'delay', ms: 100 });
    const { id } = await startBulk(gateway, messages(iccids));
    await waitFor(async () => (await ground.effects()) >= 5);
    await kill(gateway);
    gateway = await startGateway({ world, env });
    expect(await endOf(gateway, id)).toMatchObject({ total: 30, failed: 0, notSent: 0 });
    await expectHonest(gateway, id, iccids);
  } finally {
    await gateway.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}, 60_000);

describe('SIGTERM in the middle of an operation', () => {
  async function terminate({ process }: RunningGateway): Promise<number | null> {
    const exited = once(process, 'exit');
    process.kill('SIGTERM');
    const [code] = await exited;
    return code as number | null;
  }

  test('sends nothing more but what is on its way, waits for that, and the next start goes on', async () => {
    const iccids = await ground.iccids(60);
    await ground.world.addFaults({ path: '/sendSms', kind: 'delay', ms: 150 });
    const first = await ground.start({ BULK_CONCURRENCY: '4' });
    const { id } = await startBulk(first, messages(iccids));
    await waitFor(async () => (await ground.effects()) >= 8);
    const before = await callsOf(ground.world, '/sendSms');
    expect(await terminate(first)).toBe(0);
    const sent = await callsOf(ground.world, '/sendSms');
    // Those that had their turn already go out; a chunk of 60 is not finished first.
    expect(sent).toBeLessThanOrEqual(before + 8);
    const second = await ground.start();
    // What was answered is known: a gateway that stops in order leaves nothing UNKNOWN.
    expect(await endOf(second, id)).toMatchObject({ status: 'COMPLETED', succeeded: 60, unknown: 0 });
    expect(await ground.world.effectCounts()).toEqual(onceEach(iccids));
    expect(await callsOf(ground.world, '/sendSms')).toBe(60);
  });

  test('that comes before an answer within the grace leaves it UNKNOWN, and the rest is sent', async () => {
    const iccids = await ground.iccids(10);
    await ground.world.addFaults({ path: '/sendSms', kind: 'hang', times: 2, acts: true });
    const first = await ground.start({ BULK_CONCURRENCY: '2', SHUTDOWN_GRACE_MS: '300' });
    const { id } = await startBulk(first, messages(iccids));
    await waitFor(async () => (await ground.effects()) === 2);
    expect(await terminate(first)).toBe(0);
    const second = await ground.start();
    expect(await endOf(second, id)).toMatchObject({ total: 10, succeeded: 8, unknown: 2 });
    expect(await ground.world.effectCounts()).toEqual(onceEach(iccids));
  });

  test('while SIMs are read begins again at the next start', async () => {
    const iccids = await ground.iccids(5);
    await ground.world.addFaults({ path: '/get_sims', kind: 'delay', ms: 500, times: 1 });
    const first = await ground.start();
    const { id } = await startBulk(first, messages(iccids));
    await waitFor(async () => (await callsOf(ground.world, '/get_sims')) === 1);
    expect(await terminate(first)).toBe(0);
    const second = await ground.start();
    expect(await endOf(second, id)).toMatchObject({ status: 'COMPLETED', succeeded: 5 });
    expect(await ground.world.effectCounts()).toEqual(onceEach(iccids));
  });
});
