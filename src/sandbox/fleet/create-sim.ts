import { habitOf } from './habit.ts';
import { eidOf, iccidOf, withLuhn } from './identity.ts';
import { accountProfiles } from './network.ts';
import { PLACE_OF_LIMIT_REACHED, PLACE_OF_SILENT, PLACES_OF_WATCHED, placeOf, placesEnd } from './place.ts';
import { fraction, hash, pick } from './random.ts';
import type { Sim, Status, StatusPeriod, Transition } from './sim.ts';

/** The values from which the SIMs of a world are derived. */
export interface Origin {
  /** The seed as a number. */
  readonly seed: number;
  /** The instant at which the clock of the world began. */
  readonly startAt: number;
  /** The first millisecond of the UTC month in which the clock began. */
  readonly anchorAt: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A salt for each random property of a SIM, so that the properties do not correlate. */
const salt = {
  long: 1,
  esim: 2,
  name: 3,
  group: 4,
  imei: 5,
  home: 6,
  activated: 10,
  ended: 11,
  modified: 12,
  profile: 13,
  transition: 14,
  form: 15,
  msisdn: 16,
} as const;

const groupNames = [
  'Scooters Tallinn',
  'Scooters Riga',
  'Vending',
  'Trackers EU',
  'Meters',
  'Pilot',
  'Spare',
];
const deviceNames = ['scooter', 'tracker', 'meter', 'gateway', 'kiosk', 'camera'] as const;

/** Transitions that are in progress in a new world: from, to. */
const initialTransitions: readonly (readonly ['OFF' | 'LIVE' | 'SHIPPING', Status])[] = [
  ['OFF', 'LIVE'],
  ['LIVE', 'OFF'],
  ['SHIPPING', 'TEST'],
  ['LIVE', 'SUSPENDED'],
  ['OFF', 'CLOSED'],
  ['SHIPPING', 'ACTIVE_READY'],
];

/** Returns the SIM with this number in its initial state. */
export function createSim(origin: Origin, number: number): Sim {
  const { seed, anchorAt } = origin;
  const root = hash(seed, number);
  const place = placeOf(seed, number);
  const isEsim = hash(root, salt.esim) % 5 === 0;
  const { habit, limitMegabytes } = habitOf({ root, number, place, anchorAt });
  const { history, transition } = historyOf(origin, root, number, place);
  const shipped = history.every((period) => period.status === 'SHIPPING');
  const digits = scatteredDigits(number, seed);
  const profiles = isEsim ? profilesOf(root) : [];
  return {
    number,
    root,
    iccid: iccidOf(seed, number, hash(root, salt.long) % 10 === 0),
    eid: isEsim ? eidOf(seed, number) : null,
    type: isEsim ? 'esim' : 'UICC',
    form: isEsim ? 'MFF2' : pick(['2/3/4FF', '2/3/4FF industrial', 'MFF2'], root, salt.form),
    msisdn: `3725${digits}${hash(root, salt.msisdn) % 10}`,
    imsi: `24801${digits}${String(hash(root, salt.msisdn) % 100).padStart(2, '0')}`,
    imei: shipped ? null : withLuhn(`35${String(hash(root, salt.imei) % 1e9).padStart(9, '0')}000`),
    apn: pick(['iot', 'iot', 'private.iot'], root, 0),
    dataPlan: isEsim ? 'Global eSIM' : 'Europe 1',
    home: hash(root, salt.home),
    habit,
    watched: PLACES_OF_WATCHED.includes(place),
    special: null,
    name: nameOf(root, number),
    group: initialGroup(origin, number),
    limitMegabytes,
    canReachLimit: place === PLACE_OF_LIMIT_REACHED,
    activeProfile: profiles[0] ?? null,
    downloadedProfiles: profiles,
    history,
    transition,
    modifiedAt:
      transition === null
        ? Math.max(history.at(-1)?.from ?? 0, anchorAt - dayShare(root, salt.modified, 200))
        : origin.startAt - MINUTE_MS,
    resetAt: 0,
    computedTo: history[0]?.from ?? anchorAt,
    limitReachedAt: [],
    patch: null,
  };
}

/** The initial group of a SIM. Separate from `createSim`, because the group index needs it for every SIM. */
export function initialGroup(origin: Origin, number: number): string | null {
  const draw = hash(hash(origin.seed, number), salt.group);
  return draw % 5 === 0 ? null : (groupNames[(draw >>> 8) % groupNames.length] ?? null);
}

/** Whether a SIM that was never changed can have alerts. */
export function mayHaveAlerts(origin: Origin, number: number): boolean {
  const place = placeOf(origin.seed, number);
  return [PLACE_OF_LIMIT_REACHED, PLACE_OF_SILENT, ...PLACES_OF_WATCHED].includes(place);
}

function dayShare(root: number, use: number, days: number): number {
  return Math.floor(fraction(root, use) * days * DAY_MS);
}

function scatteredDigits(number: number, seed: number): string {
  return String((number * 7919 + (seed % 10_000_000)) % 100_000_000).padStart(8, '0');
}

function nameOf(root: number, number: number): string | null {
  if (hash(root, salt.name) % 6 === 0) return null;
  return `${pick(deviceNames, root, salt.name, 1)}-${String(number + 1).padStart(4, '0')}`;
}

function profilesOf(root: number): string[] {
  const first = pick(accountProfiles, root, salt.profile);
  const second = pick(accountProfiles, root, salt.profile, 1);
  return first === second ? [first] : [first, second];
}

/**
 * The status history of a SIM when its world begins. All changes in it are before the month of the start, except that a SIM on its way
 * from OFF to LIVE was switched off less than a day before the start: it is not one of the SIMs that were silent for weeks.
 */
function historyOf(
  origin: Origin,
  root: number,
  number: number,
  place: number,
): { history: StatusPeriod[]; transition: Transition | null } {
  const { anchorAt, startAt } = origin;
  const createdAt = anchorAt - 420 * DAY_MS;
  const activatedAt = anchorAt - daysInUse(root, place) * DAY_MS;
  const endedAt = activatedAt + Math.floor((anchorAt - activatedAt) * fraction(root, salt.ended));
  const since = (status: Status): StatusPeriod[] => [{ from: activatedAt, status }];
  const shelved: StatusPeriod[] = [{ from: createdAt, status: 'SHIPPING' }];
  const until = (status: Status): StatusPeriod[] => [...since('LIVE'), { from: endedAt, status }];
  const withoutTransition = (history: StatusPeriod[]) => ({ history, transition: null });

  if (place < placesEnd.live) return withoutTransition(since('LIVE'));
  if (place < placesEnd.off) return withoutTransition(until('OFF'));
  if (place < placesEnd.suspended) return withoutTransition(until('SUSPENDED'));
  if (place < placesEnd.test) return withoutTransition(since('TEST'));
  if (place < placesEnd.ready) return withoutTransition(since('ACTIVE_READY'));
  if (place < placesEnd.shipping) return withoutTransition(shelved);
  if (place < placesEnd.closed) return withoutTransition(until('CLOSED'));

  const [status, target] = initialTransitions[number % initialTransitions.length] ?? ['OFF', 'LIVE'];
  const switchedOffAt = startAt - dayShare(root, salt.ended, 1);
  const history = {
    OFF: target === 'LIVE' ? [...since('LIVE'), { from: switchedOffAt, status }] : until('OFF'),
    LIVE: since('LIVE'),
    SHIPPING: shelved,
  }[status];
  return { history, transition: { target, dueAt: origin.startAt + transitionMs(root) } };
}

/**
 * Days from the activation of a SIM to the month of the start. At least 4, in which every device has a session; more where the SIM has
 * to reach its limit in the full month before, or to be in use before it was silent.
 */
function daysInUse(root: number, place: number): number {
  const share = fraction(root, salt.activated);
  if (place === PLACE_OF_LIMIT_REACHED) return Math.floor(32 + share * 12);
  if (place === PLACE_OF_SILENT) return Math.floor(130 + share * 270);
  return 4 + share * 396;
}

/** 30 to 90 seconds, as with the SIM API: the first lists of a new sandbox show SIMs in transition, and all of them settle. */
function transitionMs(root: number): number {
  return Math.floor(MINUTE_MS * (0.5 + fraction(root, salt.transition)));
}
