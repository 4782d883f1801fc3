import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  bulkGround,
  callsOf,
  cancelBulk,
  endOf,
  kill,
  messages,
  onceEach,
  startBulk,
  whenBulk,
} from '../support/bulk.ts';
import { waitFor } from '../support/wait-for.ts';

const ground = bulkGround({ sims: 4000 });
/** Gives up on the SIM API soon, so that an operation is seen to wait for it. */
const impatient = { SIM_API_DEADLINE_MS: '1000', SIM_API_TIMEOUT_MS: '900', BULK_CONCURRENCY: '3' };
const isWaiting = ({ error }: { error: { code: string } | null }) => error !== null;

const suspend = (iccids: readonly string[]) => ({ action: 'SUSPEND', target: { list: iccids.join() } });

/** A way to the sandbox that can be closed: then connections end, and new ones are refused. */
async function startWay(origin: string) {
  const { port: target } = new URL(origin);
  const open = new Set<Socket>();
  let server: Server | null = null;
  let port = 0;
  const way = {
    url: '',
    async open() {
      const opened = createServer((from) => {
        const to = connect(Number(target), '127.0.0.1');
        for (const [one, other] of [
          [from, to],
          [to, from],
        ] as const) {
          open.add(one);
          one.on('error', () => other.destroy()).on('close', () => open.delete(one) && other.destroy());
          one.pipe(other);
        }
      });
      await new Promise<void>((resolve) => opened.listen(port, '127.0.0.1', resolve));
      ({ port } = opened.address() as AddressInfo);
      server = opened;
    },
    async close() {
      const closed = new Promise((resolve) => server?.close(resolve));
      for (const socket of open) socket.destroy();
      if (server !== null) await closed;
      server = null;
    },
  };
  await way.open();
  way.url = `http://127.0.0.1:${port}/v1`;
  return way;
}

let way: Awaited<ReturnType<typeof startWay>>;
beforeEach(async () => {
  way = await startWay(ground.world.origin);
});
afterEach(() => way.close());

describe('while the SIM API refuses connections, an operation', () => {
  test('of messages waits, says what for, and goes on by itself: none fails, none comes twice', async () => {
    const gateway = await ground.start({ ...impatient, SIM_API_URL: way.url });
    const iccids = await ground.iccids(40);
    await ground.world.addFaults({ path: '/sendSms', kind: 'delay', ms: 60 });
    const { id } = await startBulk(gateway, messages(iccids));
    await waitFor(async () => (await ground.effects()) >= 6);
    await way.close();
    expect(await whenBulk(gateway, id, isWaiting)).toMatchObject({
      status: 'RUNNING',
      failed: 0,
      notSent: 0,
      finishedAt: null,
      error: { code: 'UPSTREAM_UNAVAILABLE' },
    });
    await way.open();
    const ended = await endOf(gateway, id);
    expect(ended).toMatchObject({ total: 40, failed: 0, notSent: 0, error: null });
    // The answers of those that were on their way are lost.
    expect(ended.unknown).toBeLessThanOrEqual(3);
    const counts = await ground.world.effectCounts();
    expect(counts).toEqual(onceEach(Object.keys(counts)));
    expect(ended.sent).toBe(40);
  }, 60_000);

  test('of state changes waits, and every SIM that was changed has succeeded', async () => {
    const gateway = await ground.start({ ...impatient, SIM_API_URL: way.url });
    const iccids = await ground.iccids(2000);
    await ground.world.addFaults({ path: '/suspend', kind: 'delay', ms: 300, acts: false });
    const { id } = await startBulk(gateway, suspend(iccids));
    await waitFor(async () => (await ground.effects()) >= 300);
    await way.close();
    expect(await whenBulk(gateway, id, isWaiting)).toMatchObject({
      status: 'RUNNING',
      failed: 0,
      error: { code: 'UPSTREAM_UNAVAILABLE' },
    });
    await way.open();
    const ended = await endOf(gateway, id);
    expect(ended).toMatchObject({ total: 2000, failed: 0, notSent: 0 });
    const counts = await ground.world.effectCounts();
    expect(counts).toEqual(onceEach(Object.keys(counts)));
    expect(Object.keys(counts)).toHaveLength(ended.succeeded);
  }, 60_000);

  test('that is cancelled ends, and counts as sent what was sent', async () => {
    const gateway = await ground.start({ ...impatient, SIM_API_URL: way.url });
    const iccids = await ground.iccids(30);
    await ground.world.addFaults({ path: '/sendSms', kind: 'delay', ms: 60 });
    const { id } = await startBulk(gateway, messages(iccids));
    await waitFor(async () => (await ground.effects()) >= 6);
    await way.close();
    await whenBulk(gateway, id, isWaiting);
    expect((await cancelBulk(gateway, id)).errors).toEqual([]);
    const ended = await endOf(gateway, id);
    const sent = await callsOf(ground.world, '/sendSms');
    expect(ended).toMatchObject({ status: 'CANCELED', failed: 0, notSent: 30 - sent, sent });
  }, 60_000);
});

