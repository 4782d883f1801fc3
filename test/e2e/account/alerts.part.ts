import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { askSimApi, simId, special } from '../../support/fleet.ts';
import { standingClock } from '../../support/months.ts';
import { AlertsDocument, type AlertsQuery, MarkAlertsReadDocument } from '../../support/operations.ts';
import { describeAccount, type Running } from '../../support/running.ts';

const pageSize = 20;

export function alertTests(running: Running): void {
  describeAccount(
    'alerts',
    running,
    {
      sims: 300,
      clock: standingClock,
      behaviour: { order: 'shuffled', pageSize },
    },
    () => {
      /** An alert in the format of the SIM API. */
      interface WireAlert {
        id: number;
        trigger: string;
        timestamp: number;
        is_read: boolean;
        iccid: string;
      }

      interface AlertsAnswer {
        alerts: {
          totalCount: number;
          nodes: { id: string; iccid: string; isRead: boolean; raisedAt: string }[];
        } | null;
      }

      /** Alerts as the SIM API lists them, newest first; without a scope, those of the whole account. */
      async function upstream(scope: { group: string } | { iccid: string } | null = null, unread = false) {
        const path = scope === null ? 'account' : 'group' in scope ? 'group' : 'sim';
        const found: WireAlert[] = [];
        for (let total = 1; found.length < total; ) {
          const query = new URLSearchParams({
            ...scope,
            unread: String(unread),
            offset: String(found.length),
          });
          const page = await askSimApi<{ alerts: WireAlert[]; total: number }>(
            running.world,
            `/get_${path}_alerts?${query}`,
          );
          found.push(...page.alerts);
          total = page.total;
        }
        await running.world.clearCalls();
        return found.sort((a, b) => b.timestamp - a.timestamp || (String(a.id) < String(b.id) ? -1 : 1));
      }

      const ids = (alerts: readonly { id: number | string }[] | undefined) =>
        alerts?.map(({ id }) => String(id));
      const fields = 'totalCount nodes { id iccid isRead raisedAt }';
      let all: WireAlert[];
      /** The SIM with the most alerts. */
      let loud: string;

      beforeAll(async () => {
        all = await upstream();
        const counts = new Map<string, number>();
        for (const { iccid } of all) counts.set(iccid, (counts.get(iccid) ?? 0) + 1);
        loud = [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
      });

      test('without a SIM are listed, and marked as read like the others', async () => {
        const { world, gateway } = running;
        const [known] = all;
        const orphans = [
          { id: 901, trigger: 'No SIM', timestamp: known?.timestamp, is_read: false },
          { id: 902, trigger: 'No valid ICCID', timestamp: known?.timestamp, is_read: false, iccid: '12' },
        ];
        const alerts = [...orphans, { ...known, is_read: false }];
        const body = { found: 3, offset: 0, total: 3, alerts };
        await world.addFaults({ path: '/get_account_alerts', kind: 'status', status: 200, body });
        const { data, errors } = await gateway.ask<{ account: AlertsAnswer }>(
          '{ account { alerts { totalCount nodes { id iccid sim { iccid } } } } }',
        );
        expect(errors).toEqual([]);
        expect(data.account.alerts).toEqual({
          totalCount: 3,
          nodes: expect.arrayContaining([
            { id: '901', iccid: null, sim: null },
            { id: '902', iccid: null, sim: null },
            { id: String(known?.id), iccid: known?.iccid, sim: { iccid: known?.iccid } },
          ]),
        });
        const marked = await gateway.run(MarkAlertsReadDocument, { scope: { wholeAccount: true } });
        expect(marked.data.markAlertsRead).toEqual({ marked: 3 });
      });

      test('in the answer about one SIM are about that SIM', async () => {
        const { world, gateway } = running;
        const alerts = [{ id: 903, trigger: 'No ICCID', timestamp: all[0]?.timestamp, is_read: false }];
        const body = { found: 1, offset: 0, total: 1, alerts };
        await world.addFaults({ path: '/get_sim_alerts', kind: 'status', status: 200, body });
        const { data } = await gateway.ask(
          `{ sim(by: { iccid: "${loud}" }) { alerts { nodes { id iccid } } } }`,
        );
        expect(data).toEqual({ sim: { alerts: { nodes: [{ id: '903', iccid: loud }] } } });
        // Two SIMs are read from the list of the account, unless it has an alert without an ICCID.
        await world.addFaults({ path: '/get_account_alerts', kind: 'status', status: 200, body });
        const other = all.find(({ iccid }) => iccid !== loud)?.iccid ?? '';
        const both = await gateway.ask<{ simsByRef: { alerts: { totalCount: number } }[] }>(
          `{ simsByRef(refs: [{ iccid: "${loud}" }, { iccid: "${other}" }]) { alerts { totalCount } } }`,
        );
        expect(both.data.simsByRef).toEqual([{ alerts: { totalCount: 1 } }, { alerts: { totalCount: 1 } }]);
      });

      describe('alerts', () => {
        test('of the account are complete, newest first, each with its SIM', async () => {
          expect(all.length).toBeGreaterThan(2 * pageSize);
          const { data, errors } = await running.gateway.run(AlertsDocument, { first: 500 });
          expect(errors).toEqual([]);
          const sims = new Map((await running.world.sims({ limit: 300 })).map((sim) => [sim.iccid, sim]));
          expect(data.account?.alerts?.nodes).toMatchObject(
            all.map((alert) => ({
              id: String(alert.id),
              trigger: alert.trigger,
              raisedAt: new Date(alert.timestamp).toISOString(),
              isRead: false,
              iccid: alert.iccid,
              sim: { name: sims.get(alert.iccid)?.name, state: sims.get(alert.iccid)?.state },
            })),
          );
          expect(data.account?.alerts?.totalCount).toBe(all.length);
          // One read of the SIMs, no matter how many alerts they have; SIMs and alerts come in pages.
          const { byPath } = await running.world.calls();
          expect(byPath['/get_account_alerts']).toBe(Math.ceil(all.length / pageSize));
          expect(byPath['/get_sims']).toBe(Math.ceil(new Set(all.map(({ iccid }) => iccid)).size / pageSize));
        });

        test('appear once each when paged', async () => {
          const seen: string[] = [];
          for (let after: string | null = null, more = true; more; ) {
            const { data }: { data: AlertsQuery } = await running.gateway.run(AlertsDocument, {
              first: 7,
              after,
            });
            const page: NonNullable<AlertsQuery['account']>['alerts'] | undefined = data.account?.alerts;
            seen.push(...(ids(page?.nodes) ?? []));
            after = page?.pageInfo.endCursor ?? null;
            more = page?.pageInfo.hasNextPage ?? false;
          }
          expect(seen).toEqual(ids(all));
        });

        test('of a group are those of its SIMs, those of a SIM only its own', async () => {
          const group = 'Meters';
          const { data, errors } = await running.gateway.ask<{ group: AlertsAnswer; sim: AlertsAnswer }>(
            `query ($iccid: ICCID!) {
        group(name: "${group}") { alerts(first: 500) { ${fields} } }
        sim(by: { iccid: $iccid }) { alerts(first: 500) { ${fields} } }
      }`,
            { iccid: loud },
          );
          expect(errors).toEqual([]);
          const ofGroup = await upstream({ group });
          expect(ofGroup.length).toBeGreaterThan(0);
          expect(ids(data.group.alerts?.nodes)).toEqual(ids(ofGroup));
          expect(ids(data.sim.alerts?.nodes)).toEqual(ids(all.filter(({ iccid }) => iccid === loud)));
        });

        test('of several SIMs are the same as those of each SIM alone', async () => {
          const sims = (await running.world.sims({ limit: 300 })).map(({ iccid }) => ({ iccid }));
          const { data, errors } = await running.gateway.ask<{
            simsByRef: (AlertsAnswer & { iccid: string })[];
          }>(
            `query ($refs: [SimRef!]!) { simsByRef(refs: $refs) { iccid alerts(first: 100) { ${fields} } } }`,
            { refs: sims },
          );
          expect(errors).toEqual([]);
          for (const { iccid, alerts } of data.simsByRef)
            expect(ids(alerts?.nodes)).toEqual(ids(all.filter((alert) => alert.iccid === iccid)));
        });

        test('of a SIM that has left the account have no SIM, and no error', async () => {
          await running.world.addFaults({ path: '/get_sims', kind: 'tamper', omit: [loud] });
          const { data, errors } = await running.gateway.run(AlertsDocument, { first: 500 });
          expect(errors).toEqual([]);
          for (const { iccid, sim } of data.account?.alerts?.nodes ?? [])
            expect([iccid, sim === null]).toEqual([iccid, iccid === loud]);
        });

        test.each([0, 501])('are refused with first: %d', async (first) => {
          const { data, errors } = await running.gateway.run(AlertsDocument, { first });
          expect(data.account).toEqual({ alerts: null });
          expect(errors).toMatchObject([
            {
              path: ['account', 'alerts'],
              message: 'first must be from 1 to 500',
              extensions: { code: 'BAD_USER_INPUT' },
            },
          ]);
          expect((await running.world.calls()).total).toBe(0);
        });

        test('of one SIM that cannot be read do not affect others', async () => {
          await running.world.addFaults({ path: '/get_group_alerts', kind: 'error', code: 'E003' });
          const { data, errors } = await running.gateway.ask<{
            group: { name: string; alerts: null };
            account: AlertsAnswer;
          }>(`{ group(name: "Meters") { name alerts { totalCount } } account { alerts { totalCount } } }`);
          expect(data.group).toEqual({ name: 'Meters', alerts: null });
          expect(data.account.alerts?.totalCount).toBe(all.length);
          expect(errors).toMatchObject([
            { path: ['group', 'alerts'], extensions: { code: 'FEATURE_NOT_ENABLED' } },
          ]);
        });

        test('stay unread, no matter how they are read', async () => {
          await running.world.addFaults({ path: '/get_account_alerts', kind: 'reset', times: 1 });
          await running.gateway.ask(
            `query ($id: ID!) {
        account { alerts(unreadOnly: true) { ${fields} } groups { alerts(unreadOnly: true) { ${fields} } } }
        node(id: $id) { ... on Sim { a: alerts { ${fields} } b: alerts(unreadOnly: true) { ${fields} } } }
      }`,
            { id: simId(loud) },
          );
          const { calls } = await running.world.calls();
          expect(calls.length).toBeGreaterThan(5);
          for (const { query } of calls) expect(query).not.toMatch(/(markRead|mark_as_read)=(true|1)/);
          expect(await upstream(null, true)).toHaveLength(all.length);
        });
      });

      describe('marking alerts as read', () => {
        let unread: WireAlert[];
        const mark = (scope: object) =>
          running.gateway.ask<{ markAlertsRead: { marked: number } } | null>(
            'mutation ($scope: AlertScope!) { markAlertsRead(input: { scope: $scope }) { marked } }',
            { scope },
          );

        beforeEach(async () => {
          unread = await upstream(null, true);
        });

        test('of a SIM, by any key, marks and counts only its own', async () => {
          const own = all.filter(({ iccid }) => iccid === loud);
          const { data, errors } = await mark({ sim: { id: simId(loud) } });
          expect(errors).toEqual([]);
          expect(data?.markAlertsRead.marked).toBe(own.length);
          expect(ids(await upstream(null, true))).toEqual(ids(unread.filter(({ iccid }) => iccid !== loud)));
          const again = await mark({ sim: { iccid: loud } });
          expect(again.data?.markAlertsRead.marked).toBe(0);
        });

        test('is visible to later reads: isRead is true, and unreadOnly omits them', async () => {
          await mark({ sim: { iccid: loud } });
          const { data } = await running.gateway.ask<{
            sim: AlertsAnswer & { unread: AlertsAnswer['alerts'] };
          }>(
            `query ($iccid: ICCID!) {
        sim(by: { iccid: $iccid }) { alerts { ${fields} } unread: alerts(unreadOnly: true) { ${fields} } }
      }`,
            { iccid: loud },
          );
          expect(data.sim.alerts?.nodes.length).toBeGreaterThan(0);
          expect(data.sim.alerts?.nodes.every(({ isRead }) => isRead)).toBe(true);
          expect(data.sim.unread).toEqual({ totalCount: 0, nodes: [] });
        });

        test('of a group marks and counts those of its SIMs', async () => {
          const own = await upstream({ group: 'Vending' }, true);
          expect(own.length).toBeGreaterThan(0);
          const { data } = await mark({ group: 'Vending' });
          expect(data?.markAlertsRead.marked).toBe(own.length);
          expect(await upstream({ group: 'Vending' }, true)).toEqual([]);
          expect(await upstream(null, true)).toHaveLength(unread.length - own.length);
        });

        test('also counts alerts of a call whose answer was lost', async () => {
          const own = await upstream({ group: 'Pilot' }, true);
          expect(own.length).toBeGreaterThan(0);
          // The first call only reads; the second one marks.
          const lost = { path: '/get_group_alerts', kind: 'reset', acts: true, skip: 1, times: 1 } as const;
          await running.world.addFaults(lost);
          const { data, errors } = await mark({ group: 'Pilot' });
          expect(errors).toEqual([]);
          expect(data?.markAlertsRead.marked).toBe(own.length);
          expect(await upstream({ group: 'Pilot' }, true)).toEqual([]);
        });

        test('of the whole account marks and counts all that are left, over several pages', async () => {
          expect(unread.length).toBeGreaterThan(2 * pageSize);
          const { data, errors } = await running.gateway.run(MarkAlertsReadDocument, {
            scope: { wholeAccount: true },
          });
          expect(errors).toEqual([]);
          expect(data.markAlertsRead?.marked).toBe(unread.length);
          expect(await upstream(null, true)).toEqual([]);
          expect((await mark({ wholeAccount: true })).data?.markAlertsRead.marked).toBe(0);
        });

        test.each<[string, object, string, string]>([
          [
            'wholeAccount: false',
            { wholeAccount: false },
            'BAD_USER_INPUT',
            'scope.wholeAccount must be true if it is given',
          ],
          ['an empty group', { group: '' }, 'BAD_USER_INPUT', 'scope.group must not be empty'],
          [
            'an invalid id',
            { sim: { id: 'nonsense' } },
            'BAD_USER_INPUT',
            'id must be the global id of a SIM, as Sim.id gives it',
          ],
          ['no scope', {}, 'BAD_USER_INPUT', 'one key'],
          ['two scopes', { group: 'Meters', wholeAccount: true }, 'BAD_USER_INPUT', 'one key'],
        ])('of %s is refused before any call', async (_, scope, code, message) => {
          const { errors } = await mark(scope);
          expect(errors).toMatchObject([{ message: expect.stringContaining(message), extensions: { code } }]);
          expect((await running.world.calls()).total).toBe(0);
        });

        test('of a SIM that does not exist is SIM_NOT_FOUND', async () => {
          const { errors } = await mark({ sim: { iccid: special.E002 } });
          expect(errors).toMatchObject([
            { path: ['markAlertsRead'], extensions: { code: 'SIM_NOT_FOUND', simApi: { code: 'E002' } } },
          ]);
        });
      });
    },
  );
}
