import type { Clock } from '../base/clock.ts';
import { tokenOperation } from './endpoints.ts';
import { Garbled, Unreachable } from './errors.ts';
import type { WireAnswer } from './transport.ts';
import { decodeToken, type Token } from './wire/token.wire.ts';
import { isRecord, textOf } from './wire/value.wire.ts';

/** Gives access tokens, with at most one token call under way at a time. */
export interface TokenSource {
  /** The token at hand, or undefined where there is none that is still good. One that ends soon is renewed meanwhile. */
  current(): string | undefined;
  /** A new token. Errors: Unreachable (reason `credentials` where they were refused), Garbled. */
  renew(): Promise<string>;
  /** Says that the SIM API refused this token: it is not given out again. */
  discard(token: string): void;
  /** Says that even a new token was refused: nobody logs in for a while. */
  coolDown(): void;
}

/** After refused credentials nobody logs in for this long: a storm of logins locks accounts. */
const coolDownMs = 5000;
/** A token is renewed when this share of its lifetime is left, though never earlier than a minute before its end. */
const renewalShare = 0.25;
const longestRenewalMs = 60_000;
/** It is no longer given out when this share is left, a second at most: it has to arrive in time. */
const travelShare = 0.05;
const longestTravelMs = 1000;
/** A renewal ahead of time that failed is tried again so much later. */
const pauseBetweenRenewalsMs = 1000;

interface Held extends Token {
  readonly renewAtMs: number;
  readonly goodUntilMs: number;
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
  let renewNotBeforeMs = Number.NEGATIVE_INFINITY;

  /** The token a grant brings, or undefined where the grant is refused. */
  async function ask(form: Readonly<Record<string, string>>): Promise<Held | undefined> {
    const leftAtMs = clock.monotonicMs();
    const answer = await post(form);
    if (isRefusal(answer)) return undefined;
    const token = answer.status >= 200 && answer.status < 300 ? decodeToken(answer.body) : undefined;
    if (token === undefined) throw new Garbled(tokenOperation, `HTTP ${answer.status} without a token`);
    const endsAtMs = leftAtMs + token.lifetimeMs;
    return {
      ...token,
      renewAtMs: endsAtMs - Math.min(token.lifetimeMs * renewalShare, longestRenewalMs),
      goodUntilMs: endsAtMs - Math.min(token.lifetimeMs * travelShare, longestTravelMs),
    };
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

  function renew(): Promise<string> {
    flight ??= obtain().finally(() => {
      flight = undefined;
    });
    return flight.then(({ accessToken }) => accessToken);
  }

  /** Renews while the old token still serves; where that fails, the next one to ask tries again a little later. */
  function renewMeanwhile(): void {
    if (flight !== undefined || clock.monotonicMs() < renewNotBeforeMs) return;
    renewNotBeforeMs = clock.monotonicMs() + pauseBetweenRenewalsMs;
    renew().catch(() => undefined);
  }

  return {
    renew,
    current() {
      const now = clock.monotonicMs();
      if (held === undefined || now >= held.goodUntilMs) return undefined;
      if (now >= held.renewAtMs) renewMeanwhile();
      return held.accessToken;
    },
    discard(token) {
      if (held?.accessToken === token) held = undefined;
    },
    coolDown() {
      coolUntilMs = clock.monotonicMs() + coolDownMs;
    },
  };
}

/** Whether an answer is the token endpoint's no; a 4xx of somebody in between is not. */
function isRefusal({ status, body }: WireAnswer): boolean {
  if (status !== 400 && status !== 401 && status !== 403) return false;
  try {
    const json: unknown = JSON.parse(body);
    return isRecord(json) && (textOf(json.error) ?? textOf(json.error_code)) !== null;
  } catch {
    return false;
  }
}

function passwordGrant(credentials: { username: string; password: string }): Record<string, string> {
  const { username, password } = credentials;
  return { grant_type: 'password', client_id: username, username, password };
}

function refused(): Unreachable {
  return new Unreachable(tokenOperation, 'credentials', true, 'credentials refused', coolDownMs / 1000);
}
