import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createIccidSet } from '../../../src/fleet-index/sync/iccid-set.ts';
import '../../support/fixed-seed.ts';

const iccid = fc.stringMatching(/^89\d{16,20}$/);

test('contains the added ICCIDs and has their number', () => {
  fc.assert(
    fc.property(fc.array(iccid), fc.array(iccid), (added, others) => {
      const seen = createIccidSet();
      for (const one of added) seen.add(one);
      const known = new Set(added);
      expect(added.every((one) => seen.has(one))).toBe(true);
      expect(others.filter((one) => seen.has(one))).toEqual(others.filter((one) => known.has(one)));
      expect(seen.size()).toBe(known.size);
    }),
  );
});

test('distinguishes 100,000 ICCIDs, their neighbours and ICCIDs of other lengths', () => {
  const seen = createIccidSet();
  const count = 100_000;
  const at = (index: number) => (8_937_204_016_000_000_000n + BigInt(index) * 2n).toString();
  for (let index = 0; index < count; index++) seen.add(at(index));
  for (let index = 0; index < count; index++) seen.add(at(index));
  expect(seen.size()).toBe(count);
  const all = Array.from({ length: count }, (_, index) => at(index));
  expect(all.filter((one) => !seen.has(one))).toEqual([]);
  expect(all.filter((one) => seen.has((BigInt(one) + 1n).toString()) || seen.has(`${one}0`))).toEqual([]);
});

test('is empty at first', () => {
  const seen = createIccidSet();
  expect([seen.size(), seen.has('8937204016020494394')]).toEqual([0, false]);
});
