import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  allResults,
  askForBulk,
  endOf,
  fastEnv,
  makeGroup,
  onceEach,
  runBulk,
  stableIccids,
  startBulk,
} from '../support/bulk.ts';
import { groupId, simId, special } from '../support/fleet.ts';
import { runGateway } from '../support/running.ts';

const fixture = runGateway({ sims: 600, clock: { rate: 0 } }, fastEnv);
let iccids: string[];
/** An EID of no SIM. */
const strangeEid = '89049032007200888000000000000000';

beforeAll(async () => {
  iccids = await stableIccids(fixture.world, 12);
  await makeGroup(fixture.world, 'a dozen', iccids);
});
beforeEach(() => fixture.world.clearEffects());

const rename = { action: 'SET_NAME', params: { name: 'renamed' } };
const operations = async () =>
  (await fixture.gateway.ask<{ bulkOperations: { totalCount: number } }>('{ bulkOperations { totalCount } }'))
    .data.bulkOperations.totalCount;

/** Expects a refusal with this code and text, before anything is sent or started. */
async function expectRefusal(input: object, code: string, words: RegExp): Promise<void> {
  const before = await operations();
  const { errors } = await askForBulk(fixture.gateway, input);
  expect(errors).toMatchObject([{ extensions: { code } }]);
  expect(errors[0]?.message).toMatch(words);
  expect(await operations()).toBe(before);
  expect(await fixture.world.effects()).toEqual([]);
  expect((await fixture.world.calls()).calls.filter(({ method }) => method === 'PUT')).toEqual([]);
}

describe('the SIMs of a bulk operation', () => {
  test.each([
    ['spaces', ' '],
    ['commas', ','],
    ['semicolons', ';'],
    ['new lines', '\n'],
    ['new lines of Windows', '\r\n'],
    ['tabs', '\t'],
    ['everything at once', ' ,\n;\t '],
  ])('are those of a list separated by %s', async (_, separator) => {
    const operation = await runBulk(fixture.gateway, {
      action: 'RESET',
      target: { list: separator + iccids.join(separator) + separator },
    });
    expect(operation).toMatchObject({ status: 'COMPLETED', total: 12 });
    expect(await fixture.world.effectCounts()).toEqual(onceEach(iccids));
  });

  test('are those of a group', async () => {
    const operation = await runBulk(fixture.gateway, {
      action: 'RESET',
      target: { group: 'a dozen' },
      expectedCount: 12,
    });
    expect(operation).toMatchObject({ status: 'COMPLETED', total: 12, succeeded: 12 });
    expect(await fixture.world.effectCounts()).toEqual(onceEach(iccids));
    expect((await allResults(fixture.gateway, operation.id)).map(({ iccid }) => iccid).sort()).toEqual(
      [...iccids].sort(),
    );
  });

  test('are those named if their number is the expected one', async () => {
    const sims = [...iccids, ...iccids].map((iccid) => ({ iccid }));
    const operation = await runBulk(fixture.gateway, { ...rename, target: { sims }, expectedCount: 12 });
    expect(operation).toMatchObject({ status: 'COMPLETED', total: 12 });
  });
});

