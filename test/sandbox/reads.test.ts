import { beforeAll, describe, expect, test } from '@jest/globals';
import { createWorld, type WireSim, type World } from '../support/sandbox.ts';
import { codeOf, openSimApi, request, type SimApi } from './sim.api.ts';

interface SimList {
  found: number;
  offset: number;
  total: number;
  sims: WireSim[];
}

let world: World;
let api: SimApi;
let sims: WireSim[];

beforeAll(async () => {
  world = await createWorld({ sims: 120, clock: { startAt: '2026-03-20T12:00:00Z', rate: 0 } });
  api = await openSimApi(world);
  sims = await world.sims({ limit: 120 });
});

const iccidsOf = (list: SimList) => list.sims.map((sim) => sim.iccid).sort();
const passesLuhn = (digits: string) =>
  [...digits].reverse().reduce((sum, digit, place) => {
    const weighed = Number(digit) * (place % 2 === 0 ? 1 : 2);
    return sum + (weighed > 9 ? weighed - 9 : weighed);
  }, 0) %
    10 ===
  0;

describe('SIMs', () => {
  test('a SIM is read by its ICCID, and an eSIM by its EID too', async () => {
    const esim = sims.find((sim) => sim.eid !== undefined);
    const byIccid = await api.read<WireSim>('/get_sim', { iccid: esim?.iccid ?? '' });
    expect(byIccid).toEqual(esim);
    expect(await api.read('/get_sim', { eid: esim?.eid ?? '' })).toEqual(byIccid);
  });

  test('several SIMs are read by a comma list, an encoded comma list, repeated keys, and EIDs with ICCIDs', async () => {
    const iccids = sims.slice(0, 3).map((sim) => sim.iccid);
    const esim = sims.slice(3).find((sim) => sim.eid !== undefined);
    const headers = { authorization: `Bearer ${api.accessToken}` };
    const raw = await request(`${world.apiUrl}/get_sims?iccid=${iccids.join(',')}`, { headers });
    expect(iccidsOf(raw.json as SimList)).toEqual([...iccids].sort());
    expect((await api.read<SimList>('/get_sims', { iccid: iccids.join(',') })).found).toBe(3);
    expect((await api.read<SimList>('/get_sims', { iccid: iccids })).found).toBe(3);
    const both = await api.read<SimList>('/get_sims', { iccid: iccids, eid: esim?.eid ?? '' });
    expect(iccidsOf(both)).toEqual([...iccids, esim?.iccid ?? ''].sort());
  });

  test('a SIM that does not exist is left out, and a SIM named twice is returned once', async () => {
    const [sim] = sims;
    const list = await api.read<SimList>('/get_sims', {
      iccid: [sim?.iccid ?? '', '8937204999000000028', sim?.iccid ?? ''],
    });
    expect(list).toEqual({ found: 1, offset: 0, total: 1, sims: [sim] });
  });

  test('a call accepts 1000 ICCIDs or EIDs in either form; 1001 are E230', async () => {
    const iccid = sims[0]?.iccid ?? '';
    const thousand = Array.from({ length: 1000 }, () => iccid);
    expect((await api.get('/get_sims', { iccid: thousand.join(',') })).status).toBe(200);
    expect((await api.get('/get_sims', { iccid: thousand })).status).toBe(200);
    const eids = Array.from({ length: 1000 }, () => '8'.repeat(32));
    expect((await api.get('/get_sims', { eid: eids })).status).toBe(200);
    expect(codeOf(await api.get('/get_sims', { iccid: [...thousand, iccid] }))).toBe('E230');
    expect(codeOf(await api.get('/get_sim_costs', { iccid: [...thousand, iccid] }))).toBe('E230');
    expect(codeOf(await api.put('/reset', { iccid: [...thousand, iccid] }))).toBe('E230');
  });

  test('the pages of the account list hold every SIM once, not in the order of the ICCIDs', async () => {
    const paged = await createWorld({ sims: 25, behaviour: { pageSize: 10 } });
    const pagedApi = await openSimApi(paged);
    const pages = await Promise.all(
      [0, 10, 20, 30].map((offset) => pagedApi.read<SimList>('/get_account_sims', { offset })),
    );
    expect(pages.map(({ found, offset, total }) => [found, offset, total])).toEqual([
      [10, 0, 25],
      [10, 10, 25],
      [5, 20, 25],
      [0, 30, 25],
    ]);
    const iccids = pages.flatMap((page) => page.sims.map((sim) => sim.iccid));
    expect(new Set(iccids).size).toBe(25);
    expect(iccids).not.toEqual([...iccids].sort());
  });

  test('a page holds at most 1000 SIMs', async () => {
    const big = await createWorld({ sims: 1500 });
    const bigApi = await openSimApi(big);
    expect((await bigApi.read<SimList>('/get_account_sims')).found).toBe(1000);
    expect((await bigApi.read<SimList>('/get_account_sims', { offset: 1000 })).found).toBe(500);
  });

  test('the groups of the account are those of its SIMs, and each group lists its SIMs', async () => {
    const groups = await api.read<string[]>('/get_account_groups');
    expect(groups).toEqual([...new Set(sims.flatMap(({ group }) => group ?? []))].sort());
    const lists = await Promise.all(groups.map((group) => api.read<SimList>('/get_group_sims', { group })));
    lists.forEach((list, index) => {
      expect(list.sims.every((sim) => sim.group === groups[index])).toBe(true);
    });
    expect(lists.reduce((sum, list) => sum + list.total, 0)).toBe(sims.filter((sim) => sim.group).length);
    expect((await api.read<SimList>('/get_group_sims', { group: 'nobody' })).total).toBe(0);
  });

  test('the fleet has valid ICCIDs and EIDs, every state, and SIMs with and without name, group and limit', () => {
    expect(sims.every(({ iccid }) => /^8937204\d{12,13}$/.test(iccid) && passesLuhn(iccid))).toBe(true);
    const eids = sims.flatMap((sim) => sim.eid ?? []);
    expect(eids.every((eid) => /^\d{32}$/.test(eid) && BigInt(eid) % 97n === 1n)).toBe(true);
    expect(eids.length).toBeGreaterThan(10);
    const states = new Set(sims.map((sim) => sim.state));
    expect([...states].sort()).toEqual(['ACTIVE_READY', 'CLOSED', 'LIVE', 'OFFLINE', 'SHIPPING', 'TEST']);
    const pairs = sims.map(({ status, state }) => `${status.primary} ${status.secondary ?? '-'} ${state}`);
    expect(pairs).toEqual(
      expect.arrayContaining(['ON SUSPENDED OFFLINE', 'OFF - OFFLINE', 'OFF - SHIPPING']),
    );
    expect(pairs.some((pair) => pair.startsWith('PENDING'))).toBe(true);
    expect(sims.some((sim) => sim.name === null)).toBe(true);
    expect(sims.some((sim) => sim.group === undefined)).toBe(true);
    expect(sims.some((sim) => sim.data_limit === null || sim.data_limit === 0)).toBe(true);
    expect(sims.some((sim) => sim.data_limit !== null && sim.data_limit > 0)).toBe(true);
  });
});

