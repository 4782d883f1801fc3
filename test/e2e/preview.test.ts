import { beforeEach, describe, expect, test } from '@jest/globals';
import { readAuditLog } from '../support/audit-log.ts';
import { fastEnv, makeGroup, runBulk } from '../support/bulk.ts';
import { indexFleet } from '../support/fleet-index.ts';
import { allStates } from '../support/plain-fleet.ts';
import { askForPreview, countsOf, preview } from '../support/preview.ts';
import { waitFor } from '../support/wait-for.ts';

/** SIMs of all states, also in transition. */
const fixture = indexFleet({
  sims: 300,
  special: false,
  behaviour: { settleMs: { min: 0, max: 0 } },
  env: { ...fastEnv },
});
beforeEach(() => fixture.world.clearEffects());

const everySim = { filter: { states: allStates } };

/** Each action, in an order in which the later ones still find SIMs to change. */
const changes: readonly (readonly [action: string, params: object])[] = [
  ['SET_NAME', { name: 'previewed' }],
  ['SET_GROUP', { group: 'Meters' }],
  ['SET_DATA_LIMIT', { dataLimit: { megabytes: 5000 } }],
  ['SET_DATA_LIMIT', { dataLimit: { unlimited: true } }],
  ['SET_IMEI_LOCK', { imeiLocked: true }],
  ['ESIM_PROFILE', { profile: 'previewed', profileAction: 'DELETE' }],
  ['SEND_SMS', { text: 'previewed' }],
  ['RESET', {}],
  ['SUSPEND', {}],
  ['RESUME', {}],
  ['DEACTIVATE', {}],
  ['TEST', {}],
  ['ACTIVE_READY', {}],
  ['ACTIVATE', {}],
  ['CLOSE', {}],
];

interface Result {
  iccid: string;
  outcome: string;
  error: { code: string; simApi: object | null } | null;
}

async function resultsOf(id: string): Promise<Result[]> {
  const { data, errors } = await fixture.gateway.ask<{
    bulkOperation: { results: { nodes: Result[] } };
  }>(
    `query ($id: ID!) { bulkOperation(id: $id) { results(first: 500) {
      nodes { iccid outcome error { code simApi { code } } } } } }`,
    { id },
  );
  expect(errors).toEqual([]);
  return data.bulkOperation.results.nodes;
}

/** Resolves when the index shows the SIMs as the SIM API does: it has a change a moment after the operation has ended. */
async function whenIndexIsUpToDate(): Promise<void> {
  const query = `{ sims(first: 500) { nodes {
    iccid name state isTransitioning offlineReason group { name } dataUsage { limitMegabytes } } } }`;
  const inSimApi = `query ($refs: [SimRef!]!) { simsByRef(refs: $refs) {
    iccid name state isTransitioning offlineReason group { name } dataUsage { limitMegabytes } } }`;
  await waitFor(async () => {
    const indexed = await fixture.gateway.ask<{ sims: { nodes: { iccid: string }[] } }>(query);
    const refs = indexed.data.sims.nodes.map(({ iccid }) => ({ iccid }));
    const live = await fixture.gateway.ask<{ simsByRef: object[] }>(inSimApi, { refs });
    return JSON.stringify(indexed.data.sims.nodes) === JSON.stringify(live.data.simsByRef);
  });
}

