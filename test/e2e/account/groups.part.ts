import { afterEach, describe, expect, test } from '@jest/globals';
import { createChanges } from '../../support/changes.ts';
import { createPool, groupId, special } from '../../support/fleet.ts';
import { standingClock } from '../../support/months.ts';
import { GroupByNameDocument } from '../../support/operations.ts';
import { describeAccount, type Running } from '../../support/running.ts';

export function groupTests(running: Running): void {
  describeAccount('groups', running, { sims: 300, clock: standingClock }, () => {
    const pool = createPool(() => running.world);
    const { many } = createChanges(running);

    interface SimsPage {
      group: {
        sims: {
          totalCount: number;
          pageInfo: {
            startCursor: string;
            endCursor: string;
            hasNextPage: boolean;
            hasPreviousPage: boolean;
          };
          nodes: { iccid: string }[];
        };
      };
    }
    const page = (variables: object) =>
      running.gateway.ask<SimsPage>(
        `query ($name: String!, $first: Int, $after: String, $last: Int, $before: String) {
      group(name: $name) {
        sims(first: $first, after: $after, last: $last, before: $before) {
          totalCount pageInfo { startCursor endCursor hasNextPage hasPreviousPage } nodes { iccid }
        }
      }
    }`,
        variables,
      );
    const membersOf = async (group: string) =>
      (await running.world.sims({ group, limit: 300 })).map(({ iccid }) => iccid);

    afterEach(() => running.world.setBehaviour({ pageSize: 1000 }));

    describe('groups', () => {
      test('of the account are those with SIMs, each with its first SIMs', async () => {
        const names = new Set((await running.world.sims({ limit: 300 })).flatMap(({ group }) => group ?? []));
        const { data, errors } = await running.gateway.ask<{
          account: {
            groups: {
              id: string;
              name: string;
              sims: { totalCount: number; nodes: { iccid: string }[] };
            }[];
          };
        }>('{ account { groups { id name sims(first: 3) { totalCount nodes { iccid } } } } }');
        expect(errors).toEqual([]);
        const { groups } = data.account;
        expect(new Set(groups.map(({ name }) => name))).toEqual(names);
        for (const { id, name, sims } of groups) {
          const members = await membersOf(name);
          expect(id).toBe(groupId(name));
          expect(sims.totalCount).toBe(members.length);
          expect(sims.nodes.map(({ iccid }) => iccid)).toEqual(members.slice(0, 3));
        }
        expect((await running.world.calls()).byPath).toEqual({
          '/get_account_groups': 1,
          '/get_group_sims': names.size,
        });
      });

      test.each(['Nobody', 'meters', 'Meters ', ''])(
        'that do not exist are null without an error: "%s"',
        async (name) => {
          const { data, errors } = await running.gateway.run(GroupByNameDocument, { name });
          expect(errors).toEqual([]);
          expect(data.group).toBeNull();
        },
      );

      test.each([' a b ', 'Ülo & Söhne, +1', '50% off/on?#', '名前', 'a,b;c=d&e', '../../x', '"quoted" \\'])(
        'may have any name: %s',
        async (name) => {
          const sims = (await pool.take(2, { state: 'LIVE' })).map(({ iccid }) => iccid);
          const set = await many(
            'setSimsGroup',
            'SetSimsGroupInput',
            sims.map((iccid) => ({ iccid })),
            { group: name },
          );
          expect(set.payload).toMatchObject({ succeeded: 2 });
          expect(set.payload?.results.map(({ sim }) => sim?.group)).toEqual([{ name }, { name }]);
          const { data, errors } = await running.gateway.run(GroupByNameDocument, { name });
          expect(errors).toEqual([]);
          expect(data.group).toMatchObject({ id: groupId(name), name, sims: { totalCount: 2 } });
          expect(new Set(data.group?.sims?.nodes.map(({ iccid }) => iccid))).toEqual(new Set(sims));
          const again = await running.gateway.ask(
            'query ($id: ID!) { node(id: $id) { ... on SimGroup { name } } }',
            { id: groupId(name) },
          );
          expect(again.data).toEqual({ node: { name } });
        },
      );

      test('a SIM without a group has none', async () => {
        const { data } = await running.gateway.ask(
          `{ sim(by: { iccid: "${special.E210}" }) { group { name } } }`,
        );
        expect(data).toEqual({ sim: { group: null } });
      });
    });

    describe("a group's SIMs", () => {
      test.each([1, 4, 7, 500])(
        'are complete and unique in pages of %d, forward and backward',
        async (size) => {
          const name = 'Meters';
          const members = await membersOf(name);
          expect(members.length).toBeGreaterThan(15);
          for (const direction of ['forward', 'backward'] as const) {
            const seen: string[] = [];
            for (let cursor: string | null = null, more = true; more; ) {
              const variables =
                direction === 'forward' ? { first: size, after: cursor } : { last: size, before: cursor };
              const { data, errors } = await page({ name, ...variables });
              expect(errors).toEqual([]);
              const { nodes, pageInfo, totalCount } = data.group.sims;
              const iccids = nodes.map(({ iccid }) => iccid);
              expect(totalCount).toBe(members.length);
              if (direction === 'forward') seen.push(...iccids);
              else seen.unshift(...iccids);
              more = direction === 'forward' ? pageInfo.hasNextPage : pageInfo.hasPreviousPage;
              cursor = direction === 'forward' ? pageInfo.endCursor : pageInfo.startCursor;
            }
            expect(seen).toEqual(members);
          }
        },
      );

      test('are complete no matter how small the pages of the SIM API are', async () => {
        await running.world.setBehaviour({ pageSize: 25 });
        const members = await membersOf('Vending');
        const { data } = await page({ name: 'Vending', first: 500 });
        expect(data.group.sims.nodes.map(({ iccid }) => iccid)).toEqual(members);
      });

      test('that leave between two pages do not hide others', async () => {
        const name = 'Spare';
        const members = await membersOf(name);
        const first = await page({ name, first: 6 });
        const [gone = '', ...stay] = members;
        await running.world.removeSim(gone);
        const second = await page({ name, first: 500, after: first.data.group.sims.pageInfo.endCursor });
        expect(second.data.group.sims.nodes.map(({ iccid }) => iccid)).toEqual(stay.slice(5));
      });

      test.each([
        [{ first: 0 }, 'first must be from 1 to 500'],
        [{ first: 501 }, 'first must be from 1 to 500'],
        [{ last: 0 }, 'last must be from 1 to 500'],
        [{ last: 501 }, 'last must be from 1 to 500'],
        [{ first: 1, last: 1 }, 'last cannot be given together with first'],
        [{ first: 1, after: 'x' }, 'after must be a cursor that this list gave'],
        [{ last: 1, before: 'x' }, 'before must be a cursor that this list gave'],
      ])('are refused for %j', async (variables, message) => {
        const { data, errors } = await page({ name: 'Meters', ...variables });
        expect(data).toEqual({ group: { sims: null } });
        expect(errors).toMatchObject([
          { path: ['group', 'sims'], message, extensions: { code: 'BAD_USER_INPUT' } },
        ]);
        expect((await running.world.calls()).byPath).toEqual({ '/get_account_groups': 1 });
      });

      test('that cannot be read are null, and the group is not', async () => {
        await running.world.addFaults({ path: '/get_group_sims', kind: 'error', code: 'E003' });
        const { data, errors } = await running.gateway.run(GroupByNameDocument, { name: 'Meters' });
        expect(data.group).toMatchObject({
          name: 'Meters',
          sims: null,
          alerts: { totalCount: expect.any(Number) },
        });
        expect(errors).toMatchObject([
          { path: ['group', 'sims'], extensions: { code: 'FEATURE_NOT_ENABLED' } },
        ]);
      });
    });
  });
}
