import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createPool, special } from '../support/fleet.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { mutation, refs, sendSms } from '../support/graphql-client.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import { createStore, type TestStore } from '../support/store.ts';

let world: World;
let store: TestStore;
let gateway: RunningGateway;
const pool = createPool(() => world);

interface Page {
  nodes: { id: string; at: string; action: string; actor: string; iccids: string[]; simCount: number }[];
  edges: { cursor: string; node: { id: string } }[];
  totalCount: number;
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
}

/** A page of the log; the arguments are GraphQL literals. */
async function page(args = '', selection = '') {
  const { data, errors } = await gateway.ask<{ auditLog: Page } | null>(`{ auditLog${args && `(${args})`} {
    nodes { id at action actor simCount ${selection} } edges { cursor node { id } } totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`);
  return { log: data?.auditLog as Page, errors };
}

/** Writes finished entries as a gateway would, each `secondsBefore` the year 2020. */
async function write(secondsBefore: readonly number[], actor = 'ancient', tenant = 'default') {
  const owner = randomUUID();
  await store.query(
    `insert into audit_entry (id, tenant, actor, at, action, arguments, request_id, owner, lease_until)
     select gen_random_uuid(), $2, $3, timestamptz '2020-01-01Z' - make_interval(secs => seconds), 'RESET', '{}', 'r',
       $4, now() + interval '1 hour' from unnest($1::int[]) as seconds`,
    [secondsBefore, tenant, actor, owner],
  );
  await store.query(`update audit_entry set outcome = 'SUCCEEDED', finished_at = now() where owner = $1`, [
    owner,
  ]);
}

beforeAll(async () => {
  world = await createWorld({ sims: 1500, clock: { rate: 0 } });
  store = await createStore();
  gateway = await startGateway({ world, store, env: { AUDIT_RETENTION_DAYS: '0' } });
});
afterAll(async () => {
  await gateway.stop();
  await store.remove();
  await world.remove();
});

// The first test of its file: nothing has been changed yet.
test('a log without entries is an empty page: the gateway itself writes none', async () => {
  expect((await page()).log).toEqual({
    nodes: [],
    edges: [],
    totalCount: 0,
    pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
  });
});

describe('the filters of the log', () => {
  let a = '';
  let b = '';
  const actions = async (args: string) => (await page(args)).log.nodes.map(({ action }) => action);

  beforeAll(async () => {
    [a = '', b = ''] = (await pool.take(2, { state: 'LIVE' })).map(({ iccid }) => iccid);
    await gateway.ask(sendSms, { input: { sims: refs([a, b]), text: 'x' } });
    await gateway.ask(mutation('resetSim', 'SimInput'), { input: { sim: { iccid: b } } });
    await gateway.ask(sendSms, { input: { sims: refs([special.E240]), text: 'x' } });
    await write([1, 2], 'somebody');
  });

  test('default to none: all entries, newest first', async () => {
    expect(await actions('')).toEqual(['SEND_SMS', 'RESET', 'SEND_SMS', 'RESET', 'RESET']);
  });

  test('find the changes that named a SIM', async () => {
    expect(await actions(`iccid: "${a}"`)).toEqual(['SEND_SMS']);
    expect(await actions(`iccid: "${b}"`)).toEqual(['RESET', 'SEND_SMS']);
    expect(await actions(`iccid: "${special.E002}"`)).toEqual([]);
  });

  test('find the changes of an actor, of some actions (an empty list means all), and of both together', async () => {
    expect(await actions('actor: "somebody"')).toEqual(['RESET', 'RESET']);
    expect(await actions('actor: "SOMEBODY"')).toEqual([]);
    expect(await actions('actions: [SEND_SMS, CLOSE]')).toEqual(['SEND_SMS', 'SEND_SMS']);
    expect(await actions('actions: []')).toHaveLength(5);
    expect(await actions('actions: null')).toHaveLength(5);
    expect(await actions('actions: [RESET], actor: "anonymous"')).toEqual(['RESET']);
    expect(await actions('actions: [CLOSE]')).toEqual([]);
  });

  test('find the changes in a time range, both ends included', async () => {
    expect(await actions('to: "2019-12-31T23:59:58Z"')).toHaveLength(1);
    expect(await actions('from: "2019-12-31T23:59:58Z", to: "2019-12-31T23:59:59Z"')).toHaveLength(2);
    expect(await actions('from: "2020-01-01T00:00:00Z"')).toHaveLength(3);
    expect(await actions('from: "2020-01-02T00:00:00Z", to: "2020-01-01T00:00:00Z"')).toEqual([]);
  });

  test('count the matching entries', async () => {
    expect((await page('first: 1, actions: [SEND_SMS]')).log).toMatchObject({
      totalCount: 2,
      pageInfo: { hasNextPage: true },
    });
    expect((await page(`first: 1, iccid: "${a}"`)).log).toMatchObject({
      totalCount: 1,
      pageInfo: { hasNextPage: false },
    });
  });

  test('show nothing of another tenant', async () => {
    await write([5], 'stranger', 'other');
    expect((await page('actor: "stranger"')).log).toMatchObject({ nodes: [], totalCount: 0 });
  });
});

