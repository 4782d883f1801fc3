/** A calendar month in UTC; `month` is 1 to 12. */
export interface Month {
  readonly year: number;
  readonly month: number;
}

export function monthOf(at: number): Month {
  const date = new Date(at);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1 };
}

/** The month `by` months later, or earlier if `by` is negative. */
export function shiftMonth({ year, month }: Month, by: number): Month {
  return monthOf(Date.UTC(year, month - 1 + by));
}

/** The first millisecond of a month. */
export function monthStart({ year, month }: Month): number {
  return Date.UTC(year, month - 1);
}

/** The last millisecond of a month. */
export function monthEnd({ year, month }: Month): number {
  return Date.UTC(year, month) - 1;
}
