/** Calendar month in UTC, YYYY-MM. */
export type YearMonth = string;

/** YYYY-MM with a valid month, from 1970-01 on: the SIM API accepts no earlier year. */
export const yearMonthPattern = /^(19[7-9]\d|[2-9]\d{3})-(0[1-9]|1[0-2])$/;

export function monthOf(instant: Date): YearMonth {
  return instant.toISOString().slice(0, 7);
}
