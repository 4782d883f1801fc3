import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createMetSims } from '../../../src/fleet-index/sync/iccid-set.ts';
import '../../support/fixed-seed.ts';

const iccid = fc.stringMatching(/^89\d{16,20}$/);

test('has those that were added, and says how many they are', () => {
  fc.assert(
    fc.property(fc.array(iccid), fc.array(iccid), (added, others) => {
      const met = createMetSims();
      for (const one of added) met.add(one);
      const known = new Set(added);
      expect(added.every((one) => met.has(one))).toBe(true);
      expect(others.filter((one) => met.has(one))).toEqual(others.filter((one) => known.has(one)));
      expect(met.size()).toBe(known.size);
    }),
  );
});

test('keeps 100,000 of them apart, neighbours and those of other lengths too', () => {
  const met = createMetSims();
  const count = 100_000;
  const at = (index: number) => (8_937_204_016_000_000_000n + BigInt(index) * 2n).toString();
  for (let index = 0; index < count; index++) met.add(at(index));
  for (let index = 0; index < count; index++) met.add(at(index));
  expect(met.size()).toBe(count);
  const all = Array.from({ length: count }, (_, index) => at(index));
  expect(all.filter((one) => !met.has(one))).toEqual([]);
  expect(all.filter((one) => met.has((BigInt(one) + 1n).toString()) || met.has(`${one}0`))).toEqual([]);
});

test('has none at first', () => {
  const met = createMetSims();
  expect([met.size(), met.has('8937204016020494394')]).toEqual([0, false]);
});
