import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import {
  allResults,
  callsOf,
  cancelBulk,
  endOf,
  messages,
  onceEach,
  readBulk,
  runBulk,
  runBulkGateway,
  startBulk,
} from '../support/bulk.ts';
import { simId } from '../support/fleet.ts';

const running = runBulkGateway({ sims: 6000 }, { BULK_CONCURRENCY: '3' });

describe('an operation that is cancelled in the middle', () => {
  test('sends nothing more: sent changes stay, and the rest is NOT_SENT', async () => {
    const { gateway, relay, world } = running;
    const iccids = await running.iccids(50);
    const gate = relay.gate('/sendSms', { after: 8 });
    const { id } = await startBulk(gateway, messages(iccids));
    // At most three concurrent calls, no matter how many others wait.
    for (let passed = 8; passed < 12; passed++) {
      await gate.holds(3);
      expect(gate.held()).toBe(3);
      gate.pass(1);
    }
    await gate.holds(3);
    const { data, errors } = await cancelBulk(gateway, id);
    expect(errors).toEqual([]);
    // Three calls have no answer yet, so the operation has not ended.
    expect(data?.cancelBulkOperation.bulkOperation).toMatchObject({
      id,
      status: 'RUNNING',
      finishedAt: null,
    });
    gate.open();
    const ended = await endOf(gateway, id);
    const effects = await world.effectCounts();
    // The calls in progress got their answers.
    expect(ended).toMatchObject({
      status: 'CANCELED',
      total: 50,
      succeeded: 15,
      sent: 15,
      notSent: 35,
      failed: 0,
      unknown: 0,
      error: null,
    });
    expect(effects).toEqual(onceEach(Object.keys(effects)));
    const results = await allResults(gateway, id);
    expect(results.map(({ iccid }) => iccid)).toEqual(iccids);
    for (const { iccid, outcome, error } of results)
      expect([iccid, outcome, error?.code ?? null]).toEqual(
        effects[iccid ?? ''] === 1 ? [iccid, 'SUCCEEDED', null] : [iccid, 'NOT_SENT', 'OPERATION_CANCELED'],
      );
    // Later work sends nothing of this operation.
    await runBulk(gateway, messages(iccids.slice(0, 1)));
    expect((await world.effects()).length).toBe(16);
  });

  test('by another replica, unknown to this gateway: every later claim is refused', async () => {
    const { gateway, relay, store } = running;
    const gate = relay.gate('/sendSms', { after: 8 });
    const { id } = await startBulk(gateway, messages(await running.iccids(50)));
    await gate.holds(3);
    await store.query('update bulk_operation set canceled_at = clock_timestamp() where id = $1', [
      Buffer.from(id, 'base64url').toString().split(':').at(-1),
    ]);
    gate.open();
    expect(await endOf(gateway, id)).toMatchObject({ status: 'CANCELED', sent: 11, notSent: 39 });
  });

  test('has chunks that were not started: their SIMs are NOT_SENT in the order named', async () => {
    const { gateway, relay } = running;
    const iccids = await running.iccids(2400);
    const gate = relay.gate('/sendSms');
    const { id } = await startBulk(gateway, messages(iccids));
    await gate.holds(3);
    await cancelBulk(gateway, id);
    gate.open();
    const ended = await endOf(gateway, id);
    expect(ended).toMatchObject({ status: 'CANCELED', total: 2400, succeeded: 3, notSent: 2397 });
    const results = await allResults(gateway, id, { first: 500 });
    expect(results.map(({ iccid }) => iccid)).toEqual(iccids);
    expect(results.filter(({ outcome }) => outcome === 'NOT_SENT')).toHaveLength(2397);
  });

  test('of state changes reports the actual outcome of each SIM', async () => {
    const { gateway, relay, world } = running;
    const gate = relay.gate('/suspend', { holds: 'answer' });
    const { id } = await startBulk(gateway, {
      action: 'SUSPEND',
      target: { list: (await running.iccids(1500)).join() },
    });
    await gate.holds(3);
    await cancelBulk(gateway, id);
    gate.open();
    const ended = await endOf(gateway, id);
    const effects = await world.effectCounts();
    expect(ended).toMatchObject({ status: 'CANCELED', unknown: 0, failed: 0 });
    expect(ended.succeeded).toBe(Object.keys(effects).length);
    expect(ended.succeeded).toBeGreaterThan(0);
    expect(ended.notSent).toBeGreaterThan(0);
    expect(effects).toEqual(onceEach(Object.keys(effects)));
  });

  test('is UNKNOWN for the SIMs whose calls never get an answer', async () => {
    const { gateway, relay, world } = running;
    const gate = relay.gate('/sendSms', { holds: 'answer' });
    const { id } = await startBulk(gateway, messages(await running.iccids(10)));
    await gate.holds(3);
    await cancelBulk(gateway, id);
    relay.dropAll();
    expect(await endOf(gateway, id)).toMatchObject({ status: 'CANCELED', unknown: 3, notSent: 7, sent: 3 });
    expect(await callsOf(world, '/sendSms')).toBe(3);
  });

  test('before the SIM API answers for the first time has sent nothing', async () => {
    const { gateway, relay, world } = running;
    const gate = relay.gate('/get_sims');
    const { id } = await startBulk(gateway, messages(await running.iccids(5)));
    await gate.holds(1);
    await cancelBulk(gateway, id);
    gate.open();
    expect(await endOf(gateway, id)).toMatchObject({ status: 'CANCELED', sent: 0, notSent: 5 });
    expect(await callsOf(world, '/sendSms')).toBe(0);
    expect(await allResults(gateway, id)).toHaveLength(5);
  });

  test('while the SIMs of its EIDs are counted has sent nothing, no matter which chunk was counted', async () => {
    const { gateway, relay, world } = running;
    const [known = ''] = await running.iccids(1);
    // A chunk without EIDs is counted without a call; the second one needs a read.
    const iccids = Array.from({ length: 1000 }, (_, index) => `89${String(index).padStart(17, '0')}`);
    const eid = '89049032007200888000000000000000';
    const named = [known, ...iccids, eid];
    const gate = relay.gate('/get_sims');
    const { id } = await startBulk(gateway, { ...messages(named), expectedCount: 1001 });
    await gate.holds(1);
    expect(await readBulk(gateway, id)).toMatchObject({ status: 'QUEUED', total: 1002, sent: 0 });
    await cancelBulk(gateway, id);
    gate.open();
    const ended = await endOf(gateway, id);
    expect(ended).toMatchObject({ status: 'CANCELED', total: 1002, sent: 0, notSent: 1002 });
    expect(await callsOf(world, '/sendSms')).toBe(0);
    expect((await allResults(gateway, id)).map((result) => result.eid ?? result.iccid)).toEqual(named);
  });
});

