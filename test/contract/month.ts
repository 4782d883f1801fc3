import type { Api } from './api.ts';

/** A calendar month in UTC; `month` is 1 to 12. */
export interface Month {
  readonly month: number;
  readonly year: number;
}

/** The month that is `months` before the current one. */
export function monthBefore(api: Api, months: number): Month {
  const now = new Date(api.now());
  const date = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 1));
  return { month: date.getUTCMonth() + 1, year: date.getUTCFullYear() };
}
