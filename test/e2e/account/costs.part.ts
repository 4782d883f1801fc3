import { afterEach, describe, expect, test } from '@jest/globals';
import { askSimApi } from '../../support/fleet.ts';
import { inOneMonth, monthBefore, presentMonth, wholeMonths } from '../../support/months.ts';
import { CostOfAMonthDocument, OneSimDocument } from '../../support/operations.ts';
import { describeAccount, type Running } from '../../support/running.ts';

export function costTests(running: Running): void {
  describeAccount('costs', running, { sims: 50, clock: wholeMonths() }, () => {
    const withHistory = '8937204999000002107';
    const withoutHistory = '8937204999000001018';

    /** A month as the `month` and `year` parameters of the SIM API. */
    const parametersOf = (month: string) => `month=${Number(month.slice(5))}&year=${month.slice(0, 4)}`;

    /** Bytes of all sessions of a SIM in a month, read from the SIM API directly. */
    async function bytesOfSessions(iccid: string, month: string): Promise<number> {
      const [year = 0, number = 0] = month.split('-').map(Number);
      const span = `from=${Date.UTC(year, number - 1)}&to=${Date.UTC(year, number) - 1}`;
      const { sessions } = await askSimApi<{ sessions: { data_size: number }[] }>(
        running.world,
        `/get_sim_sessions?iccid=${iccid}&${span}`,
      );
      return sessions.reduce((sum, session) => sum + session.data_size, 0);
    }

    afterEach(() => running.world.setBehaviour({ costsWithoutHistory: 'omit' }));

    describe('cost', () => {
      test('is the usage and cost of this month', async () => {
        const refs = [{ iccid: withHistory }];
        const { month, answer } = await inOneMonth(() => running.gateway.run(CostOfAMonthDocument, { refs }));
        expect(answer.errors).toEqual([]);
        const usedBytes = await bytesOfSessions(withHistory, month);
        expect(usedBytes).toBeGreaterThan(0);
        expect(answer.data.simsByRef?.[0]?.cost).toMatchObject({
          month,
          usedBytes,
          cost: { amount: expect.any(Number), currency: 'EUR' },
        });
      });

      test('of an earlier month is read for that month', async () => {
        const { world, gateway } = running;
        const month = monthBefore();
        const { data } = await gateway.run(CostOfAMonthDocument, { refs: [{ iccid: withHistory }], month });
        expect(data.simsByRef?.[0]?.cost).toMatchObject({
          month,
          usedBytes: await bytesOfSessions(withHistory, month),
        });
        const call = (await world.calls()).calls.find(({ path }) => path === '/get_sim_cost');
        expect(call?.query).toContain(parametersOf(month));
      });

      test.each(['omit', 'refuse'] as const)(
        'without history is null with NO_COST_HISTORY and does not affect others (%s)',
        async (costsWithoutHistory) => {
          const { world, gateway } = running;
          await world.setBehaviour({ costsWithoutHistory });
          const refs = [{ iccid: withHistory }, { iccid: withoutHistory }];
          const { month, answer } = await inOneMonth(() => gateway.run(CostOfAMonthDocument, { refs }));
          const { data, errors } = answer;
          expect(data.simsByRef?.map((sim) => sim?.cost?.month ?? null)).toEqual([month, null]);
          expect(errors).toMatchObject([
            {
              path: ['simsByRef', 1, 'cost'],
              extensions: { code: 'NO_COST_HISTORY', retryable: false, iccids: [withoutHistory] },
            },
          ]);
          // The SIM API either omits the SIM or reports an error code.
          expect(errors[0]?.extensions.simApi?.code).toBe(
            costsWithoutHistory === 'omit' ? undefined : 'E101',
          );
          const quiet = await gateway.run(CostOfAMonthDocument, { refs, nullIfMissing: true });
          expect(quiet.errors).toEqual([]);
          expect(quiet.data.simsByRef?.[1]).toMatchObject({ iccid: withoutHistory, cost: null });
        },
      );

      test('of many SIMs without history takes at most about 200 calls', async () => {
        const { world, gateway } = running;
        await world.setBehaviour({ costsWithoutHistory: 'refuse' });
        const added = await world.addSims(400);
        const { errors, extensions } = await gateway.run(CostOfAMonthDocument, {
          refs: added.map(({ iccid }) => ({ iccid })),
          month: '2020-01',
        });
        expect(extensions.cost.upstreamCalls).toBeLessThan(220);
        expect(new Set(errors.map((error) => error.extensions.code))).toEqual(
          new Set(['NO_COST_HISTORY', 'CALL_BUDGET_SPENT']),
        );
        expect(new Set(errors.map((error) => error.extensions.simApi?.code))).toEqual(new Set(['E101']));
      });

      test('of one SIM in an answer about another SIM is not a missing history', async () => {
        const { world, gateway } = running;
        const body = { iccid: withoutHistory, data_plan: 'a', data_used: 1, data_cost: 1, currency: 'EUR' };
        await world.addFaults({ path: '/get_sim_cost', kind: 'status', status: 200, body });
        const { errors } = await gateway.ask(
          `{ sim(by: { iccid: "${withHistory}" }) { cost(nullIfMissing: true) { usedBytes } } }`,
        );
        expect(errors).toMatchObject([
          { path: ['sim', 'cost'], extensions: { code: 'UPSTREAM_UNAVAILABLE', retryable: true } },
        ]);
      });

      test('of two months takes one call per month, no matter how often it is queried', async () => {
        const { world, gateway } = running;
        const { answer } = await inOneMonth(async () => {
          await world.clearCalls();
          await gateway.ask(`{
            sims(first: 30) {
              nodes {
                now: cost(nullIfMissing: true) { usedBytes }
                same: cost(month: "${presentMonth()}", nullIfMissing: true) { usedBytes }
                before: cost(month: "${monthBefore()}", nullIfMissing: true) { usedBytes }
                dataUsage { usedBytes usedPercent }
              }
            }
          }`);
          return (await world.calls()).byPath;
        });
        expect(answer).toEqual({ '/get_account_sims': 1, '/get_sim_costs': 2 });
      });

      test.each(['2026-13', '0000-01', '1969-12'])(
        'of %s, which is not a month, is refused before any call',
        async (month) => {
          await running.world.clearCalls();
          const { errors, status } = await running.gateway.ask(
            `{ sims { nodes { cost(month: "${month}") { usedBytes } } } account { balance(month: "${month}") { usedBytes } } }`,
          );
          expect(status).toBe(400);
          expect(errors).toHaveLength(2);
          expect(errors[0]?.message).toContain('YearMonth must be a month as YYYY-MM from 1970-01 on');
          expect((await running.world.calls()).total).toBe(0);
        },
      );
    });

    describe('dataUsage', () => {
      test('compares the usage with the limit', async () => {
        const { world, gateway } = running;
        await world.patchSim(withHistory, { data_limit: 100 });
        const { month, answer } = await inOneMonth(() =>
          gateway.run(OneSimDocument, { by: { iccid: withHistory } }),
        );
        const { data } = answer;
        const usedBytes = await bytesOfSessions(withHistory, month);
        expect(usedBytes).toBeGreaterThan(0);
        expect(data.sim?.dataUsage).toMatchObject({
          usedBytes,
          limitMegabytes: 100,
          limitBytes: 100_000_000,
          remainingBytes: 100_000_000 - usedBytes,
          usedPercent: usedBytes / 1_000_000,
        });
      });

      test('never has negative remaining data, and its percentage can exceed 100', async () => {
        const { world, gateway } = running;
        await world.patchSim(withHistory, { data_limit: 1 });
        const { data } = await gateway.run(OneSimDocument, { by: { iccid: withHistory } });
        expect(data.sim?.dataUsage.remainingBytes).toBe(0);
        expect(data.sim?.dataUsage.usedPercent).toBeGreaterThan(100);
      });

      test('without history has no usage, and no error', async () => {
        const { data, errors } = await running.gateway.run(OneSimDocument, { by: { iccid: withoutHistory } });
        expect(errors).toEqual([]);
        expect(data.sim?.dataUsage).toMatchObject({
          usedBytes: null,
          remainingBytes: null,
          usedPercent: null,
        });
      });

      test('needs no call if only the limit is queried', async () => {
        const { world, gateway } = running;
        await gateway.ask(
          '{ sims(first: 5) { nodes { dataUsage { limitMegabytes limitBytes updatedAt } } } }',
        );
        expect((await world.calls()).byPath).toEqual({ '/get_account_sims': 1 });
      });

      test('that cannot be read nulls its own fields, not the SIM', async () => {
        const { world, gateway } = running;
        await world.addFaults({ path: '/get_sim_cost', kind: 'error', code: 'E003' });
        const { data, errors } = await gateway.run(OneSimDocument, { by: { iccid: withHistory } });
        expect(data.sim).toMatchObject({ iccid: withHistory, dataUsage: { usedBytes: null } });
        expect(errors[0]).toMatchObject({
          path: ['sim', 'dataUsage', 'usedBytes'],
          extensions: { code: 'FEATURE_NOT_ENABLED', simApi: { code: 'E003', operation: 'get_sim_cost' } },
        });
      });
    });
  });
}
