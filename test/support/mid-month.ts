const real = new Date();
const shiftMs = Date.UTC(real.getUTCFullYear(), real.getUTCMonth(), 15, 12) - real.getTime();

/** The time by the clock of programs that run with `midMonthEnv`, in epoch milliseconds. */
export const midMonthNow = () => Date.now() + shiftMs;

/**
 * Environment of a gateway whose clock says that it is the middle of a month when the test begins. Usage and costs are those of a
 * calendar month: with the real clock such a test would meet the end of the month, or its first hours, on some days.
 */
export const midMonthEnv: Readonly<Record<string, string>> = {
  NODE_OPTIONS: '--import=./test/support/shifted-date.mjs',
  CLOCK_SHIFT_MS: String(shiftMs),
};
