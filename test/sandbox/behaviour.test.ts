import { expect, test } from '@jest/globals';
import { createWorld } from '../support/sandbox.ts';
import { codeOf, openSimApi } from './sim.api.ts';

interface SimList {
  sims: { iccid: string; lastModifiedMillis: number }[];
}

test('order: stable keeps the order of lists, shuffled changes it on each read but never in pages of the account', async () => {
  const world = await createWorld();
  const api = await openSimApi(world);
  const iccid = (await world.sims()).map((sim) => sim.iccid);
  const order = async () =>
    (await api.read<SimList>('/get_sims', { iccid: iccid.toReversed() })).sims.map((sim) => sim.iccid);
  expect(await order()).toEqual(iccid);
  await world.setBehaviour({ order: 'shuffled' });
  const shuffled = await order();
  expect(shuffled).not.toEqual(iccid);
  expect(shuffled.toSorted()).toEqual(iccid.toSorted());
  const costs = () => api.read<{ iccid: string }[]>('/get_sim_costs', { iccid });
  expect(await costs()).not.toEqual(await costs());
  const paged = (await api.read<SimList>('/get_account_sims')).sims.map((sim) => sim.iccid);
  expect(paged).toEqual(iccid);
});

test('missingSims: refuse refuses a read of several SIMs if one does not exist', async () => {
  const world = await createWorld({ behaviour: { missingSims: 'refuse' } });
  const api = await openSimApi(world);
  const there = (await world.sims({ limit: 1 }))[0]?.iccid ?? '';
  expect(codeOf(await api.get('/get_sims', { iccid: [there, '8937204999000000028'] }))).toBe('E002');
  expect((await api.get('/get_sims', { iccid: there })).status).toBe(200);
});

test('times: seconds returns times in seconds', async () => {
  const world = await createWorld({ clock: { rate: 0 } });
  const api = await openSimApi(world);
  const [sim] = await world.sims({ state: 'LIVE', primary: 'ON', limit: 1 });
  await world.setBehaviour({ times: 'seconds' });
  const { lastModifiedMillis } = await api.read<{ lastModifiedMillis: number }>('/get_sim', {
    iccid: sim?.iccid ?? '',
  });
  expect(lastModifiedMillis).toBe(Math.floor((sim?.lastModifiedMillis ?? 0) / 1000));
});

test.each([414, 431] as const)(
  'a URL longer than maxUrlBytes is refused with %d and changes nothing',
  async (status) => {
    const world = await createWorld({ behaviour: { maxUrlBytes: 200, maxUrlStatus: status } });
    const api = await openSimApi(world);
    const iccid = (await world.sims({ state: 'LIVE', primary: 'ON', limit: 20 })).map((sim) => sim.iccid);
    expect((await api.put('/reset', { iccid })).status).toBe(status);
    expect(await world.effects()).toEqual([]);
    expect((await api.put('/reset', { iccid: iccid.slice(0, 3) })).status).toBe(200);
  },
);