describe('paging through the log', () => {
  test('returns each of 120 entries once, 40 of them with the same time, while entries are added', async () => {
    await write(
      [...Array.from({ length: 80 }, (_, index) => 100 + index), ...Array<number>(40).fill(140)],
      'paged',
    );
    const listAll = async (size: number) => {
      const seen: string[] = [];
      for (let after: string | null = null; ; ) {
        const { log } = await page(
          `actor: "paged", first: ${size}${after === null ? '' : `, after: "${after}"`}`,
        );
        expect(log.pageInfo.hasPreviousPage).toBe(after !== null);
        expect(log.edges.map(({ node }) => node.id)).toEqual(log.nodes.map(({ id }) => id));
        expect(log.pageInfo).toMatchObject({
          startCursor: log.edges[0]?.cursor,
          endCursor: log.edges.at(-1)?.cursor,
        });
        seen.push(...log.nodes.map(({ id }) => id));
        after = log.pageInfo.endCursor;
        // A new entry is newer than any cursor.
        await write([1], 'paged');
        if (!log.pageInfo.hasNextPage) return seen;
      }
    };
    for (const size of [7, 50, 119, 500]) {
      const known = (await page('actor: "paged", first: 500')).log.nodes.map(({ id }) => id);
      expect(await listAll(size)).toEqual(known);
    }
  });

  test.each([
    'nonsense',
    '',
    'MTIz',
    Buffer.from('1:1').toString('base64url'),
    Buffer.from("1:'; drop table audit_entry").toString('base64url'),
  ])('refuses a cursor that this list did not return (%p)', async (cursor) => {
    const { errors } = await page(`after: "${cursor}"`);
    expect(errors).toMatchObject([
      { message: 'after must be a cursor that this list gave', extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });

  test.each([0, -1, 501])('refuses first: %d', async (first) => {
    expect((await page(`first: ${first}`)).errors).toMatchObject([
      { message: 'first must be from 1 to 500', extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });
});

describe('the SIMs of entries', () => {
  test('of a change of 1000 SIMs come in the order in which they were named, 50 by default and at most 500', async () => {
    const iccids = (await pool.take(1000, {})).map(({ iccid }) => iccid).reverse();
    await gateway.ask(mutation('setSimsGroup', 'SetSimsGroupInput'), {
      input: { sims: refs(iccids), group: 'large' },
    });
    const { log } = await page('first: 1', 'iccids sample: iccids(first: 3) atLimit: iccids(first: 500)');
    expect(log.nodes).toMatchObject([
      {
        simCount: 1000,
        iccids: iccids.slice(0, 50),
        sample: iccids.slice(0, 3),
        atLimit: iccids.slice(0, 500),
      },
    ]);
    for (const first of [0, 501])
      expect((await page('first: 1', `iccids(first: ${first})`)).errors).toMatchObject([
        { message: 'first must be from 1 to 500', extensions: { code: 'BAD_USER_INPUT' } },
      ]);
  });

  test('are counted and not shown if the gateway does not know their ICCID', async () => {
    const [known] = await pool.take(1, { state: 'LIVE' });
    const sims = [{ eid: '89049032000000000000000000000000' }, { iccid: known?.iccid }];
    await gateway.ask(sendSms, { input: { sims, text: 'x' } });
    expect((await page('first: 1', 'iccids')).log.nodes).toMatchObject([
      { simCount: 2, iccids: [known?.iccid] },
    ]);
  });
});
