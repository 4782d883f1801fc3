import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import type { Token } from './wire/token.wire.ts';
import { isRecord, numberOf, textOf } from './wire/value.wire.ts';

/** Encrypts tokens so that only a gateway with the same password and account can read them. */
export interface TokenSeal {
  close(token: Token): Promise<Buffer>;
  /** Returns null if the bytes were encrypted with another password, for another account, or were changed. */
  open(sealed: Buffer): Promise<Token | null>;
}

const algorithm = 'aes-256-gcm';
const saltBytes = 16;
const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;

/**
 * Creates a seal with AES-256-GCM. scrypt derives the key from the password and a random salt: 16 MB and about 50 ms for each guess. The
 * account name is authenticated, too. Shape: salt, nonce, tag, ciphertext.
 */
export function createTokenSeal(password: string, account: string): TokenSeal {
  const derive = promisify<string, Buffer, number, Buffer>(scrypt);
  /** The key of the last salt: the salt of the row rarely changes. */
  let known: { readonly salt: Buffer; readonly key: Promise<Buffer> } | undefined;

  function keyOf(salt: Buffer): Promise<Buffer> {
    if (known === undefined || !known.salt.equals(salt))
      known = { salt, key: derive(password, salt, keyBytes) };
    return known.key;
  }

  return {
    async close({ accessToken, refreshToken, lifetimeMs }) {
      const salt = known?.salt ?? randomBytes(saltBytes);
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, await keyOf(salt), nonce).setAAD(Buffer.from(account));
      const text = JSON.stringify({ accessToken, refreshToken, lifetimeMs });
      const bytes = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([salt, nonce, cipher.getAuthTag(), bytes]);
    },

    async open(sealed) {
      const tagAt = saltBytes + nonceBytes;
      const textAt = tagAt + tagBytes;
      if (sealed.length <= textAt) return null;
      const key = await keyOf(sealed.subarray(0, saltBytes));
      const cipher = createDecipheriv(algorithm, key, sealed.subarray(saltBytes, tagAt));
      cipher.setAAD(Buffer.from(account)).setAuthTag(sealed.subarray(tagAt, textAt));
      try {
        return tokenOf(cipher.update(sealed.subarray(textAt), undefined, 'utf8') + cipher.final('utf8'));
      } catch {
        return null;
      }
    },
  };
}

function tokenOf(text: string): Token | null {
  const json: unknown = JSON.parse(text);
  if (!isRecord(json)) return null;
  const [accessToken, lifetimeMs] = [textOf(json.accessToken), numberOf(json.lifetimeMs)];
  if (accessToken === null || lifetimeMs === null) return null;
  return { accessToken, refreshToken: textOf(json.refreshToken), lifetimeMs };
}
