import { activityOf } from '../fleet/activity.ts';
import type { Month } from '../fleet/month.ts';
import { type Sim, type Status, simStatusOf } from '../fleet/sim.ts';
import { usageInMonth } from '../fleet/usage.ts';
import type { World } from '../world/world.ts';

/** A SIM in the form of the SIM API. */
export type WireSim = Record<string, unknown>;

/** The currency of every amount. */
export const CURRENCY = 'EUR';

/** The state and the legacy status pair that the SIM API shows for each status. */
const shownAs: Record<Status, { state: string; primary: string; secondary: string | null }> = {
  LIVE: { state: 'LIVE', primary: 'ON', secondary: 'LIVE' },
  TEST: { state: 'TEST', primary: 'ON', secondary: 'TEST' },
  ACTIVE_READY: { state: 'ACTIVE_READY', primary: 'ON', secondary: 'ACTIVE_READY' },
  SUSPENDED: { state: 'OFFLINE', primary: 'ON', secondary: 'SUSPENDED' },
  OFF: { state: 'OFFLINE', primary: 'OFF', secondary: null },
  SHIPPING: { state: 'SHIPPING', primary: 'OFF', secondary: null },
  CLOSED: { state: 'CLOSED', primary: 'DELETED', secondary: null },
};

/** Converts an instant to the unit of the world's times; 0 stays 0. */
export function wireTime(world: World, at: number): number {
  return world.behaviour.times === 'seconds' ? Math.floor(at / 1000) : at;
}

/** Encodes a SIM, which must be advanced to `now`, in the form of the SIM API. */
export function wireSim(world: World, sim: Sim, now: number): WireSim {
  const activity = activityOf(sim, now);
  const time = (at: number) => wireTime(world, at);
  const wire: WireSim = {
    iccid: sim.iccid,
    ...(sim.eid !== null && {
      eid: sim.eid,
      active_profile: sim.activeProfile,
      downloaded_profiles: sim.downloadedProfiles,
    }),
    name: sim.name,
    ...(sim.group !== null && { group: sim.group }),
    type: sim.type,
    form: sim.form,
    msisdn: sim.msisdn,
    imsi: sim.imsi,
    imei: sim.imei,
    apn: sim.apn,
    data_limit: sim.limitMegabytes,
    ...statusOf(sim),
    lastNetworkActivityMillis: time(activity.networkAt),
    lastModifiedMillis: time(sim.modifiedAt),
    lastDataSessionMillis: time(activity.sessionAt),
    lastUsageUpdate: time(activity.usageUpdatedAt),
  };
  if (sim.patch === null) return wire;
  const patched = { ...wire, ...sim.patch.fields };
  for (const field of sim.patch.removed) delete patched[field];
  return patched;
}

/** Encodes the cost of a SIM in a month in the form of the SIM API. */
export function wireCost(sim: Sim, month: Month, now: number): Record<string, unknown> {
  const { bytes, costMicros } = usageInMonth(sim, month, now);
  return {
    iccid: sim.iccid,
    data_plan: sim.dataPlan,
    data_used: bytes,
    data_cost: costMicros / 1_000_000,
    currency: CURRENCY,
    month: month.month,
    year: month.year,
  };
}

/** During a transition `state` is the target state, and the status pair is PENDING and the target. */
function statusOf(sim: Sim): { status: Record<string, string>; state: string } {
  if (sim.transition !== null) {
    const { state, primary, secondary } = shownAs[sim.transition.target];
    return { status: { primary: 'PENDING', secondary: secondary ?? primary }, state };
  }
  const { state, primary, secondary } = shownAs[simStatusOf(sim)];
  return { status: { primary, ...(secondary !== null && { secondary }) }, state };
}
