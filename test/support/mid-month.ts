const real = new Date();
const shiftMs = Date.UTC(real.getUTCFullYear(), real.getUTCMonth(), 15, 12) - real.getTime();

/** The clock of programs that run with `midMonthEnv`, in epoch milliseconds. */
export const midMonthNow = () => Date.now() + shiftMs;

/**
 * Environment of a gateway whose clock shows the middle of a month when the test begins. Usage and costs are per calendar month:
 * with the real clock, a test could run across the end of a month.
 */
export const midMonthEnv: Readonly<Record<string, string>> = {
  NODE_OPTIONS: '--import=./test/support/shifted-date.mjs',
  CLOCK_SHIFT_MS: String(shiftMs),
};
