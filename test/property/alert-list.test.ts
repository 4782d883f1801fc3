import 'reflect-metadata';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createAlertList } from '../../src/gateway/alert/alert-list.ts';
import { newestFirst } from '../../src/gateway/common/sorted-page.ts';
import type { Alert } from '../../src/sim-api/index.ts';
import { Page } from '../../src/sim-api/wire/page.wire.ts';
import '../support/fixed-seed.ts';

// Few instants, so that many alerts have the same one. The list is longer than the part that is read before a cursor.
const alerts = fc
  .record({ count: fc.integer({ min: 500, max: 1200 }), perInstant: fc.integer({ min: 1, max: 450 }) })
  .map(({ count, perInstant }) =>
    Array.from({ length: count }, (_, index) => alert(index, Math.floor(index / perInstant))),
  );
const sizes = fc.record({
  upstream: fc.integer({ min: 10, max: 200 }),
  count: fc.integer({ min: 20, max: 150 }),
});

/** Creates an alert. A greater `instant` is older. */
function alert(id: number, instant: number): Alert {
  return {
    id: String(id),
    trigger: 'limit',
    raisedAt: new Date(1e12 - instant * 1000),
    isRead: false,
    iccid: '8937204999000002107',
  };
}

/** Reads all pages in order; `listAt` gives the state of the list at each page. */
async function readAll(listAt: (page: number) => readonly Alert[], upstream: number, count: number) {
  const ids: string[] = [];
  let pages = 0;
  for (let cursor: string | null = null; ; pages++) {
    const present = listAt(pages);
    const list = createAlertList(async (offset) => {
      return new Page(offset, present.slice(offset, offset + upstream), present.length);
    });
    const page = await list.page({ direction: 'forward', count, cursor });
    ids.push(...page.nodes.map(({ id }) => id));
    if (!page.pageInfo.hasNextPage) return { ids };
    cursor = page.pageInfo.endCursor;
  }
}

const idsOf = (list: readonly Alert[]) =>
  newestFirst(list, { direction: 'forward', count: list.length, cursor: null }, ({ id, raisedAt }) => ({
    id,
    at: raisedAt,
  })).nodes.map(({ id }) => id);

describe('a list of alerts that the SIM API returns newest first', () => {
  test('is returned by pages completely, in order and without duplicates', async () => {
    await fc.assert(
      fc.asyncProperty(alerts, sizes, async (list, { upstream, count }) => {
        const { ids } = await readAll(() => list, upstream, count);
        expect(ids).toEqual(idsOf(list));
      }),
      { numRuns: 60 },
    );
  });

  test('loses and repeats no alert while others are added and removed', async () => {
    await fc.assert(
      fc.asyncProperty(
        alerts,
        sizes,
        fc.integer({ min: 1, max: 40 }),
        async (list, { upstream, count }, step) => {
          const stays = list.filter((_, index) => index % 3 !== 1);
          const listAt = (page: number) => [
            ...Array.from({ length: page * step }, (_, index) => alert(10_000 + index, -1 - index)).reverse(),
            ...list.filter((_, index) => index % 3 !== 1 || index % (page + 2) !== 0),
          ];
          const { ids } = await readAll(listAt, upstream, count);
          const remaining = new Set(stays.map(({ id }) => id));
          expect(ids.filter((id) => remaining.has(id))).toEqual(idsOf(stays));
          expect(new Set(ids).size).toBe(ids.length);
        },
      ),
      { numRuns: 60 },
    );
  });
});

test('a list of alerts in another order is returned completely, in order and without duplicates', async () => {
  await fc.assert(
    fc.asyncProperty(
      alerts.chain((list) => fc.shuffledSubarray(list, { minLength: list.length })),
      sizes,
      async (list, { upstream, count }) => {
        expect((await readAll(() => list, upstream, count)).ids).toEqual(idsOf(list));
      },
    ),
    { numRuns: 20 },
  );
});
