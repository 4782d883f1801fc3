import { describe, expect, test } from '@jest/globals';
import { askWith } from '../support/asking.ts';
import { changeSims } from '../support/changing.ts';

const ground = changeSims(300);
const { live } = ground;

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
    const { errors, data } = await askWith(ground.gateway, { 'idempotency-key': 'pair' }, query(iccid));
    expect(data ?? null).toBeNull();
    expect(errors).toMatchObject([
      {
        message: 'The header Idempotency-Key goes with an operation of one mutation field',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
    expect((await ground.world.calls()).total).toBe(0);
  });

  test.each(twice)('without the header both are carried out (%s)', async (_, query) => {
    const [iccid = ''] = await live(1);
    expect((await ground.gateway.ask(query(iccid))).errors).toEqual([]);
    expect(await ground.world.effectCounts()).toEqual({ [iccid]: 2 });
  });

  test('one mutation, its name asked for beside it, goes with the header', async () => {
    const [iccid = ''] = await live(1);
    const { errors } = await askWith(
      ground.gateway,
      { 'idempotency-key': 'named' },
      `mutation { __typename ${a(iccid)} }`,
    );
    expect(errors).toEqual([]);
    expect(await ground.world.effectCounts()).toEqual({ [iccid]: 1 });
  });

  test('the same field twice, in one document, is one mutation', async () => {
    const [iccid = ''] = await live(1);
    const { errors } = await askWith(
      ground.gateway,
      { 'idempotency-key': 'merged' },
      `mutation { ${a(iccid)} ${a(iccid)} }`,
    );
    expect(errors).toEqual([]);
    expect(await ground.world.effectCounts()).toEqual({ [iccid]: 1 });
  });

  test('with a query of many fields the header means nothing', async () => {
    for (const _ of [1, 2]) {
      const answer = await askWith(
        ground.gateway,
        { 'idempotency-key': 'read' },
        '{ account { groups { name } } __typename }',
      );
      expect([answer.status, answer.errors]).toEqual([200, []]);
    }
    expect(await ground.store.query(`select from idempotency_key where key = 'read'`)).toEqual([]);
  });

  test('fragments that fork 28 times over hold one mutation, and are looked through in no time', async () => {
    const [iccid = ''] = await live(1);
    const forks = Array.from(
      { length: 28 },
      (_, depth) => `fragment F${depth} on Mutation { ...F${depth + 1} ...F${depth + 1} }`,
    );
    const query = `mutation { ...F0 } ${forks.join(' ')} fragment F28 on Mutation { ${a(iccid).slice(3)} }`;
    // 268 million ways lead through them: taking each would be minutes, and jest does not wait so long.
    const { errors } = await askWith(ground.gateway, { 'idempotency-key': 'forks' }, query);
    expect(errors).toEqual([]);
    expect(await ground.world.effectCounts()).toEqual({ [iccid]: 1 });
  });
});
