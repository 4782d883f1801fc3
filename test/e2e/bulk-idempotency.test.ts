import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  askForBulk,
  callsOf,
  cancelBulk,
  endOf,
  fastEnv,
  onceEach,
  runBulkGateway,
  startBulk,
} from '../support/bulk.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { askWith } from '../support/graphql-client.ts';
import { waitFor } from '../support/wait-for.ts';

const running = runBulkGateway({ sims: 600 });
let second: RunningGateway;
beforeAll(async () => {
  second = await startGateway({ ...running, env: fastEnv });
});
afterAll(() => second?.stop());

const message = (iccids: readonly string[], more: object = {}) => ({
  action: 'SEND_SMS',
  params: { text: 'once' },
  target: { list: iccids.join() },
  ...more,
});
const operations = async () => (await running.store.query('select from bulk_operation')).length;

describe('an operation with a key', () => {
  test('that is requested by 20 concurrent requests at two gateways is one operation, and each SIM gets one message', async () => {
    const before = await operations();
    const iccids = await running.iccids(15);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const gateway = index % 2 === 0 ? running.gateway : second;
        return index % 3 === 0
          ? startBulk(gateway, message(iccids), { 'idempotency-key': 'twenty' })
          : startBulk(gateway, message(iccids, { idempotencyKey: 'twenty' }));
      }),
    );
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    const [first] = answers;
    const ended = await endOf(second, first?.id ?? '');
    expect(ended).toMatchObject({ status: 'COMPLETED', succeeded: 15 });
    const again = await startBulk(running.gateway, message(iccids, { idempotencyKey: 'twenty' }));
    expect(again).toEqual(ended);
    expect(await running.world.effectCounts()).toEqual(onceEach(iccids));
    expect(await operations()).toBe(before + 1);
    expect(await callsOf(running.world, '/get_sims')).toBe(1);
  });

  test('is the same one after more than a day, if it has not ended', async () => {
    const iccids = await running.iccids(2);
    const start = () => startBulk(running.gateway, message(iccids, { idempotencyKey: 'days' }));
    await running.world.addFaults({ path: '/get_sims', kind: 'status', status: 503 });
    const { id } = await start();
    await running.store.query(
      `update idempotency_key set created_at = now() - interval '49 hours' where key = 'days'`,
    );
    await running.store.query(
      `insert into idempotency_key (tenant, actor, key, fingerprint, entry_id, created_at)
       select tenant, actor, 'expired', '', id, now() - interval '49 hours' from audit_entry where outcome <> 'OPEN' limit 1`,
    );
    // A starting gateway deletes expired keys.
    const third = await startGateway({ ...running, env: fastEnv });
    try {
      await waitFor(
        async () =>
          (await running.store.query(`select from idempotency_key where key = 'expired'`)).length === 0,
      );
      expect((await start()).id).toBe(id);
    } finally {
      await third.stop();
    }
    await running.world.clearFaults();
    expect(await endOf(running.gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 2 });
    expect(await running.world.effectCounts()).toEqual(onceEach(iccids));
    // The key is now unused.
    const next = await start();
    expect(next.id).not.toBe(id);
    await endOf(running.gateway, next.id);
  });

  test('is refused for that key with other arguments', async () => {
    const { gateway } = running;
    const iccids = await running.iccids(4);
    const key = { idempotencyKey: 'other' };
    const { id } = await startBulk(gateway, message(iccids, { ...key, expectedCount: 4 }));
    await endOf(gateway, id);
    const before = await operations();
    const others: object[] = [
      message(iccids, key),
      message(iccids, { ...key, expectedCount: 4, params: { text: 'twice' } }),
      message(iccids, { ...key, expectedCount: 4, waitUntilSettled: false }),
      message([...iccids].reverse(), { ...key, expectedCount: 4 }),
      message(iccids, { ...key, expectedCount: 4, target: { group: 'x' } }),
      { action: 'RESET', target: { list: iccids.join() }, expectedCount: 4, ...key },
    ];
    for (const other of others)
      expect((await askForBulk(gateway, other)).errors).toMatchObject([
        { extensions: { code: 'IDEMPOTENCY_CONFLICT' } },
      ]);
    const both = await askForBulk(gateway, message(iccids, { ...key, expectedCount: 4 }), {
      'idempotency-key': 'not the same',
    });
    expect(both.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(await running.world.effectCounts()).toEqual(onceEach(iccids));
    expect(await operations()).toBe(before);
  });

  test('that was refused is refused again, and an invalid request uses no key', async () => {
    const { gateway } = running;
    const iccids = await running.iccids(3);
    const key = { idempotencyKey: 'refused' };
    for (const _ of [1, 2])
      expect((await askForBulk(gateway, message(iccids, { ...key, expectedCount: 2 }))).errors).toMatchObject(
        [{ extensions: { code: 'EXPECTED_COUNT_MISMATCH' } }],
      );
    const unused = { idempotencyKey: 'unused' };
    expect((await askForBulk(gateway, { ...message(iccids), ...unused, params: {} })).errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    const { id } = await startBulk(gateway, message(iccids, unused));
    expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED' });
  });

  test('that cancels an operation gives the same answer again, and cancels no other', async () => {
    const { gateway, relay } = running;
    const iccids = await running.iccids(30);
    const gate = relay.gate('/sendSms');
    const { id } = await startBulk(gateway, message(iccids));
    await gate.holds(1);
    const cancel = (of: string) =>
      askWith(
        gateway,
        { 'idempotency-key': 'cancel' },
        'mutation ($id: ID!) { cancelBulkOperation(input: { id: $id }) { bulkOperation { id } } }',
        { id: of },
      );
    for (const _ of [1, 2])
      expect(await cancel(id)).toMatchObject({ data: { cancelBulkOperation: { bulkOperation: { id } } } });
    gate.open();
    expect(await endOf(gateway, id)).toMatchObject({ status: 'CANCELED' });
    const other = await startBulk(gateway, message(iccids.slice(0, 2), { params: { text: 'other' } }));
    expect((await cancel(other.id)).errors).toMatchObject([{ extensions: { code: 'IDEMPOTENCY_CONFLICT' } }]);
    expect((await cancelBulk(gateway, id)).errors).toEqual([]);
    expect(await endOf(gateway, other.id)).toMatchObject({ status: 'COMPLETED' });
  });
});
