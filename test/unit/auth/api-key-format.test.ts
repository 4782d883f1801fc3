import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createApiKey, hashOf, idOfApiKey } from '../../../src/auth/api-key-format.ts';

/** The pattern that secret scanners are given. */
const published = /\bsimgw_[0-9A-Za-z]{50}\b/;
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** CRC-32 (ISO 3309), bit by bit. */
function crcOf(text: string): number {
  let rest = 0xffffffff;
  for (const byte of Buffer.from(text)) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  }
  return ~rest >>> 0;
}

function checksumOf(body: string): string {
  let number = BigInt(crcOf(body));
  let text = '';
  for (; number > 0n; number /= 62n) text = alphabet.charAt(Number(number % 62n)) + text;
  return text.padStart(6, '0');
}

describe('a new API key', () => {
  const created = Array.from({ length: 200 }, () => createApiKey());

  test('has the published form, and its id finds its row', () => {
    for (const { key, id } of created) {
      expect(`see ${key}, please`.match(published)?.[0]).toBe(key);
      expect(key.slice(6, 18)).toBe(id);
      expect(idOfApiKey(key)).toBe(id);
    }
  });

  test('ends in the CRC-32 of the characters before it, in base 62', () => {
    expect(crcOf('123456789')).toBe(0xcbf43926);
    for (const { key } of created) expect(key.slice(-6)).toBe(checksumOf(key.slice(0, -6)));
  });

  test('is random in each of its 44 characters', () => {
    expect(new Set(created.map(({ id }) => id)).size).toBe(created.length);
    for (let place = 6; place < 50; place++)
      expect(new Set(created.map(({ key }) => key[place])).size).toBeGreaterThan(30);
  });

  test('has the id of the key that it replaces, and another secret', () => {
    const { id, key } = createApiKey();
    const next = createApiKey(id);
    expect(next.id).toBe(id);
    expect(idOfApiKey(next.key)).toBe(id);
    expect(next.key.slice(18, 50)).not.toBe(key.slice(18, 50));
  });

  test('is stored as its SHA-256', () => {
    for (const { key, hash } of created) expect(hash).toEqual(createHash('sha256').update(key).digest());
    expect(hashOf('simgw_')).toHaveLength(32);
  });
});

describe('a text that is no API key', () => {
  const { key } = createApiKey();

  test.each([
    ['an empty text', ''],
    ['another prefix', `simgx_${key.slice(6)}`],
    ['a truncated key', key.slice(0, -1)],
    ['a longer key', `${key}0`],
    ['a key with a line end', `${key}\n`],
    ['a key after a space', ` ${key}`],
    ['a key in lower case', key.toLowerCase()],
    ['a key in upper case', key.toUpperCase()],
    ['another character set', `${key.slice(0, -1)}é`],
    ['a key without its checksum', key.slice(0, -6)],
  ])('is refused: %s', (_, text) => {
    expect(idOfApiKey(text)).toBeNull();
  });

  test('is refused if any one character of a key is another one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 6, max: 55 }), fc.constantFrom(...alphabet), (place, character) => {
        fc.pre(key[place] !== character);
        const changed = key.slice(0, place) + character + key.slice(place + 1);
        expect(idOfApiKey(changed)).toBeNull();
      }),
    );
  });

  test('is refused if two neighbouring characters of a key are exchanged', () => {
    for (let place = 6; place < 55; place++) {
      if (key[place] === key[place + 1]) continue;
      const changed = `${key.slice(0, place)}${key[place + 1]}${key[place]}${key.slice(place + 2)}`;
      expect(idOfApiKey(changed)).toBeNull();
    }
  });
});
