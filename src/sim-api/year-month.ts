/** A calendar month in UTC as YYYY-MM. */
export type YearMonth = string;

/** YYYY-MM with a real month in it. */
export const yearMonthPattern = /^\d{4}-(0[1-9]|1[0-2])$/;

/** The month an instant lies in, in UTC. */
export function monthOf(instant: Date): YearMonth {
  return instant.toISOString().slice(0, 7);
}
