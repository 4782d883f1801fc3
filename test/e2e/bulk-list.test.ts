import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  cancelBulk,
  endOf,
  operationFields,
  readBulk,
  runBulk,
  runBulkGateway,
  type ShownOperation,
  startBulk,
} from '../support/bulk.ts';
import { groupId, simId, special } from '../support/fleet.ts';
import type { Answer } from '../support/gateway.ts';

const running = runBulkGateway({ sims: 300 });
/** All operations of this file, newest first. */
const started: string[] = [];
const message = (list: string) => ({ action: 'SEND_SMS', params: { text: 'x' }, target: { list } });

interface Page {
  bulkOperations: {
    totalCount: number;
    nodes: ShownOperation[];
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string | null };
  };
}

const page = (args: object = {}) =>
  running.gateway.ask<Page>(
    `query ($first: Int, $after: String, $statuses: [BulkStatus!]) {
      bulkOperations(first: $first, after: $after, statuses: $statuses) {
        totalCount nodes { ${operationFields} } pageInfo { hasNextPage hasPreviousPage endCursor } } }`,
    args,
  );
const ids = async (args: object = {}) => (await page(args)).data.bulkOperations.nodes.map(({ id }) => id);

beforeAll(async () => {
  const { gateway, relay } = running;
  const [iccid = '', other = ''] = await running.iccids(2);
  for (const list of [iccid, special.E240, other, special.E002, iccid])
    started.unshift((await runBulk(gateway, message(list))).id);
  const gate = relay.gate('/sendSms');
  const { id } = await startBulk(gateway, message((await running.iccids(40)).join()));
  await gate.holds(1);
  await cancelBulk(gateway, id);
  gate.open();
  await endOf(gateway, id);
  started.unshift(id);
});

describe('the list of bulk operations', () => {
  test('contains all of them, newest first, each the same as when queried alone', async () => {
    const { data, errors } = await page();
    expect(errors).toEqual([]);
    expect(data.bulkOperations.totalCount).toBe(6);
    expect(data.bulkOperations.nodes.map(({ id }) => id)).toEqual(started);
    for (const operation of data.bulkOperations.nodes)
      expect(operation).toEqual(await readBulk(running.gateway, operation.id));
    const times = data.bulkOperations.nodes.map(({ createdAt }) => createdAt);
    expect([...times].sort().reverse()).toEqual(times);
  });

  test('returns those with one of some statuses, and counts them', async () => {
    const counted = async (...statuses: string[]) => {
      const { totalCount, nodes } = (await page({ statuses })).data.bulkOperations;
      expect(nodes).toHaveLength(totalCount);
      for (const { status } of nodes) expect(statuses).toContain(status);
      return totalCount;
    };
    expect(await counted('COMPLETED')).toBe(3);
    expect(await counted('COMPLETED_WITH_ERRORS')).toBe(2);
    expect(await counted('CANCELED')).toBe(1);
    expect(await counted('COMPLETED', 'CANCELED')).toBe(4);
    expect(await counted('QUEUED', 'RUNNING', 'SETTLING', 'FAILED')).toBe(0);
    expect(await ids({ statuses: [] })).toEqual(started);
  });

  test('is paged, and newer ones do not shift it', async () => {
    const found: string[] = [];
    for (let after: string | null = null; ; ) {
      const { data }: Answer<Page> = await page({ first: 2, after });
      const { nodes, pageInfo } = data.bulkOperations;
      found.push(...nodes.map(({ id }) => id));
      expect(pageInfo.hasPreviousPage).toBe(after !== null);
      if (after === null) {
        const { id } = await startBulk(running.gateway, message(special.E240));
        await endOf(running.gateway, id);
        started.unshift(id);
      }
      after = pageInfo.endCursor;
      if (!pageInfo.hasNextPage) break;
    }
    expect(found).toEqual(started.slice(1));
    expect(await ids()).toEqual(started);
  });

  test('needs no call of the SIM API', async () => {
    await running.world.clearCalls();
    await page();
    expect((await running.world.calls()).total).toBe(0);
  });

  test('refuses cursors that it did not return, and invalid page sizes', async () => {
    for (const args of [{ after: 'nonsense' }, { after: '' }, { first: 0 }, { first: 501 }])
      expect((await page(args)).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

describe('a bulk operation', () => {
  test('is found by its id among other nodes', async () => {
    const [id] = started;
    const strangers = [randomUUID(), 'x'].map((key) =>
      Buffer.from(`BulkOperation:${key}`).toString('base64url'),
    );
    const asked = [id, simId(special.E210), groupId('no such group'), ...strangers];
    const { data, errors } = await running.gateway.ask<{ node: object; nodes: (object | null)[] }>(
      `query ($id: ID!, $ids: [ID!]!) {
        node(id: $id) { __typename id ... on BulkOperation { ${operationFields} results { totalCount } } }
        nodes(ids: $ids) { __typename id } }`,
      { id, ids: asked },
    );
    const operation = await readBulk(running.gateway, id ?? '');
    expect(data.node).toMatchObject({
      __typename: 'BulkOperation',
      ...operation,
      results: { totalCount: 1 },
    });
    expect(data.nodes.slice(0, 2)).toEqual([
      { __typename: 'BulkOperation', id },
      { __typename: 'Sim', id: simId(special.E210) },
    ]);
    expect(data.nodes.slice(3)).toEqual([null, null]);
    expect(errors.map(({ path, extensions }) => [path?.at(-1), extensions.code])).toEqual(
      expect.arrayContaining([[3, 'NOT_FOUND']]),
    );
  });

  test.each([
    ['that does not exist', Buffer.from(`BulkOperation:${randomUUID()}`).toString('base64url'), 'NOT_FOUND'],
    ['whose id is that of a SIM', simId(special.E210), 'BAD_USER_INPUT'],
    ['whose id is nonsense', 'nonsense', 'BAD_USER_INPUT'],
  ])('%s is null, with an error that has the reason', async (_, id, code) => {
    const { data, errors } = await running.gateway.ask('query ($id: ID!) { bulkOperation(id: $id) { id } }', {
      id,
    });
    expect(data).toEqual({ bulkOperation: null });
    expect(errors).toMatchObject([{ path: ['bulkOperation'], extensions: { code } }]);
  });
});
