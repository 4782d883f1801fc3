import { request } from 'node:http';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { simId } from '../support/fleet.ts';
import type { RunningGateway } from '../support/gateway.ts';
import { askWith, type ManyAnswer, mutation, refs, sendSms } from '../support/graphql-client.ts';
import { changeSims } from '../support/mutation-fixture.ts';

const fixture = changeSims(900);
const { live } = fixture;
let keys = 0;

const rule = 'must be 1 to 255 visible ASCII characters';
const entries = async () => (await fixture.store.query('select from audit_entry')).length;

const newKey = () => {
  keys += 1;
  return `key-${keys}`;
};
const callsByPath = async () => (await fixture.world.calls()).byPath;

/** Sends a message with a key in the arguments. */
const send = (from: RunningGateway, iccids: readonly string[], text: string, idempotencyKey: string) =>
  from.ask<{ sendSms: ManyAnswer }>(sendSms, { input: { sims: refs(iccids), text, idempotencyKey } });

describe('the same key and arguments', () => {
  test('50 concurrent requests: one call of the SIM API for the change, one for the read, 50 equal answers', async () => {
    const [iccid = ''] = await live(1);
    const key = newKey();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => send(fixture.gateway, [iccid], 'fifty', key)),
    );
    expect(await callsByPath()).toEqual({ '/get_sims': 1, '/sendSms': 1 });
    expect(await fixture.world.effectCounts()).toEqual({ [iccid]: 1 });
    expect(answers[0]?.data.sendSms).toMatchObject({
      succeeded: 1,
      results: [{ iccid, outcome: 'SUCCEEDED' }],
    });
    for (const { data, errors } of answers)
      expect({ data, errors }).toEqual({ data: answers[0]?.data, errors: [] });
    expect(
      await fixture.store.query(
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
    '%s with the header, bare and quoted: carried out once, with equal answers',
    async (name, input, path, inputOf) => {
      const sims = await live(1);
      const key = newKey();
      const asked = () => [mutation(name, input), { input: inputOf(sims) }] as const;
      const first = await askWith(fixture.gateway, { 'idempotency-key': key }, ...asked());
      expect(first.errors).toEqual([]);
      const again = await askWith(fixture.gateway, { 'idempotency-key': `"${key}"` }, ...asked());
      expect({ data: again.data, errors: again.errors }).toEqual({ data: first.data, errors: [] });
      expect(await callsByPath()).toEqual({ '/get_sims': 1, [path]: 1 });
    },
  );

  test('the same key in the header and in the arguments is one key', async () => {
    const [iccid = ''] = await live(1);
    const key = newKey();
    const input = { sims: refs([iccid]), text: 'both' };
    await askWith(fixture.gateway, { 'idempotency-key': key }, sendSms, {
      input: { ...input, idempotencyKey: key },
    });
    await askWith(fixture.gateway, { 'idempotency-key': key }, sendSms, { input });
    await fixture.gateway.ask(sendSms, { input: { ...input, idempotencyKey: key } });
    expect(await fixture.world.effectCounts()).toEqual({ [iccid]: 1 });
  });

  test('a SIM that is named twice is twice in both answers', async () => {
    const [a = '', b = ''] = await live(2);
    const key = newKey();
    const first = await send(fixture.gateway, [a, b, a], 'twice', key);
    const again = await send(fixture.gateway, [a, b, a], 'twice', key);
    expect(first.data.sendSms.results.map(({ iccid }) => iccid)).toEqual([a, b, a]);
    expect(again.data).toEqual(first.data);
    expect(await fixture.world.effectCounts()).toEqual({ [a]: 1, [b]: 1 });
  });

  test('the SIMs read back beside the outcomes show the current state, not the state of the first answer', async () => {
    const [iccid = ''] = await live(1);
    const key = newKey();
    const named = (name: string, headers = {}) =>
      askWith<{ setSimName: { sim: { name: string } } }>(
        fixture.gateway,
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
    fixture.store.query(
      `update idempotency_key set created_at = now() - interval '${interval}' where key = $1`,
      [key],
    );

  test('is unused: the change is made again, and other arguments are no conflict', async () => {
    const [iccid = ''] = await live(1);
    const key = newKey();
    await send(fixture.gateway, [iccid], 'yesterday', key);
    await age(key, '23 hours 59 minutes');
    await send(fixture.gateway, [iccid], 'yesterday', key);
    expect(await fixture.world.effectCounts()).toEqual({ [iccid]: 1 });
    await age(key, '24 hours 1 second');
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => send(fixture.gateway, [iccid], 'today', key)),
    );
    for (const { data, errors } of answers) expect([data.sendSms.succeeded, errors]).toEqual([1, []]);
    expect(await fixture.world.effectCounts()).toEqual({ [iccid]: 2 });
  });
});

describe('the header and the fields of an operation', () => {
  const a = (iccid: string) => `a: resetSim(input: { sim: { iccid: "${iccid}" } }) { outcome }`;
  const b = (iccid: string) => `b: resetSim(input: { sim: { iccid: "${iccid}" } }) { outcome }`;
  const twice: [string, (iccid: string) => string][] = [
    ['two aliases', (iccid) => `mutation { ${a(iccid)} ${b(iccid)} }`],
    [
      'a field and a fragment',
      (iccid) => `mutation { ${a(iccid)} ...More } fragment More on Mutation { ${b(iccid)} }`,
    ],
    [
      'fragments in fragments',
      (iccid) => `mutation { ...A ... on Mutation { ...B } }
        fragment A on Mutation { ...C } fragment C on Mutation { ${a(iccid)} } fragment B on Mutation { ${b(iccid)} }`,
    ],
  ];

  test.each(twice)('two mutations (%s) are refused, and nothing is done', async (_, query) => {
    const [iccid = ''] = await live(1);
    const { errors, data } = await askWith(fixture.gateway, { 'idempotency-key': 'pair' }, query(iccid));
    expect(data ?? null).toBeNull();
    expect(errors).toMatchObject([
      {
        message: 'The header Idempotency-Key goes with an operation of one mutation field',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
    expect((await fixture.world.calls()).total).toBe(0);
  });

  test.each(twice)('without the header both are carried out (%s)', async (_, query) => {
    const [iccid = ''] = await live(1);
    expect((await fixture.gateway.ask(query(iccid))).errors).toEqual([]);
    expect(await fixture.world.effectCounts()).toEqual({ [iccid]: 2 });
  });

  test('one mutation and its __typename are accepted with the header', async () => {
    const [iccid = ''] = await live(1);
    const { errors } = await askWith(
      fixture.gateway,
      { 'idempotency-key': 'named' },
      `mutation { __typename ${a(iccid)} }`,
    );
    expect(errors).toEqual([]);
    expect(await fixture.world.effectCounts()).toEqual({ [iccid]: 1 });
  });

  test('the same field twice in one document is one mutation', async () => {
    const [iccid = ''] = await live(1);
    const { errors } = await askWith(
      fixture.gateway,
      { 'idempotency-key': 'merged' },
      `mutation { ${a(iccid)} ${a(iccid)} }`,
    );
    expect(errors).toEqual([]);
    expect(await fixture.world.effectCounts()).toEqual({ [iccid]: 1 });
  });

  test('the header is ignored for a query of several fields', async () => {
    for (const _ of [1, 2]) {
      const answer = await askWith(
        fixture.gateway,
        { 'idempotency-key': 'read' },
        '{ account { groups { name } } __typename }',
      );
      expect([answer.status, answer.errors]).toEqual([200, []]);
    }
    expect(await fixture.store.query(`select from idempotency_key where key = 'read'`)).toEqual([]);
  });

  test('fragments that fork 28 times contain one mutation, and the gateway does not follow each path through them', async () => {
    const [iccid = ''] = await live(1);
    const forks = Array.from(
      { length: 28 },
      (_, depth) => `fragment F${depth} on Mutation { ...F${depth + 1} ...F${depth + 1} }`,
    );
    const query = `mutation { ...F0 } ${forks.join(' ')} fragment F28 on Mutation { ${a(iccid).slice(3)} }`;
    // They have 268 million paths: following each would take minutes and time out.
    const { errors } = await askWith(fixture.gateway, { 'idempotency-key': 'forks' }, query);
    expect(errors).toEqual([]);
    expect(await fixture.world.effectCounts()).toEqual({ [iccid]: 1 });
  });
});

describe('the same key with other arguments', () => {
  const keyed = (input: object) =>
    askWith<{ sendSms: ManyAnswer } | null>(fixture.gateway, { 'idempotency-key': 'taken' }, sendSms, {
      input,
    });
  let iccid = '';
  let other = '';

  beforeAll(async () => {
    [iccid = '', other = ''] = await live(2);
    await keyed({ sims: refs([iccid]), text: 'first' });
  });

  test.each<[string, () => object]>([
    ['another text', () => ({ sims: refs([iccid]), text: 'second' })],
    ['another SIM', () => ({ sims: refs([other]), text: 'first' })],
    ['one SIM more', () => ({ sims: refs([iccid, other]), text: 'first' })],
    ['the same SIM by another key', () => ({ sims: [{ id: simId(iccid) }], text: 'first' })],
  ])('%s is a conflict, and nothing is read or sent', async (_, input) => {
    const { data, errors, status } = await keyed(input());
    expect({ data, status }).toEqual({ data: { sendSms: null }, status: 200 });
    expect(errors).toMatchObject([
      { path: ['sendSms'], extensions: { code: 'IDEMPOTENCY_CONFLICT', retryable: false } },
    ]);
    expect((await fixture.world.calls()).total).toBe(0);
  });

  test('another mutation of the same SIM is a conflict, for one SIM and for several', async () => {
    const asked = [
      [mutation('resetSims', 'SimsInput'), { sims: refs([iccid]) }],
      [mutation('closeSim', 'CloseSimInput'), { sim: { iccid }, confirmIccid: iccid }],
    ] as const;
    for (const [query, input] of asked) {
      const { errors } = await askWith(fixture.gateway, { 'idempotency-key': 'taken' }, query, { input });
      expect(errors).toMatchObject([{ extensions: { code: 'IDEMPOTENCY_CONFLICT' } }]);
    }
    expect((await fixture.world.calls()).total).toBe(0);
  });

  test('of two concurrent requests that differ, one is carried out, and the other is a conflict', async () => {
    const sims = refs(await live(1));
    const both = await Promise.all(
      ['one', 'two'].map((text) =>
        fixture.gateway.ask<unknown>(sendSms, { input: { sims, text, idempotencyKey: 'raced' } }),
      ),
    );
    expect(both.flatMap(({ errors }) => errors.map(({ extensions }) => extensions.code))).toEqual([
      'IDEMPOTENCY_CONFLICT',
    ]);
    expect(await fixture.world.effects()).toHaveLength(1);
  });
});

describe('invalid keys', () => {
  test.each([
    ['empty', ''],
    ['empty in quotes', '""'],
    ['of spaces', '"   "'],
    ['with a space in it', 'two words'],
    ['of 256 characters', 'k'.repeat(256)],
    ['with a tab', 'a\tb'],
    ['with a letter beyond ASCII', 'schl\u00fcssel'],
  ])('a header that is %s is refused with HTTP 400 and the rule', async (_, key) => {
    const [iccid = ''] = await live(1);
    const before = await entries();
    const answer = await askWith(fixture.gateway, { 'idempotency-key': key }, sendSms, {
      input: { sims: refs([iccid]), text: 'x' },
    });
    expect(answer.status).toBe(400);
    expect(answer.errors).toMatchObject([
      {
        message: `The header Idempotency-Key ${rule}`,
        extensions: { code: 'BAD_USER_INPUT', retryable: false },
      },
    ]);
    expect(answer.errors[0]?.extensions.requestId).toBe(answer.headers.get('x-request-id'));
    expect((await fixture.world.calls()).total).toBe(0);
    expect(await entries()).toBe(before);
  });

  test.each([
    ['empty', ''],
    ['of spaces', '   '],
    ['of 256 characters', 'k'.repeat(256)],
    ['with CR and LF', 'a\r\nSet-Cookie: b'],
    ['with NUL', 'a\u0000b'],
    ['with a letter beyond ASCII', 'schl\u00fcssel'],
  ])('an argument that is %s is refused with the rule', async (_, idempotencyKey) => {
    const [iccid = ''] = await live(1);
    const before = await entries();
    const { errors } = await fixture.gateway.ask(sendSms, {
      input: { sims: refs([iccid]), text: 'x', idempotencyKey },
    });
    expect(errors).toMatchObject([
      { message: `idempotencyKey ${rule}`, extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    expect((await fixture.world.calls()).total).toBe(0);
    expect(await entries()).toBe(before);
  });

  test('two headers are not one key', async () => {
    const [iccid = ''] = await live(1);
    const body = JSON.stringify({ query: sendSms, variables: { input: { sims: refs([iccid]), text: 'x' } } });
    const status = await new Promise((resolve, reject) => {
      const sent = request(`${fixture.gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': ['a', 'b'] },
      });
      sent.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject);
      sent.end(body);
    });
    expect(status).toBe(400);
    expect(await fixture.world.effects()).toEqual([]);
  });

  test('255 characters are a valid key, including every ASCII character', async () => {
    const [iccid = ''] = await live(1);
    const signs = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index)).join('');
    const key = signs.padEnd(255, 'k');
    const input = { sims: refs([iccid]), text: 'x' };
    for (const _ of [1, 2]) {
      const { errors } = await askWith(fixture.gateway, { 'idempotency-key': key }, sendSms, { input });
      expect(errors).toEqual([]);
    }
    expect(await fixture.world.effectCounts()).toEqual({ [iccid]: 1 });
  });

  test('a header and an argument that differ are refused', async () => {
    const [iccid = ''] = await live(1);
    const { errors } = await askWith(fixture.gateway, { 'idempotency-key': 'one' }, sendSms, {
      input: { sims: refs([iccid]), text: 'x', idempotencyKey: 'two' },
    });
    expect(errors).toMatchObject([
      {
        message: 'idempotencyKey must be the same as the Idempotency-Key header if both are given',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
    expect(await fixture.world.effects()).toEqual([]);
  });
});