describe('a cancellation', () => {
  test('twice, or by 10 concurrent requests, is the same as once', async () => {
    const { gateway, relay } = running;
    const gate = relay.gate('/sendSms', { after: 3 });
    const { id } = await startBulk(gateway, messages(await running.iccids(40)));
    await gate.holds(3);
    const answers = await Promise.all(Array.from({ length: 10 }, () => cancelBulk(gateway, id)));
    for (const { errors } of answers) expect(errors).toEqual([]);
    gate.open();
    const ended = await endOf(gateway, id);
    const { data } = await cancelBulk(gateway, id);
    expect(data?.cancelBulkOperation.bulkOperation).toEqual(ended);
    expect(await readBulk(gateway, id)).toEqual(ended);
  });

  test('does not change an operation that has ended', async () => {
    const { gateway } = running;
    const ended = await runBulk(gateway, messages(await running.iccids(3)));
    const { data, errors } = await cancelBulk(gateway, ended.id);
    expect(errors).toEqual([]);
    expect(data?.cancelBulkOperation.bulkOperation).toEqual(ended);
    expect(ended.status).toBe('COMPLETED');
  });

  test('does not affect another operation', async () => {
    const { gateway, relay } = running;
    const iccids = await running.iccids(40);
    const gate = relay.gate('/sendSms');
    const one = await startBulk(gateway, messages(iccids.slice(0, 20)));
    const other = await startBulk(gateway, messages(iccids.slice(20)));
    await gate.holds(3);
    await cancelBulk(gateway, one.id);
    gate.open();
    expect(await endOf(gateway, one.id)).toMatchObject({ status: 'CANCELED' });
    expect(await endOf(gateway, other.id)).toMatchObject({ status: 'COMPLETED', succeeded: 20 });
  });

  const unknown = Buffer.from(`BulkOperation:${randomUUID()}`).toString('base64url');
  test.each([
    ['an operation that does not exist', unknown, 'NOT_FOUND'],
    ['a SIM', simId('8937204016076059646'), 'BAD_USER_INPUT'],
    ['nonsense', 'nonsense', 'BAD_USER_INPUT'],
    ['nothing', '', 'BAD_USER_INPUT'],
    ['a plain UUID', randomUUID(), 'BAD_USER_INPUT'],
  ])('is refused for %s', async (_, id, code) => {
    const { data, errors } = await cancelBulk(running.gateway, id);
    expect(errors).toMatchObject([{ extensions: { code } }]);
    expect(data).toEqual({ cancelBulkOperation: null });
  });
});
