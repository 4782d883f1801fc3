import { networks } from './network.ts';
import { fraction } from './random.ts';
import { type Sim, simStatusOf } from './sim.ts';
import { lastSession } from './usage.ts';

/** When a SIM was last heard of; 0 where it never was. */
export interface Activity {
  readonly networkAt: number;
  readonly sessionAt: number;
  readonly usageUpdatedAt: number;
}

/** A look at the device behind a SIM. */
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

/** A device on the network tells where it is this often. */
const LOCATION_UPDATE_MS = 3 * 3_600_000;
/** Usage reaches the account a little after the session. */
const USAGE_DELAY_MS = 15 * 60_000;
/** So long after a session began the device is still taken to be in it. */
const SESSION_MS = 10 * 60_000;

const PLACE_NORTH = 301;
const PLACE_EAST = 302;
const PLACE_RADIUS = 303;

/** Gives when a SIM was last heard of; the SIM has to be up to `now`. */
export function activityOf(sim: Sim, now: number): Activity {
  const sessionAt = lastSession(sim, now)?.startAt ?? 0;
  return {
    sessionAt,
    networkAt: Math.max(sessionAt, sim.resetAt, lastLocationUpdate(sim, now)),
    usageUpdatedAt: sessionAt === 0 ? 0 : Math.min(now, sessionAt + USAGE_DELAY_MS),
  };
}

/** Gives a look at the device behind a SIM; null where none was ever seen or the SIM is closed. */
export function diagnosisOf(sim: Sim, now: number): Diagnosis | null {
  const { networkAt, sessionAt } = activityOf(sim, now);
  const status = simStatusOf(sim);
  if (networkAt === 0 || status === 'CLOSED' || status === 'SHIPPING') return null;
  const home = networks[sim.home % networks.length] ?? networks[0];
  const { country, operator } = lastSession(sim, now)?.network ?? home;
  const seenAt = networks.find((one) => one.country === country && one.operator === operator) ?? home;
  return {
    deviceName: sim.type === 'esim' ? 'Quectel BG95-M3' : 'Teltonika FMB920',
    inDataSession: sessionAt > 0 && now - sessionAt < SESSION_MS,
    networkAt,
    country,
    operator,
    latitude: seenAt.latitude + (fraction(sim.root, PLACE_NORTH) - 0.5) / 5,
    longitude: seenAt.longitude + (fraction(sim.root, PLACE_EAST) - 0.5) / 5,
    radiusMeters: 100 + Math.floor(fraction(sim.root, PLACE_RADIUS) * 4900),
  };
}

/** Only a SIM that is on is on the network; it is from the day it was put to that use. */
function lastLocationUpdate(sim: Sim, now: number): number {
  const period = sim.history.at(-1);
  if (period === undefined || ['OFF', 'SHIPPING', 'CLOSED'].includes(period.status)) return 0;
  return Math.max(period.from, now - (now % LOCATION_UPDATE_MS));
}
