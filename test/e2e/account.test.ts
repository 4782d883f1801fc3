import { afterEach, describe, expect, test } from '@jest/globals';
import { askSimApi } from '../support/fleet.ts';
import { AccountDocument } from '../support/operations.ts';
import { runGateway } from '../support/running.ts';

const running = runGateway({ sims: 60, clock: { rate: 0 } });
const thisMonth = new Date().toISOString().slice(0, 7);
const lastMonth = new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() - 1, 1))
  .toISOString()
  .slice(0, 7);

afterEach(() => running.world.setManners({ esim: 'enabled' }));

describe('the balance of the account', () => {
  test.each([
    ['this month by default', undefined, thisMonth],
    ['of an earlier month', lastMonth, lastMonth],
  ])('is what the SIM API says: %s', async (_, month, meant) => {
    const query = new URLSearchParams({ month: String(Number(meant.slice(5))), year: meant.slice(0, 4) });
    const said = await askSimApi<{ data_used: number; data_cost: number; currency: string }>(
      running.world,
      `/get_account_balance?${query}`,
    );
    expect(said.data_used).toBeGreaterThan(0);
    await running.world.clearCalls();
    const { data, errors } = await running.gateway.run(AccountDocument, { month });
    expect(errors).toEqual([]);
    expect(data.account?.balance).toEqual({
      month: meant,
      usedBytes: said.data_used,
      cost: { amount: said.data_cost, currency: said.currency },
    });
    const asked = (await running.world.calls()).calls.find(({ path }) => path === '/get_account_balance');
    expect(asked?.query).toBe(String(query));
  });

  test('of a month without history is null with NO_BALANCE_HISTORY, or just null where that is wanted', async () => {
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

  test('of several months is asked for once for each', async () => {
    const { errors } = await running.gateway.ask(`{
      account {
        a: balance { usedBytes } b: balance(month: "${thisMonth}") { month }
        c: balance(month: "${lastMonth}") { usedBytes } d: balance(month: "2020-01", nullIfMissing: true) { usedBytes }
      }
    }`);
    expect(errors).toEqual([]);
    expect((await running.world.calls()).byPath).toEqual({ '/get_account_balance': 3 });
  });
});

describe('what else belongs to the account', () => {
  test('its profiles are those that the SIM API lists; without eSIM they are null with FEATURE_NOT_ENABLED', async () => {
    const said = await askSimApi<string[]>(running.world, '/get_available_profiles');
    const { data } = await running.gateway.run(AccountDocument);
    expect(data.account?.availableProfiles).toEqual(said);
    await running.world.setManners({ esim: 'disabled' });
    const { data: without, errors } = await running.gateway.run(AccountDocument);
    expect(without.account).toMatchObject({ balance: { month: thisMonth }, availableProfiles: null });
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
  ])('%s that cannot be read is null, and nothing else is', async (field, path) => {
    await running.world.addFaults({ path, kind: 'error', code: 'E003' });
    const { data, errors } = await running.gateway.ask<{ account: Record<string, unknown>; sim: unknown }>(`{
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
