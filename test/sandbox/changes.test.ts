import { describe, expect, test } from '@jest/globals';
import { createWorld, type WireSim, type World } from '../support/sandbox.ts';
import { codeOf, openSimApi, type Parameters, type SimApi } from './sim.api.ts';

const FROZEN = { startAt: '2026-03-20T12:00:00Z', rate: 0 };

async function frozenWorld(): Promise<{ world: World; api: SimApi }> {
  const world = await createWorld({
    special: false,
    clock: FROZEN,
    behaviour: { settleMs: { min: 5000, max: 5000 } },
  });
  return { world, api: await openSimApi(world) };
}

async function firstSim(world: World, query: Parameters): Promise<string> {
  const [sim] = await world.sims({ ...query, limit: 1 });
  if (sim === undefined) throw new Error(`no SIM with ${JSON.stringify(query)}`);
  return sim.iccid;
}

const stateOf = ({ state, status }: WireSim) => `${state} ${status.primary} ${status.secondary ?? '-'}`;

describe('changes of state', () => {
  test('a SIM in transition shows its target and PENDING, refuses other changes, and settles by the clock of the world', async () => {
    const { world, api } = await frozenWorld();
    const iccid = await firstSim(world, { state: 'OFFLINE', primary: 'OFF' });
    const sim = () => api.read<WireSim>('/get_sim', { iccid });

    const answer = await api.put('/activate', { iccid });
    expect(answer.json).toEqual(await sim());
    expect(stateOf(await sim())).toBe('LIVE PENDING LIVE');
    expect(codeOf(await api.put('/deactivate', { iccid }))).toBe('E201');
    expect(codeOf(await api.put('/close', { iccid }))).toBe('E201');

    await world.advanceClock(4999);
    expect(stateOf(await sim())).toBe('LIVE PENDING LIVE');
    await world.advanceClock(1);
    expect(stateOf(await sim())).toBe('LIVE ON LIVE');
    expect((await sim()).lastModifiedMillis).toBe(Date.parse(FROZEN.startAt) + 5000);
  });

  test.each([
    ['/deactivate', 'LIVE', 'ON', 'OFFLINE PENDING OFF', 'OFFLINE OFF -'],
    ['/suspend', 'LIVE', 'ON', 'OFFLINE PENDING SUSPENDED', 'OFFLINE ON SUSPENDED'],
    ['/resume', 'OFFLINE', 'ON', 'LIVE PENDING LIVE', 'LIVE ON LIVE'],
    ['/deactivate', 'OFFLINE', 'ON', 'OFFLINE PENDING OFF', 'OFFLINE OFF -'],
    ['/test', 'SHIPPING', 'OFF', 'TEST PENDING TEST', 'TEST ON TEST'],
    ['/active_ready', 'SHIPPING', 'OFF', 'ACTIVE_READY PENDING ACTIVE_READY', 'ACTIVE_READY ON ACTIVE_READY'],
    ['/close', 'LIVE', 'ON', 'CLOSED PENDING DELETED', 'CLOSED DELETED -'],
  ])('%s takes a SIM that is %s %s to %s and then to %s', async (path, state, primary, pending, final) => {
    const { world, api } = await frozenWorld();
    const iccid = await firstSim(world, { state, primary });
    await api.put(path, { iccid });
    expect(stateOf(await api.read('/get_sim', { iccid }))).toBe(pending);
    await world.advanceClock(5000);
    expect(stateOf(await api.read('/get_sim', { iccid }))).toBe(final);
  });

  test.each([
    ['/activate', 'LIVE', 'ON'],
    ['/deactivate', 'OFFLINE', 'OFF'],
    ['/deactivate', 'SHIPPING', 'OFF'],
    ['/suspend', 'SHIPPING', 'OFF'],
    ['/suspend', 'OFFLINE', 'OFF'],
    ['/resume', 'OFFLINE', 'OFF'],
    ['/test', 'LIVE', 'ON'],
    ['/active_ready', 'LIVE', 'ON'],
    ['/reset', 'SHIPPING', 'OFF'],
  ])('%s is E201 for a SIM that is %s %s', async (path, state, primary) => {
    const { world, api } = await frozenWorld();
    const iccid = await firstSim(world, { state, primary });
    expect(codeOf(await api.put(path, { iccid }))).toBe('E201');
  });

  test('a closed SIM refuses every change with E201', async () => {
    const { world, api } = await frozenWorld();
    const iccid = await firstSim(world, { primary: 'DELETED' });
    const calls: [string, Parameters][] = [
      ...[
        '/activate',
        '/deactivate',
        '/suspend',
        '/resume',
        '/test',
        '/active_ready',
        '/close',
        '/reset',
      ].map((path): [string, Parameters] => [path, {}]),
      ['/set_name', { name: 'x' }],
      ['/set_group', { group: 'x' }],
      ['/set_data_limit', { limit: 100 }],
      ['/set_imei_lock', { lock: true }],
      ['/sendSms', { message: 'x' }],
    ];
    for (const [path, parameters] of calls) {
      expect([path, codeOf(await api.put(path, { ...parameters, iccid }))]).toEqual([path, 'E201']);
    }
  });

  test('settleMs of 0 settles changes at once', async () => {
    const world = await createWorld({ clock: FROZEN, behaviour: { settleMs: { min: 0, max: 0 } } });
    const api = await openSimApi(world);
    const iccid = await firstSim(world, { state: 'LIVE', primary: 'ON' });
    expect(stateOf((await api.put('/deactivate', { iccid })).json as WireSim)).toBe('OFFLINE OFF -');
  });
});

