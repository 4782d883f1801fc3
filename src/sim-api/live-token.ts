import type { Token } from './wire/token.wire.ts';

/** A token with its times, in milliseconds of this process's monotonic clock. */
export interface LiveToken extends Token {
  readonly endsAtMs: number;
  /** From then on it is renewed, while it still serves. */
  readonly renewAtMs: number;
  /** From then on it is not given out any more: it has to arrive in time. */
  readonly goodUntilMs: number;
}

/** A token is renewed when this share of its lifetime is left, though never earlier than a minute before its end. */
const renewalShare = 0.25;
const maxRenewalMs = 60_000;
/** It is given out until this share is left, a second at most. */
const travelShare = 0.05;
const maxTravelMs = 1000;

/** A token that ends at a time of the monotonic clock. */
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
