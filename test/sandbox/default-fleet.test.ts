import { describe, expect, test } from '@jest/globals';
import { createWorld, type WireSim, type World } from '../support/sandbox.ts';
import { openSimApi, type SimApi } from './sim.api.ts';

interface Cost {
  iccid: string;
  data_used: number;
}

interface Alerts {
  alerts: { trigger: string; timestamp: number }[];
}

const DAY_MS = 86_400_000;
/** The last initial transition settles 90 seconds after the clock began. */
const SETTLED_MS = 90_000;

/** All SIMs, and of those that are LIVE: all, without a data session for 30 days, with 80 % or more, with 100 % or more of their data limit used. */
const countsOfDefaultWorld = {
  'Scooters Riga': [234, 141, 6, 10, 3],
  'Scooters Tallinn': [254, 153, 4, 4, 3],
  'Trackers EU': [212, 114, 3, 4, 0],
  Meters: [227, 132, 3, 5, 4],
  Pilot: [206, 116, 4, 2, 1],
  Spare: [257, 140, 6, 6, 3],
  Vending: [231, 129, 3, 5, 0],
  none: [379, 211, 11, 4, 1],
};

async function worldAt(startAt: string, sims: number): Promise<{ world: World; api: SimApi }> {
  const world = await createWorld({ sims, clock: { startAt, rate: 0 } });
  return { world, api: await openSimApi(world) };
}

async function usedBytes(api: SimApi, sims: readonly WireSim[]): Promise<Map<string, number>> {
  const used = new Map<string, number>();
  for (let first = 0; first < sims.length; first += 1000) {
    const iccid = sims.slice(first, first + 1000).map((sim) => sim.iccid);
    const costs = await api.read<Cost[]>('/get_sim_costs', { iccid });
    for (const cost of costs) used.set(cost.iccid, cost.data_used);
  }
  return used;
}

const isSilent = ({ lastDataSessionMillis: at }: WireSim, now: number) =>
  Number(at) > 0 && Number(at) < now - 30 * DAY_MS;

describe('the SIMs of the default world', () => {
  // The documentation and its examples state these counts.
  test.each([
    ['in the first minute of a month', '2026-11-01T00:00:00Z', 0],
    ['in the middle of a month', '2026-11-15T12:34:00Z', 0],
    ['in the last minutes of a month', '2026-12-31T23:57:00Z', 0],
    ['in the month after the start', '2027-01-31T20:00:00Z', 5 * 3_600_000],
  ])('have the same usage, silent SIMs and groups %s', async (_, startAt, laterMs) => {
    const { world, api } = await worldAt(startAt, 2000);
    const { now } = await world.advanceClock(SETTLED_MS + laterMs);
    const sims = await world.sims({ limit: 2000 });
    const live = sims.filter(({ state }) => state === 'LIVE');
    const used = await usedBytes(api, live);
    const usedPercent = ({ iccid, data_limit: limit }: WireSim) =>
      Number(limit) > 0 ? (used.get(iccid) ?? 0) / Number(limit) / 10_000 : 0;
    const counts: Record<string, number[]> = {};
    const count = (sim: WireSim, column: number) => {
      const group = String(sim.group ?? 'none');
      const row = counts[group] ?? [0, 0, 0, 0, 0];
      counts[group] = row.with(column, (row[column] ?? 0) + 1);
    };
    for (const sim of sims) count(sim, 0);
    for (const sim of live) count(sim, 1);
    for (const sim of live) if (isSilent(sim, now)) count(sim, 2);
    for (const sim of live) if (usedPercent(sim) >= 80) count(sim, 3);
    for (const sim of live) if (usedPercent(sim) >= 100) count(sim, 4);
    expect(counts).toEqual(countsOfDefaultWorld);
    const near = live.map(usedPercent).filter((percent) => percent >= 50);
    expect(near.length).toBe(80);
    expect(Math.max(...near)).toBeLessThan(120);
  });

  test('that are silent show why: the device has left the network, or the SIM is in another device', async () => {
    const { world, api } = await worldAt('2026-11-15T12:34:00Z', 500);
    const { now } = await world.advanceClock(SETTLED_MS);
    const live = await world.sims({ limit: 500, state: 'LIVE' });
    const silent = live.filter((sim) => isSilent(sim, now));
    expect(silent.length).toBe(10);
    for (const { iccid, lastDataSessionMillis, lastNetworkActivityMillis } of silent) {
      const { alerts } = await api.read<Alerts>('/get_sim_alerts', { iccid });
      const { deviceName } = await api.read<{ deviceName: string }>('/diagnostics', { iccid });
      const onNetwork = Number(lastNetworkActivityMillis) > now - DAY_MS;
      const triggers = alerts.map(({ trigger }) => trigger);
      expect({ triggers, otherDevice: deviceName === 'Nokia G42' }).toEqual({
        triggers: ['No data session for 7 days', ...(onNetwork ? ['IMEI changed'] : [])],
        otherDevice: onNetwork,
      });
      expect(Number(alerts[0]?.timestamp)).toBeGreaterThan(Number(lastDataSessionMillis) + 7 * DAY_MS);
    }
    const onNetwork = silent.filter((sim) => Number(sim.lastNetworkActivityMillis) > now - DAY_MS);
    expect([onNetwork.length > 0, onNetwork.length < silent.length]).toEqual([true, true]);
  });
});
