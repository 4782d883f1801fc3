import { beforeEach, describe, expect, test } from '@jest/globals';
import { createChanges } from '../support/changes.ts';
import { createPool, special } from '../support/fleet.ts';
import { refs } from '../support/graphql-client.ts';
import { wholeMonths } from '../support/months.ts';
import { runGateway } from '../support/running.ts';

const running = runGateway(
  { sims: 300, clock: wholeMonths(), behaviour: { settleMs: { min: 60_000, max: 60_000 } } },
  { SMS_SIMS_PER_CALL: '3', MUTATION_MAX_EXTRA_CALLS: '6' },
);
const pool = createPool(() => running.world);
const { many, puts } = createChanges(running);
const live = async (count: number) => (await pool.take(count, { state: 'LIVE' })).map(({ iccid }) => iccid);
const simsPerCall = async () => (await puts()).map(({ sims }) => sims);

beforeEach(() => running.world.clearEffects());

describe('with SMS_SIMS_PER_CALL above 1', () => {
  test.each(['changesNothing', 'changesThoseBefore'] as const)(
    'a refused message that %s leaves every SIM of its call UNKNOWN and is not sent again',
    async (refusedBulk) => {
      const { world } = running;
      await world.setBehaviour({ refusedBulk });
      const [first = '', second = ''] = await live(2);
      const sims = refs([first, second, special.E240]);
      const { payload } = await many('sendSms', 'SendSmsInput', sims, { text: 'x' });
      expect(payload).toMatchObject({ succeeded: 0, failed: 0, unknown: 3, notSent: 0 });
      for (const { error } of payload?.results ?? [])
        expect(error).toMatchObject({
          code: 'OUTCOME_UNKNOWN',
          simApi: { code: 'E240', operation: 'sendSms' },
        });
      expect(await simsPerCall()).toEqual([3]);
      const sent = refusedBulk === 'changesNothing' ? {} : { [first]: 1, [second]: 1 };
      expect(await world.effectCounts()).toEqual(sent);
    },
  );
});

describe('with MUTATION_MAX_EXTRA_CALLS', () => {
  test('a refused reset is sent with one call per SIM until the extra calls are used up, and the rest is NOT_SENT', async () => {
    const { world } = running;
    const iccids = await live(10);
    await world.addFaults({ path: '/reset', kind: 'error', code: 'E202', times: 1 });
    const { payload } = await many('resetSims', 'SimsInput', refs(iccids));
    expect(payload).toMatchObject({ succeeded: 6, failed: 0, unknown: 0, notSent: 4 });
    const left = payload?.results.filter(({ outcome }) => outcome === 'NOT_SENT') ?? [];
    expect(left.map(({ error }) => [error?.code, error?.simApi?.code])).toEqual(
      left.map(() => ['CALL_BUDGET_SPENT', 'E202']),
    );
    expect(await simsPerCall()).toEqual([10, 1, 1, 1, 1, 1, 1]);
    expect(Object.keys(await world.effectCounts())).toHaveLength(6);
  });
});

test('if one half is accepted, the reason is in the other half, which is not refused as a whole again', async () => {
  await running.world.setBehaviour({ refusedBulk: 'changesNothing' });
  const { payload } = await many('suspendSims', 'SimsInput', refs([...(await live(3)), special.E202]));
  expect(payload).toMatchObject({ succeeded: 3, failed: 1, unknown: 0, notSent: 0 });
  expect(await simsPerCall()).toEqual([4, 2, 1, 1]);
});

describe('a refused call is bisected until every failing SIM was refused alone', () => {
  const locked = special.E202;
  beforeEach(() => running.world.setBehaviour({ refusedBulk: 'changesNothing' }));

  test.each([
    ['suspendSims', 'SimsInput', {}, '/suspend', 'E202'],
    ['setSimsImeiLock', 'SetSimsImeiLockInput', { locked: true }, '/set_imei_lock', 'E203'],
  ])(
    '%s: every SIM succeeds if the reason has disappeared meanwhile',
    async (name, input, more, path, code) => {
      const iccids = await live(2);
      await running.world.addFaults({ path, kind: 'error', code, times: 1 });
      const { payload } = await many(name, input, refs(iccids), more);
      expect(payload).toMatchObject({ succeeded: 2, failed: 0, unknown: 0, notSent: 0 });
      expect(await simsPerCall()).toEqual([2, 1, 1]);
      expect(await running.world.effectCounts()).toEqual(
        Object.fromEntries(iccids.map((iccid) => [iccid, 1])),
      );
    },
  );

  test('the others succeed if the SIM that was the reason could not be read back', async () => {
    const [iccid = ''] = await live(1);
    // The read before the change passes, the one after it omits the SIM.
    const read = { path: '/get_sims', iccid: locked, skip: 1 };
    await running.world.addFaults({ ...read, kind: 'tamper', omit: [locked] });
    const { payload } = await many('suspendSims', 'SimsInput', refs([iccid, locked]));
    expect(payload?.results.map(({ outcome }) => outcome)).toEqual(['SUCCEEDED', 'UNKNOWN']);
    expect(payload?.results[1]?.error?.simApi).toMatchObject({ code: 'E202', operation: 'suspend' });
    expect(await simsPerCall()).toEqual([2, 1]);
    expect(await running.world.effectCounts()).toEqual({ [iccid]: 1 });
  });

  test('the last SIM is NOT_SENT if the extra calls are used up before it is alone in a call', async () => {
    const iccids = await live(31);
    const { payload } = await many('suspendSims', 'SimsInput', refs([...iccids, locked]));
    expect(payload).toMatchObject({ succeeded: 31, failed: 0, unknown: 0, notSent: 1 });
    expect(payload?.results.at(-1)?.error).toMatchObject({
      code: 'CALL_BUDGET_SPENT',
      simApi: { code: 'E202', operation: 'suspend' },
    });
    // One of the six extra calls read the SIMs back.
    expect(await simsPerCall()).toEqual([32, 16, 8, 4, 2, 1]);
  });
});