describe('other changes', () => {
  test('a name, a group and a data limit are set and removed, and lastModifiedMillis shows the time of the change', async () => {
    const { world, api } = await frozenWorld();
    const iccid = await firstSim(world, { state: 'LIVE', primary: 'ON' });
    const sim = () => api.read<WireSim>('/get_sim', { iccid });
    await api.put('/set_name', { iccid, name: 'Kärcher, 1' });
    await api.put('/set_group', { iccid, group: 'New group' });
    await api.put('/set_data_limit', { iccid, limit: 5000 });
    expect(await sim()).toMatchObject({
      name: 'Kärcher, 1',
      group: 'New group',
      data_limit: 5000,
      lastModifiedMillis: Date.parse(FROZEN.startAt),
    });
    expect(await api.read('/get_account_groups')).toContain('New group');
    expect(await api.read('/get_group_sims', { group: 'New group' })).toMatchObject({ total: 1 });

    await api.put('/set_name', { iccid, name: '' });
    await api.put('/set_group', { iccid, group: '' });
    await api.put('/set_data_limit', { iccid, limit: 0 });
    expect(await sim()).toMatchObject({ name: null, data_limit: 0 });
    expect(await sim()).not.toHaveProperty('group');
    expect(await api.read('/get_account_groups')).not.toContain('New group');
  });

  test('a reset makes the SIM connect to its network again', async () => {
    const { world, api } = await frozenWorld();
    const iccid = await firstSim(world, { state: 'LIVE', primary: 'ON' });
    await world.advanceClock(60_000);
    await api.put('/reset', { iccid });
    const { lastNetworkActivityMillis } = await api.read<WireSim>('/get_sim', { iccid });
    expect(lastNetworkActivityMillis).toBe(Date.parse(FROZEN.startAt) + 60_000);
  });

  test('profiles of an eSIM are downloaded, enabled and deleted; impossible actions are refused', async () => {
    const { world, api } = await frozenWorld();
    const [sim] = await world.sims({ esim: true, state: 'LIVE', primary: 'ON', limit: 1 });
    const { iccid = '', downloaded_profiles: had = [], active_profile: active = '' } = sim ?? {};
    const all = await api.read<string[]>('/get_available_profiles');
    const [first = '', second = ''] = all.filter((profile) => !had.includes(profile));
    const change = (profile: string, action: string) => api.put('/esim_profile', { iccid, profile, action });

    expect(codeOf(await change(first, 'enable'))).toBe('E201');
    await change(first, 'download');
    expect(codeOf(await change(first, 'download'))).toBe('E201');
    await change(first, 'enable');
    await change(second, 'download_and_enable');
    await change(active ?? '', 'delete');
    expect(codeOf(await change(second, 'delete'))).toBe('E201');
    expect(codeOf(await change('Nobody', 'download'))).toBe('E003');
    expect((await change(first, 'paint')).status).toBe(400);
    expect(await api.read('/get_sim', { iccid })).toMatchObject({
      active_profile: second,
      downloaded_profiles: [...had.filter((profile) => profile !== active), first, second],
    });
  });

  test('an SMS is accepted as message or sms, and the effect log records each SMS that was sent', async () => {
    const { world, api } = await frozenWorld();
    const sims = await world.sims({ state: 'LIVE', primary: 'ON', limit: 2 });
    const [one = '', two = ''] = sims.map((sim) => sim.iccid);
    await api.put('/sendSms', { iccid: [one, two], message: 'hello', sms: 'hello' });
    await api.put('/sendSms', { iccid: one, sms: 'again' });
    expect((await api.put('/sendSms', { iccid: one })).status).toBe(400);
    expect(await world.effects({ iccid: one })).toEqual([
      { at: Date.parse(FROZEN.startAt), path: '/sendSms', iccid: one, params: { message: 'hello' } },
      { at: Date.parse(FROZEN.startAt), path: '/sendSms', iccid: one, params: { message: 'again' } },
    ]);
    expect(await world.effectCounts({ path: '/sendSms' })).toEqual({ [one]: 2, [two]: 1 });
    await world.clearEffects();
    expect(await world.effects()).toEqual([]);
  });

  test('the IMEI lock must be true or false, and the SIM must have been in a device', async () => {
    const { world, api } = await frozenWorld();
    const iccid = await firstSim(world, { state: 'LIVE', primary: 'ON' });
    const shipped = await firstSim(world, { state: 'SHIPPING' });
    expect((await api.put('/set_imei_lock', { iccid, lock: 'true' })).status).toBe(200);
    expect((await api.put('/set_imei_lock', { iccid, lock: 'maybe' })).status).toBe(400);
    expect(codeOf(await api.put('/set_imei_lock', { iccid: shipped, lock: true }))).toBe('E203');
    expect(codeOf(await api.put('/sendSms', { iccid: shipped, message: 'x' }))).toBe('E240');
  });
});

