import { request } from 'node:http';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { askWith, type ManyAnswer, mutation, refs, sendSms } from '../support/asking.ts';
import { changeSims } from '../support/changing.ts';
import { simId } from '../support/fleet.ts';

const ground = changeSims(900);
const { live } = ground;

const rule = 'must be 1 to 255 visible ASCII characters';
const entries = async () => (await ground.store.query('select from audit_entry')).length;

describe('the same key with other arguments', () => {
  const keyed = (input: object) =>
    askWith<{ sendSms: ManyAnswer } | null>(ground.gateway, { 'idempotency-key': 'taken' }, sendSms, {
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
    expect({ data, status }).toEqual({ data: null, status: 200 });
    expect(errors).toMatchObject([
      { path: ['sendSms'], extensions: { code: 'IDEMPOTENCY_CONFLICT', retryable: false } },
    ]);
    expect((await ground.world.calls()).total).toBe(0);
  });

  test('another mutation of the same SIM is a conflict, be it for one or for many', async () => {
    const asked = [
      [mutation('resetSims', 'SimsInput'), { sims: refs([iccid]) }],
      [mutation('closeSim', 'CloseSimInput'), { sim: { iccid }, confirmIccid: iccid }],
    ] as const;
    for (const [query, input] of asked) {
      const { errors } = await askWith(ground.gateway, { 'idempotency-key': 'taken' }, query, { input });
      expect(errors).toMatchObject([{ extensions: { code: 'IDEMPOTENCY_CONFLICT' } }]);
    }
    expect((await ground.world.calls()).total).toBe(0);
  });

  test('two parallel requests that differ: one is carried out, the other is a conflict', async () => {
    const sims = refs(await live(1));
    const both = await Promise.all(
      ['one', 'two'].map((text) =>
        ground.gateway.ask<unknown>(sendSms, { input: { sims, text, idempotencyKey: 'raced' } }),
      ),
    );
    expect(both.flatMap(({ errors }) => errors.map(({ extensions }) => extensions.code))).toEqual([
      'IDEMPOTENCY_CONFLICT',
    ]);
    expect(await ground.world.effects()).toHaveLength(1);
  });
});

describe('keys that are none', () => {
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
    const answer = await askWith(ground.gateway, { 'idempotency-key': key }, sendSms, {
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
    expect((await ground.world.calls()).total).toBe(0);
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
    const { errors } = await ground.gateway.ask(sendSms, {
      input: { sims: refs([iccid]), text: 'x', idempotencyKey },
    });
    expect(errors).toMatchObject([
      { message: `idempotencyKey ${rule}`, extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    expect((await ground.world.calls()).total).toBe(0);
    expect(await entries()).toBe(before);
  });

  test('two headers are not one key', async () => {
    const [iccid = ''] = await live(1);
    const body = JSON.stringify({ query: sendSms, variables: { input: { sims: refs([iccid]), text: 'x' } } });
    const status = await new Promise((resolve, reject) => {
      const sent = request(`${ground.gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': ['a', 'b'] },
      });
      sent.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject);
      sent.end(body);
    });
    expect(status).toBe(400);
    expect(await ground.world.effects()).toEqual([]);
  });

  test('255 characters are a key, with every sign of ASCII among them', async () => {
    const [iccid = ''] = await live(1);
    const signs = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index)).join('');
    const key = signs.padEnd(255, 'k');
    const input = { sims: refs([iccid]), text: 'x' };
    for (const _ of [1, 2]) {
      const { errors } = await askWith(ground.gateway, { 'idempotency-key': key }, sendSms, { input });
      expect(errors).toEqual([]);
    }
    expect(await ground.world.effectCounts()).toEqual({ [iccid]: 1 });
  });

  test('a header and an argument that differ are refused', async () => {
    const [iccid = ''] = await live(1);
    const { errors } = await askWith(ground.gateway, { 'idempotency-key': 'one' }, sendSms, {
      input: { sims: refs([iccid]), text: 'x', idempotencyKey: 'two' },
    });
    expect(errors).toMatchObject([
      {
        message: 'idempotencyKey must be the same as the Idempotency-Key header, where both are given',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
    expect(await ground.world.effects()).toEqual([]);
  });
});
