import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { runGateway } from '../support/running.ts';
import '../support/fixed-seed.ts';

interface Page {
  totalCount: number;
  edges: { cursor: string; node: { iccid: string } }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string };
}
interface Window {
  first?: number;
  after?: string;
  last?: number;
  before?: string;
}

const running = runGateway({ sims: 230, clock: { rate: 0 } });

async function page(window: Window): Promise<Page> {
  const { data, errors } = await running.gateway.ask<{ sims: Page }>(
    `query ($first: Int, $after: String, $last: Int, $before: String) {
      sims(first: $first, after: $after, last: $last, before: $before) {
        totalCount
        edges { cursor node { iccid } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }`,
    window,
  );
  expect(errors).toEqual([]);
  return data.sims;
}

const whole = async () => (await running.world.sims({ limit: 1000 })).map(({ iccid }) => iccid);
const iccidsOf = ({ edges }: Page) => edges.map(({ node }) => node.iccid);

/** Page sizes of the client, used in turn. */
const sizes = fc.array(fc.oneof(fc.integer({ min: 20, max: 120 }), fc.integer({ min: 120, max: 500 })), {
  minLength: 1,
  maxLength: 4,
});
const upstreamSizes = fc.oneof(fc.integer({ min: 20, max: 300 }), fc.constant(1000));

describe('reading a list by pages of any size', () => {
  test('forward returns the whole list in order without duplicates, and reports the end', async () => {
    const expected = await whole();
    await fc.assert(
      fc.asyncProperty(sizes, upstreamSizes, async (counts, pageSize) => {
        await running.world.setBehaviour({ pageSize });
        const found: string[] = [];
        let window: Window = {};
        for (let step = 0; ; step++) {
          const first = counts[step % counts.length] ?? 50;
          const { edges, pageInfo, totalCount } = await page({ ...window, first });
          found.push(...edges.map(({ node }) => node.iccid));
          expect(totalCount).toBe(expected.length);
          expect(pageInfo.hasPreviousPage).toBe(step > 0);
          if (!pageInfo.hasNextPage) break;
          expect(edges).toHaveLength(first);
          window = { after: pageInfo.endCursor };
        }
        expect(found).toEqual(expected);
      }),
      { numRuns: 15 },
    );
  });

  test('backward returns the whole list in order without duplicates, and reports the beginning', async () => {
    const expected = await whole();
    await fc.assert(
      fc.asyncProperty(sizes, upstreamSizes, async (counts, pageSize) => {
        await running.world.setBehaviour({ pageSize });
        const found: string[] = [];
        let window: Window = {};
        for (let step = 0; ; step++) {
          const last = counts[step % counts.length] ?? 50;
          const { edges, pageInfo } = await page({ ...window, last });
          found.unshift(...edges.map(({ node }) => node.iccid));
          expect(pageInfo.hasNextPage).toBe(step > 0);
          if (!pageInfo.hasPreviousPage) break;
          expect(edges).toHaveLength(last);
          window = { before: pageInfo.startCursor };
        }
        expect(found).toEqual(expected);
      }),
      { numRuns: 15 },
    );
  });

  test('from any cursor continues directly after it, or directly before it', async () => {
    const expected = await whole();
    await running.world.setBehaviour({ pageSize: 1000 });
    const { edges } = await page({ first: 500 });
    expect(edges.map(({ node }) => node.iccid)).toEqual(expected);
    await fc.assert(
      fc.asyncProperty(fc.nat(229), fc.integer({ min: 1, max: 500 }), async (at, count) => {
        const cursor = edges[at]?.cursor ?? '';
        expect(iccidsOf(await page({ first: count, after: cursor }))).toEqual(
          expected.slice(at + 1, at + 1 + count),
        );
        expect(iccidsOf(await page({ last: count, before: cursor }))).toEqual(
          expected.slice(Math.max(0, at - count), at),
        );
      }),
      { numRuns: 25 },
    );
  });
});

describe('a list from which SIMs are removed between two pages', () => {
  test('returns every SIM that stays exactly once, for any removals', async () => {
    // Positions of the SIMs to remove after each page, as fractions of the list's length.
    const leaving = fc.array(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), { maxLength: 2 }),
      {
        minLength: 1,
        maxLength: 3,
      },
    );
    await running.world.setBehaviour({ pageSize: 1000 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 15, max: 60 }), leaving, async (first, rounds) => {
        const { world } = running;
        const lacking = 120 - (await whole()).length;
        if (lacking > 0) await world.addSims(lacking);
        const found: string[] = [];
        let after: string | undefined;
        for (let step = 0; ; step++) {
          const { edges, pageInfo } = await page({ first, ...(after !== undefined && { after }) });
          found.push(...edges.map(({ node }) => node.iccid));
          if (!pageInfo.hasNextPage) break;
          after = pageInfo.endCursor;
          for (const share of rounds[step] ?? []) {
            const all = await whole();
            await world.removeSim(all[Math.floor(share * all.length)] ?? '');
          }
        }
        expect(new Set(found).size).toBe(found.length);
        const stayed = await whole();
        const staying = new Set(stayed);
        expect(found.filter((iccid) => staying.has(iccid))).toEqual(stayed);
      }),
      { numRuns: 15 },
    );
  });
});
