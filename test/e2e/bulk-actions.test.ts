import { beforeEach, describe, expect, test } from '@jest/globals';
import { allResults, callsOf, fastEnv, onceEach, runBulk, stableIccids } from '../support/bulk.ts';
import { askSimApi, special } from '../support/fleet.ts';
import { runGateway } from '../support/running.ts';

const fixture = runGateway(
  { sims: 1000, clock: { rate: 0 }, behaviour: { settleMs: { min: 0, max: 0 } } },
  { ...fastEnv, SIM_API_MAX_SIMS_PER_CALL: '3' },
);

beforeEach(() => fixture.world.clearEffects());

const changes: readonly [
  action: string,
  path: string,
  from: { state?: string; secondary?: string },
  params: object | undefined,
  wire: object,
][] = [
  ['ACTIVATE', '/activate', { state: 'OFFLINE', secondary: '' }, undefined, { state: 'LIVE' }],
  ['DEACTIVATE', '/deactivate', {}, undefined, { state: 'OFFLINE', status: { primary: 'OFF' } }],
  [
    'SUSPEND',
    '/suspend',
    {},
    undefined,
    { state: 'OFFLINE', status: { primary: 'ON', secondary: 'SUSPENDED' } },
  ],
  ['RESUME', '/resume', { state: 'OFFLINE', secondary: 'SUSPENDED' }, undefined, { state: 'LIVE' }],
  ['TEST', '/test', { state: 'OFFLINE', secondary: '' }, undefined, { state: 'TEST' }],
  [
    'ACTIVE_READY',
    '/active_ready',
    { state: 'OFFLINE', secondary: '' },
    undefined,
    { state: 'ACTIVE_READY' },
  ],
  ['CLOSE', '/close', {}, undefined, { state: 'CLOSED' }],
  ['RESET', '/reset', {}, undefined, { state: 'LIVE' }],
  ['SET_NAME', '/set_name', {}, { name: 'Köök 7 & 8' }, { name: 'Köök 7 & 8' }],
  ['SET_GROUP', '/set_group', {}, { group: 'Ülo, Co' }, { group: 'Ülo, Co' }],
  ['SET_DATA_LIMIT', '/set_data_limit', {}, { dataLimit: { megabytes: 77_777 } }, { data_limit: 77_777 }],
  ['SET_IMEI_LOCK', '/set_imei_lock', {}, { imeiLocked: true }, {}],
  ['SEND_SMS', '/sendSms', {}, { text: 'hello, world' }, {}],
];

