import type { Api } from './api.ts';

/** A month of the calendar, in UTC. */
export interface Month {
  readonly month: number;
  readonly year: number;
}

/** The month that lies so many before the present one. */
export function monthBefore(api: Api, months: number): Month {
  const now = new Date(api.now());
  const date = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 1));
  return { month: date.getUTCMonth() + 1, year: date.getUTCFullYear() };
}
