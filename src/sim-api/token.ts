import type { Clock } from '../base/clock.ts';
import { Garbled, Unreachable } from './errors.ts';
import type { WireAnswer } from './transport.ts';
import { decodeToken, type Token } from './wire/token.wire.ts';

/** Gives access tokens, with at most one token call under way at a time. */
export interface TokenSource {
  /** The token at hand, or undefined where there is none or it is about to end. */
  current(): string | undefined;
  /** A new token. Errors: Unreachable (reason `credentials` where they were refused), Garbled. */
  renew(): Promise<string>;
  /** Says that the SIM API refused this token: it is not given out again. */
  discard(token: string): void;
}

/** After refused credentials nobody logs in for this long: a storm of logins locks accounts. */
const coolDownMs = 5000;
/** A token is renewed when this share of its lifetime is left, though never earlier than a minute before its end. */
const renewalShare = 0.25;
const longestRenewalMs = 60_000;

interface Held extends Token {
  readonly renewAtMs: number;
}

/**
 * A token source that logs in by password, renews by refresh token a little early, and falls back to the password
 * where the refresh is refused. Lifetimes are counted on a monotonic clock from the moment the request left, so a wall
 * clock that is off by minutes does not matter. `post` sends one form to the token endpoint and gives its answer.
 * Source: CONTRACT.md "Token", "Refresh".
 */
export function createTokenSource(
  post: (form: Readonly<Record<string, string>>) => Promise<WireAnswer>,
  credentials: { readonly username: string; readonly password: string },
  clock: Clock,
): TokenSource {
  let held: Held | undefined;
  let refreshToken: string | null = null;
  let flight: Promise<Held> | undefined;
  let coolUntilMs = Number.NEGATIVE_INFINITY;

  /** The token a grant brings, or undefined where the grant is refused. */
  async function ask(form: Readonly<Record<string, string>>): Promise<Held | undefined> {
    const leftAtMs = clock.monotonicMs();
    const answer = await post(form);
    if (answer.status >= 400 && answer.status < 500) return undefined;
    const token = answer.status >= 200 && answer.status < 300 ? decodeToken(answer.body) : undefined;
    if (token === undefined) throw new Garbled('oauth/token', `HTTP ${answer.status} without a token`);
    const earlyMs = Math.min(token.lifetimeMs * renewalShare, longestRenewalMs);
    return { ...token, renewAtMs: leftAtMs + token.lifetimeMs - earlyMs };
  }

  async function obtain(): Promise<Held> {
    if (clock.monotonicMs() < coolUntilMs) throw refused();
    const spent = refreshToken;
    refreshToken = null;
    const renewed =
      spent === null ? undefined : await ask({ grant_type: 'refresh_token', refresh_token: spent });
    const token = renewed ?? (await ask(passwordGrant(credentials)));
    if (token === undefined) {
      coolUntilMs = clock.monotonicMs() + coolDownMs;
      throw refused();
    }
    held = token;
    refreshToken = token.refreshToken;
    return token;
  }

  return {
    current: () =>
      held !== undefined && clock.monotonicMs() < held.renewAtMs ? held.accessToken : undefined,
    async renew() {
      flight ??= obtain().finally(() => {
        flight = undefined;
      });
      return (await flight).accessToken;
    },
    discard(token) {
      if (held?.accessToken === token) held = undefined;
    },
  };
}

function passwordGrant(credentials: { username: string; password: string }): Record<string, string> {
  const { username, password } = credentials;
  return { grant_type: 'password', client_id: username, username, password };
}

function refused(): Unreachable {
  return new Unreachable('oauth/token', 'credentials', true, 'credentials refused', coolDownMs / 1000);
}
