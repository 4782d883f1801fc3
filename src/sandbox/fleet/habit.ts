import { PLACE_OF_LIMIT_REACHED, PLACE_OF_SILENT, PLACES_NEAR_LIMIT, runOf } from './place.ts';
import { fraction, hash, pick } from './random.ts';
import type { DataStop, Habit } from './sim.ts';

/** A SIM before its habit is known. */
interface Subject {
  readonly root: number;
  readonly number: number;
  readonly place: number;
  /** The first millisecond of the UTC month in which the clock began. */
  readonly anchorAt: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MEGABYTE = 1_000_000;

const SLOT = 7;
const SIZE = 8;
const LIMIT = 9;
const STOP_TIME = 17;
const STOP_CAUSE = 18;
const START_USAGE = 19;

const limitLadder = [10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];

/**
 * Percent of the data limit that the SIMs near their limit have used when a month begins. Until the end of the month this grows by
 * at most 2, so no SIM passes 80, 100 or 120 in between: the number of SIMs above these values is the same on every day.
 */
const startPercents = [104, 86, 57, 93, 71, 110, 64, 97, 53, 82, 76, 117, 60, 89, 51, 67] as const;
/** Megabytes; the smallest is 66 times the maximum of `SMALL_SESSION_BYTES` that a SIM can use in a month. */
const nearLimits = [250, 500, 1000] as const;
const SMALL_SESSION_BYTES = 40_000;

/** How much and how often the device sends data, and the data limit in megabytes (null or 0: none). */
export function habitOf(subject: Subject): { habit: Habit; limitMegabytes: number | null } {
  const { root, place, anchorAt } = subject;
  const draw = hash(root, LIMIT);
  const quiet = { anchorAt, monthlyBytes: 0, dataStop: null };
  if (place === PLACE_OF_LIMIT_REACHED) {
    const habit = { ...quiet, slotMs: 8 * HOUR_MS, maxSessionBytes: 5 * MEGABYTE };
    return { habit, limitMegabytes: 10 + (draw % 30) };
  }
  const slotMs = (8 + (hash(root, SLOT) % 40)) * HOUR_MS;
  if (PLACES_NEAR_LIMIT.includes(place)) {
    const limitMegabytes = pick(nearLimits, root, LIMIT);
    const monthlyBytes = startBytes(subject, limitMegabytes);
    return {
      habit: { ...quiet, slotMs, maxSessionBytes: SMALL_SESSION_BYTES, monthlyBytes },
      limitMegabytes,
    };
  }
  const maxSessionBytes = pick([40_000, 400_000, 2_000_000, 8_000_000], root, SIZE);
  const dataStop = place === PLACE_OF_SILENT ? dataStopOf(root, anchorAt) : null;
  const habit = { ...quiet, slotMs, maxSessionBytes, dataStop };
  if (draw % 3 !== 0) return { habit, limitMegabytes: draw % 3 === 1 ? null : 0 };
  return { habit, limitMegabytes: unreachableLimit(habit) };
}

/** The percentages follow the numbers of the SIMs, so that small fleets have a spread too. */
function startBytes({ root, number, place }: Subject, limitMegabytes: number): number {
  const index = runOf(number) * PLACES_NEAR_LIMIT.length + PLACES_NEAR_LIMIT.indexOf(place);
  const percent = (startPercents[index % startPercents.length] ?? 50) + fraction(root, START_USAGE) / 2;
  return Math.round((limitMegabytes * MEGABYTE * percent) / 100);
}

/** More than the maximum usage of a month; null if no step of the ladder is. */
function unreachableLimit({ slotMs, maxSessionBytes }: Habit): number | null {
  const maxSessions = Math.ceil((31 * DAY_MS) / slotMs) + 1;
  const maxMegabytes = (maxSessions * maxSessionBytes) / MEGABYTE;
  return limitLadder.find((step) => step > maxMegabytes) ?? null;
}

/** With the 4 days that two slots can take, the last session is 31 to 120 days before the month. */
function dataStopOf(root: number, anchorAt: number): DataStop {
  const from = anchorAt - Math.floor((31 + fraction(root, STOP_TIME) * 85) * DAY_MS);
  return { from, cause: pick(['deviceOff', 'otherDevice'], root, STOP_CAUSE) };
}
