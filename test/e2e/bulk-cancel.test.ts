import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  allResults,
  callsOf,
  cancelBulk,
  endOf,
  fastEnv,
  messages,
  onceEach,
  outcomesOf,
  readBulk,
  runBulk,
  settledIccids,
  startBulk,
  whenBulk,
} from '../support/bulk.ts';
import { simId } from '../support/fleet.ts';
import { runGateway } from '../support/running.ts';
import { waitFor } from '../support/wait-for.ts';

const ground = runGateway({ sims: 6000, clock: { rate: 0 } }, { ...fastEnv, BULK_CONCURRENCY: '3' });

beforeEach(() => ground.world.clearEffects());

describe('an operation that is cancelled in the middle', () => {
  test('sends nothing more: what was sent stays sent, and the rest is NOT_SENT', async () => {
    const { gateway, world } = ground;
    const iccids = await settledIccids(world, 50);
    await world.addFaults({ path: '/sendSms', kind: 'delay', ms: 60 });
    const { id } = await startBulk(gateway, messages(iccids));
    await waitFor(async () => (await world.effects()).length >= 8);
    const { data, errors } = await cancelBulk(gateway, id);
    expect(errors).toEqual([]);
    expect(data?.cancelBulkOperation.bulkOperation.id).toBe(id);
    const ended = await endOf(gateway, id);
    const effects = await world.effectCounts();
    expect(ended).toMatchObject({
      status: 'CANCELED',
      total: 50,
      succeeded: Object.keys(effects).length,
      sent: Object.keys(effects).length,
      failed: 0,
      unknown: 0,
      error: null,
    });
    // Those that were on their way, three at a time, were let through to their answers.
    expect(ended.succeeded).toBeLessThan(50);
    const results = await allResults(gateway, id);
    expect(results.map(({ iccid }) => iccid)).toEqual(iccids);
    for (const { iccid, outcome, error } of results)
      expect([iccid, outcome, error?.code ?? null]).toEqual(
        effects[iccid ?? ''] === 1 ? [iccid, 'SUCCEEDED', null] : [iccid, 'NOT_SENT', 'OPERATION_CANCELED'],
      );
    // Whatever else is done afterwards, nothing of this one is.
    await runBulk(gateway, messages(iccids.slice(0, 1)));
    expect((await world.effects()).length).toBe(ended.succeeded + 1);
  });

  test('has chunks that nobody has begun: their SIMs are NOT_SENT in the order named', async () => {
    const { gateway, world } = ground;
    const iccids = await settledIccids(world, 2400);
    await world.addFaults({ path: '/sendSms', kind: 'delay', ms: 300 });
    const { id } = await startBulk(gateway, messages(iccids));
    await waitFor(async () => (await callsOf(world, '/sendSms')) >= 3);
    await cancelBulk(gateway, id);
    const ended = await endOf(gateway, id);
    const sent = Object.keys(await world.effectCounts()).length;
    expect(ended).toMatchObject({ status: 'CANCELED', total: 2400, succeeded: sent, notSent: 2400 - sent });
    const results = await allResults(gateway, id, { first: 500 });
    expect(results.map(({ iccid }) => iccid)).toEqual(iccids);
    expect(await allResults(gateway, id, { first: 500, outcomes: ['NOT_SENT'] })).toHaveLength(2400 - sent);
  });

  test('of state changes tells of each SIM what is so', async () => {
    const { gateway, world } = ground;
    const iccids = await settledIccids(world, 1500);
    await world.addFaults({ path: '/suspend', kind: 'delay', ms: 300 });
    const { id } = await startBulk(gateway, { action: 'SUSPEND', target: { list: iccids.join() } });
    await waitFor(async () => (await callsOf(world, '/suspend')) >= 1);
    await cancelBulk(gateway, id);
    const ended = await endOf(gateway, id);
    const effects = await world.effectCounts();
    expect(ended).toMatchObject({ status: 'CANCELED', unknown: 0, failed: 0 });
    expect(ended.succeeded).toBe(Object.keys(effects).length);
    expect(effects).toEqual(onceEach(Object.keys(effects)));
  });

  test('is answered at once, with the operation as it stands', async () => {
    const { gateway, world } = ground;
    const iccids = await settledIccids(world, 10);
    await world.addFaults({ path: '/sendSms', kind: 'hang', acts: true });
    const { id } = await startBulk(gateway, messages(iccids));
    await waitFor(async () => (await callsOf(world, '/sendSms')) === 3);
    const { data } = await cancelBulk(gateway, id);
    // Three calls are without an answer: until then it has not ended.
    expect(data?.cancelBulkOperation.bulkOperation).toMatchObject({ status: 'RUNNING', finishedAt: null });
    const ended = await endOf(gateway, id);
    expect(ended).toMatchObject({ status: 'CANCELED', unknown: 3, notSent: 7, sent: 3 });
    expect(await callsOf(world, '/sendSms')).toBe(3);
  }, 60_000);

  test('before its SIM API answers at all has sent nothing', async () => {
    const { gateway, world } = ground;
    const iccids = await settledIccids(world, 5);
    await world.addFaults({ path: '/get_sims', kind: 'delay', ms: 1000 });
    const { id } = await startBulk(gateway, messages(iccids));
    await waitFor(async () => (await callsOf(world, '/get_sims')) === 1);
    await cancelBulk(gateway, id);
    expect(await endOf(gateway, id)).toMatchObject({ status: 'CANCELED', sent: 0, notSent: 5 });
    expect(await callsOf(world, '/sendSms')).toBe(0);
    expect(await allResults(gateway, id)).toHaveLength(5);
  });
});

