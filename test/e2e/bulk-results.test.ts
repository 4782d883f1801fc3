import { describe, expect, test } from '@jest/globals';
import {
  allResults,
  callsOf,
  endOf,
  onceEach,
  readBulk,
  runBulk,
  runBulkGateway,
  stableIccids,
  startBulk,
  whenBulk,
} from '../support/bulk.ts';
import { simId, special } from '../support/fleet.ts';

const fixture = runBulkGateway({ sims: 5000 }, { SIM_API_MAX_SIMS_PER_CALL: '100' });
const strangers = ['8937204999009999999', '89049032007200888000000000000000'] as const;

const message = (sims: object) => ({ action: 'SEND_SMS', params: { text: 'x' }, target: sims });
const page = (id: string, args: object) =>
  fixture.gateway.ask<{
    bulkOperation: { results: { totalCount: number; nodes: object[]; pageInfo: object } };
  }>(
    `query ($id: ID!, $first: Int, $after: String, $outcomes: [SimOutcome!]) {
      bulkOperation(id: $id) { results(first: $first, after: $after, outcomes: $outcomes) {
        totalCount nodes { iccid } pageInfo { hasNextPage hasPreviousPage endCursor } } } }`,
    { id, ...args },
  );

describe('results', () => {
  test('of SIMs of several chunks come in the order named, page by page, with each outcome at its position', async () => {
    const { gateway, world } = fixture;
    const iccids = await stableIccids(world, 1200);
    const refusedSims = new Map([
      [0, special.E203],
      [999, special.E002],
      [1000, '8937204999009999999'],
      [1200, special.E201],
    ]);
    const named = [...iccids];
    for (const [place, iccid] of refusedSims) named.splice(place, 0, iccid);
    const operation = await runBulk(gateway, {
      action: 'SET_IMEI_LOCK',
      params: { imeiLocked: true },
      target: { list: named.join(' ') },
    });
    expect(operation).toMatchObject({
      status: 'COMPLETED_WITH_ERRORS',
      total: 1204,
      succeeded: 1200,
      failed: 4,
    });
    expect(await world.effectCounts()).toEqual(onceEach(iccids));
    const shown = await allResults(gateway, operation.id, { first: 97 });
    expect(shown.map(({ iccid }) => iccid)).toEqual(named);
    const wrong = (iccid: string) => [...refusedSims.values()].includes(iccid);
    for (const { iccid, outcome } of shown)
      expect([iccid, outcome]).toEqual([iccid, wrong(iccid ?? '') ? 'FAILED' : 'SUCCEEDED']);
    for (const first of [1, 500])
      expect(
        (await allResults(gateway, operation.id, { first, outcomes: ['FAILED', 'UNKNOWN'] })).map(
          ({ iccid, error }) => [iccid, error?.code],
        ),
      ).toEqual([
        [special.E203, 'IMEI_LOCK_REFUSED'],
        [special.E002, 'SIM_NOT_FOUND'],
        [strangers[0], 'SIM_NOT_FOUND'],
        [special.E201, 'TRANSITION_NOT_ALLOWED'],
      ]);
    expect(await allResults(gateway, operation.id, { outcomes: ['NOT_SENT'] })).toEqual([]);
    const total = async (outcomes: string[]) =>
      (await page(operation.id, { first: 1, outcomes })).data.bulkOperation.results.totalCount;
    expect(await total([])).toBe(1204);
    expect(await total(['SUCCEEDED'])).toBe(1200);
    expect(await total(['FAILED', 'NOT_SENT'])).toBe(4);
  });

  test('cannot be paged with an invalid cursor or an invalid page size', async () => {
    const { gateway, world } = fixture;
    const { id } = await runBulk(gateway, message({ list: (await stableIccids(world, 3)).join() }));
    const { data } = await page(id, { first: 2 });
    expect(data.bulkOperation.results).toMatchObject({
      totalCount: 3,
      pageInfo: { hasNextPage: true, hasPreviousPage: false },
    });
    for (const after of ['', 'nonsense', 'MQ', id, Buffer.from('at:99999999999').toString('base64url')])
      expect((await page(id, { after })).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    for (const first of [0, -1, 501])
      expect((await page(id, { first })).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test('are available while the operation runs, and only grow', async () => {
    const { gateway, relay } = fixture;
    const iccids = await fixture.iccids(60);
    const gate = relay.gate('/sendSms');
    const { id } = await startBulk(gateway, message({ list: iccids.join() }));
    await gate.holds(5);
    for (const answered of [0, 20, 40]) {
      const shown = await whenBulk(gateway, id, ({ succeeded }) => succeeded >= answered);
      expect(shown).toMatchObject({ succeeded: answered, finishedAt: null });
      expect(await allResults(gateway, id)).toHaveLength(answered);
      gate.pass(20);
    }
    await endOf(gateway, id);
    expect(await allResults(gateway, id)).toHaveLength(60);
  });
});

describe('a SIM that is named several times', () => {
  test('by ICCID, EID and id is changed once, and counted once', async () => {
    const { gateway, world } = fixture;
    const esims = (await world.sims({ state: 'LIVE', esim: true, limit: 5000 }))
      .filter(({ iccid }) => !iccid.startsWith('8937204999'))
      .slice(0, 5);
    const byIccid = esims.map(({ iccid }) => ({ iccid }));
    const byEid = esims.map(({ eid }) => ({ eid })).reverse();
    const byId = esims.map(({ iccid }) => ({ id: simId(iccid) }));
    const operation = await runBulk(gateway, message({ sims: [...byIccid, ...byEid, ...byId, ...byIccid] }));
    expect(operation).toMatchObject({ status: 'COMPLETED', total: 5, succeeded: 5, sent: 5 });
    expect(await world.effectCounts()).toEqual(onceEach(esims.map(({ iccid }) => iccid)));
    const results = await allResults(gateway, operation.id);
    expect(results.map(({ iccid, eid }) => ({ iccid, eid }))).toEqual(
      byIccid.map(({ iccid }) => ({ iccid, eid: null })),
    );
  });

  test('only by its EID has that EID in the results', async () => {
    const { gateway, world } = fixture;
    const esims = (await world.sims({ state: 'LIVE', esim: true, limit: 5000 }))
      .filter(({ iccid }) => !iccid.startsWith('8937204999'))
      .slice(0, 5);
    const operation = await runBulk(gateway, message({ list: esims.map(({ eid }) => eid).join() }));
    const results = await allResults(gateway, operation.id);
    expect(results.map(({ iccid, eid }) => ({ iccid, eid }))).toEqual(
      esims.map(({ iccid, eid }) => ({ iccid, eid })),
    );
  });

  test('in different chunks is changed once, and counted once', async () => {
    const { gateway, world } = fixture;
    const esims = (await world.sims({ state: 'LIVE', esim: true, limit: 5000 })).filter(
      ({ iccid }) => !iccid.startsWith('8937204999'),
    );
    const doubled = esims.slice(0, 150);
    const others = await stableIccids(world, 1500, { esim: false });
    const named = [
      ...doubled.map(({ iccid }) => iccid),
      ...others,
      ...doubled.map(({ eid = '' }) => eid).reverse(),
    ];
    const operation = await runBulk(gateway, {
      action: 'SET_NAME',
      params: { name: 'once' },
      target: { list: named.join(';') },
    });
    expect(operation).toMatchObject({ status: 'COMPLETED', total: 1650, succeeded: 1650 });
    expect(await world.effectCounts()).toEqual(onceEach([...doubled.map(({ iccid }) => iccid), ...others]));
    expect(await allResults(gateway, operation.id)).toHaveLength(1650);
  });

  test.each([['ICCID'], ['EID']])(
    'is changed once if the read by %s fails, and has one result',
    async (failing) => {
      const { gateway, world } = fixture;
      const esims = await world.sims({ state: 'LIVE', esim: true, limit: 5000 });
      const { iccid, eid } = esims.at(failing === 'ICCID' ? -1 : -2) ?? { iccid: '' };
      const refusal = { path: '/get_sims', kind: 'error', code: 'E003' } as const;
      if (failing === 'ICCID') await world.addFaults({ ...refusal, iccid });
      else await world.addFaults({ path: '/get_sims', iccid, kind: 'delay', ms: 0 }, refusal);
      // The key whose read fails comes first.
      const sims = failing === 'ICCID' ? [{ iccid }, { eid }] : [{ eid }, { iccid }];
      const operation = await runBulk(gateway, message({ sims }));
      expect(operation).toMatchObject({ status: 'COMPLETED', total: 1, succeeded: 1, sent: 1 });
      expect(await world.effectCounts()).toEqual({ [iccid]: 1 });
      expect(await allResults(gateway, operation.id)).toMatchObject([{ iccid, outcome: 'SUCCEEDED' }]);
    },
  );

  test('and not found by any key fails as it was named', async () => {
    const { gateway } = fixture;
    const [iccid, eid] = strangers;
    const operation = await runBulk(gateway, message({ sims: [{ iccid }, { eid }, { id: simId(iccid) }] }));
    expect(operation).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', total: 2, sent: 0, failed: 2 });
    expect(await allResults(gateway, operation.id)).toMatchObject([
      { iccid, eid: null, outcome: 'FAILED', error: { code: 'SIM_NOT_FOUND' } },
      { iccid: null, eid, outcome: 'FAILED', error: { code: 'SIM_NOT_FOUND' } },
    ]);
  });
});

test('a change of 2,500 SIMs takes the minimum of calls, including reads', async () => {
  const { gateway, world } = fixture;
  const iccids = await stableIccids(world, 2500);
  const operation = await runBulk(gateway, {
    action: 'SET_GROUP',
    params: { group: 'fewest' },
    target: { list: iccids.join('\n') },
  });
  expect(await readBulk(gateway, operation.id)).toEqual(operation);
  expect((await world.calls()).byPath).toEqual({ '/get_sims': 25, '/set_group': 25 });
  expect(await callsOf(world, '/set_group')).toBe(25);
});

test('results have the SIM API error of each SIM', async () => {
  const { gateway, world } = fixture;
  await world.setBehaviour({ missingSims: 'refuse' });
  const target = { list: [special.E000, special.E002, special.E201].join() };
  const { id } = await runBulk(gateway, { action: 'RESET', target });
  await world.setBehaviour({ missingSims: 'omit' });
  const { data } = await gateway.ask(
    `query ($id: ID!) { bulkOperation(id: $id) { results { nodes {
      iccid outcome error { code message simApi { code operation timestamp } } } } } }`,
    { id },
  );
  const simApi = (code: string, operation: string) => ({ code, operation, timestamp: expect.any(String) });
  expect(data).toMatchObject({
    bulkOperation: {
      results: {
        nodes: [
          {
            outcome: 'UNKNOWN',
            error: {
              code: 'OUTCOME_UNKNOWN',
              message: expect.stringContaining('answered'),
              simApi: simApi('E000', 'reset'),
            },
          },
          { outcome: 'FAILED', error: { code: 'SIM_NOT_FOUND', simApi: simApi('E002', 'get_sims') } },
          { outcome: 'FAILED', error: { code: 'TRANSITION_NOT_ALLOWED', simApi: simApi('E201', 'reset') } },
        ],
      },
    },
  });
});