describe('while the SIM API answers 503, an operation', () => {
  test.each([
    ['messages', messages],
    ['state changes', suspend],
  ])(
    'of %s that has to read its SIMs waits, and goes on by itself',
    async (_, inputOf) => {
      const gateway = await ground.start(impatient);
      const iccids = await ground.iccids(10);
      await ground.world.addFaults({ path: '*', kind: 'status', status: 503 });
      const { id } = await startBulk(gateway, inputOf(iccids));
      expect(await whenBulk(gateway, id, isWaiting)).toMatchObject({
        sent: 0,
        failed: 0,
        error: { code: 'UPSTREAM_UNAVAILABLE' },
      });
      await ground.world.clearFaults();
      expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 10, error: null });
      expect(await ground.world.effectCounts()).toEqual(onceEach(iccids));
    },
    60_000,
  );

  test('that follows its SIMs waits, and follows them to the end afterwards', async () => {
    await ground.world.setManners({ settleMs: { min: 60_000, max: 60_000 } });
    try {
      const gateway = await ground.start(impatient);
      const { id } = await startBulk(gateway, suspend(await ground.iccids(5)));
      await whenBulk(gateway, id, ({ status }) => status === 'SETTLING');
      await ground.world.addFaults({ path: '/get_sims', kind: 'status', status: 503 });
      await ground.world.advanceClock(60_000);
      expect(await whenBulk(gateway, id, isWaiting)).toMatchObject({
        status: 'SETTLING',
        settling: 5,
        error: { code: 'UPSTREAM_UNAVAILABLE' },
      });
      await ground.world.clearFaults();
      expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 5, error: null });
    } finally {
      await ground.world.setManners({ settleMs: { min: 0, max: 0 } });
    }
  }, 60_000);

  test('whose gateway was killed in the middle of a call waits with reading back what that call did', async () => {
    const first = await ground.start(impatient);
    const iccids = await ground.iccids(8);
    await ground.world.addFaults({ path: '/suspend', kind: 'hang', acts: true });
    const { id } = await startBulk(first, suspend(iccids));
    await waitFor(async () => (await ground.effects()) === 8);
    await kill(first);
    await ground.world.clearFaults();
    await ground.world.addFaults({ path: '/get_sims', kind: 'status', status: 503 });
    const second = await ground.start(impatient);
    const waiting = await whenBulk(
      second,
      id,
      ({ error, finishedAt }) => error !== null || finishedAt !== null,
    );
    expect(waiting).toMatchObject({ finishedAt: null, error: { code: 'UPSTREAM_UNAVAILABLE' } });
    await ground.world.clearFaults();
    expect(await endOf(second, id)).toMatchObject({ status: 'COMPLETED', succeeded: 8, unknown: 0 });
  }, 60_000);

  test('whose call was cut then waits with reading back what that call did', async () => {
    const gateway = await ground.start(impatient);
    const iccids = await ground.iccids(8);
    await ground.world.addFaults(
      { path: '/suspend', kind: 'reset', acts: true },
      { path: '/get_sims', kind: 'status', status: 503, skip: 1 },
    );
    const { id } = await startBulk(gateway, suspend(iccids));
    await waitFor(async () => (await ground.effects()) === 8);
    const waiting = await whenBulk(
      gateway,
      id,
      ({ error, finishedAt }) => error !== null || finishedAt !== null,
    );
    expect(waiting).toMatchObject({ finishedAt: null, error: { code: 'UPSTREAM_UNAVAILABLE' } });
    await ground.world.clearFaults();
    expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 8, unknown: 0 });
  }, 60_000);
});
