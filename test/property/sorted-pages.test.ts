import 'reflect-metadata';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { newestFirst, type SortKey } from '../../src/gateway/common/sorted-page.ts';
import '../support/fixed-seed.ts';

// Few instants, so that many items have the same one, and ids of every kind.
const item: fc.Arbitrary<SortKey> = fc.record({
  at: fc.integer({ min: 1, max: 6 }).map((second) => new Date(second * 1000)),
  id: fc.oneof(fc.string({ minLength: 1, maxLength: 3, unit: 'grapheme' }), fc.nat(30).map(String)),
});
const items = fc.uniqueArray(item, { selector: ({ id }) => id, maxLength: 40 });
const pageSize = fc.integer({ min: 1, max: 12 });
const idsOf = (list: readonly SortKey[]) => list.map(({ id }) => id);

/** Reads one page; returns its ids, pageInfo and cursors. */
function pageOf(list: readonly SortKey[], count: number, cursor: string | null) {
  const page = newestFirst(list, { direction: 'forward', count, cursor }, (key) => key);
  return { ids: idsOf(page.nodes), ...page.pageInfo, cursors: page.edges.map((edge) => edge.cursor), page };
}

/** Reads all pages in order; `next` gives the state of the list after each page. */
function pageThrough(list: readonly SortKey[], count: number, next: () => readonly SortKey[]) {
  const ids: string[] = [];
  let present = list;
  for (let cursor: string | null = null; ; ) {
    const page = pageOf(present, count, cursor);
    expect(page.ids.length).toBeLessThanOrEqual(count);
    ids.push(...page.ids);
    if (!page.hasNextPage) return ids;
    expect(page.ids).toHaveLength(count);
    cursor = page.endCursor;
    present = next();
  }
}

describe('a list that is sorted newest first', () => {
  test('has the same order for any order of the input', () => {
    fc.assert(
      fc.property(
        items.chain((list) =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
        ),
        ([list, shuffled]) => {
          const { ids } = pageOf(list, 500, null);
          expect(pageOf(shuffled, 500, null).ids).toEqual(ids);
          const at = new Map(list.map((key) => [key.id, key.at.getTime()]));
          const times = ids.map((id) => at.get(id) ?? 0);
          expect(times).toEqual([...times].sort((a, b) => b - a));
          expect(new Set(ids)).toEqual(new Set(idsOf(list)));
        },
      ),
    );
  });

  test('is returned completely and without duplicates by pages of any size', () => {
    fc.assert(
      fc.property(items, pageSize, (list, count) => {
        expect(pageThrough(list, count, () => list)).toEqual(pageOf(list, 500, null).ids);
      }),
    );
  });

  test('loses and repeats no item while others are added and removed', () => {
    const scene = items.chain((list) =>
      fc.record({
        stay: fc.subarray(list),
        /** The other items at each page. */
        others: fc.array(fc.subarray(list), { minLength: 1, maxLength: 8 }),
      }),
    );
    fc.assert(
      fc.property(scene, pageSize, ({ stay, others }, count) => {
        let round = 0;
        const present = () => [...new Set([...(others[round++ % others.length] ?? []), ...stay])];
        const seen = pageThrough(present(), count, present);
        const remaining = new Set(idsOf(stay));
        expect(seen.filter((id) => remaining.has(id))).toEqual(pageOf(stay, 500, null).ids);
        expect(new Set(seen).size).toBe(seen.length);
      }),
    );
  });

  test('reports correctly whether there are items before and after each page', () => {
    fc.assert(
      fc.property(items, pageSize, (list, count) => {
        const all = pageOf(list, 500, null);
        expect([all.hasPreviousPage, all.hasNextPage, all.page.totalCount]).toEqual([
          false,
          false,
          list.length,
        ]);
        all.cursors.forEach((cursor, index) => {
          const { ids, hasPreviousPage, hasNextPage } = pageOf(list, count, cursor);
          expect(ids).toEqual(all.ids.slice(index + 1, index + 1 + count));
          expect(hasPreviousPage).toBe(true);
          expect(hasNextPage).toBe(index + 1 + count < list.length);
        });
      }),
    );
  });

  test('either refuses a text as a cursor with BAD_USER_INPUT, or returns a page', () => {
    fc.assert(
      fc.property(items, fc.oneof(fc.string(), fc.base64String()), (list, cursor) => {
        try {
          expect(pageOf(list, 5, cursor).ids.length).toBeLessThanOrEqual(5);
        } catch (error) {
          expect(error).toMatchObject({ code: 'BAD_USER_INPUT' });
        }
      }),
    );
  });
});
