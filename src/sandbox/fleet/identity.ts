/**
 * ICCIDs and EIDs that look random but can be converted back to the number of the SIM, so that a SIM is found
 * among a million without an index.
 */

/** Number of values of the eight scattered digits. */
const SPAN = 100_000_000;

/** A multiplier and its inverse modulo SPAN; for numbers below SPAN no product exceeds 2^53. */
interface Scatter {
  readonly factor: number;
  readonly inverse: number;
}

const ICCID_SCATTER: Scatter = { factor: 38_196_017, inverse: 40_518_353 };
const EID_SCATTER: Scatter = { factor: 61_803_399, inverse: 82_636_599 };

const ISSUER = '8937204';
/** The digits after the issuer: in an ICCID of 19 digits, and in the rarer one of 20. */
const SHORT_BATCH = '016';
const LONG_BATCH = '0217';
const SPECIAL_BATCH = '999';

/** 89, the manufacturer and its batch; eight scattered digits and two check digits follow. */
const EID_PREFIX = '8904903200720088800000';

/** The ICCID of the SIM with this number: 19 digits, or 20 if `long`. */
export function iccidOf(seed: number, number: number, long: boolean): string {
  return withLuhn(ISSUER + (long ? LONG_BATCH : SHORT_BATCH) + scattered(ICCID_SCATTER, seed, number));
}

/** The number of the SIM that may have this ICCID; the caller must check that it does. */
export function numberOfIccid(seed: number, iccid: string): number {
  return gathered(ICCID_SCATTER, seed, iccid.slice(-9, -1));
}

/** The ICCID of the special SIM for an error code such as `E202`: the same in every world and for every seed. */
export function specialIccid(code: string): string {
  return withLuhn(`${ISSUER}${SPECIAL_BATCH}${code.slice(1).padStart(8, '0')}`);
}

/** The EID of the SIM with this number: 32 digits, the last two are check digits. */
export function eidOf(seed: number, number: number): string {
  const body = EID_PREFIX + scattered(EID_SCATTER, seed, number);
  return body + String(98 - remainderOf97(`${body}00`)).padStart(2, '0');
}

/** The number of the SIM that may have this EID; the caller must check that it does. */
export function numberOfEid(seed: number, eid: string): number {
  return gathered(EID_SCATTER, seed, eid.slice(-10, -2));
}

/** Appends a Luhn check digit, as ICCIDs and IMEIs have it. */
export function withLuhn(digits: string): string {
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    const digit = digits.charCodeAt(digits.length - 1 - place) - 48;
    const weighed = place % 2 === 0 ? digit * 2 : digit;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return digits + String((10 - (sum % 10)) % 10);
}

function scattered({ factor }: Scatter, seed: number, number: number): string {
  return String((number * factor + (seed % SPAN)) % SPAN).padStart(8, '0');
}

function gathered({ inverse }: Scatter, seed: number, digits: string): number {
  return (((Number(digits) - (seed % SPAN) + SPAN) % SPAN) * inverse) % SPAN;
}

function remainderOf97(digits: string): number {
  let rest = 0;
  for (let at = 0; at < digits.length; at += 8) rest = Number(rest + digits.slice(at, at + 8)) % 97;
  return rest;
}