test('every SIM of a new world has settled after 120 s', async () => {
  const fresh = await createWorld({ sims: 2000, clock: { rate: 0 } });
  const moving = async () =>
    (await fresh.sims({ limit: 2000 })).filter(({ status }) => status.primary === 'PENDING').length;
  expect(await moving()).toBeGreaterThan(100);
  await fresh.advanceClock(120_000);
  expect(await moving()).toBe(0);
});

describe('the device and the account', () => {
  test('diagnostics return the location of the device', async () => {
    const live = (await world.sims({ state: 'LIVE', limit: 1 }))[0];
    const diagnostics = await api.read<Record<string, unknown>>('/diagnostics', { iccid: live?.iccid ?? '' });
    expect(diagnostics).toEqual({
      imei: live?.imei,
      deviceName: expect.any(String),
      inDataSession: expect.any(Boolean),
      lastNetworkActivity: live?.lastNetworkActivityMillis,
      lastCountry: expect.any(String),
      lastOperator: expect.any(String),
      latitude: expect.any(Number),
      longitude: expect.any(Number),
      radius: expect.any(Number),
    });
  });

  test('the account lists the profiles that can be downloaded', async () => {
    const profiles = await api.read<string[]>('/get_available_profiles');
    expect(profiles.length).toBeGreaterThan(2);
  });
});

describe('invalid calls', () => {
  test('an unknown path is 404, a wrong method 405, a missing or malformed parameter 400 without an error code', async () => {
    expect((await api.get('/get_everything')).status).toBe(404);
    expect((await api.put('/get_sim', { iccid: '1' })).status).toBe(405);
    const wrong = await api.get('/activate', { iccid: '1' });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'PUT']);
    for (const [path, parameters] of [
      ['/get_sim', {}],
      ['/get_group_sims', {}],
      ['/get_sim_cost', { iccid: sims[0]?.iccid ?? '', month: 13 }],
      ['/get_account_sims', { offset: 'x' }],
    ] as const) {
      const answer = await api.get(path, parameters);
      expect([path, answer.status, answer.json]).toEqual([
        path,
        400,
        { error: 'bad_request', error_description: expect.any(String) },
      ]);
    }
    expect((await request(`${world.origin}/v2/get_sim`)).status).toBe(404);
  });
});
