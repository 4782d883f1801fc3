import { commaSeparated } from './comma-separated.ts';

/** How callers prove who they are. */
export const authMethods = ['apikey', 'jwt'] as const;
export type AuthMethod = (typeof authMethods)[number];

/** How JSON Web Tokens are verified. */
export interface JwtSettings {
  /** The claim `iss` of every token. */
  readonly issuer: string;
  /** One of these is in the claim `aud` of every token. */
  readonly audiences: readonly string[];
  /** Where the keys of the issuer are; null: where its OpenID configuration says. */
  readonly jwksUrl: string | null;
  /** Accepted values of the header `alg`. */
  readonly algorithms: readonly string[];
  /** The claim that has the scopes: a text with spaces between them, or a list. */
  readonly scopesClaim: string;
}

/** Signatures with a public and a private key. A shared secret would let every gateway issue tokens. */
const jwtAlgorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'],
  ...['EdDSA', 'Ed25519'],
];

export const jwtAlgorithmsRule = `must be asymmetric algorithms, separated by commas: ${jwtAlgorithms.join(', ')}`;

export function isJwtAlgorithms(text: string): boolean {
  const entries = commaSeparated(text);
  return entries.length > 0 && entries.every((entry) => jwtAlgorithms.includes(entry));
}
