import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createChanges } from '../support/changes.ts';
import { askSimApi, createPool, special } from '../support/fleet.ts';
import { EsimProfilesDocument } from '../support/operations.ts';
import { runGateway } from '../support/running.ts';
import type { WireSim } from '../support/sandbox.ts';

const running = runGateway({ sims: 300, clock: { rate: 0 } });
const pool = createPool(() => running.world);
const { many, puts } = createChanges(running);

const change = (sims: readonly WireSim[], profile: string, action: string) =>
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

beforeEach(() => running.world.clearEffects());
afterEach(() => running.world.setManners({ esim: 'enabled' }));

describe('profiles of an eUICC', () => {
  test('are those that it has, and those of the account that it does not have', async () => {
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

  test('are null on a plain SIM, and cost no call', async () => {
    const { data, errors } = await running.gateway.run(EsimProfilesDocument, { by: { iccid: special.E210 } });
    expect(errors).toEqual([]);
    expect(data.sim).toMatchObject({ esim: null });
    expect((await running.world.calls()).byPath).toEqual({ '/get_sims': 1 });
  });

  test('that cannot be installed, eSIM not being ordered, are null alone', async () => {
    const { sim } = await anEuicc();
    await running.world.setManners({ esim: 'disabled' });
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
  test('downloads, enables, downloads and enables at once, and deletes; each is read back', async () => {
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
        succeeded: 2,
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

  test('that is so already makes no call', async () => {
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
    ['enables one that is not there', ({ absent }) => [absent[0] ?? '', 'ENABLE'], 'TRANSITION_NOT_ALLOWED'],
    ['downloads one that the account has not', () => ['Nobody XX', 'DOWNLOAD'], 'FEATURE_NOT_ENABLED'],
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
    const sims = await running.world.sims({ limit: 300 });
    const { payload } = await change(
      sims.filter(({ iccid }) => iccid === special.E210),
      'KPN NL',
      'DELETE',
    );
    expect(payload).toMatchObject({
      failed: 1,
      results: [{ error: { code: 'FEATURE_NOT_ENABLED' }, sim: { esim: null } }],
    });
  });
});
