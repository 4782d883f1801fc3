import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { askWith } from '../support/asking.ts';
import { createPool } from '../support/fleet.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import { createStore, type TestStore } from '../support/store.ts';

let world: World;
let store: TestStore;
let gateway: RunningGateway;
const pool = createPool(() => world);

const live = async (count: number) => (await pool.take(count, { state: 'LIVE' })).map(({ iccid }) => iccid);

beforeAll(async () => {
  world = await createWorld({ sims: 300, clock: { rate: 0 } });
  store = await createStore();
  gateway = await startGateway({ world, store });
});
beforeEach(async () => {
  await world.clearCalls();
  await world.clearEffects();
});
afterAll(async () => {
  await gateway.stop();
  await store.remove();
  await world.remove();
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
    const { errors, data } = await askWith(gateway, { 'idempotency-key': 'pair' }, query(iccid));
    expect(data ?? null).toBeNull();
    expect(errors).toMatchObject([
      {
        message: 'The header Idempotency-Key goes with an operation of one mutation field',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
    expect((await world.calls()).total).toBe(0);
  });

  test.each(twice)('without the header both are carried out (%s)', async (_, query) => {
    const [iccid = ''] = await live(1);
    expect((await gateway.ask(query(iccid))).errors).toEqual([]);
    expect(await world.effectCounts()).toEqual({ [iccid]: 2 });
  });

  test('one mutation, its name asked for beside it, goes with the header', async () => {
    const [iccid = ''] = await live(1);
    const { errors } = await askWith(
      gateway,
      { 'idempotency-key': 'named' },
      `mutation { __typename ${a(iccid)} }`,
    );
    expect(errors).toEqual([]);
    expect(await world.effectCounts()).toEqual({ [iccid]: 1 });
  });

  test('the same field twice, in one document, is one mutation', async () => {
    const [iccid = ''] = await live(1);
    const { errors } = await askWith(
      gateway,
      { 'idempotency-key': 'merged' },
      `mutation { ${a(iccid)} ${a(iccid)} }`,
    );
    expect(errors).toEqual([]);
    expect(await world.effectCounts()).toEqual({ [iccid]: 1 });
  });

  test('with a query of many fields the header means nothing', async () => {
    for (const _ of [1, 2]) {
      const answer = await askWith(
        gateway,
        { 'idempotency-key': 'read' },
        '{ account { groups { name } } __typename }',
      );
      expect([answer.status, answer.errors]).toEqual([200, []]);
    }
    expect(await store.query(`select from idempotency_key where key = 'read'`)).toEqual([]);
  });

  test('fragments that fork 28 times over hold one mutation, and are looked through in no time', async () => {
    const [iccid = ''] = await live(1);
    const forks = Array.from(
      { length: 28 },
      (_, depth) => `fragment F${depth} on Mutation { ...F${depth + 1} ...F${depth + 1} }`,
    );
    const query = `mutation { ...F0 } ${forks.join(' ')} fragment F28 on Mutation { ${a(iccid).slice(3)} }`;
    // 268 million ways lead through them: taking each would be minutes, and jest does not wait so long.
    const { errors } = await askWith(gateway, { 'idempotency-key': 'forks' }, query);
    expect(errors).toEqual([]);
    expect(await world.effectCounts()).toEqual({ [iccid]: 1 });
  });
});
