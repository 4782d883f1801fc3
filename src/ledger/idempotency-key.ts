import { createHash } from 'node:crypto';
import { badUserInput } from '../errors/index.ts';
import type { NewKey } from './entry.ts';

/** The rule for keys, as part of an error message. */
export const keyRule = 'must be 1 to 255 visible ASCII characters';

export function isKey(text: string): boolean {
  return /^[\x21-\x7e]{1,255}$/.test(text);
}

/** The idempotency key from the argument or the header, with the fingerprint of `identity`; null if none. Errors: BAD_USER_INPUT. */
export function keyOf(
  fromHeader: string | null,
  fromArgument: string | null | undefined,
  identity: unknown,
): NewKey | null {
  if (fromArgument != null && !isKey(fromArgument)) throw badUserInput('idempotencyKey', keyRule);
  if (fromHeader !== null && fromArgument != null && fromHeader !== fromArgument)
    throw badUserInput('idempotencyKey', 'must be the same as the Idempotency-Key header if both are given');
  const key = fromArgument ?? fromHeader;
  if (key === null) return null;
  return { key, fingerprint: createHash('sha256').update(JSON.stringify(identity)).digest('base64url') };
}
