import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { askSimApi, simId, special } from '../../support/fleet.ts';
import { standingClock } from '../../support/months.ts';
import { SessionsOfASimDocument } from '../../support/operations.ts';
import { describeAccount, type Running } from '../../support/running.ts';

const dayMs = 86_400_000;
/** The clock of the world is behind the gateway's, so that later sessions are still before the gateway's "now". */
const startAt = Date.parse(standingClock.startAt);

export function sessionTests(running: Running): void {
  describeAccount(
    'sessions',
    running,
    { sims: 60, clock: { startAt, rate: 0 }, behaviour: { order: 'shuffled', pageSize: 7 } },
    () => {
      const from = new Date(startAt - 25 * dayMs).toISOString();
      /** Later than the clock of the world ever is, no matter how often a test advances it. */
      const to = new Date(startAt + 3650 * dayMs).toISOString();
      /** It has two sessions a day. */
      const iccid = special.E210;

      /** A session in the format of the SIM API. */
      interface WireSession {
        id: number;
        start_time: number;
        country: string;
        alpha3: string;
        operator: string;
        data_size: number;
        data_cost: number;
        currency: string;
      }

      /** All sessions since an instant, from the SIM API, newest first. */
      async function sessionsUpstream(since = from): Promise<WireSession[]> {
        const { world } = running;
        const found: WireSession[] = [];
        for (let total = 1; found.length < total; ) {
          const page = await askSimApi<{ sessions: WireSession[]; total: number }>(
            world,
            `/get_sim_sessions?iccid=${iccid}&from=${Date.parse(since)}&offset=${found.length}`,
          );
          found.push(...page.sessions);
          total = page.total;
        }
        await world.clearCalls();
        return found.sort((a, b) => b.start_time - a.start_time);
      }

      const ask = (variables: { from?: string; to?: string; first?: number; after?: string | null }) =>
        running.gateway.run(SessionsOfASimDocument, { by: { iccid }, ...variables });

      const rangeOf = (query = '') => {
        const parameters = new URLSearchParams(query);
        return { from: Number(parameters.get('from')), to: Number(parameters.get('to')) };
      };

      describe('sessions of a SIM', () => {
        test('are complete, newest first, for any order and page size of the SIM API', async () => {
          const upstream = await sessionsUpstream();
          expect(upstream.length).toBeGreaterThan(14);
          const { data, errors, extensions } = await ask({ from, first: 500 });
          expect(errors).toEqual([]);
          expect(data.sim?.sessions).toEqual({
            totalCount: upstream.length,
            pageInfo: { hasNextPage: false, endCursor: expect.any(String) },
            nodes: upstream.map((session) => ({
              id: String(session.id),
              startedAt: new Date(session.start_time).toISOString(),
              country: session.country,
              countryCode: session.alpha3,
              operator: session.operator,
              usedBytes: session.data_size,
              cost: { amount: session.data_cost, currency: session.currency },
            })),
          });
          const { byPath } = await running.world.calls();
          expect(byPath).toEqual({ '/get_sims': 1, '/get_sim_sessions': Math.ceil(upstream.length / 7) });
          expect(extensions.cost.upstreamCalls).toBe(1 + Math.ceil(upstream.length / 7));
        });

        test('are those of the current month by default, with one "now" for the whole operation', async () => {
          const before = Date.now();
          await running.gateway.ask(
            `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Sim { a: sessions { totalCount } b: sessions { totalCount } } } }`,
            { ids: [simId(iccid)] },
          );
          const { calls } = await running.world.calls();
          const asked = calls
            .filter(({ path }) => path === '/get_sim_sessions')
            .map(({ query }) => rangeOf(query));
          expect(asked).toHaveLength(1);
          const { from: start = 0, to = 0 } = asked[0] ?? {};
          const now = new Date(to);
          expect(start).toBe(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
          expect(to).toBeGreaterThanOrEqual(before - 1);
          expect(to).toBeLessThanOrEqual(Date.now() + 1);
        });

        test('are within the requested range, both of its ends included', async () => {
          const upstream = await sessionsUpstream();
          const [newest, oldest] = [upstream[3], upstream[9]];
          const { data } = await ask({
            from: new Date(oldest?.start_time ?? 0).toISOString(),
            to: new Date(newest?.start_time ?? 0).toISOString(),
          });
          expect(data.sim?.sessions?.nodes.map(({ id }) => id)).toEqual(
            upstream.slice(3, 10).map(({ id }) => String(id)),
          );
        });

        test('since before the SIM API existed are complete', async () => {
          for (const longAgo of ['1970-01-01T00:00:00Z', '1971-06-01T00:00:00Z', '1960-01-01T00:00:00Z']) {
            const { data, errors } = await ask({ from: longAgo, first: 1 });
            expect([longAgo, errors]).toEqual([longAgo, []]);
            expect(data.sim?.sessions?.totalCount).toBeGreaterThan(14);
          }
        });

        test.each([
          ['ends before it begins', { from: '2026-05-02T00:00:00Z', to: '2026-05-01T23:59:59Z' }],
          ['begins after now', { from: '2100-01-01T00:00:00Z' }],
        ])('of a range that %s are refused, and the SIM is not affected', async (_, range) => {
          const { data, errors } = await ask(range);
          expect(data.sim).toMatchObject({ iccid, sessions: null });
          expect(errors).toMatchObject([
            {
              path: ['sim', 'sessions'],
              message: 'from must not be later than to',
              extensions: { code: 'BAD_USER_INPUT' },
            },
          ]);
          expect((await running.world.calls()).byPath).toEqual({ '/get_sims': 1 });
        });

        test.each([0, 501, -1])('are refused with first: %d', async (first) => {
          const { data, errors } = await ask({ first });
          expect(data.sim).toMatchObject({ iccid, sessions: null });
          expect(errors).toMatchObject([
            {
              message: 'first must be from 1 to 500',
              extensions: { code: 'BAD_USER_INPUT', retryable: false },
            },
          ]);
          expect((await running.world.calls()).byPath).toEqual({ '/get_sims': 1 });
        });

        test.each(['', 'nonsense', 'MTIz'])('are refused after an invalid cursor: "%s"', async (after) => {
          const { data, errors } = await ask({ from, after });
          expect(data.sim).toMatchObject({ iccid, sessions: null });
          expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
        });

        test('of a SIM that leaves at that moment are SIM_NOT_FOUND at their path', async () => {
          await running.world.addFaults({ path: '/get_sim_sessions', kind: 'error', code: 'E002' });
          const { data, errors } = await ask({});
          expect(data.sim).toMatchObject({ iccid, sessions: null });
          expect(errors).toMatchObject([
            { path: ['sim', 'sessions'], extensions: { code: 'SIM_NOT_FOUND', iccids: [iccid] } },
          ]);
        });
      });

      describe('paging through sessions', () => {
        beforeEach(() => running.world.setBehaviour({ pageSize: 50 }));

        /** The ids of all pages; between two of them the clock of the world advances, so that new sessions appear. */
        async function readAll(since: string, first: number, hoursBetween: number): Promise<string[]> {
          const ids: string[] = [];
          for (let after: string | null = null, more = true; more; ) {
            const { data, errors } = await ask({ from: since, to, first, after });
            expect(errors).toEqual([]);
            const { nodes, pageInfo } = data.sim?.sessions ?? {
              nodes: [],
              pageInfo: { hasNextPage: false, endCursor: null },
            };
            ids.push(...nodes.map(({ id }) => id));
            after = pageInfo.endCursor;
            more = pageInfo.hasNextPage;
            if (more && hoursBetween > 0) await running.world.advanceClock(hoursBetween * 3_600_000);
          }
          return ids;
        }

        test('returns the whole list once, in order, with any page size and while new ones appear', async () => {
          const sizes = fc.oneof(fc.integer({ min: 3, max: 30 }), fc.constantFrom(1, 499, 500));
          await fc.assert(
            fc.asyncProperty(sizes, fc.constantFrom(0, 0, 5, 30), async (first, hoursBetween) => {
              // Two weeks have some thirty sessions, no matter how far earlier runs have advanced the clock.
              const since = new Date((await running.world.clock()).now - 14 * dayMs).toISOString();
              const upstream = await sessionsUpstream(since);
              expect(upstream.length).toBeGreaterThan(20);
              expect(await readAll(since, first, hoursBetween)).toEqual(upstream.map(({ id }) => String(id)));
            }),
            {
              numRuns: 10,
              examples: [
                [1, 0],
                [1, 30],
                [4, 30],
                [500, 5],
              ],
            },
          );
        });
      });
    },
  );
}
