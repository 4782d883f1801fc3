import { describe, expect, test } from '@jest/globals';
import { createWorld, type WireSim, type World } from '../support/sandbox.ts';
import { codeOf, openSimApi, type SimApi } from './sim.api.ts';

interface Cost {
  iccid: string;
  data_used: number;
  data_cost: number;
  currency: string;
  month: number;
  year: number;
}

interface SessionList {
  found: number;
  total: number;
  sessions: { id: number; start_time: number; data_size: number; data_cost: number; alpha3: string }[];
}

interface AlertList {
  found: number;
  total: number;
  alerts: { id: number; trigger: string; timestamp: number; is_read: boolean; iccid: string }[];
}

const START = '2026-03-20T12:00:00Z';
const DAY_MS = 86_400_000;

async function frozenWorld(startAt = START): Promise<{ world: World; api: SimApi }> {
  const world = await createWorld({
    clock: { startAt, rate: 0 },
    behaviour: { settleMs: { min: 0, max: 0 } },
  });
  return { world, api: await openSimApi(world) };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const month = (year: number, number: number) => ({
  from: Date.UTC(year, number - 1),
  to: Date.UTC(year, number) - 1,
});

describe('sessions and costs', () => {
  test('the cost of a SIM in a month is the sum of its sessions, and the balance is the sum of all SIMs', async () => {
    const { world, api } = await frozenWorld();
    const iccid = (await world.sims()).map((sim) => sim.iccid);
    for (const [year, number] of [
      [2026, 3],
      [2026, 2],
      [2025, 11],
    ] as const) {
      const asked = { month: number, year };
      const costs = await api.read<Cost[]>('/get_sim_costs', { iccid, ...asked });
      expect(costs.length).toBeGreaterThan(20);
      for (const cost of costs.filter((_, index) => index % 5 === 0)) {
        const { sessions } = await api.read<SessionList>('/get_sim_sessions', {
          iccid: cost.iccid,
          ...month(year, number),
        });
        expect(sum(sessions.map((session) => session.data_size))).toBe(cost.data_used);
        expect(sum(sessions.map((session) => session.data_cost))).toBeCloseTo(cost.data_cost, 6);
        expect(await api.read('/get_sim_cost', { iccid: cost.iccid, ...asked })).toEqual(cost);
      }
      const balance = await api.read<Cost>('/get_account_balance', asked);
      expect(balance).toMatchObject({ currency: 'EUR', ...asked });
      expect(balance.data_used).toBe(sum(costs.map((cost) => cost.data_used)));
    }
  });

  test('costs and sessions default to the current UTC month up to now', async () => {
    const { world, api } = await frozenWorld();
    const [sim] = await world.sims({ state: 'LIVE', primary: 'ON', limit: 1 });
    const iccid = sim?.iccid ?? '';
    expect(await api.read('/get_sim_cost', { iccid })).toMatchObject({ month: 3, year: 2026 });
    expect(await api.read('/get_account_balance')).toMatchObject({ month: 3, year: 2026 });
    const list = await api.read<SessionList>('/get_sim_sessions', { iccid });
    expect(list).toMatchObject({ from: Date.UTC(2026, 2), to: Date.parse(START) });
    expect(list.sessions[0]?.start_time).toBe(sim?.lastDataSessionMillis);
  });

  test('sessions are listed newest first, some have 0 bytes, and each has a unique id and a country', async () => {
    const { world, api } = await frozenWorld();
    const live = await world.sims({ state: 'LIVE', primary: 'ON' });
    const lists = await Promise.all(
      live.map(({ iccid }) => api.read<SessionList>('/get_sim_sessions', { iccid, from: 0 })),
    );
    const sessions = lists.flatMap((list) => list.sessions);
    expect(new Set(sessions.map((session) => session.id)).size).toBe(sessions.length);
    expect(sessions.some((session) => session.data_size === 0)).toBe(true);
    expect(sessions.every((session) => /^[A-Z]{3}$/.test(session.alpha3))).toBe(true);
    const times = (lists[0]?.sessions ?? []).map((session) => session.start_time);
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });

  test('usage and sessions grow with the clock, but only while the SIM is live', async () => {
    const { world, api } = await frozenWorld();
    const [sim] = await world.sims({ state: 'LIVE', primary: 'ON', limit: 1 });
    const iccid = sim?.iccid ?? '';
    const total = async () => (await api.read<SessionList>('/get_sim_sessions', { iccid, from: 0 })).total;
    const before = await total();
    await world.advanceClock(7 * DAY_MS);
    const after = await total();
    expect(after).toBeGreaterThan(before);
    expect((await api.read<WireSim>('/get_sim', { iccid })).lastDataSessionMillis).toBeGreaterThan(
      Number(sim?.lastDataSessionMillis),
    );
    await api.put('/suspend', { iccid });
    await world.advanceClock(7 * DAY_MS);
    expect(await total()).toBe(after);
    await api.put('/resume', { iccid });
    await world.advanceClock(7 * DAY_MS);
    expect(await total()).toBeGreaterThan(after);
  });

  test('a SIM without history is E101 alone; a list leaves it out or is refused', async () => {
    const { world, api } = await frozenWorld();
    const [shipped] = await world.sims({ state: 'SHIPPING', primary: 'OFF', limit: 1 });
    const [live] = await world.sims({ state: 'LIVE', primary: 'ON', limit: 1 });
    const iccid = [shipped?.iccid ?? '', live?.iccid ?? ''];
    expect(codeOf(await api.get('/get_sim_cost', { iccid: shipped?.iccid ?? '' }))).toBe('E101');
    expect((await api.read<Cost[]>('/get_sim_costs', { iccid })).map((cost) => cost.iccid)).toEqual([
      live?.iccid,
    ]);
    await world.setBehaviour({ costsWithoutHistory: 'refuse' });
    expect(codeOf(await api.get('/get_sim_costs', { iccid }))).toBe('E101');
  });
});

describe('the data limit', () => {
  /** After 10 days of March 2026, of the SIMs without a limit the one with the highest usage gets this usage as its limit; 10 days later it is offline. */
  async function stoppedWorld() {
    const { world, api } = await frozenWorld('2026-03-01T00:00:00Z');
    const live = await world.sims({ state: 'LIVE', primary: 'ON' });
    const sims = live.filter((sim) => !sim.data_limit);
    await world.advanceClock(10 * DAY_MS);
    const costs = await api.read<Cost[]>('/get_sim_costs', { iccid: sims.map((sim) => sim.iccid) });
    const { iccid, data_used } = costs.reduce((highest, cost) =>
      cost.data_used > highest.data_used ? cost : highest,
    );
    const limit = Math.ceil(data_used / 1e6);
    expect((await api.put('/set_data_limit', { iccid, limit })).status).toBe(200);
    await world.advanceClock(10 * DAY_MS);
    return { world, api, iccid, limit };
  }

  test('a reached limit raises an alert, takes the SIM offline and blocks its activation with E211', async () => {
    const { api, iccid, limit } = await stoppedWorld();
    const stopped = await api.read<WireSim>('/get_sim', { iccid });
    expect(stopped).toMatchObject({ state: 'OFFLINE', status: { primary: 'ON', secondary: 'SUSPENDED' } });
    const { alerts } = await api.read<AlertList>('/get_sim_alerts', { iccid });
    expect(alerts.find((alert) => alert.trigger === 'Data limit reached')).toMatchObject({
      iccid,
      timestamp: stopped.lastModifiedMillis,
      is_read: false,
    });
    const { data_used: used } = await api.read<Cost>('/get_sim_cost', { iccid });
    expect(used).toBeGreaterThanOrEqual(limit * 1e6);
    expect(codeOf(await api.put('/resume', { iccid }))).toBe('E211');
    expect(codeOf(await api.put('/activate', { iccid }))).toBe('E211');
    expect(codeOf(await api.put('/set_data_limit', { iccid, limit: 1 }))).toBe('E210');
  });

  test('a SIM stopped by its limit can be resumed when the limit is removed', async () => {
    const { api, iccid } = await stoppedWorld();
    await api.put('/set_data_limit', { iccid, limit: 0 });
    expect((await api.put('/resume', { iccid })).json).toMatchObject({ state: 'LIVE' });
  });

  test('a SIM stopped by its limit stays offline in the next month, but can be resumed then', async () => {
    const { world, api, iccid } = await stoppedWorld();
    await world.moveClock({ to: '2026-04-01T00:00:00Z' });
    expect(await api.read('/get_sim', { iccid })).toMatchObject({ state: 'OFFLINE' });
    expect((await api.put('/resume', { iccid })).json).toMatchObject({ state: 'LIVE' });
  });

  test('some SIMs of a new world have been stopped by their limit', async () => {
    const { world, api } = await frozenWorld();
    const { alerts } = await api.read<AlertList>('/get_account_alerts');
    const { iccid } = alerts.find((alert) => alert.trigger === 'Data limit reached') ?? { iccid: '' };
    const stopped = await world.sims({ state: 'OFFLINE', secondary: 'SUSPENDED' });
    expect(stopped.map((sim) => sim.iccid)).toContain(iccid);
  });
});

describe('alerts', () => {
  test('the alerts of the account are those of its SIMs, and more are raised as the clock advances', async () => {
    const { world, api } = await frozenWorld();
    const { alerts, total } = await api.read<AlertList>('/get_account_alerts');
    expect(new Set(alerts.map((alert) => alert.id)).size).toBe(total);
    const alerted = new Set(alerts.map((alert) => alert.iccid));
    const sim = (await world.sims()).find(({ iccid, group }) => group !== undefined && alerted.has(iccid));
    const { iccid = '', group = '' } = sim ?? {};
    const ofSim = await api.read<AlertList>('/get_sim_alerts', { iccid });
    expect(ofSim.alerts).toEqual(alerts.filter((alert) => alert.iccid === iccid));
    const ofGroup = await api.read<AlertList>('/get_group_alerts', { group });
    expect(ofGroup.alerts).toEqual(expect.arrayContaining(ofSim.alerts));
    await world.advanceClock(30 * DAY_MS);
    expect((await api.read<AlertList>('/get_account_alerts')).total).toBeGreaterThan(total);
  });

  test.each([
    ['unread', 'markRead'],
    ['only_unread', 'mark_as_read'],
  ])('%s leaves out the alerts that %s marked as read', async (unread, markRead) => {
    const { world, api } = await frozenWorld();
    await world.setBehaviour({ pageSize: 2 });
    const { total } = await api.read<AlertList>('/get_account_alerts', { [unread]: true });
    const marked = await api.read<AlertList>('/get_account_alerts', { [unread]: true, [markRead]: true });
    expect(marked.alerts.map((alert) => alert.is_read)).toEqual([false, false]);
    const left = await api.read<AlertList>('/get_account_alerts', { [unread]: true });
    expect(left.total).toBe(total - 2);
    const all = await api.read<AlertList>('/get_account_alerts');
    expect(all.total).toBe(total);
    expect(all.alerts.map((alert) => alert.is_read)).toEqual([true, true]);
  });
});
