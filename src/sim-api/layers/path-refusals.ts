import type { Clock } from '../../base/clock.ts';

/** Paths that answer 401 to a valid token: another token does not help, so their 401 causes no login for a while. */
export interface PathRefusals {
  isRefusing(operation: string): boolean;
  /** Records that a path refused a token that was just obtained for it. */
  note(operation: string, token: string): void;
}

/** Pause before a path may cause the next login; doubles each time the path refuses the new token, too, at most 60 s. */
const firstPauseMs = 5000;
const maxPauseMs = 60_000;

/** The refusals of one account, at most one entry for each endpoint. */
export function createPathRefusals(clock: Clock): PathRefusals {
  const paths = new Map<
    string,
    { readonly token: string; readonly pauseMs: number; readonly untilMs: number }
  >();
  return {
    isRefusing: (operation) => clock.monotonicMs() < (paths.get(operation)?.untilMs ?? 0),
    note(operation, token) {
      const last = paths.get(operation);
      // Concurrent calls report the refusal of the same token.
      if (last?.token === token) return;
      const now = clock.monotonicMs();
      const isRecent = last !== undefined && now < last.untilMs + last.pauseMs;
      const pauseMs = isRecent ? Math.min(maxPauseMs, 2 * last.pauseMs) : firstPauseMs;
      paths.set(operation, { token, pauseMs, untilMs: now + pauseMs });
    },
  };
}
