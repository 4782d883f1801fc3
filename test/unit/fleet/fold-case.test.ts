import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { foldCase } from '../../../src/fleet-index/fold-case.ts';
import '../../support/fixed-seed.ts';

const characters = function* () {
  for (let code = 0; code <= 0x10ffff; code++)
    if (code < 0xd800 || code > 0xdfff) yield String.fromCodePoint(code);
};

describe('a text whose capitals do not count', () => {
  test.each([
    ['Scooter-12', 'sCOOTER-12'],
    ['ÄRGER', 'ärger'],
    ['ΟΔΟΣ', 'οδος'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['СКУТЕР', 'скутер'],
    ['STRASSE', 'straße'],
    ['DŽ', 'Dž'],
    ['ﬁ', 'FI'],
  ])('%s is %s', (one, other) => {
    expect(foldCase(one)).toBe(foldCase(other));
  });

  test('keeps apart what differs in more than that', () => {
    expect(new Set(['a', 'ä', 'á', 'b', '1', 'é', 'e', 'ё', 'е'].map(foldCase)).size).toBe(9);
  });

  test('is folded to the same from its capitals and from its small letters, in every script', () => {
    const differing: string[] = [];
    for (const character of characters()) {
      const others = [character.toUpperCase(), character.toLowerCase()];
      // Most have neither capitals nor small letters.
      if (others.every((other) => other === character)) continue;
      const folded = foldCase(character);
      if (others.some((other) => foldCase(other) !== folded)) differing.push(character);
    }
    expect(differing).toEqual([]);
  });

  test('is folded part by part, so that a part of it is found in it', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(text, text, text, (before, part, behind) => {
        expect(foldCase(before + part + behind)).toBe(foldCase(before) + foldCase(part) + foldCase(behind));
        expect(foldCase(before + part + behind)).toContain(foldCase(part));
      }),
    );
  });

  test('stays as it is once it is folded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(foldCase(foldCase(text))).toBe(foldCase(text));
      }),
    );
  });
});
