import { describe, expect, test } from '@jest/globals';
import { askWith, type ManyAnswer, mutation, refs, sendSms } from '../support/asking.ts';
import { changeSims } from '../support/changing.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { waitFor } from '../support/wait-for.ts';

const ground = changeSims(900);
const { live } = ground;
let keys = 0;

const newKey = () => {
  keys += 1;
  return `key-${keys}`;
};
const callsByPath = async () => (await ground.world.calls()).byPath;

/** Sends a message under a key that stands in the arguments. */
const send = (from: RunningGateway, iccids: readonly string[], text: string, idempotencyKey: string) =>
  from.ask<{ sendSms: ManyAnswer }>(sendSms, { input: { sims: refs(iccids), text, idempotencyKey } });

describe('the same key and arguments', () => {
  test('50 requests at a time: one call of the SIM API for the change, one for the read, 50 equal answers', async () => {
    const [iccid = ''] = await live(1);
    const key = newKey();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => send(ground.gateway, [iccid], 'fifty', key)),
    );
    expect(await callsByPath()).toEqual({ '/get_sims': 1, '/sendSms': 1 });
    expect(await ground.world.effectCounts()).toEqual({ [iccid]: 1 });
    expect(answers[0]?.data.sendSms).toMatchObject({
      succeeded: 1,
      results: [{ iccid, outcome: 'SUCCEEDED' }],
    });
    for (const { data, errors } of answers)
      expect({ data, errors }).toEqual({ data: answers[0]?.data, errors: [] });
    expect(
      await ground.store.query(
        `select from audit_entry join change_sim on id = entry_id where iccid = '${iccid}'`,
      ),
    ).toHaveLength(1);
  });

  test.each<[string, string, string, (sims: string[]) => object]>([
    ['deactivateSims', 'SimsInput', '/deactivate', (sims) => ({ sims: refs(sims) })],
    ['resetSim', 'SimInput', '/reset', ([iccid]) => ({ sim: { iccid } })],
    ['setSimName', 'SetSimNameInput', '/set_name', ([iccid]) => ({ sim: { iccid }, name: 'keyed' })],
    ['setSimsGroup', 'SetSimsGroupInput', '/set_group', (sims) => ({ sims: refs(sims), group: 'keyed' })],
    [
      'setSimsDataLimit',
      'SetSimsDataLimitInput',
      '/set_data_limit',
      (sims) => ({ sims: refs(sims), limit: { megabytes: 9000 } }),
    ],
    [
      'setSimsImeiLock',
      'SetSimsImeiLockInput',
      '/set_imei_lock',
      (sims) => ({ sims: refs(sims), locked: true }),
    ],
    ['closeSim', 'CloseSimInput', '/close', ([iccid]) => ({ sim: { iccid }, confirmIccid: iccid })],
    ['sendSms', 'SendSmsInput', '/sendSms', (sims) => ({ sims: refs(sims), text: 'by header' })],
  ])(
    '%s under the header, bare and quoted: carried out once, answered alike',
    async (name, input, path, inputOf) => {
      const sims = await live(1);
      const key = newKey();
      const asked = () => [mutation(name, input), { input: inputOf(sims) }] as const;
      const first = await askWith(ground.gateway, { 'idempotency-key': key }, ...asked());
      expect(first.errors).toEqual([]);
      const again = await askWith(ground.gateway, { 'idempotency-key': `"${key}"` }, ...asked());
      expect({ data: again.data, errors: again.errors }).toEqual({ data: first.data, errors: [] });
      expect(await callsByPath()).toEqual({ '/get_sims': 1, [path]: 1 });
    },
  );

  test('the same word in the header and among the arguments is one key', async () => {
    const [iccid = ''] = await live(1);
    const key = newKey();
    const input = { sims: refs([iccid]), text: 'both' };
    await askWith(ground.gateway, { 'idempotency-key': key }, sendSms, {
      input: { ...input, idempotencyKey: key },
    });
    await askWith(ground.gateway, { 'idempotency-key': key }, sendSms, { input });
    await ground.gateway.ask(sendSms, { input: { ...input, idempotencyKey: key } });
    expect(await ground.world.effectCounts()).toEqual({ [iccid]: 1 });
  });

  test('while the first is under way the second waits for its answer, here and on a replica', async () => {
    const replica = await startGateway(ground);
    const [iccid = ''] = await live(1);
    const key = newKey();
    await ground.world.clearCalls();
    await ground.world.addFaults({ path: '/sendSms', kind: 'delay', ms: 700 });
    const first = send(ground.gateway, [iccid], 'slow', key);
    await waitFor(async () => (await callsByPath())['/sendSms'] === 1);
    const others = await Promise.all([
      send(ground.gateway, [iccid], 'slow', key),
      send(replica, [iccid], 'slow', key),
    ]);
    for (const { data } of others) expect(data).toEqual((await first).data);
    expect((await first).data.sendSms.succeeded).toBe(1);
    expect(await callsByPath()).toEqual({ '/get_sims': 1, '/sendSms': 1 });
    await replica.stop();
  });

  test('after a restart of the gateway the first answer comes again', async () => {
    const sims = await live(3);
    const key = newKey();
    const first = await send(ground.gateway, sims, 'restart', key);
    await ground.restart();
    const again = await Promise.all(
      Array.from({ length: 20 }, () => send(ground.gateway, sims, 'restart', key)),
    );
    for (const { data } of again) expect(data).toEqual(first.data);
    expect(await ground.world.effectCounts()).toEqual(Object.fromEntries(sims.map((iccid) => [iccid, 1])));
  });

  test('a SIM that is named twice stands twice in both answers', async () => {
    const [a = '', b = ''] = await live(2);
    const key = newKey();
    const first = await send(ground.gateway, [a, b, a], 'twice', key);
    const again = await send(ground.gateway, [a, b, a], 'twice', key);
    expect(first.data.sendSms.results.map(({ iccid }) => iccid)).toEqual([a, b, a]);
    expect(again.data).toEqual(first.data);
    expect(await ground.world.effectCounts()).toEqual({ [a]: 1, [b]: 1 });
  });

  test('what is read back beside the outcomes is as it is now, not as it was then', async () => {
    const [iccid = ''] = await live(1);
    const key = newKey();
    const named = (name: string, headers = {}) =>
      askWith<{ setSimName: { sim: { name: string } } }>(
        ground.gateway,
        headers,
        'mutation ($input: SetSimNameInput!) { setSimName(input: $input) { outcome sim { name } } }',
        { input: { sim: { iccid }, name } },
      );
    await named('then', { 'idempotency-key': key });
    await named('now');
    const { data } = await named('then', { 'idempotency-key': key });
    expect(data.setSimName).toEqual({ outcome: 'SUCCEEDED', sim: { name: 'now' } });
  });
});

describe('a key that is older than 24 hours', () => {
  const age = (key: string, interval: string) =>
    ground.store.query(
      `update idempotency_key set created_at = now() - interval '${interval}' where key = $1`,
      [key],
    );

  test('is free: the change is made anew, and other arguments are no conflict', async () => {
    const [iccid = ''] = await live(1);
    const key = newKey();
    await send(ground.gateway, [iccid], 'yesterday', key);
    await age(key, '23 hours 59 minutes');
    await send(ground.gateway, [iccid], 'yesterday', key);
    expect(await ground.world.effectCounts()).toEqual({ [iccid]: 1 });
    await age(key, '24 hours 1 second');
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => send(ground.gateway, [iccid], 'today', key)),
    );
    for (const { data, errors } of answers) expect([data.sendSms.succeeded, errors]).toEqual([1, []]);
    expect(await ground.world.effectCounts()).toEqual({ [iccid]: 2 });
  });
});
