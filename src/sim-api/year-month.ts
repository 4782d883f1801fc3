/** A calendar month in UTC as YYYY-MM. */
export type YearMonth = string;

/** YYYY-MM with a real month in it, from 1970-01 on: the SIM API takes no earlier year. */
export const yearMonthPattern = /^(19[7-9]\d|[2-9]\d{3})-(0[1-9]|1[0-2])$/;

/** The month an instant lies in, in UTC. */
export function monthOf(instant: Date): YearMonth {
  return instant.toISOString().slice(0, 7);
}
