import { errors, type JWTPayload } from 'jose';
import { createPrincipal, isScope, type Principal, type Scope } from './principal.ts';

/**
 * Claims that name the caller, the first that is present counts, and how its actor begins: a client must not have the actor of a user.
 * Source: RFC 7519 section 4.1.2; RFC 9068 section 2.2.
 */
const subjectClaims = { sub: 'jwt:', client_id: 'client:', azp: 'client:' } as const;
const claimNames = Object.keys(subjectClaims) as (keyof typeof subjectClaims)[];

/** The caller that a verified token names. Errors: JWTClaimValidationFailed of jose. */
export function principalOf(claims: JWTPayload, scopesClaim: string): Principal {
  return createPrincipal({
    actor: actorOf(claims),
    method: 'JWT',
    scopes: scopesOf(claims[scopesClaim]),
    groups: null,
    expiresAt: endOf(claims),
  });
}

/** Characters that do not show, or that change how others show: one actor would look like another in the audit log. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const maxSubjectLength = 255;

function actorOf(claims: JWTPayload): string {
  const name = claimNames.find((claim) => Object.hasOwn(claims, claim)) ?? 'sub';
  const subject = claims[name];
  // A bad subject does not count as an absent one: the next claim may name another caller.
  if (
    typeof subject !== 'string' ||
    subject === '' ||
    subject.length > maxSubjectLength ||
    unseen.test(subject)
  )
    throw invalid(name);
  return subjectClaims[name] + subject;
}

/** The scopes in a text with white space between them, or in a list. Scopes of other programs have no effect. */
function scopesOf(value: unknown): Scope[] {
  const entries: unknown[] =
    typeof value === 'string' ? value.split(/\s+/) : Array.isArray(value) ? value : [];
  return entries
    .map((entry) => (typeof entry === 'string' && /^[a-z]+$/i.test(entry) ? entry.toUpperCase() : null))
    .filter(isScope);
}

/** 9999-12-31T23:59:59Z, the last second that clients can read, in s. */
const lastSecond = 253_402_300_799;

function endOf({ exp }: JWTPayload): Date {
  if (exp === undefined || exp > lastSecond) throw invalid('exp');
  return new Date(exp * 1000);
}

function invalid(claim: string): Error {
  return new errors.JWTClaimValidationFailed('a claim is not valid', {}, claim, 'invalid');
}
