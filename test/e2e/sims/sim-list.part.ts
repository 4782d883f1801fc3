import { afterEach, describe, expect, test } from '@jest/globals';
import { standingClock } from '../../support/months.ts';
import { PageOfSimsDocument, type PageOfSimsQuery } from '../../support/operations.ts';
import { describeAccount, type Running } from '../../support/running.ts';
import { waitFor } from '../../support/wait-for.ts';

export function simListTests(running: Running): void {
  describeAccount('the list of SIMs', running, { sims: 1200, clock: standingClock }, () => {
    async function page(variables: { first?: number; after?: string; last?: number; before?: string }) {
      // The operation has defaults for first and for the order, which only an explicit null turns off.
      const { data, errors } = await running.gateway.run(PageOfSimsDocument, {
        orderBy: null as never,
        ...(variables.last !== undefined && { first: null as never }),
        ...variables,
      });
      expect(errors).toEqual([]);
      if (data.sims === null) throw new Error('the gateway returned neither SIMs nor an error');
      return data.sims;
    }

    const iccidsOf = ({ edges }: NonNullable<PageOfSimsQuery['sims']>) => edges.map(({ node }) => node.iccid);
    const upstreamOrder = async () => (await running.world.sims({ limit: 5000 })).map(({ iccid }) => iccid);

    async function pageForward(first: number, between: () => Promise<void> = async () => undefined) {
      const found: string[] = [];
      let after: string | undefined;
      for (;;) {
        const sims = await page({ first, ...(after !== undefined && { after }) });
        found.push(...iccidsOf(sims));
        if (!sims.pageInfo.hasNextPage) return found;
        after = sims.pageInfo.endCursor ?? undefined;
        await between();
      }
    }

    afterEach(() => running.world.setBehaviour({ pageSize: 1000 }));

    describe('paging through the list', () => {
      test('returns every SIM once, in the order of the SIM API, with one call of the SIM API per page', async () => {
        const { world } = running;
        const expected = await upstreamOrder();
        await world.clearCalls();
        expect(await pageForward(500)).toEqual(expected);
        expect((await world.calls()).byPath).toEqual({ '/get_account_sims': 3 });
      });

      test('backward returns the same', async () => {
        const found: string[] = [];
        let before: string | undefined;
        for (;;) {
          const sims = await page({ last: 450, ...(before !== undefined && { before }) });
          found.unshift(...iccidsOf(sims));
          if (!sims.pageInfo.hasPreviousPage) break;
          before = sims.pageInfo.startCursor ?? undefined;
        }
        expect(found).toEqual(await upstreamOrder());
      });

      test('works with a SIM API that returns shorter pages', async () => {
        await running.world.setBehaviour({ pageSize: 90 });
        expect(await pageForward(400)).toEqual(await upstreamOrder());
      });

      test('ends, with all the others, if a SIM in it cannot be read, and the log records it', async () => {
        const { world, gateway } = running;
        const all = await upstreamOrder();
        const odd = all.at(-1) ?? '';
        const logged = gateway.logged().length;
        await world.patchSim(odd, { $remove: ['iccid'] });
        const found = await pageForward(500);
        await world.patchSim(odd, { iccid: odd });
        expect(found).toEqual(all.slice(0, -1));
        await waitFor(() =>
          gateway
            .logged()
            .slice(logged)
            .some(({ msg }) => msg === 'skipped unreadable items of the SIM API'),
        );
      });

      test('neither loses nor repeats SIMs that stay while others leave the list', async () => {
        const { world } = running;
        const stay = new Set(await upstreamOrder());
        const found = await pageForward(300, async () => {
          const all = await upstreamOrder();
          for (const gone of [all[3], all[40], all[299], all[600]]) {
            if (gone === undefined) continue;
            await world.removeSim(gone);
            stay.delete(gone);
          }
        });
        expect(new Set(found).size).toBe(found.length);
        expect([...stay].filter((iccid) => !found.includes(iccid))).toEqual([]);
      });
    });

    describe('one page', () => {
      test('has the total and the page info', async () => {
        const all = await upstreamOrder();
        const first = await page({ first: 2 });
        expect(first.totalCount).toBe(all.length);
        expect(first.pageInfo).toMatchObject({ hasPreviousPage: false, hasNextPage: true });
        expect(first.edges.map(({ cursor }) => cursor)).toEqual([
          first.pageInfo.startCursor,
          first.pageInfo.endCursor,
        ]);
        const last = await page({ last: 2 });
        expect(iccidsOf(last)).toEqual(all.slice(-2));
        expect(last.pageInfo).toMatchObject({ hasPreviousPage: true, hasNextPage: false });
        const middle = await page({ last: 5, before: last.pageInfo.startCursor ?? '' });
        expect(iccidsOf(middle)).toEqual(all.slice(-7, -2));
      });

      test('has 50 SIMs without first and last', async () => {
        const { data } = await running.gateway.ask<{ sims: { nodes: object[] } }>(
          '{ sims { nodes { iccid } } }',
        );
        expect(data.sims.nodes).toHaveLength(50);
      });

      test('has the time of the read as asOf', async () => {
        const before = Date.now();
        const { asOf } = await page({ first: 1 });
        expect(new Date(asOf).getTime()).toBeGreaterThanOrEqual(before);
        expect(new Date(asOf).getTime()).toBeLessThanOrEqual(Date.now());
      });

      test.each([
        ['first: 0', 'first must be from 1 to 500'],
        ['first: 501', 'first must be from 1 to 500'],
        ['first: -1', 'first must be from 1 to 500'],
        ['last: 501', 'last must be from 1 to 500'],
        ['first: 1, last: 1', 'last cannot be given together with first'],
        ['first: 1, after: "nonsense"', 'after must be a cursor that this list gave'],
        ['last: 1, before: "bm9uZQ"', 'before must be a cursor that this list gave'],
        [
          'first: 1, before: "MDoxOjA6ODkzNzIwNDk5OTAwMDAwMjEwNw"',
          'before goes with last, not with first or after',
        ],
        [
          'last: 1, after: "MDoxOjA6ODkzNzIwNDk5OTAwMDAwMjEwNw"',
          'after goes with first, not with last or before',
        ],
      ])('sims(%s) is BAD_USER_INPUT: %s', async (args, message) => {
        const { world, gateway } = running;
        const { errors } = await gateway.ask(`{ sims(${args}) { totalCount } }`);
        expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT', retryable: false } }]);
        expect((await world.calls()).total).toBe(0);
      });
    });
  });
}