describe('a preview', () => {
  test('of a group that the index does not have yet reads the list of the group', async () => {
    const { gateway, world } = fixture;
    const iccids = (await world.sims({ state: 'LIVE', limit: 30 })).map(({ iccid }) => iccid);
    await makeGroup(world, 'Fresh', iccids);
    await world.setBehaviour({ pageSize: 20 });
    const input = {
      action: 'SEND_SMS',
      params: { text: 'a' },
      target: { group: 'Fresh' },
      expectedCount: 30,
    };
    expect(await preview(gateway, input)).toMatchObject({ total: 30, toSend: 30 });
    await world.setBehaviour({ pageSize: 1000 });
  });

  test.each(changes)('of %s (%j) has the counts of the change that follows', async (action, params) => {
    const { gateway, world } = fixture;
    const input = { action, params, target: everySim };
    await whenIndexIsUpToDate();
    const previewed = await preview(gateway, input);
    const iccids = (await world.sims({ limit: 1000 })).map(({ iccid }) => iccid);
    expect(countsOf(await preview(gateway, { ...input, target: { list: iccids.join('\n') } }))).toEqual(
      countsOf(previewed),
    );
    const { id, ...operation } = await runBulk(gateway, {
      ...input,
      expectedCount: previewed.total,
      waitUntilSettled: false,
    });
    expect(operation).toMatchObject({ total: 300, sent: previewed.toSend });
    const results = await resultsOf(id);
    const refused = results.filter(({ outcome, error }) => outcome === 'FAILED' && error?.simApi === null);
    expect(previewed).toMatchObject({
      total: 300,
      refused: refused.length,
      alreadyApplied: 300 - refused.length - operation.sent,
    });
    const codes = new Map<string, string[]>();
    for (const { iccid, error } of refused) {
      const code = error?.code ?? '';
      codes.set(code, [...(codes.get(code) ?? []), iccid]);
    }
    expect(previewed.refusals).toEqual(
      [...codes].map(([code, iccids]) => ({
        code,
        message: expect.any(String),
        count: iccids.length,
        exampleIccid: iccids.toSorted()[0],
        exampleEid: null,
      })),
    );
  });

  test('counts SIMs that are already as requested, SIMs that are refused and SIMs that are sent', async () => {
    const { gateway, world } = fixture;
    await runBulk(gateway, { action: 'CLOSE', target: everySim, expectedCount: 300 });
    // A SIM in transition cannot be closed.
    const closed = (await world.sims({ state: 'CLOSED', limit: 300 })).length;
    expect(closed).toBeGreaterThan(100);
    // The index has the change a moment after the operation has ended.
    await waitFor(
      async () => (await preview(gateway, { action: 'CLOSE', target: everySim })).alreadyApplied === closed,
    );
    const rest = 300 - closed;
    expect(await preview(gateway, { action: 'ACTIVATE', target: everySim })).toMatchObject({
      refused: closed,
      refusals: [{ code: 'TRANSITION_NOT_ALLOWED', count: closed }],
    });
    expect(
      await preview(gateway, { action: 'SEND_SMS', params: { text: 'a' }, target: everySim }),
    ).toMatchObject({ alreadyApplied: 0, refused: 0, toSend: 300, likelyRefused: closed });
    expect(await preview(gateway, { action: 'CLOSE', target: everySim })).toMatchObject({
      alreadyApplied: closed,
      refused: 0,
      refusals: [],
      toSend: rest,
    });
  });

  test('is one of at most twelve that run or wait', async () => {
    const one = 'previewChange(input: { action: RESET, target: { filter: { states: [LIVE] } } }) { total }';
    const aliases = Array.from({ length: 20 }, (_, number) => `p${number}: ${one}`);
    const { data, errors } = await fixture.gateway.ask<Record<string, object | null>>(
      `{ ${aliases.join(' ')} }`,
    );
    expect(Object.values(data).filter((value) => value !== null)).toHaveLength(12);
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(Array(8).fill('OVERLOADED'));
    expect((await fixture.gateway.ask(`{ ${one} }`)).errors).toEqual([]);
  });

  test('sends nothing, and leaves no trace in the audit log and among the bulk operations', async () => {
    const { gateway, world, store } = fixture;
    const iccid = (await world.sims({ limit: 1 }))[0]?.iccid ?? '';
    const before = { audit: await readAuditLog(gateway), operations: await operations() };
    await world.clearCalls();
    await preview(gateway, {
      action: 'SEND_SMS',
      params: { text: 'never sent' },
      target: everySim,
      idempotencyKey: 'previewed',
    });
    await preview(gateway, { action: 'RESET', target: { list: iccid }, idempotencyKey: 'previewed' });
    expect((await world.calls()).byPath).toEqual({});
    await preview(gateway, { action: 'RESET', target: { group: 'Meters' } });
    expect((await world.calls()).calls.map(({ method }) => method)).toEqual(['GET']);
    expect(await world.effects()).toEqual([]);
    expect({ audit: await readAuditLog(gateway), operations: await operations() }).toEqual(before);
    // The key is still free.
    const operation = await runBulk(gateway, {
      action: 'RESET',
      target: { list: iccid },
      idempotencyKey: 'previewed',
    });
    expect(operation.total).toBe(1);

    async function operations() {
      return store.query('select id from bulk_operation order by id');
    }
  });

  test('takes one operation with startBulkOperation: the value of one variable', async () => {
    const { gateway } = fixture;
    const input = { action: 'RESET', target: { filter: { search: '8937204016' } }, idempotencyKey: 'both' };
    const { total } = await preview(gateway, input);
    expect(await runBulk(gateway, input)).toMatchObject({ total });
  });
});

describe('a preview is refused', () => {
  const refused: readonly [string, object, string, string][] = [
    [
      'a value that the action does not take',
      { action: 'RESET', params: { name: 'a' } },
      'BAD_USER_INPUT',
      'params.name',
    ],
    ['a value that is missing', { action: 'SET_NAME' }, 'BAD_USER_INPUT', 'params.name'],
    ['a value that is not valid', { action: 'SET_NAME', params: { name: ' ' } }, 'BAD_USER_INPUT', 'name'],
    ['a filter without conditions', { target: { filter: {} } }, 'BAD_USER_INPUT', 'target.filter'],
    [
      'a filter that matches no SIM',
      { target: { filter: { groups: ['none'] } } },
      'BAD_USER_INPUT',
      'target.filter',
    ],
    ['a group without SIMs', { target: { group: 'none' } }, 'BAD_USER_INPUT', 'target.group'],
    ['a list without SIMs', { target: { list: ' ' } }, 'BAD_USER_INPUT', 'target'],
    ['a word that is no key of a SIM', { target: { list: 'abc' } }, 'BAD_USER_INPUT', 'target.list'],
    ['an expected count of 0', { expectedCount: 0 }, 'BAD_USER_INPUT', 'expectedCount'],
    ['another number of SIMs that match', { expectedCount: 299 }, 'EXPECTED_COUNT_MISMATCH', '300 SIMs'],
    [
      'another number of SIMs of a list',
      { expectedCount: 2, target: { list: '8937204016076059646' } },
      'EXPECTED_COUNT_MISMATCH',
      '1 SIMs',
    ],
    [
      'another number of SIMs of a group',
      { expectedCount: 299_999, target: { group: 'Meters' } },
      'EXPECTED_COUNT_MISMATCH',
      'expectedCount is 299999',
    ],
  ];

  test.each(refused)('for %s, as the start is', async (_, given, code, words) => {
    const input = { action: 'RESET', target: everySim, ...given };
    const { data, errors } = await askForPreview(fixture.gateway, input);
    expect(data).toEqual({ previewChange: null });
    expect(errors).toMatchObject([{ message: expect.stringContaining(words), extensions: { code } }]);
    const started = await fixture.gateway.ask(
      `mutation ($input: StartBulkOperationInput!) { startBulkOperation(input: $input) { bulkOperation { id } } }`,
      { input },
    );
    expect(started.errors[0]?.message).toBe(errors[0]?.message);
  });
});
