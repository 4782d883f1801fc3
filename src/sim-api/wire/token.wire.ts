import { isRecord, numberOf, textOf } from './value.wire.ts';

export interface Token {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly lifetimeMs: number;
}

/** Lifetime of a token if the answer does not state one: 5 minutes. */
const unknownLifetimeMs = 300_000;
/** Minimum lifetime: 0 would cause a login for every call. */
const minLifetimeMs = 500;

/** Decodes a token from the body of a token answer; undefined if it has none. Source: docs/sim-api.md "Token answer". */
export function decodeToken(body: string): Token | undefined {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (!isRecord(json)) return undefined;
  const accessToken = textOf(json.access_token);
  // A token is sent in a header, so characters that could end the header are not accepted.
  if (accessToken === null || !/^[\x21-\x7e]+$/.test(accessToken)) return undefined;
  const seconds = numberOf(json.expires_in);
  return {
    accessToken,
    refreshToken: textOf(json.refresh_token),
    lifetimeMs: seconds === null ? unknownLifetimeMs : Math.max(minLifetimeMs, seconds * 1000),
  };
}
