import { networks } from './network.ts';
import { fraction } from './random.ts';
import { type Sim, simStatusOf } from './sim.ts';
import { lastSession } from './usage.ts';

/** Instants of the last activity of a SIM; 0 if there was none. */
export interface Activity {
  readonly networkAt: number;
  readonly sessionAt: number;
  readonly usageUpdatedAt: number;
}

/** Diagnostics of the device of a SIM. */
export interface Diagnosis {
  readonly deviceName: string;
  readonly inDataSession: boolean;
  readonly networkAt: number;
  readonly country: string;
  readonly operator: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly radiusMeters: number;
}

/** Interval at which a device on the network reports its location. */
const LOCATION_UPDATE_MS = 3 * 3_600_000;
/** Delay from the start of a session until the account shows its usage. */
const USAGE_DELAY_MS = 15 * 60_000;
/** Time after the start of a session during which the device counts as in session. */
const SESSION_MS = 10 * 60_000;

const PLACE_NORTH = 301;
const PLACE_EAST = 302;
const PLACE_RADIUS = 303;

/** The last activity of a SIM, which must be advanced to `now`. */
export function activityOf(sim: Sim, now: number): Activity {
  const sessionAt = lastSession(sim, now)?.startAt ?? 0;
  return {
    sessionAt,
    networkAt: Math.max(sessionAt, sim.resetAt, lastLocationUpdate(sim, now)),
    usageUpdatedAt: sessionAt === 0 ? 0 : Math.min(now, sessionAt + USAGE_DELAY_MS),
  };
}

/** Diagnostics of the device of a SIM; null if no device was ever seen, or if the SIM is SHIPPING or CLOSED. */
export function diagnosisOf(sim: Sim, now: number): Diagnosis | null {
  const { networkAt, sessionAt } = activityOf(sim, now);
  const status = simStatusOf(sim);
  if (networkAt === 0 || status === 'CLOSED' || status === 'SHIPPING') return null;
  const home = networks[sim.home % networks.length] ?? networks[0];
  const { country, operator } = lastSession(sim, now)?.network ?? home;
  const seenAt = networks.find((one) => one.country === country && one.operator === operator) ?? home;
  return {
    deviceName: deviceNameOf(sim),
    inDataSession: sessionAt > 0 && now - sessionAt < SESSION_MS,
    networkAt,
    country,
    operator,
    latitude: seenAt.latitude + (fraction(sim.root, PLACE_NORTH) - 0.5) / 5,
    longitude: seenAt.longitude + (fraction(sim.root, PLACE_EAST) - 0.5) / 5,
    radiusMeters: 100 + Math.floor(fraction(sim.root, PLACE_RADIUS) * 4900),
  };
}

function deviceNameOf({ habit, type }: Sim): string {
  if (habit.dataStop?.cause === 'otherDevice') return 'Nokia G42';
  return type === 'esim' ? 'Quectel BG95-M3' : 'Teltonika FMB920';
}

/** 0 unless the SIM is on. A SIM that is on reports its location from the start of its current status until its device is off. */
function lastLocationUpdate(sim: Sim, now: number): number {
  const period = sim.history.at(-1);
  if (period === undefined || ['OFF', 'SHIPPING', 'CLOSED'].includes(period.status)) return 0;
  const { dataStop } = sim.habit;
  if (dataStop?.cause !== 'deviceOff') return Math.max(period.from, now - (now % LOCATION_UPDATE_MS));
  return period.from > dataStop.from
    ? 0
    : Math.max(period.from, dataStop.from - (dataStop.from % LOCATION_UPDATE_MS));
}
