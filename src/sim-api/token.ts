import type { Clock } from '../base/clock.ts';
import type { LiveToken } from './live-token.ts';
import { coolDownMs, credentialsRefused, type LogIn } from './login.ts';
import type { TokenSharing } from './token-sharing.ts';

/** Provides access tokens, with at most one token call in flight. */
export interface TokenSource {
  /** The current token, or undefined if none is valid. A token that ends soon is renewed in the background. */
  current(): string | undefined;
  /**
   * Returns a token other than `refused`, which the SIM API refused; without `refused`, a token newer than the current one. Errors:
   * Unreachable (reason `credentials` if they were refused), Garbled.
   */
  renew(refused?: string): Promise<string>;
  /** Records that the SIM API accepted this token. */
  accepted(token: string): void;
  /** Whether this is the current token and this gateway itself logged in for it. */
  isOwn(token: string): boolean;
}

/** Minimum time between two background renewals. */
const pauseBetweenRenewalsMs = 1000;

interface Held {
  readonly token: LiveToken;
  /** False if another gateway logged in for it. */
  readonly isOwn: boolean;
  /** Until a path accepts the token, no login replaces it before this time: the token itself replaced a refused one. */
  readonly soonestSuccessorMs: number;
  isAccepted: boolean;
}

/**
 * Creates a token source that logs in, renews early, and keeps a token until it has another: the path that answers 401 may be at fault. If
 * a token that replaced a refused one is refused before any path has accepted it, the next login waits 5 s.
 */
export function createTokenSource(logIn: LogIn, sharing: TokenSharing, clock: Clock): TokenSource {
  let held: Held | undefined;
  let refreshToken: string | null = null;
  let flight: Promise<Held> | undefined;
  let renewNotBeforeMs = Number.NEGATIVE_INFINITY;

  async function obtain(isRefused: boolean): Promise<Held> {
    let isOwn = false;
    const token = await sharing.obtain(held?.token.accessToken, async () => {
      if (isRefused && isTooSoon()) throw credentialsRefused();
      isOwn = true;
      const spent = refreshToken;
      refreshToken = null;
      return logIn(spent);
    });
    refreshToken = token.refreshToken;
    const soonestSuccessorMs =
      isOwn && isRefused ? clock.monotonicMs() + coolDownMs : Number.NEGATIVE_INFINITY;
    held = { token, isOwn, soonestSuccessorMs, isAccepted: false };
    return held;
  }

  async function renew(refused?: string): Promise<string> {
    // Another call with the same refusal has already obtained a new token.
    const usable = held && isUsable(held) ? held.token.accessToken : undefined;
    if (usable !== undefined && refused !== undefined && usable !== refused) return usable;
    flight ??= obtain(refused !== undefined).finally(() => {
      flight = undefined;
    });
    return (await flight).token.accessToken;
  }

  const isUsable = ({ token }: Held) => clock.monotonicMs() < token.goodUntilMs;
  const isTooSoon = () =>
    held !== undefined && !held.isAccepted && clock.monotonicMs() < held.soonestSuccessorMs;

  /** Renews while the old token is still valid; after a failure, the next `current` more than 1 s later tries again. */
  function renewMeanwhile(): void {
    if (flight !== undefined || clock.monotonicMs() < renewNotBeforeMs) return;
    renewNotBeforeMs = clock.monotonicMs() + pauseBetweenRenewalsMs;
    renew().catch(() => undefined);
  }

  return {
    renew,
    current() {
      if (held === undefined || !isUsable(held)) return undefined;
      if (clock.monotonicMs() >= held.token.renewAtMs) renewMeanwhile();
      return held.token.accessToken;
    },
    accepted(token) {
      if (held?.token.accessToken === token) held.isAccepted = true;
    },
    isOwn: (token) => held?.token.accessToken === token && held.isOwn,
  };
}