describe('nothing is started and nothing is sent', () => {
  const list = '8937204016076059646';
  const sims = [{ iccid: list }];

  test.each<[string, object, string, RegExp]>([
    [
      'a list with a word in it',
      { list: `${list}, scooter-1` },
      'BAD_USER_INPUT',
      /target\.list.*number 2 is "scooter-1"/,
    ],
    ['a list with half an ICCID', { list: '89372040' }, 'BAD_USER_INPUT', /target\.list.*number 1/],
    ['an empty list', { list: '' }, 'BAD_USER_INPUT', /target must name at least one SIM/],
    ['a list of separators', { list: ' ,;\n' }, 'BAD_USER_INPUT', /target must name at least one SIM/],
    ['no SIMs', { sims: [] }, 'BAD_USER_INPUT', /target must name at least one SIM/],
    ['an empty group', { group: '' }, 'BAD_USER_INPUT', /target\.group/],
    ['a group without SIMs', { group: 'no SIM is here' }, 'BAD_USER_INPUT', /target\.group/],
    [
      'the id of a group',
      { sims: [...sims, { id: groupId('a dozen') }] },
      'BAD_USER_INPUT',
      /target\.sims\[1\]\.id/,
    ],
    ['an invalid id', { sims: [{ id: 'nonsense' }] }, 'BAD_USER_INPUT', /target\.sims\[0\]\.id/],
    ['two targets', { list, group: 'a dozen' }, 'BAD_USER_INPUT', /BulkTarget/],
    ['no target', {}, 'BAD_USER_INPUT', /BulkTarget/],
    ['a ref with two keys', { sims: [{ iccid: list, id: simId(list) }] }, 'BAD_USER_INPUT', /SimRef/],
  ])('for %s', (_, target, code, words) => expectRefusal({ ...rename, target }, code, words));

  test.each<[string, object, RegExp]>([
    ['SET_NAME without a name', { action: 'SET_NAME' }, /params\.name must be given for SET_NAME/],
    ['SET_NAME with an empty name', { action: 'SET_NAME', params: { name: '' } }, /name/],
    ['SET_NAME with a text too', { action: 'SET_NAME', params: { name: 'x', text: 'x' } }, /params\.text/],
    ['SET_GROUP without a group', { action: 'SET_GROUP', params: {} }, /params\.group must be given/],
    ['SET_DATA_LIMIT without a limit', { action: 'SET_DATA_LIMIT' }, /params\.dataLimit must be given/],
    [
      'SET_DATA_LIMIT without megabytes and unlimited',
      { action: 'SET_DATA_LIMIT', params: { dataLimit: {} } },
      /DataLimitInput/,
    ],
    ['SEND_SMS without a text', { action: 'SEND_SMS', params: { text: null } }, /params\.text must be given/],
    ['SEND_SMS with too long a text', { action: 'SEND_SMS', params: { text: 'x'.repeat(1531) } }, /text/],
    ['SET_IMEI_LOCK without a lock', { action: 'SET_IMEI_LOCK' }, /params\.imeiLocked must be given/],
    [
      'ESIM_PROFILE without a profile',
      { action: 'ESIM_PROFILE', params: { profileAction: 'ENABLE' } },
      /params\.profile must/,
    ],
    [
      'ESIM_PROFILE without an action',
      { action: 'ESIM_PROFILE', params: { profile: 'x' } },
      /params\.profileAction must/,
    ],
    [
      'SUSPEND with a name',
      { action: 'SUSPEND', params: { name: 'x' } },
      /params\.name does not go with SUSPEND/,
    ],
    ['RESET with a lock of false', { action: 'RESET', params: { imeiLocked: false } }, /params\.imeiLocked/],
    ['CLOSE without a count', { action: 'CLOSE' }, /expectedCount must be given for CLOSE/],
    ['a count of 0', { action: 'RESET', expectedCount: 0 }, /expectedCount must be 1 or more/],
  ])('for %s', (_, input, words) => expectRefusal({ target: { list }, ...input }, 'BAD_USER_INPUT', words));

  test('if the target has another number of SIMs than expected', async () => {
    const close = { action: 'CLOSE', expectedCount: 11 };
    for (const target of [
      { group: 'a dozen' },
      { list: iccids.join() },
      { sims: iccids.map((iccid) => ({ iccid })) },
    ])
      await expectRefusal({ ...close, target }, 'EXPECTED_COUNT_MISMATCH', /12 SIMs.*11/);
  });

  test('if ICCIDs and EIDs can never be as many SIMs as expected', async () => {
    const target = { list: [...iccids, strangeEid].join() };
    for (const expectedCount of [11, 14])
      await expectRefusal(
        { action: 'CLOSE', target, expectedCount },
        'EXPECTED_COUNT_MISMATCH',
        /12 to 13 SIMs/,
      );
  });

  test('for a filter if the gateway has no index of the fleet', async () => {
    const target = { filter: { states: ['LIVE'] } };
    await expectRefusal({ ...rename, target }, 'FEATURE_NOT_ENABLED', /index/);
  });

  test('if more than 100,000 SIMs are named individually', async () => {
    const many = Array.from({ length: 100_001 }, (_, index) => ({
      iccid: `89${String(index).padStart(17, '0')}`,
    }));
    await expectRefusal({ ...rename, target: { sims: many } }, 'TOO_MANY_SIMS', /100001 SIMs.*100000/);
  });
});

