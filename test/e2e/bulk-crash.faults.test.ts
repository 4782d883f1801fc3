import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  allResults,
  bulkFixture,
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

const fixture = bulkFixture({ sims: 6000 });
const inSendSms = '/sendSms';

/** Expects that every SIM got its message at most once, and that all results agree with the sandbox. */
async function expectHonest(gateway: RunningGateway, id: string, iccids: readonly string[]): Promise<void> {
  const counts = await fixture.world.effectCounts();
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

/** Kills the only running gateway and starts the next one; calls in progress are lost. */
async function replace(killed: RunningGateway): Promise<RunningGateway> {
  await kill(killed);
  fixture.relay.dropAll();
  await fixture.endLeases();
  return fixture.start(heirEnv);
}

describe('kill -9 during an operation', () => {
  test('whose SIMs are being counted: the next gateway goes on counting, and closes them if the count is as expected', async () => {
    const esims = (await fixture.world.sims({ state: 'LIVE', esim: true, limit: 6000 }))
      .filter(({ iccid, status }) => status.primary !== 'PENDING' && !iccid.startsWith('8937204999'))
      .slice(0, 2);
    const strangers = Array.from(
      { length: 1000 },
      (_, index) => `89049032${String(index).padStart(24, '0')}`,
    );
    const [eid = '', other = ''] = esims.map((sim) => sim.eid);
    const first = await fixture.start();
    // This SIM is in the second chunk.
    const gate = fixture.relay.gate(other);
    const { id } = await startBulk(first, {
      action: 'CLOSE',
      target: { list: [eid, ...strangers, other].join() },
      expectedCount: 2,
      waitUntilSettled: false,
    });
    await gate.holds(1);
    const second = await replace(first);
    expect(await endOf(second, id)).toMatchObject({ total: 1002, succeeded: 2, failed: 1000 });
    expect(await fixture.world.effectCounts()).toEqual(onceEach(esims.map(({ iccid }) => iccid)));
  });

  test('twice: the next gateway sends the rest, no SIM gets two messages, and the key still names the operation', async () => {
    const iccids = await fixture.iccids(60);
    const text = 'canary text of a message 7f3a';
    const input = { ...messages(iccids), params: { text }, idempotencyKey: 'lasting' };
    const first = await fixture.start({ BULK_CONCURRENCY: '4' });
    const lost = fixture.relay.gate(inSendSms, { after: 10, holds: 'request' });
    const { id } = await startBulk(first, input);
    await lost.holds(4);
    await whenBulk(first, id, ({ succeeded }) => succeeded === 10);
    expect(await startBulk(first, input)).toMatchObject({ id, status: 'RUNNING', finishedAt: null });
    // The text must be stored until it is sent.
    expect(await databaseText(fixture.store)).toContain(text);

    await kill(first);
    fixture.relay.dropAll();
    await fixture.endLeases();
    const unheard = fixture.relay.gate(inSendSms, { after: 7, holds: 'answer' });
    const second = await fixture.start({ ...heirEnv, BULK_CONCURRENCY: '3' });
    expect((await startBulk(second, input)).id).toBe(id);
    await unheard.holds(3);
    await whenBulk(second, id, ({ succeeded }) => succeeded === 17);

    const third = await replace(second);
    const ended = await endOf(third, id);
    // The outcome of the calls in progress cannot be determined, whether they arrived or not.
    expect(ended).toMatchObject({
      status: 'COMPLETED_WITH_ERRORS',
      total: 60,
      succeeded: 53,
      unknown: 7,
      failed: 0,
      notSent: 0,
    });
    expect(await fixture.effects()).toBe(56);
    await expectHonest(third, id, iccids);
    expect(await startBulk(third, input)).toEqual(ended);
    expect(await fixture.store.query('select from bulk_operation')).toHaveLength(1);
    expect(await databaseText(fixture.store)).not.toContain(text);
    for (const { logged } of [first, second, third])
      for (const words of [text, encodeURIComponent(text), text.replaceAll(' ', '+')])
        expect(JSON.stringify(logged())).not.toContain(words);
  });

  test('of state changes that were carried out, that were not, and that settle: reading the SIMs resolves them, and the rest is sent', async () => {
    const [done, notDone] = [await fixture.iccids(300), (await fixture.iccids(1500)).slice(300)];
    const settling = (await fixture.iccids(1510)).slice(1500);
    await fixture.world.setBehaviour({ settleMs: { min: 60_000, max: 60_000 } });
    try {
      const first = await fixture.start({ BULK_CONCURRENCY: '2' });
      const follow = await startBulk(first, { action: 'SUSPEND', target: { list: settling.join() } });
      await whenBulk(first, follow.id, ({ status }) => status === 'SETTLING');
      const unheard = fixture.relay.gate('/suspend', { holds: 'answer' });
      const lost = fixture.relay.gate('/deactivate', { holds: 'request' });
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
      await fixture.world.advanceClock(60_000);
      const rest = { failed: 0, notSent: 0 };
      expect(await endOf(second, follow.id)).toMatchObject({ ...rest, succeeded: 10, unknown: 0 });
      expect(await endOf(second, one.id)).toMatchObject({ ...rest, succeeded: 300, unknown: 0 });
      const ended = await endOf(second, other.id);
      expect(ended).toMatchObject({ ...rest, total: 1200, unknown: inCall, succeeded: 1200 - inCall });
      expect(await fixture.world.effectCounts({ path: '/suspend' })).toEqual(
        onceEach([...settling, ...done]),
      );
      const counts = await fixture.world.effectCounts({ path: '/deactivate' });
      expect(Object.keys(counts)).toHaveLength(1200 - inCall);
      for (const { iccid, outcome } of await allResults(second, other.id))
        expect([iccid, outcome]).toEqual([iccid, counts[iccid ?? ''] === 1 ? 'SUCCEEDED' : 'UNKNOWN']);
    } finally {
      await fixture.world.setBehaviour({ settleMs: { min: 0, max: 0 } });
    }
  });

  test('that is cancelled before another gateway takes it over: unsent changes are never sent', async () => {
    const iccids = await fixture.iccids(30);
    const first = await fixture.start({ BULK_CONCURRENCY: '3' });
    const gate = fixture.relay.gate(inSendSms, { after: 5, holds: 'answer' });
    const { id } = await startBulk(first, messages(iccids));
    await gate.holds(3);
    await whenBulk(first, id, ({ succeeded }) => succeeded === 5);
    await kill(first);
    fixture.relay.dropAll();
    const second = await fixture.start(heirEnv);
    expect((await cancelBulk(second, id)).errors).toEqual([]);
    expect(await readBulk(second, id)).toMatchObject({ status: 'RUNNING', finishedAt: null });
    await fixture.endLeases();
    expect(await endOf(second, id)).toMatchObject({
      status: 'CANCELED',
      succeeded: 5,
      unknown: 3,
      notSent: 22,
    });
    await expectHonest(second, id, iccids);
    expect(await fixture.effects()).toBe(8);
  });

  test('and while the SIM API is down: the next gateway delays reading back what the last call did', async () => {
    const iccids = await fixture.iccids(8);
    const first = await fixture.start();
    const gate = fixture.relay.gate('/suspend', { holds: 'answer' });
    const { id } = await startBulk(first, { action: 'SUSPEND', target: { list: iccids.join() } });
    await gate.holds(1);
    await fixture.world.addFaults({ path: '/get_sims', kind: 'status', status: 503 });
    const second = await replace(first);
    expect(
      await whenBulk(second, id, ({ error, finishedAt }) => error !== null || finishedAt !== null),
    ).toMatchObject({ finishedAt: null, error: { code: 'UPSTREAM_UNAVAILABLE' } });
    await fixture.world.clearFaults();
    expect(await endOf(second, id)).toMatchObject({ status: 'COMPLETED', succeeded: 8, unknown: 0 });
    expect(await fixture.world.effectCounts()).toEqual(onceEach(iccids));
  });

  test('while a group is enumerated: the next gateway continues at its checkpoint, and each SIM is changed once', async () => {
    await fixture.world.setBehaviour({ pageSize: 50 });
    try {
      const members = await fixture.iccids(300);
      const first = await fixture.start();
      await makeGroup(fixture.world, 'walked', members);
      const page = fixture.relay.gate('offset=90');
      const { id } = await startBulk(first, { action: 'RESET', target: { group: 'walked' } });
      await page.holds(1);
      const read = await callsOf(fixture.world, '/get_group_sims');
      const second = await replace(first);
      expect(await endOf(second, id)).toMatchObject({ status: 'COMPLETED', total: 300, succeeded: 300 });
      expect(await fixture.world.effectCounts()).toEqual(onceEach(members));
      // One page returns the total, each of the others 30 further SIMs: only the page in progress is read again.
      expect(await callsOf(fixture.world, '/get_group_sims')).toBeLessThanOrEqual(Math.max(11, read + 9));
    } finally {
      await fixture.world.setBehaviour({ pageSize: 1000 });
    }
  });
});

/** Number of SIMs in status SENDING by chunk of an operation. */
async function sending(id: string): Promise<number[]> {
  const rows = await fixture.store.query<{ sims: number }>(
    `select count(*)::int as sims from change_sim where entry_id = $1::uuid and status = 'SENDING' group by chunk`,
    [Buffer.from(id, 'base64url').toString().replace('BulkOperation:', '')],
  );
  return rows.map(({ sims }) => sims);
}

test('a gateway with its own database resumes at its next start, without waiting for a lease', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'bulk-crash-'));
  const { world, relay } = fixture;
  // Longer than a test may take: if the gateway waited for the lease, the test would time out.
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
    const iccids = await fixture.iccids(30);
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

