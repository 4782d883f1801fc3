import { GatewayError } from '../errors/index.ts';
import { anonymous, type Principal } from './principal.ts';

/** Verifies one kind of bearer token. */
export interface Verifier {
  /** Whether a token has the form of this kind. */
  handles(token: string): boolean;
  /** The caller, at once if the token was verified before; null if the token is not valid. Errors: GatewayError if it cannot be verified now. */
  verify(token: string): Principal | null | Promise<Principal | null>;
}

/**
 * Identifies the caller of a request by the header Authorization. Every way into the gateway uses it. Returns without a promise if the
 * credentials were verified before. Errors: UNAUTHENTICATED, and those of `Verifier.verify`.
 */
export type Authenticate = (authorization: string | undefined) => Principal | Promise<Principal>;

/** Longer tokens are refused unread. Node.js refuses headers of 16 KB. */
const maxTokenLength = 12_000;
const scheme = 'bearer ';

/** The token in a header Authorization (RFC 6750 section 2.1); undefined if there is none. Tokens are long: no pattern is matched on them. */
export function bearerTokenOf(authorization: string | undefined): string | undefined {
  if (authorization?.slice(0, scheme.length).toLowerCase() !== scheme) return undefined;
  const token = authorization.slice(scheme.length).replace(/^ +| +$/g, '');
  const isOne = token !== '' && !token.includes(' ') && !token.includes('\t') && !token.includes(',');
  return isOne && token.length <= maxTokenLength ? token : undefined;
}

/** Creates the authentication. `verifiers` is null for AUTH=none: every caller is anonymous and may do everything; credentials are ignored. */
export function createAuthenticate(verifiers: readonly Verifier[] | null): Authenticate {
  if (verifiers === null) return () => anonymous;
  return (authorization) => {
    const token = bearerTokenOf(authorization);
    if (token === undefined) throw unauthenticated();
    const verifier = verifiers.find((each) => each.handles(token));
    const principal = verifier === undefined ? null : verifier.verify(token);
    return principal instanceof Promise ? principal.then(required) : required(principal);
  };
}

function required(principal: Principal | null): Principal {
  if (principal === null) throw unauthenticated();
  return principal;
}

function unauthenticated(): GatewayError {
  return new GatewayError('UNAUTHENTICATED');
}
