import { type Month, monthOf } from '../fleet/month.ts';
import type { World } from '../world/world.ts';
import { BadParameter, Refusal } from './errors.ts';

const MAX_SIMS = 1000;
/** A time below this is in seconds. */
const FIRST_MILLISECONDS = 1e11;

/** Gives every SIM key that a call names, by whichever parameter, in the order of the query. */
export function keysOf(query: URLSearchParams): { iccids: string[]; eids: string[] } {
  return { iccids: listed(query, 'iccid'), eids: listed(query, 'eid') };
}

/** Gives the number in the fleet of each SIM named, null for one that is not there. Errors: E230. */
export function namedSims(world: World, query: URLSearchParams): (number | null)[] {
  const { iccids, eids } = keysOf(query);
  if (iccids.length + eids.length === 0) throw new BadParameter('iccid or eid is required');
  if (iccids.length + eids.length > MAX_SIMS) throw new Refusal('E230');
  return [
    ...iccids.map((iccid) => world.fleet.findByIccid(iccid)),
    ...eids.map((eid) => world.fleet.findByEid(eid)),
  ];
}

/** Gives the number of the one SIM named. Errors: E002. */
export function namedSim(world: World, query: URLSearchParams): number {
  const numbers = namedSims(world, query);
  if (numbers.length > 1) throw new BadParameter('one SIM only');
  const number = numbers[0] ?? null;
  if (number === null) throw new Refusal('E002');
  return number;
}

/** Gives a parameter by the first of its spellings that is there; it may be the empty text. */
export function required(query: URLSearchParams, ...spellings: readonly [string, ...string[]]): string {
  const value = spellings.map((spelling) => query.get(spelling)).find((text) => text !== null);
  if (value === undefined || value === null) throw new BadParameter(`${spellings.join(' or ')} is required`);
  return value;
}

/** Tells whether a flag is set by any of its spellings. */
export function flag(query: URLSearchParams, ...spellings: string[]): boolean {
  return spellings.some((spelling) => ['true', '1'].includes(query.get(spelling) ?? ''));
}

/** Gives a whole number from `min` to `max`; `absent` where the parameter is not there. */
export function whole(
  query: URLSearchParams,
  name: string,
  { min, max, absent }: { min: number; max: number; absent: number },
): number {
  const text = query.get(name);
  if (text === null) return absent;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) {
    throw new BadParameter(`${name} must be a whole number from ${min} to ${max}`);
  }
  return value;
}

/** Gives the month asked for: the present one in UTC where the call does not say. */
export function monthAsked(query: URLSearchParams, now: number): Month {
  const present = monthOf(now);
  return {
    month: whole(query, 'month', { min: 1, max: 12, absent: present.month }),
    year: whole(query, 'year', { min: 1970, max: 9999, absent: present.year }),
  };
}

/** Gives an instant given in milliseconds or in seconds. */
export function instant(query: URLSearchParams, name: string, absent: number): number {
  const value = whole(query, name, { min: 0, max: 8.64e15, absent });
  return value < FIRST_MILLISECONDS ? value * 1000 : value;
}

/** Gives the offset into a list. */
export function offsetOf(query: URLSearchParams): number {
  return whole(query, 'offset', { min: 0, max: 1e9, absent: 0 });
}

function listed(query: URLSearchParams, name: string): string[] {
  return query
    .getAll(name)
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');
}
