/** Decoders of single values, which the SIM API may send missing, null, of another type than documented, or correct. */

/** A JSON object. */
export type Raw = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object and not an array. */
export function isRecord(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A non-empty text; null for an empty one. A whole number that JSON kept exactly counts as its digits. */
export function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  return Number.isSafeInteger(value) ? String(value) : null;
}

/**
 * The text of an ICCID, not validated. A SIM stores an ICCID with an odd number of digits padded with an F. Some systems send the F, which
 * is not part of the ICCID.
 */
export function iccidTextOf(value: unknown): string | null {
  const text = textOf(value);
  return text !== null && paddedIccid.test(text) ? text.slice(0, -1) : text;
}

const paddedIccid = /^\d+F$/i;

/** A finite number, also from numeric text. */
export function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || value.trim() === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** A whole number from 0 to 2^53-1; a fraction is rounded. */
export function countOf(value: unknown): number | null {
  const number = numberOf(value);
  if (number === null || number < 0) return null;
  const whole = Math.round(number);
  return Number.isSafeInteger(whole) ? whole : null;
}

/** A boolean, also as text or as 1 and 0. */
export function flagOf(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 1 || value === '1') return true;
  if (value === 'false' || value === 0 || value === '0') return false;
  return null;
}

/** A smaller number of milliseconds would be in 1973 or before, so it is seconds. */
const firstMillisecondValue = 1e11;
const lastInstantMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** An instant from epoch milliseconds or seconds; null (never) for 0 or a missing value. Source: docs/sim-api.md "Times". */
export function instantOf(value: unknown): Date | null {
  const number = numberOf(value);
  if (number === null || number <= 0) return null;
  const epochMs = number < firstMillisecondValue ? number * 1000 : number;
  return epochMs <= lastInstantMs ? new Date(epochMs) : null;
}

/** The texts of an array; skips other items. Empty if the value is not an array. */
export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(textOf).filter((text) => text !== null) : [];
}
