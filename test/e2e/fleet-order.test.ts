import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { iccidsOf, iccidsThatFit, simsPage } from '../support/fleet-index.ts';
import { stepFleet } from '../support/fleet-steps.ts';
import { inOrder, matching, type PlainSim, plainFleet, sortedBy } from '../support/plain-fleet.ts';
import type { World } from '../support/sandbox.ts';

/** In code point order; by UTF-16 code units, the last one would be before ～. */
const sortedNames = [
  '"quoted"',
  '1',
  '10',
  '9',
  'B',
  'Z',
  '_',
  'a',
  'aa',
  'b',
  'Ä',
  'ß',
  'ä',
  'Σ',
  '～',
  '😀',
];
/** By character: a shorter number is not a smaller one. */
const sortedNumbers = ['+372', '10', '2', '3725', '37255', '46', 'A', 'a'];
const equal = 'one of many equals';

async function prepare(world: World): Promise<void> {
  const sims = (await world.sims({ limit: 100 })).map(({ iccid }) => iccid).sort();
  const shuffled = [...sortedNames].sort((a, b) => a.length - b.length || (a < b ? 1 : -1));
  for (const [index, name] of shuffled.entries())
    await world.patchSim(sims[index] ?? '', { name, group: 'order', lastDataSessionMillis: 0 });
  for (const iccid of sims.slice(sortedNames.length, sortedNames.length + 5))
    await world.patchSim(iccid, { name: equal, group: 'equals' });
  for (const [index, msisdn] of sortedNumbers.toReversed().entries())
    await world.patchSim(sims[index + 30] ?? '', { msisdn, group: 'numbers' });
}

const indexed = stepFleet({ sims: 90, prepare });
let fleet: PlainSim[];
beforeAll(async () => {
  fleet = await plainFleet(indexed.world);
});

const directions = ['ASC', 'DESC'];
const orders = Object.keys(sortedBy).flatMap((field) =>
  directions.map((direction) => ({ field, direction })),
);

describe('a list of SIMs', () => {
  test.each(orders)('sorted by $field $direction has nulls last and ties by ICCID', async (orderBy) => {
    expect(await iccidsThatFit(indexed.gateway, null, orderBy)).toEqual(
      inOrder(fleet, orderBy).map(({ iccid }) => iccid),
    );
  });

  test('is sorted by ICCID, ascending, by default', async () => {
    const expected = fleet.map(({ iccid }) => iccid).sort();
    for (const orderBy of [null, {}, { direction: 'ASC' }, { field: 'ICCID' }])
      expect(await iccidsThatFit(indexed.gateway, null, orderBy)).toEqual(expected);
  });

  test('is sorted by names in code point order, capitals first', async () => {
    const known = new Map(fleet.map(({ iccid, name }) => [iccid, name]));
    for (const [direction, expected] of [
      ['ASC', sortedNames],
      ['DESC', [...sortedNames].reverse()],
    ]) {
      const iccids = await iccidsThatFit(
        indexed.gateway,
        { groups: ['order'] },
        { field: 'NAME', direction },
      );
      expect(iccids.map((iccid) => known.get(iccid))).toEqual(expected);
    }
  });

  test('is sorted by phone numbers by character', async () => {
    const known = new Map(fleet.map(({ iccid, msisdn }) => [iccid, msisdn]));
    for (const [direction, expected] of [
      ['ASC', sortedNumbers],
      ['DESC', sortedNumbers.toReversed()],
    ]) {
      const orderBy = { field: 'MSISDN', direction };
      const iccids = await iccidsThatFit(indexed.gateway, { groups: ['numbers'] }, orderBy);
      expect(iccids.map((iccid) => known.get(iccid))).toEqual(expected);
    }
  });

  test('keeps ties in the order of their ICCIDs, in both sort directions and when read backward', async () => {
    const expected = matching(fleet, { groups: ['equals'] }).map(({ iccid }) => iccid);
    expect(expected).toHaveLength(5);
    for (const direction of directions)
      for (const window of [{ first: 5 }, { last: 5 }]) {
        const orderBy = { field: 'NAME', direction };
        const page = await simsPage(indexed.gateway, { filter: { search: equal }, orderBy, ...window });
        expect(iccidsOf(page)).toEqual(expected.toSorted());
      }
  });
});

describe('a SIM with a text of thousands of characters', () => {
  test.each(['name', 'group', 'type', 'msisdn'])(
    'in its %s is in the index with that text, truncated for sorting, and so are all others',
    async (field) => {
      const { world, gateway } = indexed;
      const [long, other] = await world.sims({ limit: 2 });
      const text = randomBytes(6000).toString('base64');
      const cut = text.slice(0, 255);
      await world.patchSim(long?.iccid ?? '', { [field]: text });
      await world.patchSim(other?.iccid ?? '', { name: `beside a long ${field}` });
      await indexed.fullSync();
      const { data } = await gateway.ask<{ sims: { nodes: object[] } }>(
        '{ sims(first: 500) { nodes { iccid name group { name } type msisdn } } }',
      );
      expect(data.sims.nodes).toContainEqual(
        expect.objectContaining({
          iccid: long?.iccid,
          [field]: field === 'group' ? { name: cut } : cut,
        }),
      );
      expect(data.sims.nodes).toContainEqual(
        expect.objectContaining({ iccid: other?.iccid, name: `beside a long ${field}` }),
      );
      expect(await iccidsThatFit(gateway, { search: text.slice(100, 200) })).toEqual(
        ['name', 'msisdn'].includes(field) ? [long?.iccid] : [],
      );
      if (field === 'group') expect(await iccidsThatFit(gateway, { groups: [text] })).toEqual([long?.iccid]);
    },
  );
});
