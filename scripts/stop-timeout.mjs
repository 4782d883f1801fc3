/** After the grace period workers have 8 s to record open work, and the database may take 30 s to shut down. */
const AFTER_GRACE_MS = 40_000;
/** The default of src/settings.ts, which accepts only whole numbers. */
const DEFAULT_GRACE_MS = 10_000;

/** Timeout in ms for a program to end after SIGTERM: `SHUTDOWN_GRACE_MS` plus `AFTER_GRACE_MS`. */
export function stopTimeoutMs({ SHUTDOWN_GRACE_MS: grace = '' } = process.env) {
  return AFTER_GRACE_MS + (/^\d+$/.test(grace) ? Number(grace) : DEFAULT_GRACE_MS);
}
