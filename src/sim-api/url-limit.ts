import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';

/** Maximum URL length of a call for many SIMs, in bytes. */
export interface UrlLimit {
  current(): number;
  /** Records that a URL of this length was refused (414, 431). */
  refused(bytes: number): void;
  taken(bytes: number): void;
}

/** No list of SIMs fits into fewer bytes, so a 414 never lowers the limit further. */
const minBytes = 200;
/** After this time the configured length is tried again: the cause of the refusal may be gone. */
const retryAfterMs = 30_000;

/**
 * Starts with the configured limit. After a refusal, the limit is half the refused length for 30 s. After that, the configured limit
 * applies again. If the next long URL is refused, too, the new limit is at most twice the previous one. So few refused calls find a
 * low limit again, and the limit grows by itself when the cause of the refusals is gone.
 */
export function createUrlLimit(configured: number, clock: Clock, log: Log): UrlLimit {
  let lowered = configured;
  /** The limit set by the last refusal; `configured` again after a longer URL was accepted. */
  let before = configured;
  let untilMs = Number.NEGATIVE_INFINITY;
  const current = () => (clock.monotonicMs() < untilMs ? lowered : configured);

  return {
    current,
    refused(bytes) {
      // Concurrent calls are refused together: only the first refusal counts.
      if (bytes > current()) return;
      lowered = Math.max(minBytes, Math.min(Math.ceil(bytes / 2), 2 * before));
      before = lowered;
      untilMs = clock.monotonicMs() + retryAfterMs;
      log.warn(
        { refusedBytes: bytes, maxUrlBytes: lowered },
        'URL too long (HTTP 414 or 431): sending shorter URLs for 30 s',
      );
    },
    taken(bytes) {
      if (bytes > before) before = configured;
    },
  };
}
