import { afterEach, describe, expect, test } from '@jest/globals';
import {
  callsOf,
  cancelBulk,
  endOf,
  makeGroup,
  messages,
  onceEach,
  readBulk,
  runBulkGateway,
  type ShownOperation,
  startBulk,
  whenBulk,
} from '../support/bulk.ts';
import { waitFor } from '../support/wait-for.ts';

const running = runBulkGateway({ sims: 4000 }, { BULK_CONCURRENCY: '3' });
const defaults = { settleMs: { min: 0, max: 0 }, pageSize: 1000 };
afterEach(() => running.world.setBehaviour(defaults));

const isWaiting = ({ error, finishedAt }: ShownOperation) => error !== null || finishedAt !== null;
const isDown = { finishedAt: null, error: { code: 'UPSTREAM_UNAVAILABLE' } };
const suspend = (iccids: readonly string[]) => ({ action: 'SUSPEND', target: { list: iccids.join() } });
/**
 * A connection that is closed at the moment of its next call loses that call: at most the number of connections that the gateway
 * keeps open.
 */
const maxConnections = 10;

describe('while the SIM API refuses connections, an operation', () => {
  /** Starts messages, and stops the SIM API when six are answered and the answers of three more are held back. */
  async function startAndLose(count: number): Promise<{ id: string; iccids: string[] }> {
    const { gateway, relay } = running;
    const iccids = await running.iccids(count);
    const gate = relay.gate('/sendSms', { after: 6, holds: 'answer' });
    const { id } = await startBulk(gateway, messages(iccids));
    await gate.holds(3);
    await whenBulk(gateway, id, ({ succeeded }) => succeeded === 6);
    await relay.refuse();
    relay.openAll();
    return { id, iccids };
  }

  test('of messages waits, shows the reason, and resumes automatically: none fails, none is sent twice', async () => {
    const { gateway, relay, world } = running;
    const { id } = await startAndLose(40);
    const waiting = await whenBulk(gateway, id, isWaiting);
    expect(waiting).toMatchObject({ ...isDown, status: 'RUNNING', failed: 0, notSent: 0 });
    await relay.accept();
    const ended = await endOf(gateway, id);
    expect(ended).toMatchObject({ total: 40, sent: 40, failed: 0, notSent: 0, error: null });
    // The held answers are lost.
    expect(ended.unknown).toBeGreaterThanOrEqual(3);
    expect(ended.unknown).toBeLessThanOrEqual(3 + maxConnections);
    const counts = await world.effectCounts();
    expect(counts).toEqual(onceEach(Object.keys(counts)));
    expect(Object.keys(counts).length).toBeGreaterThanOrEqual(ended.succeeded + 3);
  });

  test('of state changes waits, and every SIM that was changed has succeeded', async () => {
    const { gateway, relay, world } = running;
    const gate = relay.gate('/suspend', { after: 1, holds: 'answer' });
    const { id } = await startBulk(gateway, suspend(await running.iccids(2000)));
    await gate.holds(3);
    await relay.refuse();
    relay.openAll();
    const waiting = await whenBulk(gateway, id, isWaiting);
    expect(waiting).toMatchObject({ ...isDown, status: 'RUNNING', failed: 0 });
    const before = (await world.effects()).length;
    await relay.accept();
    const ended = await endOf(gateway, id);
    expect(ended).toMatchObject({ total: 2000, failed: 0, notSent: 0 });
    const counts = await world.effectCounts();
    expect(counts).toEqual(onceEach(Object.keys(counts)));
    expect(Object.keys(counts)).toHaveLength(ended.succeeded);
    expect(before).toBeLessThan(ended.succeeded);
  });

  test('that is cancelled ends, and counts the sent changes as sent', async () => {
    const { gateway, world } = running;
    const { id } = await startAndLose(30);
    await whenBulk(gateway, id, isWaiting);
    expect((await cancelBulk(gateway, id)).errors).toEqual([]);
    const ended = await endOf(gateway, id);
    expect(await callsOf(world, '/sendSms')).toBe(9);
    expect(ended).toMatchObject({ status: 'CANCELED', failed: 0, succeeded: 6, notSent: 30 - ended.sent });
    expect(ended.unknown).toBeGreaterThanOrEqual(3);
    expect(ended.unknown).toBeLessThanOrEqual(3 + maxConnections);
  });
});

describe('while the SIM API answers 503, an operation', () => {
  test('of messages or of state changes that has to read its SIMs waits, and resumes automatically', async () => {
    const { gateway, world } = running;
    const iccids = await running.iccids(20);
    const [some, others] = [iccids.slice(10), iccids.slice(0, 10)];
    await world.addFaults({ path: '*', kind: 'status', status: 503 });
    const started = [await startBulk(gateway, messages(some)), await startBulk(gateway, suspend(others))];
    for (const { id } of started)
      expect(await whenBulk(gateway, id, isWaiting)).toMatchObject({ ...isDown, sent: 0, failed: 0 });
    await world.clearFaults();
    for (const { id } of started)
      expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 10, error: null });
    expect(await world.effectCounts()).toEqual(onceEach(iccids));
  });

  test('that polls its SIMs waits, and polls them until they have settled', async () => {
    const { gateway, world } = running;
    await world.setBehaviour({ settleMs: { min: 60_000, max: 60_000 } });
    const { id } = await startBulk(gateway, suspend(await running.iccids(5)));
    await whenBulk(gateway, id, ({ status }) => status === 'SETTLING');
    await world.addFaults({ path: '/get_sims', kind: 'status', status: 503 });
    await world.advanceClock(60_000);
    expect(await whenBulk(gateway, id, isWaiting)).toMatchObject({
      ...isDown,
      status: 'SETTLING',
      settling: 5,
    });
    await world.clearFaults();
    expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 5, error: null });
  });

  test('whose call was cut then waits before it reads back what that call did', async () => {
    const { gateway, relay, world } = running;
    const iccids = await running.iccids(8);
    const gate = relay.gate('/suspend', { holds: 'answer' });
    const { id } = await startBulk(gateway, suspend(iccids));
    await gate.holds(1);
    await world.addFaults({ path: '/get_sims', kind: 'status', status: 503 });
    relay.dropAll();
    expect(await whenBulk(gateway, id, isWaiting)).toMatchObject(isDown);
    await world.clearFaults();
    expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 8, unknown: 0 });
    expect(await world.effectCounts()).toEqual(onceEach(iccids));
  });

  test('of a group that is being enumerated waits, and shows the reason until the next page arrives', async () => {
    const { gateway, relay, store, world } = running;
    await world.setBehaviour({ pageSize: 50 });
    await makeGroup(world, 'walked', await running.iccids(120));
    const second = relay.gate('offset=30');
    const { id } = await startBulk(gateway, { action: 'RESET', target: { group: 'walked' } });
    await second.holds(1);
    await world.addFaults({ path: '/get_group_sims', kind: 'status', status: 503 });
    second.open();
    expect(await whenBulk(gateway, id, isWaiting)).toMatchObject({ ...isDown, status: 'QUEUED' });
    const third = relay.gate('offset=60');
    await world.clearFaults();
    await third.holds(1);
    expect(await readBulk(gateway, id)).toMatchObject({ status: 'QUEUED', error: null });
    third.open();
    expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 120, error: null });
    await waitFor(async () => (await store.query('select from bulk_target')).length === 0);
  });
});
