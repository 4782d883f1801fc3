/** The clock of a world that stands still on a fixed day, so the history of its SIMs is the same in every run. */
export const standingClock = { startAt: '2026-03-20T12:00:00Z', rate: 0 } as const;

/** The current month in UTC, as YYYY-MM. */
export const presentMonth = () => new Date().toISOString().slice(0, 7);

/** The month before the current one, as YYYY-MM. */
export const monthBefore = () => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1)).toISOString().slice(0, 7);
};

/**
 * The clock of a world that stands still at the end of next month. The gateway queries the current month of this machine. In such a
 * world that month is over on every day, even if the month ends during the tests, so its SIMs have usage and costs.
 */
export function wholeMonths(): { startAt: number; rate: 0 } {
  const now = new Date();
  return { startAt: Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 2) - 1, rate: 0 };
}

/** Runs a query about the current month and returns that month with the answer; repeats it if the month ended meanwhile. */
export async function inOneMonth<Answer>(
  ask: () => Promise<Answer>,
): Promise<{ month: string; answer: Answer }> {
  for (;;) {
    const month = presentMonth();
    const answer = await ask();
    if (presentMonth() === month) return { month, answer };
  }
}