describe('a bulk operation', () => {
  test.each(changes)(
    'carries out %s once on every SIM, in the fewest calls, and reports it',
    async (action, path, from, params, wire) => {
      const { gateway, world } = fixture;
      const iccids = await stableIccids(world, 7, from);
      const operation = await runBulk(gateway, {
        action,
        params,
        target: { sims: iccids.map((iccid) => ({ iccid })) },
        expectedCount: 7,
      });
      expect(operation).toMatchObject({
        action,
        status: 'COMPLETED',
        total: 7,
        sent: 7,
        succeeded: 7,
        failed: 0,
        unknown: 0,
        notSent: 0,
        settling: 0,
        error: null,
      });
      expect(await world.effectCounts()).toEqual(onceEach(iccids));
      expect(await world.effectCounts({ path })).toEqual(onceEach(iccids));
      const sims = new Map((await world.sims({ limit: 1000 })).map((sim) => [sim.iccid, sim]));
      for (const iccid of iccids) expect(sims.get(iccid)).toMatchObject(wire);
      expect(await allResults(gateway, operation.id)).toEqual(
        iccids.map((iccid) => ({ iccid, eid: null, outcome: 'SUCCEEDED', error: null })),
      );
      expect(await callsOf(world, path)).toBe(action === 'SEND_SMS' ? 7 : 3);
    },
  );

  test('downloads a profile to every eSIM with ESIM_PROFILE, and refuses plain SIMs', async () => {
    const { gateway, world } = fixture;
    const profiles = await askSimApi<string[]>(world, '/get_available_profiles');
    const sims = await world.sims({ state: 'LIVE', esim: true, limit: 1000 });
    const lacking = (profile: string) =>
      sims.filter(({ downloaded_profiles: has = [] }) => !has.includes(profile)).slice(0, 4);
    const profile = profiles.find((name) => lacking(name).length === 4) ?? '';
    const eids = lacking(profile).map(({ eid = '' }) => ({ eid }));
    expect(eids).toHaveLength(4);
    const operation = await runBulk(gateway, {
      action: 'ESIM_PROFILE',
      params: { profile, profileAction: 'DOWNLOAD' },
      target: { sims: [...eids, { iccid: special.E003 }] },
    });
    expect(operation).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', total: 5, succeeded: 4, failed: 1 });
    expect(await world.effectCounts({ path: '/esim_profile' })).toEqual(
      onceEach(lacking(profile).map(({ iccid }) => iccid)),
    );
    expect(await allResults(gateway, operation.id, { outcomes: ['FAILED'] })).toMatchObject([
      { iccid: special.E003, error: { code: 'FEATURE_NOT_ENABLED' } },
    ]);
  });

  test('removes a data limit, and needs no call if SIMs have none', async () => {
    const { gateway, world } = fixture;
    const iccids = await stableIccids(world, 4);
    const lift = {
      action: 'SET_DATA_LIMIT',
      params: { dataLimit: { unlimited: true } },
      target: { list: iccids.join() },
    };
    expect(await runBulk(gateway, lift)).toMatchObject({ status: 'COMPLETED', succeeded: 4 });
    await world.clearCalls();
    expect(await runBulk(gateway, lift)).toMatchObject({ status: 'COMPLETED', succeeded: 4, sent: 0 });
    expect((await world.calls()).byPath).toEqual({ '/get_sims': 2 });
  });

  test('needs no call for SIMs that are in the state or in transition to it, and refuses closed ones itself', async () => {
    const { gateway, world } = fixture;
    const [there = ''] = await stableIccids(world, 1, { state: 'OFFLINE', secondary: 'SUSPENDED' });
    const operation = await runBulk(gateway, {
      action: 'SUSPEND',
      target: { list: `${there} ${special.E201}` },
    });
    expect(operation).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', sent: 0, succeeded: 1, failed: 1 });
    expect(await allResults(gateway, operation.id)).toMatchObject([
      { iccid: there, outcome: 'SUCCEEDED', error: null },
      { iccid: special.E201, outcome: 'FAILED', error: { code: 'TRANSITION_NOT_ALLOWED' } },
    ]);
    expect((await world.calls()).byPath).toEqual({ '/get_sims': 1 });
  });
});

describe('SIMs that the SIM API refuses', () => {
  const refusals: readonly [string, object | undefined, keyof typeof special, string][] = [
    ['DEACTIVATE', undefined, 'E202', 'SIM_LOCKED_BY_ADMIN'],
    ['SET_IMEI_LOCK', { imeiLocked: true }, 'E203', 'IMEI_LOCK_REFUSED'],
    ['SET_DATA_LIMIT', { dataLimit: { megabytes: 12 } }, 'E210', 'DATA_LIMIT_BELOW_USAGE'],
    ['SEND_SMS', { text: 'no' }, 'E240', 'SMS_NOT_ALLOWED'],
    ['SET_NAME', { name: 'nobody' }, 'E002', 'SIM_NOT_FOUND'],
  ];

  test.each(refusals)('fail alone for %s, and the others succeed', async (action, params, who, code) => {
    const { gateway, world } = fixture;
    // Limits that are not below the usage of any SIM.
    const state = action === 'SET_DATA_LIMIT' ? 'SHIPPING' : 'LIVE';
    const iccids = await stableIccids(world, 6, { state });
    const named = [...iccids.slice(0, 3), special[who], ...iccids.slice(3)];
    const operation = await runBulk(gateway, { action, params, target: { list: named.join('\n') } });
    expect(operation).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', total: 7, succeeded: 6, failed: 1 });
    expect(await world.effectCounts()).toEqual(onceEach(iccids));
    expect(await allResults(gateway, operation.id, { outcomes: ['FAILED'] })).toMatchObject([
      { iccid: special[who], outcome: 'FAILED', error: { code } },
    ]);
  });

  test('all fail for their argument, in the necessary calls', async () => {
    const { gateway, world } = fixture;
    const iccids = await stableIccids(world, 9);
    const operation = await runBulk(gateway, {
      action: 'SET_GROUP',
      params: { group: 'forbidden' },
      target: { list: iccids.join() },
    });
    expect(operation).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', total: 9, failed: 9 });
    expect(await callsOf(world, '/set_group')).toBe(3);
    for (const { error } of await allResults(gateway, operation.id))
      expect(error?.code).toBe('GROUP_NAME_FORBIDDEN');
  });
});
