import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { foldCase } from '../../../src/fleet-index/fold-case.ts';
import '../../support/fixed-seed.ts';

const characters = function* () {
  for (let code = 0; code <= 0x10ffff; code++)
    if (code < 0xd800 || code > 0xdfff) yield String.fromCodePoint(code);
};

describe('case folding', () => {
  test.each([
    ['Scooter-12', 'sCOOTER-12'],
    ['ÄRGER', 'ärger'],
    ['ΟΔΟΣ', 'οδος'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['СКУТЕР', 'скутер'],
    ['STRASSE', 'straße'],
    ['DŽ', 'Dž'],
    ['ﬁ', 'FI'],
  ])('makes %s and %s equal', (one, other) => {
    expect(foldCase(one)).toBe(foldCase(other));
  });

  test('keeps texts distinct that differ in more than case', () => {
    expect(new Set(['a', 'ä', 'á', 'b', '1', 'é', 'e', 'ё', 'е'].map(foldCase)).size).toBe(9);
  });

  test('gives the same result for capitals and small letters, in every script', () => {
    const differing: string[] = [];
    for (const character of characters()) {
      const others = [character.toUpperCase(), character.toLowerCase()];
      // Most characters have no case.
      if (others.every((other) => other === character)) continue;
      const folded = foldCase(character);
      if (others.some((other) => foldCase(other) !== folded)) differing.push(character);
    }
    expect(differing).toEqual([]);
  });

  test('is done part by part, so that a folded part is found in the folded text', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(text, text, text, (before, part, behind) => {
        expect(foldCase(before + part + behind)).toBe(foldCase(before) + foldCase(part) + foldCase(behind));
        expect(foldCase(before + part + behind)).toContain(foldCase(part));
      }),
    );
  });

  test('is idempotent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(foldCase(foldCase(text))).toBe(foldCase(text));
      }),
    );
  });
});
