/** The clock of a world that stands still on a day of its own: what its SIMs did until then is the same in every run. */
export const standingClock = { startAt: '2026-03-20T12:00:00Z', rate: 0 } as const;

/** The present month in UTC, as YYYY-MM. */
export const presentMonth = () => new Date().toISOString().slice(0, 7);

/** The month before the present one, as YYYY-MM. */
export const monthBefore = () => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1)).toISOString().slice(0, 7);
};

/**
 * The clock of a world that stands still at the end of next month. The gateway asks for the month that this machine is in: on every
 * day, and if the month ends during the tests, that month is over in such a world, so that its SIMs have used and cost something.
 */
export function wholeMonths(): { startAt: number; rate: 0 } {
  const now = new Date();
  return { startAt: Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 2) - 1, rate: 0 };
}

/** Asks a question whose answer is about the present month, and gives that month with it; asks again if the month ended meanwhile. */
export async function inOneMonth<Answer>(
  ask: () => Promise<Answer>,
): Promise<{ month: string; answer: Answer }> {
  for (;;) {
    const month = presentMonth();
    const answer = await ask();
    if (presentMonth() === month) return { month, answer };
  }
}
