/** Each run of 50 consecutive SIMs has one SIM at each of these places, so the proportions hold for small fleets too. */
const PLACES = 50;

/** The end of the places of each initial status; the SIMs at the remaining places are in transition. */
export const placesEnd = {
  live: 29,
  off: 34,
  suspended: 37,
  test: 39,
  ready: 41,
  shipping: 45,
  closed: 47,
} as const;

/** LIVE until the SIM reached its data limit, before the month in which the clock began. */
export const PLACE_OF_LIMIT_REACHED = 0;
/** LIVE, with alerts of all kinds. */
export const PLACES_OF_WATCHED: readonly number[] = [1, 2];
/** LIVE, with a usage of 50 to 120 % of the data limit in each month. */
export const PLACES_NEAR_LIMIT: readonly number[] = [9, 22];
/** LIVE, without a data session since a month or more before the clock began. */
export const PLACE_OF_SILENT = 20;

/** The place of the SIM with this number. */
export function placeOf(seed: number, number: number): number {
  return (number * 37 + (seed % PLACES)) % PLACES;
}

/** The run of `PLACES` SIMs that the number is in. */
export function runOf(number: number): number {
  return Math.floor(number / PLACES);
}
