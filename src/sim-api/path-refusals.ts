import type { Clock } from '../base/clock.ts';

/** Paths that answer 401 to a good token: another token does not help them, so their 401 brings no login for a while. */
export interface PathRefusals {
  isRefusing(operation: string): boolean;
  /** Notes that a path refused a token that was just got for it. */
  note(operation: string, token: string): void;
}

/** A path brings the next login so much later, twice as long each time that it refuses the new token, too. */
const firstPauseMs = 5000;
const maxPauseMs = 60_000;

/** The refusals of one account: an entry for each endpoint at most. */
export function createPathRefusals(clock: Clock): PathRefusals {
  const paths = new Map<
    string,
    { readonly token: string; readonly pauseMs: number; readonly untilMs: number }
  >();
  return {
    isRefusing: (operation) => clock.monotonicMs() < (paths.get(operation)?.untilMs ?? 0),
    note(operation, token) {
      const last = paths.get(operation);
      // Calls that were under way together refuse the same token.
      if (last?.token === token) return;
      const now = clock.monotonicMs();
      const isRecent = last !== undefined && now < last.untilMs + last.pauseMs;
      const pauseMs = isRecent ? Math.min(maxPauseMs, 2 * last.pauseMs) : firstPauseMs;
      paths.set(operation, { token, pauseMs, untilMs: now + pauseMs });
    },
  };
}
