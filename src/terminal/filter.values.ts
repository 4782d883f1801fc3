import { InvalidArgumentError } from 'commander';
import { WrongUsage } from './exit-codes.ts';
import type { SimFilter } from './sim-filter.ts';
import { isIccid } from './sim-list.ts';

/** Parsers of the values of the filter options. Errors: InvalidArgumentError, or WrongUsage for options that exclude each other. */

// A name may contain a comma, so each group or type needs its own option.
export function oneMore(text: string, before: readonly string[] = []): readonly string[] {
  if (text === '') throw new InvalidArgumentError('It must not be empty.');
  return [...new Set([...before, text])];
}

export function oneMoreGroup(name: string, before: readonly string[] | false | undefined): readonly string[] {
  if (before === false) throw excluding('group');
  return oneMore(name, before);
}

export function noGroup(_: string, before: readonly string[] | false | undefined): false {
  if (before) throw excluding('group');
  return false;
}

export function oneMoreIccid(text: string, before: readonly string[] = []): readonly string[] {
  if (!isIccid(text)) throw new InvalidArgumentError('An ICCID has 18 to 22 digits.');
  return [...new Set([...before, text])];
}

/** The value of the option `--name`, or of `--no-name` if `is` is false. */
export function flag(name: string, is: boolean): (_: string, before: boolean | undefined) => boolean {
  return (_, before) => {
    if (before === !is) throw excluding(name);
    return is;
  };
}

/** A parser of the option with this flag that refuses a second value. */
export function once<T>(
  parse: (text: string) => T,
  flagName: string,
): (text: string, before: T | undefined) => T {
  return (text, before) => {
    if (before !== undefined) throw new WrongUsage(`Give ${flagName} once.`);
    return parse(text);
  };
}

/** Without this error, commander silently lets the last option win. */
const excluding = (name: string) => new WrongUsage(`--${name} and --no-${name} exclude each other.`);

export function searchText(text: string): string {
  // The empty text matches every SIM. It is more likely an unset variable.
  if (text.trim() === '') throw new InvalidArgumentError('It must not be empty.');
  return text;
}

export function percent(text: string): number {
  const number = Number(text.replace(/%$/, ''));
  if (!/^\d{1,6}(?:\.\d+)?%?$/.test(text)) {
    throw new InvalidArgumentError('It must be a percentage, for example 80.');
  }
  return number;
}

const UNITS: Readonly<Record<string, number>> = { '': 1, B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/** A number of bytes; units are decimal, as everywhere in the CLI. */
export function bytes(text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?) ?([KMGT]?B)?$/i.exec(text) ?? [];
  const amount = Math.round(Number(number) * (UNITS[unit.toUpperCase()] ?? Number.NaN));
  if (Number.isSafeInteger(amount)) return amount;
  throw new InvalidArgumentError(
    'It must be a number of bytes, for example 500000000, 500KB, 500MB or 1.5GB.',
  );
}

export function amount(text: string): number {
  if (/^\d{1,9}(?:\.\d+)?$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be an amount, for example 2.50.');
}

/** A SimFilter as JSON. The gateway checks its fields; a field that is null is no condition. */
export function jsonFilter(text: string): SimFilter {
  const filter = jsonOf(text);
  if (
    typeof filter === 'object' &&
    filter !== null &&
    !Array.isArray(filter) &&
    Object.values(filter).some((condition) => condition !== null)
  )
    return filter;
  throw new InvalidArgumentError(
    `It must be a JSON object with at least one condition, for example '{"not": {"states": ["CLOSED"]}}'.`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidArgumentError(`It is not valid JSON: ${(error as Error).message}.`);
  }
}
