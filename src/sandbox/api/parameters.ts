import { type Month, monthOf } from '../fleet/month.ts';
import type { World } from '../world/world.ts';
import { BadParameter, Refusal } from './errors.ts';

const MAX_SIMS = 1000;
/** Times below this value are in seconds. */
const FIRST_MILLISECONDS = 1e11;

/** The ICCIDs and EIDs that a call names, each in the order of the query. */
export function keysOf(query: URLSearchParams): { iccids: string[]; eids: string[] } {
  return { iccids: listed(query, 'iccid'), eids: listed(query, 'eid') };
}

/** The fleet number of each SIM named, null if it does not exist; ICCIDs first. Errors: E230, BadParameter if none is named. */
export function namedSims(world: World, query: URLSearchParams): (number | null)[] {
  const { iccids, eids } = keysOf(query);
  if (iccids.length + eids.length === 0) throw new BadParameter('iccid or eid is required');
  if (iccids.length + eids.length > MAX_SIMS) throw new Refusal('E230');
  return [
    ...iccids.map((iccid) => world.fleet.findByIccid(iccid)),
    ...eids.map((eid) => world.fleet.findByEid(eid)),
  ];
}

/** The fleet number of the SIM named. Errors: E002, E230, BadParameter unless exactly one SIM is named. */
export function namedSim(world: World, query: URLSearchParams): number {
  const numbers = namedSims(world, query);
  if (numbers.length > 1) throw new BadParameter('only one SIM is allowed');
  const number = numbers[0] ?? null;
  if (number === null) throw new Refusal('E002');
  return number;
}

/** The value of the first spelling that is present; it may be empty. Errors: BadParameter. */
export function required(query: URLSearchParams, ...spellings: readonly [string, ...string[]]): string {
  const value = spellings.map((spelling) => query.get(spelling)).find((text) => text !== null);
  if (value === undefined || value === null) throw new BadParameter(`${spellings.join(' or ')} is required`);
  return value;
}

/** Whether any spelling of a flag is `true`, in any case, or `1`; a flag that is merely present means nothing. */
export function flag(query: URLSearchParams, ...spellings: string[]): boolean {
  return spellings.some((spelling) => ['true', '1'].includes((query.get(spelling) ?? '').toLowerCase()));
}

/** A whole number from `min` to `max`; `absent` if the parameter is missing. Errors: BadParameter. */
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

/** The requested month. Month and year default to those of the current UTC month. */
export function monthAsked(query: URLSearchParams, now: number): Month {
  const present = monthOf(now);
  return {
    month: whole(query, 'month', { min: 1, max: 12, absent: present.month }),
    year: whole(query, 'year', { min: 1970, max: 9999, absent: present.year }),
  };
}

/** An instant in epoch milliseconds; the call gives milliseconds or seconds. */
export function instant(query: URLSearchParams, name: string, absent: number): number {
  const value = whole(query, name, { min: 0, max: 8.64e15, absent });
  return value < FIRST_MILLISECONDS ? value * 1000 : value;
}

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
