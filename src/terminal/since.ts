import { InvalidArgumentError } from 'commander';

/** A point in time from an option. */
export interface Since {
  /** RFC 3339, UTC. */
  readonly at: string;
  /** Whether it was given relative to now, so that the same text means another time later. */
  readonly isRelative: boolean;
}

const HOUR_MS = 3_600_000;
const UNITS_MS: Readonly<Record<string, number>> = { h: HOUR_MS, d: 24 * HOUR_MS, w: 7 * 24 * HOUR_MS };
const RELATIVE = /^([1-9]\d{0,3})([hdw])$/;
const DATE = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** Parses a date (midnight UTC), a date with time and zone, or a time before now: `12h`, `7d`, `2w`. */
export function readSince(text: string): Since {
  const now = Date.now();
  const [, number, unit = ''] = RELATIVE.exec(text) ?? [];
  if (number !== undefined) {
    return { at: new Date(now - Number(number) * (UNITS_MS[unit] ?? 0)).toISOString(), isRelative: true };
  }
  const day = DATE.exec(text)?.[1] ?? '';
  const at = new Date(text);
  if (!isDay(day) || Number.isNaN(at.getTime())) {
    throw new InvalidArgumentError(
      'It must be a date such as 2026-11-16 or 2026-11-16T08:00Z, or a time before now such as 12h, 7d or 2w.',
    );
  }
  if (at.getTime() > now) throw new InvalidArgumentError('It must be in the past.');
  return { at: at.toISOString(), isRelative: false };
}

/** Parses a date (midnight UTC), a date with time and zone, or a time from now: `12h`, `90d`, `2w`. Returns it in RFC 3339, UTC. */
export function readUntil(text: string): string {
  const now = Date.now();
  const [, number, unit = ''] = RELATIVE.exec(text) ?? [];
  if (number !== undefined) return new Date(now + Number(number) * (UNITS_MS[unit] ?? 0)).toISOString();
  const at = new Date(text);
  if (!isDay(DATE.exec(text)?.[1] ?? '') || Number.isNaN(at.getTime())) {
    throw new InvalidArgumentError(
      'It must be a date such as 2027-01-31 or 2027-01-31T08:00Z, or a time from now such as 12h, 90d or 2w.',
    );
  }
  if (at.getTime() <= now) throw new InvalidArgumentError('It must be in the future.');
  return at.toISOString();
}

/** Parses a duration such as `30m`, `1h`, `7d`. Returns it in seconds. */
export function readDuration(text: string): number {
  const [, number, unit = ''] = /^(\d{1,5})([smhdw])$/.exec(text) ?? [];
  const unitMs = { s: 1000, m: 60_000, ...UNITS_MS }[unit];
  if (unitMs === undefined) {
    throw new InvalidArgumentError('It must be a number with a unit, such as 30m, 1h or 7d.');
  }
  return (Number(number) * unitMs) / 1000;
}

/** Whether the calendar has that day. Date would turn 31 February into a day in March. */
function isDay(day: string): boolean {
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day) && day !== '';
}
