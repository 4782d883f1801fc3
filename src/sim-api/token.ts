import type { Clock } from '../base/clock.ts';
import type { LiveToken } from './live-token.ts';
import { coolDownMs, credentialsRefused, type LogIn } from './login.ts';
import type { TokenSharing } from './token-sharing.ts';

/** Gives access tokens, with at most one token call under way at a time. */
export interface TokenSource {
  /** The token at hand, or undefined if there is none that is still good. One that ends soon is renewed meanwhile. */
  current(): string | undefined;
  /**
   * A token other than `refused`, which the SIM API refused; without it, one that is newer than the token at hand.
   * Errors: Unreachable (reason `credentials` if they were refused), Garbled.
   */
  renew(refused?: string): Promise<string>;
  /** Notes that the SIM API took this token. */
  accepted(token: string): void;
  /** Whether this is the token at hand, and this gateway has logged in for it itself. */
  isOwn(token: string): boolean;
}

/** A renewal ahead of time that failed is tried again so much later. */
const pauseBetweenRenewalsMs = 1000;

interface Held {
  readonly token: LiveToken;
  /** False if another gateway logged in for it. */
  readonly isOwn: boolean;
  /** Until a path takes it, no other token is got in its place before this time: it came for one that was refused, too. */
  readonly soonestSuccessorMs: number;
  isAccepted: boolean;
}

/**
 * A token source that logs in, renews a little early, and keeps a token until it has another: a 401 may be the fault of the path that
 * answers it. If a token that came in place of a refused one is refused before any path has taken it, the next login waits 5 s.
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
    // Another call that met the same refusal has brought a new one.
    const usable = held && isGood(held) ? held.token.accessToken : undefined;
    if (usable !== undefined && refused !== undefined && usable !== refused) return usable;
    flight ??= obtain(refused !== undefined).finally(() => {
      flight = undefined;
    });
    return (await flight).token.accessToken;
  }

  const isGood = ({ token }: Held) => clock.monotonicMs() < token.goodUntilMs;
  const isTooSoon = () =>
    held !== undefined && !held.isAccepted && clock.monotonicMs() < held.soonestSuccessorMs;

  /** Renews while the old token still serves; if that fails, the next one to ask tries again a little later. */
  function renewMeanwhile(): void {
    if (flight !== undefined || clock.monotonicMs() < renewNotBeforeMs) return;
    renewNotBeforeMs = clock.monotonicMs() + pauseBetweenRenewalsMs;
    renew().catch(() => undefined);
  }

  return {
    renew,
    current() {
      if (held === undefined || !isGood(held)) return undefined;
      if (clock.monotonicMs() >= held.token.renewAtMs) renewMeanwhile();
      return held.token.accessToken;
    },
    accepted(token) {
      if (held?.token.accessToken === token) held.isAccepted = true;
    },
    isOwn: (token) => held?.token.accessToken === token && held.isOwn,
  };
}
