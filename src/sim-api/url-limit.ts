import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';

/** How long the URL of a call for many SIMs may be, in bytes. */
export interface UrlLimit {
  current(): number;
  /** Notes that a URL of this length was refused (414, 431). */
  refused(bytes: number): void;
  /** Notes that a URL of this length was taken. */
  taken(bytes: number): void;
}

/** Below this no list of SIMs fits into a URL, so no 414 is believed to mean less. */
const minBytes = 200;
/** After this time the configured length is tried again: what refused it may have passed. */
const retryAfterMs = 30_000;

/**
 * The limit that the settings give, and for 30 s after a refusal half of what was refused. If the next URL after that is refused, too, the
 * limit is twice the last one at most: so it is found again by few calls, and grows by itself if what made it so low has passed.
 */
export function createUrlLimit(configured: number, clock: Clock, log: Log): UrlLimit {
  let lowered = configured;
  /** The limit of the last time. */
  let before = configured;
  let untilMs = Number.NEGATIVE_INFINITY;
  const current = () => (clock.monotonicMs() < untilMs ? lowered : configured);

  return {
    current,
    refused(bytes) {
      // Calls that were under way together are refused together.
      if (bytes > current()) return;
      lowered = Math.max(minBytes, Math.min(Math.ceil(bytes / 2), 2 * before));
      before = lowered;
      untilMs = clock.monotonicMs() + retryAfterMs;
      log.warn(
        { refusedBytes: bytes, maxUrlBytes: lowered },
        'a URL was too long on its way: shorter ones for 30 s',
      );
    },
    taken(bytes) {
      if (bytes > before) before = configured;
    },
  };
}
