import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readAuditLog, recorded } from '../support/audit-log.ts';
import { createChanges } from '../support/changes.ts';
import { askSimApi, createPool, simId, special } from '../support/fleet.ts';
import { sendSms } from '../support/graphql-client.ts';
import { EsimProfilesDocument } from '../support/operations.ts';
import { runGateway } from '../support/running.ts';
import type { WireSim } from '../support/sandbox.ts';

const running = runGateway({ sims: 500, clock: { rate: 0 } });
const pool = createPool(() => running.world);
const { many, puts } = createChanges(running);
const send = (sims: readonly object[], text = 'status?') => many('sendSms', 'SendSmsInput', sims, { text });
const refsTo = (iccids: readonly string[]) => iccids.map((iccid) => ({ iccid }));

beforeEach(() => running.world.clearEffects());

describe('an SMS to many SIMs', () => {
  test('takes one call per SIM, once for each, no matter by which key and how often it was named', async () => {
    const sims = await pool.take(12, { state: 'LIVE' });
    const esim = (await pool.take(1, { state: 'LIVE', esim: true }))[0];
    const iccids = sims.map(({ iccid }) => iccid);
    const refs = [
      ...refsTo(iccids),
      { eid: esim?.eid },
      { id: simId(iccids[3] ?? '') },
      { iccid: iccids[3] },
      { iccid: esim?.iccid },
    ];
    const text = 'Tere, õ & 100% ☃ +1 #2\nline two';
    const { payload, errors } = await send(refs, text);
    expect(errors).toEqual([]);
    expect(payload).toMatchObject({ succeeded: 13, failed: 0, unknown: 0, notSent: 0 });
    expect(await running.world.effectCounts({ path: '/sendSms' })).toEqual(
      Object.fromEntries([...iccids, esim?.iccid].map((iccid) => [iccid, 1])),
    );
    const calls = await puts();
    expect(calls.map((call) => call.sims)).toEqual(Array.from({ length: 13 }, () => 1));
    for (const { params } of await running.world.effects()) expect(params).toEqual({ message: text });
    // Clients of the SIM API use two spellings of the text parameter: both are sent.
    const [query = ''] = calls.map((call) => call.query);
    expect(new URLSearchParams(query).get('sms')).toBe(text);
  });

  test('is refused for the one SIM that accepts none, and sent to the others', async () => {
    const iccids = (await pool.take(3, { state: 'LIVE' })).map(({ iccid }) => iccid);
    const refs = refsTo([...iccids.slice(0, 1), special.E240, special.E002, ...iccids.slice(1)]);
    const { payload } = await send(refs);
    expect(payload).toMatchObject({ succeeded: 3, failed: 2, unknown: 0 });
    expect(payload?.results.map(({ error }) => error?.code ?? null)).toEqual([
      null,
      'SMS_NOT_ALLOWED',
      'SIM_NOT_FOUND',
      null,
      null,
    ]);
    expect(Object.keys(await running.world.effectCounts())).toHaveLength(3);
  });

  test('whose answer is lost for one SIM is UNKNOWN for that one, sent or not, and never sent again', async () => {
    for (const acts of [true, false]) {
      const iccids = (await pool.take(3, { state: 'LIVE' })).map(({ iccid }) => iccid);
      const [, lost = ''] = iccids;
      await running.world.addFaults({ path: '/sendSms', iccid: lost, kind: 'reset', acts });
      await running.world.clearCalls();
      const { payload } = await send(refsTo(iccids));
      expect(payload).toMatchObject({ succeeded: 2, failed: 0, unknown: 1 });
      expect(payload?.results[1]).toMatchObject({
        iccid: lost,
        outcome: 'UNKNOWN',
        error: { code: 'OUTCOME_UNKNOWN', retryable: false },
      });
      expect((await puts()).filter(({ query }) => query.includes(lost))).toHaveLength(1);
      expect(await running.world.effects({ iccid: lost })).toHaveLength(acts ? 1 : 0);
    }
  });

  test('that is requested again is sent again: no read shows that it was sent', async () => {
    const [sim] = await pool.take(1, { state: 'LIVE' });
    await send([{ iccid: sim?.iccid }]);
    await send([{ iccid: sim?.iccid }]);
    expect(await running.world.effects({ iccid: sim?.iccid ?? '' })).toHaveLength(2);
  });

  test('may have 1530 characters, if they fit into a URL', async () => {
    const [sim] = await pool.take(1, { state: 'LIVE' });
    const long = await send([{ iccid: sim?.iccid }], '信'.repeat(400));
    expect(long.errors).toMatchObject([
      { message: 'text must not be longer than 3300 bytes when it is written in a URL' },
    ]);
    const text = 'x'.repeat(1530);
    const { payload } = await send([{ iccid: sim?.iccid }], text);
    expect(payload).toMatchObject({ succeeded: 1 });
    expect(await running.world.effects()).toMatchObject([{ params: { message: text } }]);
  });
});