describe('SIGTERM during an operation', () => {
  /** Sends SIGTERM and returns the exit code; first resolves when the gateway refuses requests. */
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

  test('sends nothing more, waits for calls in progress, and the next start resumes, also if SIMs were being read', async () => {
    const iccids = await fixture.iccids(65);
    const [sent, read] = [iccids.slice(5), iccids.slice(0, 5)];
    const first = await fixture.start({ BULK_CONCURRENCY: '4', SHUTDOWN_GRACE_MS: '60000' });
    const reading = fixture.relay.hold('/get_sims');
    const other = await startBulk(first, messages(read));
    await reading.arrived;
    const gate = fixture.relay.gate(inSendSms, { after: 8, holds: 'answer' });
    const { id } = await startBulk(first, messages(sent));
    // One of four calls reads the SIMs of the other operation.
    await gate.holds(3);
    const { code } = await terminate(first);
    reading.release();
    gate.open();
    expect(await code).toBe(0);
    expect(await callsOf(fixture.world, inSendSms)).toBe(8 + 3);
    const second = await fixture.start();
    // The answers are recorded: a gateway that stops in order leaves nothing UNKNOWN.
    expect(await endOf(second, id)).toMatchObject({ status: 'COMPLETED', succeeded: 60, unknown: 0 });
    expect(await endOf(second, other.id)).toMatchObject({ status: 'COMPLETED', succeeded: 5 });
    expect(await fixture.world.effectCounts()).toEqual(onceEach(iccids));
    expect(await callsOf(fixture.world, inSendSms)).toBe(65);
  });

  test('without an answer within the grace period leaves the call UNKNOWN, and the rest is sent later', async () => {
    const iccids = await fixture.iccids(10);
    const first = await fixture.start({ BULK_CONCURRENCY: '2', SHUTDOWN_GRACE_MS: '300' });
    const gate = fixture.relay.gate(inSendSms, { holds: 'answer' });
    const { id } = await startBulk(first, messages(iccids));
    await gate.holds(2);
    const { code } = await terminate(first);
    expect(await code).toBe(0);
    gate.open();
    const second = await fixture.start();
    expect(await endOf(second, id)).toMatchObject({ total: 10, succeeded: 8, unknown: 2 });
    expect(await fixture.world.effectCounts()).toEqual(onceEach(iccids));
  });
});