describe('SIMs that are named by EIDs', () => {
  const close = (refs: readonly (string | undefined)[], expectedCount: number) =>
    runBulk(fixture.gateway, {
      action: 'CLOSE',
      target: { list: refs.join() },
      expectedCount,
      waitUntilSettled: false,
    });
  let esims: { iccid: string; eid?: string }[];

  beforeAll(async () => {
    esims = (await fixture.world.sims({ state: 'LIVE', esim: true, limit: 1000 }))
      .filter(({ iccid, status }) => status.primary !== 'PENDING' && !iccid.startsWith('8937204999'))
      .filter(({ iccid }) => !iccids.includes(iccid))
      .slice(0, 4);
    expect(esims).toHaveLength(4);
  });

  test.each([
    [
      'one of them by its ICCID too',
      () => [esims[0]?.iccid, esims[0]?.eid, esims[1]?.eid],
      2,
      ['NOT_SENT', 'NOT_SENT'],
    ],
    [
      'one of them belongs to no SIM',
      () => [esims[0]?.eid, esims[1]?.eid, strangeEid],
      2,
      ['NOT_SENT', 'NOT_SENT', 'FAILED'],
    ],
  ])('are not closed if their number is not the expected one: %s', async (_, named, count, outcomes) => {
    const operation = await close(named(), 3);
    expect(operation).toMatchObject({
      status: 'FAILED',
      sent: 0,
      total: outcomes.length,
      error: { code: 'EXPECTED_COUNT_MISMATCH', message: expect.stringContaining(`${count} SIMs`) },
    });
    expect(await fixture.world.effects()).toEqual([]);
    const results = await allResults(fixture.gateway, operation.id);
    expect(results.map(({ outcome }) => outcome)).toEqual(outcomes);
    for (const { outcome, error } of results)
      expect(error?.code).toBe(outcome === 'FAILED' ? 'SIM_NOT_FOUND' : 'EXPECTED_COUNT_MISMATCH');
  });

  test('are closed, each once, if their number is the expected one', async () => {
    const [first, second] = esims;
    const operation = await close([first?.iccid, second?.eid, first?.eid, strangeEid], 2);
    expect(operation).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', total: 3, succeeded: 2, failed: 1 });
    expect(await fixture.world.effectCounts({ path: '/close' })).toEqual(
      onceEach(esims.slice(0, 2).map(({ iccid }) => iccid)),
    );
    expect(await allResults(fixture.gateway, operation.id)).toMatchObject([
      { iccid: first?.iccid, eid: null, outcome: 'SUCCEEDED' },
      { iccid: second?.iccid, eid: second?.eid, outcome: 'SUCCEEDED' },
      { iccid: null, eid: strangeEid, outcome: 'FAILED', error: { code: 'SIM_NOT_FOUND' } },
    ]);
  });

  test('in several chunks are all counted before the first is closed', async () => {
    const [, , third, fourth] = esims;
    const strangers = Array.from(
      { length: 1000 },
      (_, index) => `89049032${String(index).padStart(24, '0')}`,
    );
    const named = [third?.iccid, ...strangers, third?.eid, fourth?.eid];
    const refused = await close(named, 3);
    expect(refused).toMatchObject({ status: 'FAILED', total: 1002, notSent: 2, failed: 1000 });
    expect(await fixture.world.effects()).toEqual([]);
    expect(await close(named, 2)).toMatchObject({ total: 1002, succeeded: 2, failed: 1000 });
    expect(await fixture.world.effectCounts({ path: '/close' })).toEqual(
      onceEach(esims.slice(2).map(({ iccid }) => iccid)),
    );
  });
});

test('a list of 20,000 SIMs is accepted, and SIMs that the account does not have fail without a change', async () => {
  const { gateway, world } = fixture;
  const list = Array.from({ length: 20_000 }, (_, index) => `89${String(index).padStart(17, '0')}`).join();
  const { id, total } = await startBulk(gateway, {
    action: 'SET_NAME',
    params: { name: 'one of very many' },
    target: { list: `${list},${iccids[0]}` },
  });
  expect(total).toBe(20_001);
  expect(await endOf(gateway, id)).toMatchObject({ succeeded: 1, failed: 20_000, sent: 1 });
  expect(await world.effectCounts()).toEqual(onceEach(iccids.slice(0, 1)));
});

test('a SIM that leaves the account after it was named fails, and the others succeed', async () => {
  const { gateway, world } = fixture;
  const [gone = '', ...others] = (await stableIccids(world, 16)).slice(12);
  await world.removeSim(gone);
  const operation = await runBulk(gateway, {
    ...rename,
    target: { list: [gone, ...others, special.E002].join() },
  });
  expect(operation).toMatchObject({ total: 5, succeeded: 3, failed: 2 });
});