describe('an SMS to a SIM that is named by EID, ICCID and id', () => {
  const garbage = { path: '/get_sims', kind: 'garbage' } as const;

  test.each([['ICCID'], ['EID']])(
    'is sent once if the read by %s fails, which answer, key and audit log agree on; the others are sent',
    async (failing) => {
      const { world, gateway } = running;
      const [sim, ...others] = await pool.take(3, { state: 'LIVE', esim: true });
      const { iccid = '', eid } = sim ?? {};
      // The others are named by the key whose read works.
      const byWorkingKey = others.map((other) =>
        failing === 'ICCID' ? { eid: other.eid } : { iccid: other.iccid },
      );
      if (failing === 'ICCID') await world.addFaults({ ...garbage, iccid });
      else await world.addFaults({ path: '/get_sims', iccid, kind: 'delay', ms: 0 }, garbage);
      const sims = [{ eid }, { iccid }, { id: simId(iccid) }, ...byWorkingKey];
      const more = { text: 'once', idempotencyKey: `named-by-${failing}` };
      const { payload, errors } = await many('sendSms', 'SendSmsInput', sims, more);
      expect(errors).toEqual([]);
      const named = [iccid, iccid, iccid, ...others.map((other) => other.iccid)];
      expect(payload?.results.map((result) => [result.iccid, result.outcome, result.error])).toEqual(
        named.map((each) => [each, 'SUCCEEDED', null]),
      );
      expect(await many('sendSms', 'SendSmsInput', sims, more)).toEqual({ payload, errors });
      expect(await world.effectCounts({ path: '/sendSms' })).toEqual(
        Object.fromEntries(named.map((each) => [each, 1])),
      );
      expect(await readAuditLog(gateway, iccid)).toMatchObject([
        { outcome: 'SUCCEEDED', errorCode: null, simCount: 3 },
      ]);
    },
  );

  test('is sent to none of the SIMs with the EID if there are several', async () => {
    const { world } = running;
    const [{ eid } = { eid: '' }, ...others] = await pool.take(3, { state: 'LIVE', esim: true });
    const sims = others.map((other) => ({ ...other, eid }));
    await world.addFaults({
      path: '/get_sims',
      kind: 'status',
      status: 200,
      body: { found: 3, offset: 0, total: 3, sims: [{ ...sims[0], iccid: special.E240 }, ...sims] },
    });
    const { payload } = await send([{ eid }]);
    expect(payload?.results).toMatchObject([
      { iccid: null, outcome: 'FAILED', error: { code: 'BAD_USER_INPUT', retryable: false } },
    ]);
    expect(await puts()).toEqual([]);
  });

  test('is one failed row if it cannot be read by any of them', async () => {
    const { world, gateway } = running;
    const [{ iccid, eid } = { iccid: '', eid: '' }] = await pool.take(1, { state: 'LIVE', esim: true });
    await world.addFaults({ path: '/get_sims', kind: 'error', code: 'E003' });
    const sims = [{ iccid }, { id: simId(iccid) }, { eid }, { eid }];
    // The gateway knows no SIM of the EID, so the EID is a separate entry.
    expect(await recorded(gateway, sendSms, { input: { sims, text: 'never' } })).toMatchObject([
      { outcome: 'FAILED', simCount: 2, iccids: [iccid] },
    ]);
    expect(await puts()).toEqual([]);
  });
});

const change = (sims: readonly Pick<WireSim, 'iccid'>[], profile: string, action: string) =>
  many(
    'changeEsimProfile',
    'EsimProfileInput',
    sims.map(({ iccid }) => ({ iccid })),
    { profile, action },
  );
const profiles = (sim: WireSim | undefined) => sim?.downloaded_profiles ?? [];

/** An eUICC in use with two profiles, and the first profile that is not on it. */
async function anEuicc() {
  const { world } = running;
  const available = await askSimApi<string[]>(world, '/get_available_profiles');
  for (;;) {
    const [sim] = await pool.take(1, { state: 'LIVE', esim: true });
    if (sim === undefined || profiles(sim).length < 2) continue;
    await world.clearCalls();
    const [active = '', other = ''] = profiles(sim);
    const absent = available.filter((profile) => !profiles(sim).includes(profile));
    return { sim, active, other, absent, available };
  }
}

afterEach(() => running.world.setBehaviour({ esim: 'enabled' }));

