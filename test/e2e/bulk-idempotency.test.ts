import { describe, expect, test } from '@jest/globals';
import {
  allResults,
  askForBulk,
  bulkGround,
  callsOf,
  cancelBulk,
  endOf,
  kill,
  onceEach,
  startBulk,
} from '../support/bulk.ts';
import { waitFor } from '../support/wait-for.ts';

const ground = bulkGround({ sims: 600 });

const message = (iccids: readonly string[], more: object = {}) => ({
  action: 'SEND_SMS',
  params: { text: 'once' },
  target: { list: iccids.join() },
  ...more,
});
const operations = () => ground.store.query('select from bulk_operation');

describe('an operation with a key', () => {
  test('that is asked for 20 times at once at two gateways is one, and each SIM gets one message', async () => {
    const gateways = [await ground.start(), await ground.start()];
    const iccids = await ground.iccids(15);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const gateway = gateways[index % 2];
        if (gateway === undefined) throw new Error('there are two');
        return index % 3 === 0
          ? startBulk(gateway, message(iccids), { 'idempotency-key': 'twenty' })
          : startBulk(gateway, message(iccids, { idempotencyKey: 'twenty' }));
      }),
    );
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    const [first] = gateways;
    if (first === undefined) throw new Error('there are two');
    expect(await endOf(first, answers[0]?.id ?? '')).toMatchObject({ status: 'COMPLETED', succeeded: 15 });
    expect(await ground.world.effectCounts()).toEqual(onceEach(iccids));
    expect(await operations()).toHaveLength(1);
    expect(await callsOf(ground.world, '/get_sims')).toBe(1);
  });

  test('is refused under that key for anything else', async () => {
    const gateway = await ground.start();
    const iccids = await ground.iccids(4);
    const key = { idempotencyKey: 'other' };
    const { id } = await startBulk(gateway, message(iccids, { ...key, expectedCount: 4 }));
    await endOf(gateway, id);
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
    expect(await ground.world.effectCounts()).toEqual(onceEach(iccids));
    expect(await operations()).toHaveLength(1);
  });

  test('is the same one while it runs, after kill -9, and after its end', async () => {
    const gateway = await ground.start();
    const iccids = await ground.iccids(40);
    await ground.world.addFaults({ path: '/sendSms', kind: 'delay', ms: 50 });
    const input = message(iccids, { idempotencyKey: 'lasting' });
    const { id } = await startBulk(gateway, input);
    await waitFor(async () => (await ground.effects()) >= 5);
    expect(await startBulk(gateway, input)).toMatchObject({ id, status: 'RUNNING', finishedAt: null });
    await kill(gateway);
    const next = await ground.start();
    expect((await startBulk(next, input)).id).toBe(id);
    const ended = await endOf(next, id);
    expect(await startBulk(next, input)).toEqual(ended);
    for (const count of Object.values(await ground.world.effectCounts())) expect(count).toBe(1);
    expect(await operations()).toHaveLength(1);
    expect(await allResults(next, id)).toHaveLength(40);
  });

  test('that was refused is refused again, and what is no operation uses up no key', async () => {
    const gateway = await ground.start();
    const iccids = await ground.iccids(3);
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

  test('that cancels one gives the same answer again, and cancels no other', async () => {
    const gateway = await ground.start();
    const iccids = await ground.iccids(30);
    await ground.world.addFaults({ path: '/sendSms', kind: 'delay', ms: 200 });
    const { id } = await startBulk(gateway, message(iccids));
    const key = { 'idempotency-key': 'cancel' };
    const cancel = async (of: string) => {
      const response = await gateway.fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...key },
        body: JSON.stringify({
          query: 'mutation ($id: ID!) { cancelBulkOperation(input: { id: $id }) { bulkOperation { id } } }',
          variables: { id: of },
        }),
      });
      return (await response.json()) as { data: unknown; errors?: { extensions: { code: string } }[] };
    };
    for (const _ of [1, 2])
      expect(await cancel(id)).toMatchObject({ data: { cancelBulkOperation: { bulkOperation: { id } } } });
    await endOf(gateway, id);
    const other = await startBulk(gateway, message(iccids.slice(0, 2), { params: { text: 'other' } }));
    expect((await cancel(other.id)).errors).toMatchObject([{ extensions: { code: 'IDEMPOTENCY_CONFLICT' } }]);
    expect((await cancelBulk(gateway, id)).errors).toEqual([]);
    expect(await endOf(gateway, other.id)).toMatchObject({ status: 'COMPLETED' });
  });
});
