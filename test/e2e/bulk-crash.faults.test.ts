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
  databaseText,
  endOf,
  fastEnv,
  heirEnv,
  kill,
  makeGroup,
  messages,
  onceEach,
  readBulk,
  startBulk,
  whenBulk,
} from '../support/bulk.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { waitFor } from '../support/wait-for.ts';

const ground = bulkGround({ sims: 6000 });
const inSendSms = '/sendSms';

/** Every SIM got its message at most once, and what the operation says of each agrees with the sandbox. */
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

/** Kills the only gateway that runs and starts the next one: what the killed one had under way is lost. */
async function replace(killed: RunningGateway): Promise<RunningGateway> {
  await kill(killed);
  ground.relay.dropAll();
  await ground.endLeases();
  return ground.start(heirEnv);
}

describe('kill -9 in the middle of an operation', () => {
  test('whose SIMs are being counted: the next gateway goes on counting, and closes them if they are as many as expected', async () => {
    const esims = (await ground.world.sims({ state: 'LIVE', esim: true, limit: 6000 }))
      .filter(({ iccid, status }) => status.primary !== 'PENDING' && !iccid.startsWith('8937204999'))
      .slice(0, 2);
    const strangers = Array.from(
      { length: 1000 },
      (_, index) => `89049032${String(index).padStart(24, '0')}`,
    );
    const [eid = '', other = ''] = esims.map((sim) => sim.eid);
    const first = await ground.start();
    // It is in the second chunk.
    const gate = ground.relay.gate(other);
    const { id } = await startBulk(first, {
      action: 'CLOSE',
      target: { list: [eid, ...strangers, other].join() },
      expectedCount: 2,
      waitUntilSettled: false,
    });
    await gate.holds(1);
    const second = await replace(first);
    expect(await endOf(second, id)).toMatchObject({ total: 1002, succeeded: 2, failed: 1000 });
    expect(await ground.world.effectCounts()).toEqual(onceEach(esims.map(({ iccid }) => iccid)));
  });

  test('twice: the next gateway sends the rest, no SIM gets two messages, and the key still names the operation', async () => {
    const iccids = await ground.iccids(60);
    const text = 'canary text of a message 7f3a';
    const input = { ...messages(iccids), params: { text }, idempotencyKey: 'lasting' };
    const first = await ground.start({ BULK_CONCURRENCY: '4' });
    const lost = ground.relay.gate(inSendSms, { after: 10, holds: 'request' });
    const { id } = await startBulk(first, input);
    await lost.holds(4);
    await whenBulk(first, id, ({ succeeded }) => succeeded === 10);
    expect(await startBulk(first, input)).toMatchObject({ id, status: 'RUNNING', finishedAt: null });
    // It must be somewhere as long as it is to be sent.
    expect(await databaseText(ground.store)).toContain(text);

    await kill(first);
    ground.relay.dropAll();
    await ground.endLeases();
    const unheard = ground.relay.gate(inSendSms, { after: 7, holds: 'answer' });
    const second = await ground.start({ ...heirEnv, BULK_CONCURRENCY: '3' });
    expect((await startBulk(second, input)).id).toBe(id);
    await unheard.holds(3);
    await whenBulk(second, id, ({ succeeded }) => succeeded === 17);

    const third = await replace(second);
    const ended = await endOf(third, id);
    // Of those that were on their way nothing can be known, whether they arrived or not.
    expect(ended).toMatchObject({
      status: 'COMPLETED_WITH_ERRORS',
      total: 60,
      succeeded: 53,
      unknown: 7,
      failed: 0,
      notSent: 0,
    });
    expect(await ground.effects()).toBe(56);
    await expectHonest(third, id, iccids);
    expect(await startBulk(third, input)).toEqual(ended);
    expect(await ground.store.query('select from bulk_operation')).toHaveLength(1);
    expect(await databaseText(ground.store)).not.toContain(text);
    for (const { logged } of [first, second, third])
      for (const words of [text, encodeURIComponent(text), text.replaceAll(' ', '+')])
        expect(JSON.stringify(logged())).not.toContain(words);
  });

  test('of changes of state that were carried out, that were not, and that settle: the SIMs tell, and the rest is done', async () => {
    const [done, notDone] = [await ground.iccids(300), (await ground.iccids(1500)).slice(300)];
    const settling = (await ground.iccids(1510)).slice(1500);
    await ground.world.setBehaviour({ settleMs: { min: 60_000, max: 60_000 } });
    try {
      const first = await ground.start({ BULK_CONCURRENCY: '2' });
      const follow = await startBulk(first, { action: 'SUSPEND', target: { list: settling.join() } });
      await whenBulk(first, follow.id, ({ status }) => status === 'SETTLING');
      const unheard = ground.relay.gate('/suspend', { holds: 'answer' });
      const lost = ground.relay.gate('/deactivate', { holds: 'request' });
      const one = await startBulk(first, { action: 'SUSPEND', target: { list: done.join() } });
      await unheard.holds(1);
      const other = await startBulk(first, { action: 'DEACTIVATE', target: { list: notDone.join() } });
      await lost.holds(1);
      const [inCall = 0] = await sending(other.id);
      expect(inCall).toBeGreaterThan(0);

      const second = await replace(first);
      expect(await readBulk(second, follow.id)).toMatchObject({ status: 'SETTLING', settling: 10 });
      await whenBulk(second, one.id, ({ status }) => status === 'SETTLING');
      await whenBulk(second, other.id, ({ status }) => status === 'SETTLING');
      await ground.world.advanceClock(60_000);
      const rest = { failed: 0, notSent: 0 };
      expect(await endOf(second, follow.id)).toMatchObject({ ...rest, succeeded: 10, unknown: 0 });
      expect(await endOf(second, one.id)).toMatchObject({ ...rest, succeeded: 300, unknown: 0 });
      const ended = await endOf(second, other.id);
      expect(ended).toMatchObject({ ...rest, total: 1200, unknown: inCall, succeeded: 1200 - inCall });
      expect(await ground.world.effectCounts({ path: '/suspend' })).toEqual(onceEach([...settling, ...done]));
      const counts = await ground.world.effectCounts({ path: '/deactivate' });
      expect(Object.keys(counts)).toHaveLength(1200 - inCall);
      for (const { iccid, outcome } of await allResults(second, other.id))
        expect([iccid, outcome]).toEqual([iccid, counts[iccid ?? ''] === 1 ? 'SUCCEEDED' : 'UNKNOWN']);
    } finally {
      await ground.world.setBehaviour({ settleMs: { min: 0, max: 0 } });
    }
  });

  test('that is cancelled before another gateway takes it over: what was not sent never is', async () => {
    const iccids = await ground.iccids(30);
    const first = await ground.start({ BULK_CONCURRENCY: '3' });
    const gate = ground.relay.gate(inSendSms, { after: 5, holds: 'answer' });
    const { id } = await startBulk(first, messages(iccids));
    await gate.holds(3);
    await whenBulk(first, id, ({ succeeded }) => succeeded === 5);
    await kill(first);
    ground.relay.dropAll();
    const second = await ground.start(heirEnv);
    expect((await cancelBulk(second, id)).errors).toEqual([]);
    expect(await readBulk(second, id)).toMatchObject({ status: 'RUNNING', finishedAt: null });
    await ground.endLeases();
    expect(await endOf(second, id)).toMatchObject({
      status: 'CANCELED',
      succeeded: 5,
      unknown: 3,
      notSent: 22,
    });
    await expectHonest(second, id, iccids);
    expect(await ground.effects()).toBe(8);
  });

  test('and while the SIM API is down: the next gateway waits with reading back what the last call did', async () => {
    const iccids = await ground.iccids(8);
    const first = await ground.start();
    const gate = ground.relay.gate('/suspend', { holds: 'answer' });
    const { id } = await startBulk(first, { action: 'SUSPEND', target: { list: iccids.join() } });
    await gate.holds(1);
    await ground.world.addFaults({ path: '/get_sims', kind: 'status', status: 503 });
    const second = await replace(first);
    expect(
      await whenBulk(second, id, ({ error, finishedAt }) => error !== null || finishedAt !== null),
    ).toMatchObject({ finishedAt: null, error: { code: 'UPSTREAM_UNAVAILABLE' } });
    await ground.world.clearFaults();
    expect(await endOf(second, id)).toMatchObject({ status: 'COMPLETED', succeeded: 8, unknown: 0 });
    expect(await ground.world.effectCounts()).toEqual(onceEach(iccids));
  });

  test('while a group is listed: the next gateway goes on with its list, and each SIM is changed once', async () => {
    await ground.world.setBehaviour({ pageSize: 50 });
    try {
      const members = await ground.iccids(300);
      const first = await ground.start();
      await makeGroup(ground.world, 'walked', members);
      const page = ground.relay.gate('offset=90');
      const { id } = await startBulk(first, { action: 'RESET', target: { group: 'walked' } });
      await page.holds(1);
      const read = await callsOf(ground.world, '/get_group_sims');
      const second = await replace(first);
      expect(await endOf(second, id)).toMatchObject({ status: 'COMPLETED', total: 300, succeeded: 300 });
      expect(await ground.world.effectCounts()).toEqual(onceEach(members));
      // One tells how many they are, and each of the others goes 30 further: none but the page that was under way is read again.
      expect(await callsOf(ground.world, '/get_group_sims')).toBeLessThanOrEqual(Math.max(11, read + 9));
    } finally {
      await ground.world.setBehaviour({ pageSize: 1000 });
    }
  });
});

