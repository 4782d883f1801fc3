import { beforeAll, expect, test } from '@jest/globals';
import { createWorld, type World } from '../support/sandbox.ts';
import { codeOf, openSimApi, type Parameters, type SimApi } from './sim.api.ts';

/** The ICCIDs in docs/sandbox.md. They must never change, so the test spells them out. */
const special = {
  E000: '8937204999000000002',
  E002: '8937204999000000028',
  E003: '8937204999000000036',
  E101: '8937204999000001018',
  E103: '8937204999000001034',
  E201: '8937204999000002016',
  E202: '8937204999000002024',
  E203: '8937204999000002032',
  E210: '8937204999000002107',
  E211: '8937204999000002115',
  E240: '8937204999000002404',
};

let world: World;
let api: SimApi;

beforeAll(async () => {
  world = await createWorld({
    sims: 60,
    seed: 'another',
    clock: { startAt: '2026-02-01T00:00:00Z', rate: 0 },
  });
  api = await openSimApi(world);
});

const cases: [code: string, method: 'GET' | 'PUT', path: string, parameters: Parameters][] = [
  ['E000', 'PUT', '/reset', { iccid: special.E000 }],
  ['E000', 'GET', '/diagnostics', { iccid: special.E000 }],
  ['E002', 'GET', '/get_sim', { iccid: special.E002 }],
  ['E002', 'PUT', '/set_name', { iccid: special.E002, name: 'x' }],
  ['E003', 'GET', '/diagnostics', { iccid: special.E003 }],
  ['E003', 'PUT', '/esim_profile', { iccid: special.E003, profile: 'KPN NL', action: 'enable' }],
  ['E101', 'GET', '/get_sim_cost', { iccid: special.E101 }],
  ['E102', 'GET', '/get_account_balance', { month: 1, year: 2020 }],
  ['E102', 'GET', '/get_account_balance', { month: 12, year: 2099 }],
  ['E103', 'GET', '/diagnostics', { iccid: special.E103 }],
  ['E201', 'PUT', '/activate', { iccid: special.E201 }],
  ['E202', 'PUT', '/deactivate', { iccid: special.E202 }],
  ['E203', 'PUT', '/set_imei_lock', { iccid: special.E203, lock: true }],
  ['E210', 'PUT', '/set_data_limit', { iccid: special.E210, limit: 10 }],
  ['E211', 'PUT', '/activate', { iccid: special.E211 }],
  ['E211', 'PUT', '/resume', { iccid: special.E211 }],
  ['E220', 'PUT', '/set_group', { iccid: special.E210, group: 'Forbidden' }],
  ['E240', 'PUT', '/sendSms', { iccid: special.E240, message: 'x' }],
];

test.each(cases)('%s is the answer to %s %s %j', async (code, method, path, parameters) => {
  const answer = await (method === 'GET' ? api.get : api.put)(path, parameters);
  expect(answer.status).toBe(code === 'E003' ? 403 : 400);
  expect(answer.json).toEqual({
    error_code: code,
    error_description: expect.any(String),
    timestamp: Date.parse('2026-02-01T00:00:00Z'),
  });
  expect(await world.effects({ path })).toEqual([]);
});

test('lists return the special SIMs like any other; costs leave out the SIM of E101', async () => {
  const { E002: _, ...there } = special;
  const iccid = Object.values(there);
  expect(await api.read('/get_sims', { iccid })).toMatchObject({ found: iccid.length });
  const costs = await api.read<{ iccid: string }[]>('/get_sim_costs', { iccid });
  expect(costs.map((cost) => cost.iccid).sort()).toEqual(iccid.filter((one) => one !== special.E101).sort());
});

test('errorStatus sets the HTTP status of all codes except E003', async () => {
  const other = await createWorld({ behaviour: { errorStatus: 422 } });
  const otherApi = await openSimApi(other);
  expect((await otherApi.get('/get_sim', { iccid: special.E002 })).status).toBe(422);
  expect((await otherApi.get('/diagnostics', { iccid: special.E003 })).status).toBe(403);
});

test('an account without the add-ons refuses them for every SIM', async () => {
  const plain = await createWorld({ behaviour: { diagnostics: 'notOrdered', esim: 'disabled' } });
  const plainApi = await openSimApi(plain);
  const [esim] = await plain.sims({ esim: true, state: 'LIVE', limit: 1 });
  const iccid = esim?.iccid ?? '';
  expect(codeOf(await plainApi.get('/diagnostics', { iccid }))).toBe('E003');
  expect(codeOf(await plainApi.get('/get_available_profiles'))).toBe('E003');
  const enable = { iccid, profile: esim?.active_profile ?? '', action: 'enable' };
  expect(codeOf(await plainApi.put('/esim_profile', enable))).toBe('E003');
});

test('special: false creates a world without the special SIMs', async () => {
  const ordinary = await createWorld({ sims: 50, special: false });
  const ordinaryApi = await openSimApi(ordinary);
  expect(await ordinaryApi.read('/get_account_sims')).toMatchObject({ total: 50 });
  expect(codeOf(await ordinaryApi.get('/get_sim', { iccid: special.E210 }))).toBe('E002');
});