describe('profiles of an eUICC', () => {
  test('are the ones on it, and those of the account that are not on it', async () => {
    const { sim, absent } = await anEuicc();
    const { data, errors } = await running.gateway.run(EsimProfilesDocument, { by: { eid: sim.eid ?? '' } });
    expect(errors).toEqual([]);
    expect(data.sim).toMatchObject({
      iccid: sim.iccid,
      esim: {
        eid: sim.eid,
        activeProfile: sim.active_profile,
        downloadedProfiles: sim.downloaded_profiles,
        installableProfiles: absent,
      },
    });
  });

  test('are null on a plain SIM, and take no call', async () => {
    const { data, errors } = await running.gateway.run(EsimProfilesDocument, { by: { iccid: special.E210 } });
    expect(errors).toEqual([]);
    expect(data.sim).toMatchObject({ esim: null });
    expect((await running.world.calls()).byPath).toEqual({ '/get_sims': 1 });
  });

  test('that cannot be installed, because eSIM is not ordered, are the only null field', async () => {
    const { sim } = await anEuicc();
    await running.world.setBehaviour({ esim: 'disabled' });
    const { data, errors } = await running.gateway.run(EsimProfilesDocument, { by: { iccid: sim.iccid } });
    expect(data.sim?.esim).toEqual({
      eid: sim.eid,
      activeProfile: sim.active_profile,
      downloadedProfiles: sim.downloaded_profiles,
      installableProfiles: null,
    });
    expect(errors).toMatchObject([
      {
        path: ['sim', 'esim', 'installableProfiles'],
        extensions: {
          code: 'FEATURE_NOT_ENABLED',
          simApi: { code: 'E003', operation: 'get_available_profiles' },
        },
      },
    ]);
    const refused = await change([sim], 'KPN NL', 'DOWNLOAD');
    const expected = profiles(sim).includes('KPN NL')
      ? { succeeded: 1 }
      : { failed: 1, results: [{ error: { code: 'FEATURE_NOT_ENABLED' } }] };
    expect(refused.payload).toMatchObject(expected);
  });
});

describe('a change of profiles', () => {
  test('downloads, enables, downloads and enables together, and deletes; each is read back', async () => {
    const { sim, active, other, absent } = await anEuicc();
    const [first = '', second = ''] = absent;
    const steps = [
      ['DOWNLOAD', first, 'download', active, [active, other, first]],
      ['ENABLE', other, 'enable', other, [active, other, first]],
      ['DOWNLOAD_AND_ENABLE', second, 'download_and_enable', second, [active, other, first, second]],
      ['DELETE', active, 'delete', second, [other, first, second]],
    ] as const;
    for (const [action, profile, spelled, activeProfile, downloadedProfiles] of steps) {
      const { payload, errors } = await change([sim, sim], profile, action);
      expect(errors).toEqual([]);
      expect(payload).toMatchObject({
        succeeded: 1,
        results: [{ outcome: 'SUCCEEDED', sim: { esim: { activeProfile, downloadedProfiles } } }, {}],
      });
      expect((await running.world.effects()).at(-1)).toMatchObject({
        path: '/esim_profile',
        iccid: sim.iccid,
        params: { profile, action: spelled },
      });
    }
    expect(await running.world.effects()).toHaveLength(4);
    expect(await puts()).toHaveLength(4);
  });

  test('that is already in effect takes no call', async () => {
    const { sim, active, other, absent } = await anEuicc();
    for (const [action, profile] of [
      ['DOWNLOAD', other],
      ['ENABLE', active],
      ['DOWNLOAD_AND_ENABLE', active],
      ['DELETE', absent[0]],
    ]) {
      const { payload } = await change([sim], profile ?? '', action ?? '');
      expect(payload).toMatchObject({ succeeded: 1, failed: 0 });
    }
    expect(await puts()).toEqual([]);
  });

  test.each<[string, (euicc: Awaited<ReturnType<typeof anEuicc>>) => [string, string], string]>([
    ['deletes the active profile', ({ active }) => [active, 'DELETE'], 'TRANSITION_NOT_ALLOWED'],
    [
      'enables one that is not on the eUICC',
      ({ absent }) => [absent[0] ?? '', 'ENABLE'],
      'TRANSITION_NOT_ALLOWED',
    ],
    ['downloads one that the account does not have', () => ['Absent XX', 'DOWNLOAD'], 'FEATURE_NOT_ENABLED'],
  ])('that %s is refused', async (_, pick, code) => {
    const euicc = await anEuicc();
    const { payload } = await change([euicc.sim], ...pick(euicc));
    expect(payload).toMatchObject({
      failed: 1,
      results: [
        {
          outcome: 'FAILED',
          error: { code },
          sim: { esim: { activeProfile: euicc.active, downloadedProfiles: profiles(euicc.sim) } },
        },
      ],
    });
    expect(await running.world.effects()).toEqual([]);
  });

  test('of a plain SIM is FEATURE_NOT_ENABLED', async () => {
    const { payload } = await change([{ iccid: special.E210 }], 'KPN NL', 'DELETE');
    expect(payload).toMatchObject({
      failed: 1,
      results: [{ error: { code: 'FEATURE_NOT_ENABLED' }, sim: { esim: null } }],
    });
  });
});
