import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { standingClock } from '../../support/months.ts';
import { describeAccount, type Running } from '../../support/running.ts';

export function alertCallTests(running: Running): void {
  describeAccount('calls for alerts', running, { sims: 600, clock: standingClock }, () => {
    let iccids: string[];

    const byRefs = `query ($refs: [SimRef!]!) { simsByRef(refs: $refs) { alerts(first: 1) { totalCount } } }`;
    const refsTo = (keys: readonly string[]) => ({ refs: keys.map((iccid) => ({ iccid })) });

    /** Calls for alerts that a query takes, by path. */
    async function alertCallsFor(query: string, variables: object = {}) {
      const { world, gateway } = running;
      await world.clearCalls();
      const { errors, extensions } = await gateway.ask(query, variables);
      expect(errors).toEqual([]);
      const { byPath, total } = await world.calls();
      expect(extensions.cost.upstreamCalls).toBe(total);
      const { '/get_account_alerts': ofAccount = 0, '/get_sim_alerts': ofSims = 0 } = byPath;
      return { ofAccount, ofSims, total: ofAccount + ofSims };
    }

    /** Sets a page size with which reading all alerts of the account takes about `pages` pages. */
    async function makeReadTake(pages: number): Promise<number> {
      const { world, gateway } = running;
      const { data } = await gateway.ask<{ account: { alerts: { totalCount: number } } }>(
        '{ account { alerts(first: 1) { totalCount } } }',
      );
      const pageSize = Math.ceil(data.account.alerts.totalCount / pages);
      await world.setBehaviour({ pageSize });
      return Math.ceil(data.account.alerts.totalCount / pageSize);
    }

    beforeAll(async () => {
      iccids = (await running.world.sims({ limit: 600 })).map(({ iccid }) => iccid);
    });
    afterEach(() => running.world.setBehaviour({ pageSize: 1000 }));

    describe('a page of many alerts', () => {
      interface Answer {
        account: {
          alerts: {
            totalCount: number;
            nodes: { id: string; raisedAt: string }[];
            pageInfo: { endCursor: string; hasNextPage: boolean; hasPreviousPage: boolean };
          };
        };
      }

      const pageQuery = `query ($first: Int, $after: String) {
        account { alerts(first: $first, after: $after) { totalCount nodes { id raisedAt } pageInfo { endCursor hasNextPage hasPreviousPage } } }
      }`;

      /** Pages of `size` alerts one after the other, and the calls that each took. */
      async function pagesOf(size: number) {
        const ids: string[] = [];
        const calls: number[] = [];
        for (let after: string | null = null; ; ) {
          const variables = { first: size, after };
          const answer: Awaited<ReturnType<typeof running.gateway.ask<Answer>>> =
            await running.gateway.ask<Answer>(pageQuery, variables);
          const { data, errors, extensions } = answer;
          expect(errors).toEqual([]);
          const { nodes, pageInfo } = data.account.alerts;
          expect(pageInfo.hasPreviousPage).toBe(after !== null);
          ids.push(...nodes.map(({ id }) => id));
          calls.push(extensions.cost.upstreamCalls);
          if (!pageInfo.hasNextPage) return { ids, calls };
          after = pageInfo.endCursor;
        }
      }

      test('takes only the calls of its section if the list is sorted newest first, and returns the same alerts', async () => {
        const whole = await running.gateway.ask<Answer>(pageQuery, { first: 500 });
        const reading = await makeReadTake(12);
        expect(
          await alertCallsFor('{ account { alerts(first: 1) { totalCount nodes { id } } } }'),
        ).toMatchObject({
          total: 2,
        });
        const { ids, calls } = await pagesOf(15);
        expect(ids).toEqual(whole.data.account.alerts.nodes.map(({ id }) => id));
        expect(whole.data.account.alerts.totalCount).toBe(ids.length);
        expect(calls[0]).toBeLessThan(reading);
        expect(Math.max(...calls)).toBeLessThanOrEqual(reading);
      });

      test('takes the whole list if the list has another order', async () => {
        const reading = await makeReadTake(12);
        await running.world.setBehaviour({ order: 'shuffled' });
        const { calls } = await pagesOf(200);
        await running.world.setBehaviour({ order: 'stable' });
        expect(new Set(calls)).toEqual(new Set([reading]));
      });
    });

    describe('alerts of N SIMs', () => {
      test('take one read of all alerts of the account if it has few alerts', async () => {
        expect(await alertCallsFor(byRefs, refsTo(iccids))).toEqual({ ofAccount: 1, ofSims: 0, total: 1 });
      });

      test('take one call if N is 1', async () => {
        await makeReadTake(4);
        expect(await alertCallsFor(byRefs, refsTo(iccids.slice(0, 1)))).toEqual({
          ofAccount: 0,
          ofSims: 1,
          total: 1,
        });
      });

      test('take N calls and one extra call if the account has many alerts', async () => {
        const reading = await makeReadTake(12);
        expect(reading).toBeGreaterThan(7);
        expect(await alertCallsFor(byRefs, refsTo(iccids.slice(0, 5)))).toEqual({
          ofAccount: 1,
          ofSims: 5,
          total: 6,
        });
      });

      test('take at most one call more than the smaller of N and a full read, for every N', async () => {
        const reading = await makeReadTake(8);
        for (let n = 1; n <= reading + 4; n++) {
          const { total } = await alertCallsFor(byRefs, refsTo(iccids.slice(0, n)));
          expect({ n, total }).toEqual({ n, total: Math.min(total, Math.min(n, reading) + 1) });
        }
      });

      test('take no extra calls for aliases, for fragments, or beside the alerts of the account', async () => {
        const reading = await makeReadTake(5);
        const query = `query ($refs: [SimRef!]!) {
      account { alerts { totalCount } }
      one: simsByRef(refs: $refs) { a: alerts(first: 1) { totalCount } b: alerts(first: 2) { nodes { id } } ...F }
      two: simsByRef(refs: $refs) { ...F }
    }
    fragment F on Sim { alerts { totalCount } }`;
        expect((await alertCallsFor(query, refsTo(iccids.slice(0, 200)))).total).toBe(reading);
      });

      test('in nested lists, which are resolved one after another, check the account once', async () => {
        const query = `query ($groups: [SimRef!]!) {
      account { groups { sims(first: 2) { nodes { alerts { totalCount } } } } }
      simsByRef(refs: $groups) { alerts { totalCount } }
      sims(first: 2) { nodes { alerts { totalCount } } }
    }`;
        const variables = { groups: refsTo(iccids.slice(100, 102)).refs };
        expect((await alertCallsFor(query, variables)).total).toBe(1);
        const sims = 18;
        const reading = await makeReadTake(14);
        const { ofAccount, total } = await alertCallsFor(query, variables);
        expect([1, reading]).toContain(ofAccount);
        // SIMs of a later list are unknown when the first ones are read: the maximum is N calls and a full read.
        expect(total).toBeLessThanOrEqual(Math.min(sims + 1, 2 * reading));
      });
    });
  });
}
