import { decodeProtectedHeader, errors, type JWTVerifyOptions, type JWTVerifyResult, jwtVerify } from 'jose';
import type { JwtSettings } from '../base/auth-settings.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { GatewayError } from '../errors/index.ts';
import type { Verifier } from './authenticator.ts';
import { createJwks, defaultJwksLimits, type KeySet } from './jwks.ts';
import type { Principal } from './principal.ts';
import { principalOf } from './token-claims.ts';
import { VerifiedTokens } from './verified-tokens.ts';

/** Three parts; an encrypted token has five. */
const form = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Difference between the clocks of issuer and gateway that is accepted, in s. */
const clockToleranceSeconds = 30;

/** Types of tokens for APIs, without `application/`; a token need not have one. Source: RFC 9068 section 4; RFC 8725 section 3.11. */
const acceptedTypes = ['jwt', 'at+jwt'];

/**
 * Creates the verifier of JSON Web Tokens and starts the first load of the keys, for which it does not wait. `verify` returns without a
 * promise for a token that was verified before with the same keys. Errors of `verify`: ISSUER_UNAVAILABLE if the keys were never loaded.
 */
export function createJwtVerifier(
  settings: JwtSettings,
  clock: Clock,
  log: Log,
  limits = defaultJwksLimits,
): Verifier {
  const { issuer, audiences, algorithms, scopesClaim } = settings;
  const jwks = createJwks(settings, clock, log, limits);
  const verified = new VerifiedTokens();
  void jwks.renew();

  const checkWith = async (token: string, keys: KeySet | null): Promise<Principal> => {
    const { protectedHeader, payload } = await verifySignature(token, keys ?? noKeys, {
      issuer,
      audience: [...audiences],
      algorithms: [...algorithms],
      requiredClaims: ['iss', 'aud', 'exp'],
      clockTolerance: clockToleranceSeconds,
      currentDate: clock.now(),
    });
    if (!isAcceptedType(protectedHeader.typ))
      throw new errors.JWTClaimValidationFailed('the type is not accepted', {}, 'typ', 'invalid');
    return principalOf(payload, scopesClaim);
  };

  const check = async (token: string): Promise<{ principal: Principal; keys: KeySet | null }> => {
    const keys = jwks.current();
    try {
      return { principal: await checkWith(token, keys), keys };
    } catch (error) {
      if (!mayHaveNewKey(error, token)) throw error;
      const newKeys = await jwks.renew();
      if (newKeys === null)
        throw new GatewayError('ISSUER_UNAVAILABLE', { retryAfterSeconds: jwks.retryAfterSeconds() });
      if (newKeys === keys) throw error;
      return { principal: await checkWith(token, newKeys), keys: newKeys };
    }
  };

  const verifyAnew = async (token: string): Promise<Principal | null> => {
    try {
      const { principal, keys } = await check(token);
      verified.add(token, keys, principal);
      return principal;
    } catch (error) {
      if (error instanceof GatewayError) throw error;
      log.debug(reasonOf(error), 'a token is not valid');
      return null;
    }
  };

  /** By the rule of jose, so that a remembered token is valid exactly as long as one that is verified. */
  const isExpired = ({ expiresAt }: Principal) =>
    expiresAt !== null &&
    expiresAt.getTime() / 1000 <= Math.floor(clock.now().getTime() / 1000) - clockToleranceSeconds;

  return {
    handles: (token) => token.includes('.'),
    verify(token) {
      const principal = verified.find(token, jwks.current());
      if (principal !== undefined && !isExpired(principal)) return principal;
      return form.test(token) ? verifyAnew(token) : null;
    },
  };
}

const noKeys: KeySet = () => {
  throw new errors.JWKSNoMatchingKey();
};

/** Checks the signature and the registered claims. It takes no key and no address from the header of the token. Errors: JOSEError. */
async function verifySignature(
  token: string,
  keys: KeySet,
  options: JWTVerifyOptions,
): Promise<JWTVerifyResult> {
  try {
    return await jwtVerify(token, keys, options);
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    // A token without key id, of an issuer with several keys.
    for await (const key of error) {
      try {
        return await jwtVerify(token, key, options);
      } catch (failure) {
        // Not a JOSEError: the issuer publishes a key that cannot be used.
        const isOfKey =
          failure instanceof errors.JWSSignatureVerificationFailed || !(failure instanceof errors.JOSEError);
        if (!isOfKey) throw failure;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

/** Whether the issuer may have signed the token with a key that the gateway does not have yet. */
function mayHaveNewKey(error: unknown, token: string): boolean {
  if (error instanceof errors.JWKSNoMatchingKey) return true;
  return (
    error instanceof errors.JWSSignatureVerificationFailed && decodeProtectedHeader(token).kid === undefined
  );
}

function isAcceptedType(type: unknown): boolean {
  if (type === undefined) return true;
  return typeof type === 'string' && acceptedTypes.includes(type.toLowerCase().replace(/^application\//, ''));
}

/** Fields for the log: the code of the error and the name of the claim. Its message and other properties may have values of the token. */
function reasonOf(error: unknown): object {
  const { code, claim, name } = error as { code?: unknown; claim?: unknown; name?: unknown };
  return { reason: error instanceof errors.JOSEError ? code : name, ...(claim !== undefined && { claim }) };
}