describe('changes of many SIMs', () => {
  test('refusedBulk: a refused call changes no SIM, or the SIMs before the one that refuses', async () => {
    const { world, api } = await frozenWorld();
    const live = (await world.sims({ state: 'LIVE', primary: 'ON', limit: 3 })).map((sim) => sim.iccid);
    const closed = await firstSim(world, { primary: 'DELETED' });
    const iccid = [...live.slice(0, 2), closed, ...live.slice(2)];

    expect(codeOf(await api.put('/suspend', { iccid }))).toBe('E201');
    expect(await world.effects()).toEqual([]);

    await world.setBehaviour({ refusedBulk: 'changesThoseBefore' });
    expect(codeOf(await api.put('/suspend', { iccid }))).toBe('E201');
    expect((await world.effects()).map((effect) => effect.iccid)).toEqual(live.slice(0, 2));
  });

  test('putAnswer and putStatus: the SIMs, a message, OK or an empty body, with 200 or 202', async () => {
    const { world, api } = await frozenWorld();
    const sims = await world.sims({ state: 'LIVE', primary: 'ON', limit: 2 });
    const iccid = sims.map((sim) => sim.iccid);
    const reset = () => api.put('/reset', { iccid });
    expect((await reset()).json).toMatchObject({ sims: iccid.map((one) => ({ iccid: one })) });
    await world.setBehaviour({ putAnswer: 'message', putStatus: 202 });
    const message = await reset();
    expect([message.status, message.json]).toEqual([202, { message: expect.any(String) }]);
    await world.setBehaviour({ putAnswer: 'ok' });
    const plain = await reset();
    expect(plain.text).toBe('OK');
    expect(plain.headers.get('content-type')).toMatch(/^text\/plain/);
    await world.setBehaviour({ putAnswer: 'empty' });
    expect((await reset()).text).toBe('');
  });
});