/** How many SIMs of each chunk of an operation are being sent. */
async function sending(id: string): Promise<number[]> {
  const rows = await ground.store.query<{ sims: number }>(
    `select count(*)::int as sims from change_sim where entry_id = $1::uuid and status = 'SENDING' group by chunk`,
    [Buffer.from(id, 'base64url').toString().replace('BulkOperation:', '')],
  );
  return rows.map(({ sims }) => sims);
}

test('a gateway with a database of its own goes on at its next start, without waiting for a lease', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'bulk-crash-'));
  const { world, relay } = ground;
  // Longer than a test may take: were the lease waited for, the test would not end in time.
  const lease = { CHANGE_LEASE_MS: '600000' };
  const env = {
    ...fastEnv,
    ...lease,
    DATA_DIR: dataDir,
    SIM_API_URL: `${relay.url}/v1`,
    BULK_CONCURRENCY: '3',
  };
  let gateway = await startGateway({ world, env });
  try {
    const iccids = await ground.iccids(30);
    const gate = relay.gate(inSendSms, { after: 5, holds: 'answer' });
    const { id } = await startBulk(gateway, messages(iccids));
    await gate.holds(3);
    await whenBulk(gateway, id, ({ succeeded }) => succeeded === 5);
    await kill(gateway);
    relay.dropAll();
    gateway = await startGateway({ world, env });
    expect(await endOf(gateway, id)).toMatchObject({
      total: 30,
      succeeded: 27,
      unknown: 3,
      failed: 0,
      notSent: 0,
    });
    await expectHonest(gateway, id, iccids);
  } finally {
    await gateway.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

describe('SIGTERM in the middle of an operation', () => {
  /** Tells a gateway to stop, and gives its exit code; settles first when it takes no requests any more. */
  async function terminate(gateway: RunningGateway): Promise<{ code: Promise<unknown> }> {
    const exited = once(gateway.process, 'exit');
    gateway.process.kill('SIGTERM');
    await waitFor(() =>
      gateway.fetch('/health/live').then(
        () => false,
        () => true,
      ),
    );
    return { code: exited.then(([code]) => code) };
  }

  test('sends nothing more but what is on its way, waits for that, and the next start goes on, also where SIMs were read', async () => {
    const iccids = await ground.iccids(65);
    const [sent, read] = [iccids.slice(5), iccids.slice(0, 5)];
    const first = await ground.start({ BULK_CONCURRENCY: '4', SHUTDOWN_GRACE_MS: '60000' });
    const reading = ground.relay.hold('/get_sims');
    const other = await startBulk(first, messages(read));
    await reading.arrived;
    const gate = ground.relay.gate(inSendSms, { after: 8, holds: 'answer' });
    const { id } = await startBulk(first, messages(sent));
    // One of four calls reads the SIMs of the other operation.
    await gate.holds(3);
    const { code } = await terminate(first);
    reading.release();
    gate.open();
    expect(await code).toBe(0);
    expect(await callsOf(ground.world, inSendSms)).toBe(8 + 3);
    const second = await ground.start();
    // What was answered is known: a gateway that stops in order leaves nothing UNKNOWN.
    expect(await endOf(second, id)).toMatchObject({ status: 'COMPLETED', succeeded: 60, unknown: 0 });
    expect(await endOf(second, other.id)).toMatchObject({ status: 'COMPLETED', succeeded: 5 });
    expect(await ground.world.effectCounts()).toEqual(onceEach(iccids));
    expect(await callsOf(ground.world, inSendSms)).toBe(65);
  });

  test('that comes before an answer within the grace leaves it UNKNOWN, and the rest is sent', async () => {
    const iccids = await ground.iccids(10);
    const first = await ground.start({ BULK_CONCURRENCY: '2', SHUTDOWN_GRACE_MS: '300' });
    const gate = ground.relay.gate(inSendSms, { holds: 'answer' });
    const { id } = await startBulk(first, messages(iccids));
    await gate.holds(2);
    const { code } = await terminate(first);
    expect(await code).toBe(0);
    gate.open();
    const second = await ground.start();
    expect(await endOf(second, id)).toMatchObject({ total: 10, succeeded: 8, unknown: 2 });
    expect(await ground.world.effectCounts()).toEqual(onceEach(iccids));
  });
});
