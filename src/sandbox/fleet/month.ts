/** One calendar month in UTC; `month` runs from 1 to 12. */
export interface Month {
  readonly year: number;
  readonly month: number;
}

/** Gives the month in which an instant lies. */
export function monthOf(at: number): Month {
  const date = new Date(at);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1 };
}

/** Gives the month that lies `by` months after another, before it where `by` is negative. */
export function shiftMonth({ year, month }: Month, by: number): Month {
  return monthOf(Date.UTC(year, month - 1 + by));
}

/** Gives the first millisecond of a month. */
export function monthStart({ year, month }: Month): number {
  return Date.UTC(year, month - 1);
}

/** Gives the last millisecond of a month. */
export function monthEnd({ year, month }: Month): number {
  return Date.UTC(year, month) - 1;
}
