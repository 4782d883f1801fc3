/** A gateway writes down what is left open within 5 s after its grace, and its database may take 30 s to end in order. */
const AFTER_GRACE_MS = 35_000;
/** As in src/config.ts, which refuses other values than whole numbers. */
const DEFAULT_GRACE_MS = 10_000;

/** How long a program that was sent SIGTERM may take, in ms: what `SHUTDOWN_GRACE_MS` says and then some. */
export function stopTimeoutMs({ SHUTDOWN_GRACE_MS: grace = '' } = process.env) {
  return AFTER_GRACE_MS + (/^\d+$/.test(grace) ? Number(grace) : DEFAULT_GRACE_MS);
}
