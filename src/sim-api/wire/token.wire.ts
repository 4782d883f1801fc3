import { isRecord, numberOf, textOf } from './value.wire.ts';

/** What a token call brought. */
export interface Token {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly lifetimeMs: number;
}

/** Where the answer does not say how long a token lives, it is renewed every five minutes. */
const unknownLifetimeMs = 300_000;
/** A lifetime of nothing would be a login for every call. */
const minLifetimeMs = 500;

/** A token from the body of a token answer, or undefined where there is none in it. Source: docs/sim-api.md "Token answer". */
export function decodeToken(body: string): Token | undefined {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (!isRecord(json)) return undefined;
  const accessToken = textOf(json.access_token);
  // A token travels in a header: whatever could break out of one is no token.
  if (accessToken === null || !/^[\x21-\x7e]+$/.test(accessToken)) return undefined;
  const seconds = numberOf(json.expires_in);
  return {
    accessToken,
    refreshToken: textOf(json.refresh_token),
    lifetimeMs: seconds === null ? unknownLifetimeMs : Math.max(minLifetimeMs, seconds * 1000),
  };
}
