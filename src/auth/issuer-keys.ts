import type { JWK } from 'jose';
import type { JwtSettings } from '../base/auth-settings.ts';
import { isSecureUrl } from '../base/secure-url.ts';
import { getJson } from './get-json.ts';

/** Where the keys of an issuer are. */
export type KeySource = Pick<JwtSettings, 'issuer' | 'jwksUrl'>;

/**
 * Reads the public keys of an issuer; `timeoutMs` covers all requests with their bodies. Errors: Error whose message says what was read and
 * why that failed, without text of an answer.
 */
export async function readIssuerKeys({ issuer, jwksUrl }: KeySource, timeoutMs: number): Promise<JWK[]> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  try {
    const url = jwksUrl === null ? await discover(issuer, abort.signal) : new URL(jwksUrl);
    return await read(url, abort.signal, publicKeysOf);
  } finally {
    clearTimeout(timer);
  }
}

/** The address of the keys by the configuration of the issuer. Source: OpenID Connect Discovery 1.0, sections 3 and 4. */
function discover(issuer: string, signal: AbortSignal): Promise<URL> {
  const url = new URL(`${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`);
  return read(url, signal, (configuration) => {
    // Another issuer would have the keys of other tokens.
    if (memberOf(configuration, 'issuer') !== issuer) throw new Error('its issuer is not JWT_ISSUER');
    const text = memberOf(configuration, 'jwks_uri');
    const keysUrl = typeof text === 'string' && URL.canParse(text) ? new URL(text) : null;
    if (keysUrl === null || !isSecureUrl(keysUrl)) throw new Error('its jwks_uri is not an https address');
    if (keysUrl.username !== '' || keysUrl.password !== '')
      throw new Error('its jwks_uri has credentials in it');
    return keysUrl;
  });
}

async function read<T>(url: URL, signal: AbortSignal, parse: (document: unknown) => T): Promise<T> {
  try {
    return parse(await getJson(url, signal));
  } catch (error) {
    const reason = signal.aborted ? 'no complete answer in time' : (error as Error).message;
    throw new Error(`${url.origin}${url.pathname}: ${reason}`);
  }
}

/** Members of keys that are secret. Source: RFC 7518, sections 6.2.2, 6.3.2 and 6.4. */
const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];
const publicKeyTypes: readonly unknown[] = ['RSA', 'EC', 'OKP'];

/** The public keys for signatures in a key set. All others are left out: with a published secret, everyone could issue tokens. */
function publicKeysOf(document: unknown): JWK[] {
  const keys = memberOf(document, 'keys');
  if (!Array.isArray(keys)) throw new Error('it is not a set of keys');
  return keys.filter(
    (key: unknown): key is JWK =>
      publicKeyTypes.includes(memberOf(key, 'kty')) &&
      [undefined, 'sig'].includes(memberOf(key, 'use') as string | undefined) &&
      secretMembers.every((name) => memberOf(key, name) === undefined),
  );
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}
