import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { joinedPages } from '../../../src/fleet-index/sync/list-pages.ts';
import type { Sim } from '../../../src/sim-api/index.ts';
import { Page } from '../../../src/sim-api/wire/page.wire.ts';
import '../../support/fixed-seed.ts';

const named = (iccid: string) => ({ iccid }) as Sim;
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => String(from + index));

/** Reads a list in pages. `between` may change the list before each read. */
async function readList(
  list: string[],
  pageSize: number,
  between: (reading: number) => void = () => undefined,
): Promise<{ seen: string[]; offsets: number[] }> {
  const offsets: number[] = [];
  const seen: string[] = [];
  const read = async (offset: number) => {
    between(offsets.length);
    offsets.push(offset);
    return new Page<Sim>(offset, list.slice(offset, offset + pageSize).map(named), list.length);
  };
  for await (const page of joinedPages(read)) seen.push(...page.items.map(({ iccid }) => iccid));
  return { seen, offsets };
}

describe('pages of a list that does not change', () => {
  test.each([
    [0, 1000, [0]],
    [1, 1000, [0]],
    [1000, 1000, [0]],
    [1001, 1000, [0, 995]],
    [1995, 1000, [0, 995]],
    [1996, 1000, [0, 995, 1990]],
    [5, 1, [0, 1, 2, 3, 4]],
    [5, 2, [0, 1, 2, 3]],
    [7, 3, [0, 2, 4]],
    [25, 10, [0, 5, 10, 15]],
  ])('of %d SIMs in pages of %d are read at the offsets %j', async (length, pageSize, offsets) => {
    const list = numbers(0, length);
    const { seen, offsets: read } = await readList(list, pageSize);
    expect(read).toEqual(offsets);
    expect([...new Set(seen)]).toEqual(list);
  });

  test('contain every SIM, for any page size', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 80 }), fc.integer({ min: 1, max: 30 }), async (length, pageSize) => {
        const { seen, offsets } = await readList(numbers(0, length), pageSize);
        expect([...new Set(seen)]).toEqual(numbers(0, length));
        // No offset is read twice.
        expect(new Set(offsets).size).toBe(offsets.length);
      }),
    );
  });
});

describe('pages of a list that shifts', () => {
  test('by fewer SIMs than the overlap of pages are read without going back', async () => {
    const list = numbers(0, 60);
    const { seen, offsets } = await readList(list, 20, (reading) => {
      if (reading === 2) list.splice(0, 4);
    });
    expect(new Set(seen)).toEqual(new Set(numbers(0, 60)));
    expect(offsets).toEqual([0, 15, 30, 45]);
  });

  test('by more SIMs than the overlap are read again from an earlier offset', async () => {
    const list = numbers(0, 3000);
    const { seen, offsets } = await readList(list, 500, (reading) => {
      if (reading === 5) list.splice(0, 900);
    });
    expect(new Set(seen)).toEqual(new Set(numbers(0, 3000)));
    // 200 back, then 400 more, then a page that overlaps the last one before the shift.
    expect(offsets.slice(5, 8)).toEqual([2475, 2275, 1875]);
  });

  test('contain every SIM that stays, for any removals and additions', async () => {
    const shifts = fc.array(
      fc.record({
        before: fc.integer({ min: 1, max: 12 }),
        at: fc.nat(200),
        gone: fc.nat(60),
        come: fc.nat(9),
      }),
      { maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(shifts, fc.integer({ min: 10, max: 60 }), async (moves, pageSize) => {
        const list = numbers(0, 250);
        const gone = new Set<string>();
        const { seen: iccids } = await readList(list, pageSize, (reading) => {
          for (const { before, at, gone: count, come } of moves)
            if (before === reading) {
              for (const iccid of list.splice(at, count)) gone.add(iccid);
              // New SIMs are at the end of the list.
              list.push(...numbers(1000 * reading, 1000 * reading + come));
            }
        });
        const seen = new Set(iccids);
        expect(numbers(0, 250).filter((iccid) => !seen.has(iccid) && !gone.has(iccid))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test('at every read end with an error', async () => {
    let from = 0;
    const read = async (offset: number) => {
      from += 1000;
      return new Page<Sim>(offset, numbers(from, from + 10).map(named), 1_000_000_000);
    };
    const readAll = async () => {
      let pages = 0;
      for await (const _ of joinedPages(read)) if (++pages > 1000) throw new Error('it never ends');
    };
    // The reading restarts at offset 0, where any page is accepted, and no later page overlaps that one.
    await expect(readAll()).rejects.toThrow('changes faster than it can be read');
  });
});

test('a page that cannot be read ends the reading with its error', async () => {
  const read = async (offset: number) => {
    if (offset > 0) throw new Error('gone');
    return new Page<Sim>(0, numbers(0, 10).map(named), 30);
  };
  const readAll = async () => {
    for await (const page of joinedPages(read)) expect(page.sent).toBe(10);
  };
  await expect(readAll()).rejects.toThrow('gone');
});

test('unreadable items do not affect the others', async () => {
  const rows = Array.from({ length: 40 }, (_, index) => (index % 3 === 0 ? undefined : named(String(index))));
  const seen = new Set<string>();
  const read = async (offset: number) => new Page<Sim>(offset, rows.slice(offset, offset + 10), rows.length);
  for await (const page of joinedPages(read)) for (const { iccid } of page.items) seen.add(iccid);
  expect(seen.size).toBe(rows.filter((row) => row !== undefined).length);
});
