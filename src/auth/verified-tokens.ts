import { hash } from 'node:crypto';
import { BoundedMap } from '../base/bounded-map.ts';
import type { KeySet } from './jwks.ts';
import type { Principal } from './principal.ts';

const maxTokens = 1000;

/** The callers of tokens that were verified with the current keys. Tokens are stored as digests, so that the memory has no valid token. */
export class VerifiedTokens {
  private readonly principals = new BoundedMap<string, Principal>(maxTokens);
  private keys: KeySet | null = null;

  find(token: string, keys: KeySet | null): Principal | undefined {
    this.forgetOthers(keys);
    return this.principals.get(digestOf(token));
  }

  add(token: string, keys: KeySet | null, principal: Principal): void {
    this.forgetOthers(keys);
    this.principals.set(digestOf(token), principal);
  }

  /** A token of a key that the issuer has removed is not valid any more. */
  private forgetOthers(keys: KeySet | null): void {
    if (keys !== this.keys) this.principals.clear();
    this.keys = keys;
  }
}

function digestOf(token: string): string {
  return hash('sha256', token, 'base64');
}
