import type { Token } from './wire/token.wire.ts';

/** A token with its times, in milliseconds of this process's monotonic clock. */
export interface LiveToken extends Token {
  readonly endsAtMs: number;
  /** From this time on, the token is renewed in the background. */
  readonly renewAtMs: number;
  /** From this time on, the token is not used for new calls: it must arrive before it ends. */
  readonly goodUntilMs: number;
}

/** A token is renewed when 25 % of its lifetime is left, at most 60 s before its end. */
const renewalShare = 0.25;
const maxRenewalMs = 60_000;
/** A token is used until 5 % of its lifetime is left, at most 1 s before its end. */
const travelShare = 0.05;
const maxTravelMs = 1000;

/** Adds the times to a token that ends at `endsAtMs`. */
export function liveToken(token: Token, endsAtMs: number): LiveToken {
  const { accessToken, refreshToken, lifetimeMs } = token;
  return {
    accessToken,
    refreshToken,
    lifetimeMs,
    endsAtMs,
    renewAtMs: endsAtMs - Math.min(lifetimeMs * renewalShare, maxRenewalMs),
    goodUntilMs: endsAtMs - Math.min(lifetimeMs * travelShare, maxTravelMs),
  };
}