describe('cancelling', () => {
  test('twice, or 10 times at once, is the same as once', async () => {
    const { gateway, world } = ground;
    const iccids = await settledIccids(world, 40);
    await world.addFaults({ path: '/sendSms', kind: 'delay', ms: 60 });
    const { id } = await startBulk(gateway, messages(iccids));
    await waitFor(async () => (await world.effects()).length >= 3);
    const answers = await Promise.all(Array.from({ length: 10 }, () => cancelBulk(gateway, id)));
    for (const { errors } of answers) expect(errors).toEqual([]);
    const ended = await endOf(gateway, id);
    const { data } = await cancelBulk(gateway, id);
    expect(data?.cancelBulkOperation.bulkOperation).toEqual(ended);
    expect(await readBulk(gateway, id)).toEqual(ended);
  });

  test('an operation that has ended leaves it as it is', async () => {
    const { gateway, world } = ground;
    const ended = await runBulk(gateway, messages(await settledIccids(world, 3)));
    const { data, errors } = await cancelBulk(gateway, ended.id);
    expect(errors).toEqual([]);
    expect(data?.cancelBulkOperation.bulkOperation).toEqual(ended);
    expect(ended.status).toBe('COMPLETED');
  });

  test('one of two leaves the other alone', async () => {
    const { gateway, world } = ground;
    const iccids = await settledIccids(world, 40);
    await world.addFaults({ path: '/sendSms', kind: 'delay', ms: 30 });
    const one = await startBulk(gateway, messages(iccids.slice(0, 20)));
    const other = await startBulk(gateway, messages(iccids.slice(20)));
    await whenBulk(gateway, one.id, (shown) => outcomesOf(shown) > 0);
    await cancelBulk(gateway, one.id);
    expect(await endOf(gateway, one.id)).toMatchObject({ status: 'CANCELED' });
    expect(await endOf(gateway, other.id)).toMatchObject({ status: 'COMPLETED', succeeded: 20 });
  });

  const unknown = Buffer.from(`BulkOperation:${randomUUID()}`).toString('base64url');
  test.each([
    ['an operation that is not there', unknown, 'NOT_FOUND'],
    ['a SIM', simId('8937204016076059646'), 'BAD_USER_INPUT'],
    ['nonsense', 'nonsense', 'BAD_USER_INPUT'],
    ['nothing', '', 'BAD_USER_INPUT'],
    ['a plain UUID', randomUUID(), 'BAD_USER_INPUT'],
  ])('%s is refused', async (_, id, code) => {
    const { data, errors } = await cancelBulk(ground.gateway, id);
    expect(errors).toMatchObject([{ extensions: { code } }]);
    expect(data).toBeNull();
  });
});
