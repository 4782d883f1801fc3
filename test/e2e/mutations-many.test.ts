import { beforeEach, describe, expect, test } from '@jest/globals';
import { createChanges } from '../support/changes.ts';
import { createPool, special } from '../support/fleet.ts';
import { runGateway } from '../support/running.ts';
import type { WireSim } from '../support/sandbox.ts';

const running = runGateway({
  sims: 900,
  clock: { rate: 0 },
  manners: { settleMs: { min: 60_000, max: 60_000 } },
});
const pool = createPool(() => running.world);

const { one, many, puts } = createChanges(running);
const iccidsOf = (sims: readonly WireSim[]) => sims.map(({ iccid }) => iccid);

beforeEach(() => running.world.clearEffects());

describe('settings', () => {
  test('a name is given, and not sent where the SIM has it', async () => {
    const name = 'Köök, 7 & 8 #1 = 100%';
    const [sim] = await pool.take(1, { state: 'LIVE' });
    const { payload, errors } = await one('setSimName', 'SetSimNameInput', { iccid: sim?.iccid }, { name });
    expect(errors).toEqual([]);
    expect(payload).toMatchObject({ outcome: 'SUCCEEDED', sim: { name } });
    await one('setSimName', 'SetSimNameInput', { iccid: sim?.iccid }, { name });
    expect(await running.world.effects()).toMatchObject([{ path: '/set_name', params: { name } }]);
    expect(await puts()).toHaveLength(1);
  });

  test('a group is set for all that are not in it', async () => {
    const group = 'Ülo & Co, +1';
    const sims = await pool.take(3, { state: 'LIVE' });
    const refs = iccidsOf(sims).map((iccid) => ({ iccid }));
    await many('setSimsGroup', 'SetSimsGroupInput', refs.slice(0, 1), { group });
    const { payload, errors } = await many('setSimsGroup', 'SetSimsGroupInput', refs, { group });
    expect(errors).toEqual([]);
    expect(payload?.results.map(({ sim }) => sim?.group)).toEqual([
      { name: group },
      { name: group },
      { name: group },
    ]);
    expect((await puts()).map(({ sims: count }) => count)).toEqual([1, 2]);
    expect(await running.world.effectCounts({ path: '/set_group' })).toEqual(
      Object.fromEntries(iccidsOf(sims).map((iccid) => [iccid, 1])),
    );
  });

  test('a data limit is set and lifted, and not sent where it is so', async () => {
    const [sim] = await pool.take(1, { state: 'SHIPPING' });
    const refs = [{ iccid: sim?.iccid }, { iccid: sim?.iccid }];
    const set = await many('setSimsDataLimit', 'SetSimsDataLimitInput', refs, { limit: { megabytes: 777 } });
    expect(set.payload).toMatchObject({
      succeeded: 2,
      results: [{ sim: { dataUsage: { limitMegabytes: 777 } } }, {}],
    });
    await many('setSimsDataLimit', 'SetSimsDataLimitInput', refs, { limit: { megabytes: 777 } });
    const lifted = await many('setSimsDataLimit', 'SetSimsDataLimitInput', refs, {
      limit: { unlimited: true },
    });
    expect(lifted.payload).toMatchObject({
      succeeded: 2,
      results: [{ sim: { dataUsage: { limitMegabytes: null } } }, {}],
    });
    await many('setSimsDataLimit', 'SetSimsDataLimitInput', refs, { limit: { unlimited: true } });
    const effects = await running.world.effects({ path: '/set_data_limit' });
    expect(effects.map(({ params }) => params.limit)).toEqual(['777', '0']);
    expect(await puts()).toHaveLength(2);
  });

  test('an IMEI lock is set and lifted, sent each time since no read tells of it', async () => {
    const sims = await pool.take(2, { state: 'LIVE' });
    const refs = [...sims, ...sims].map(({ iccid }) => ({ iccid }));
    for (const locked of [true, true, false]) {
      const { payload } = await many('setSimsImeiLock', 'SetSimsImeiLockInput', refs, { locked });
      expect(payload).toMatchObject({ succeeded: 4, failed: 0 });
    }
    const [iccid = ''] = iccidsOf(sims);
    const effects = await running.world.effects({ path: '/set_imei_lock', iccid });
    expect(effects.map(({ params }) => params.lock)).toEqual(['true', 'true', 'false']);
    expect(await puts()).toHaveLength(3);
  });
});

describe('one code for many SIMs', () => {
  test('is told to those it was meant for; those that were so already, and those not there, keep their own', async () => {
    const [off, live] = [
      await pool.take(2, { state: 'OFFLINE', secondary: '' }),
      await pool.take(1, { state: 'LIVE' }),
    ];
    const refs = [off[0]?.iccid, special.E211, live[0]?.iccid, special.E002, off[1]?.iccid].map((iccid) => ({
      iccid,
    }));
    const { payload, errors } = await many('activateSims', 'SimsInput', [...refs, { id: 'none' }]);
    expect(errors).toEqual([]);
    expect(payload).toMatchObject({ succeeded: 3, failed: 3, unknown: 0, notSent: 0 });
    expect(payload?.results.map(({ error }) => error?.code ?? null)).toEqual([
      null,
      'DATA_LIMIT_REACHED',
      null,
      'SIM_NOT_FOUND',
      null,
      'BAD_USER_INPUT',
    ]);
    expect(payload?.results[1]).toMatchObject({
      error: { retryable: false, simApi: { code: 'E211', operation: 'activate', httpStatus: 400 } },
      sim: { state: 'OFFLINE' },
    });
    expect((await running.world.effects()).map(({ iccid }) => iccid).sort()).toEqual(
      off.map(({ iccid }) => iccid).sort(),
    );
  });

  test('a thousand SIMs are sent in the fewest calls, and each is changed once', async () => {
    const { iccid } = (await running.world.addSims(400))[0] ?? { iccid: '' };
    const sims = (await running.world.sims({ limit: 1300 })).filter(
      (sim) => sim.state !== 'CLOSED' && !sim.iccid.startsWith('8937204999'),
    );
    const refs = sims.slice(-1000).map((sim) => ({ iccid: sim.iccid }));
    expect(refs).toContainEqual({ iccid });
    const { payload } = await many('setSimsGroup', 'SetSimsGroupInput', refs, { group: 'Everybody' });
    expect(payload).toMatchObject({ succeeded: 1000, failed: 0, unknown: 0, notSent: 0 });
    expect(payload?.results.every(({ sim }) => sim?.group?.name === 'Everybody')).toBe(true);
    const counts = await running.world.effectCounts({ path: '/set_group' });
    expect(Object.keys(counts)).toHaveLength(1000);
    expect(new Set(Object.values(counts))).toEqual(new Set([1]));
    expect((await running.world.calls()).byPath).toEqual({ '/get_sims': 6, '/set_group': 3 });
  });
});
