import { afterEach, describe, expect, test } from '@jest/globals';
import { askSimApi } from '../../support/fleet.ts';
import { inOneMonth, monthBefore, presentMonth, wholeMonths } from '../../support/months.ts';
import { AccountDocument } from '../../support/operations.ts';
import { describeAccount, type Running } from '../../support/running.ts';

export function accountTests(running: Running): void {
  describeAccount('the account', running, { sims: 60, clock: wholeMonths() }, () => {
    afterEach(() => running.world.setBehaviour({ esim: 'enabled' }));

    describe('the balance of the account', () => {
      const said = (month: string) =>
        askSimApi<{ data_used: number; data_cost: number; currency: string }>(
          running.world,
          `/get_account_balance?${queryOf(month)}`,
        );
      const queryOf = (month: string) =>
        new URLSearchParams({ month: String(Number(month.slice(5))), year: month.slice(0, 4) });

      test.each([
        ['this month by default', () => undefined, presentMonth],
        ['of an earlier month', monthBefore, monthBefore],
      ])('is that of the SIM API: %s', async (_, asked, meant) => {
        const { answer } = await inOneMonth(async () => {
          await running.world.clearCalls();
          const { data, errors } = await running.gateway.run(AccountDocument, { month: asked() });
          const { calls } = await running.world.calls();
          return { month: meant(), data, errors, calls };
        });
        const { month, data, errors, calls } = answer;
        const { data_used: usedBytes, data_cost: amount, currency } = await said(month);
        expect(usedBytes).toBeGreaterThan(0);
        expect(errors).toEqual([]);
        expect(data.account?.balance).toEqual({ month, usedBytes, cost: { amount, currency } });
        const call = calls.find(({ path }) => path === '/get_account_balance');
        expect(call?.query).toBe(String(queryOf(month)));
      });

      test('of a month without history is null with NO_BALANCE_HISTORY, or null without an error if the query allows null', async () => {
        const { data, errors } = await running.gateway.run(AccountDocument, { month: '2020-01' });
        expect(data.account?.balance).toBeNull();
        expect(data.account?.availableProfiles).not.toEqual([]);
        expect(errors).toMatchObject([
          {
            path: ['account', 'balance'],
            extensions: { code: 'NO_BALANCE_HISTORY', retryable: false, simApi: { code: 'E102' } },
          },
        ]);
        const quiet = await running.gateway.run(AccountDocument, { month: '2020-01', nullIfMissing: true });
        expect(quiet.errors).toEqual([]);
        expect(quiet.data).toEqual(data);
      });

      test('of several months takes one call per month', async () => {
        const { answer } = await inOneMonth(async () => {
          await running.world.clearCalls();
          const { errors } = await running.gateway.ask(`{
            account {
              a: balance { usedBytes } b: balance(month: "${presentMonth()}") { month }
              c: balance(month: "${monthBefore()}") { usedBytes } d: balance(month: "2020-01", nullIfMissing: true) { usedBytes }
            }
          }`);
          return { errors, byPath: (await running.world.calls()).byPath };
        });
        expect(answer).toEqual({ errors: [], byPath: { '/get_account_balance': 3 } });
      });
    });

    describe('other fields of the account', () => {
      test('the profiles are those of the SIM API; without eSIM they are null with FEATURE_NOT_ENABLED', async () => {
        const said = await askSimApi<string[]>(running.world, '/get_available_profiles');
        const { data } = await running.gateway.run(AccountDocument);
        expect(data.account?.availableProfiles).toEqual(said);
        await running.world.setBehaviour({ esim: 'disabled' });
        const { data: without, errors } = await running.gateway.run(AccountDocument);
        expect(without.account).toMatchObject({
          balance: { month: expect.any(String) },
          availableProfiles: null,
        });
        expect(errors).toMatchObject([
          {
            path: ['account', 'availableProfiles'],
            extensions: { code: 'FEATURE_NOT_ENABLED', simApi: { code: 'E003', httpStatus: 403 } },
          },
        ]);
      });

      test.each([
        ['balance', '/get_account_balance'],
        ['availableProfiles', '/get_available_profiles'],
        ['groups', '/get_account_groups'],
        ['alerts', '/get_account_alerts'],
      ])('%s is null if it cannot be read, and nothing else is', async (field, path) => {
        await running.world.addFaults({ path, kind: 'error', code: 'E003' });
        const { data, errors } = await running.gateway.ask<{
          account: Record<string, unknown>;
          sim: unknown;
        }>(`{
      account { balance { month } availableProfiles groups { name } alerts { totalCount } }
      sim(by: { iccid: "8937204999000002107" }) { name }
    }`);
        expect(errors.map((error) => [error.path, error.extensions.code])).toEqual([
          [['account', field], 'FEATURE_NOT_ENABLED'],
        ]);
        const { [field]: failed, ...others } = data.account;
        expect(failed).toBeNull();
        expect(Object.values(others)).not.toContain(null);
        expect(data.sim).not.toBeNull();
      });
    });
  });
}
