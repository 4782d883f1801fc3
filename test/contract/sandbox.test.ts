import { describe, expect, test } from '@jest/globals';
import type { WorldOptions } from '../support/sandbox.ts';
import { createDatedWorld, type DatedWorld, idsOf, runOn } from './on-world.ts';
import { holds } from './report.ts';
import { checks } from './suite.ts';

describe('the sandbox', () => {
  test('conforms to the contract in every check that needs no change', async () => {
    const world = await createDatedWorld({ sims: 1200 });
    await markAlertsOfOneSim(world);

    const report = await runOn(world);

    expect(idsOf(report, 'failed')).toEqual([]);
    expect(idsOf(report, 'not applicable')).toEqual(['errors.e003-is-403']);
    expect(idsOf(report, 'not checked').filter((id) => !takesAChange(id))).toEqual([]);
    expect(report.rows.map(({ id }) => id)).toEqual(checks.map(({ id }) => id));
    await world.remove();
  });

  const days = [
    '2027-01-01T00:00:30Z',
    '2026-11-01T12:00:00Z',
    '2028-02-29T23:00:00Z',
    '2026-12-31T23:58:00Z',
  ];
  test.each(days)('conforms to the contract at %s', async (day) => {
    const world = await createDatedWorld({}, Date.parse(day));
    expect(idsOf(await runOn(world), 'failed')).toEqual([]);
    await world.remove();
  });

  const bearable: [string, NonNullable<WorldOptions['behaviour']>, string[]][] = [
    ['expires_in as text', { expiresIn: 'string' }, []],
    [
      'lists in no order',
      { order: 'shuffled' },
      ['get-sims.order', 'get-sim-sessions.order', 'get-account-alerts.order'],
    ],
    [
      'times in seconds',
      { times: 'seconds' },
      ['times.errors-in-milliseconds', 'times.sims-in-milliseconds'],
    ],
    ['costs that are refused if one SIM has no history', { costsWithoutHistory: 'refuse' }, []],
    ['errors with the status 200', { errorStatus: 200 }, ['errors.http-status']],
    ['errors with the status 404', { errorStatus: 404 }, []],
    ['refresh tokens refused', { refresh: 'refuse' }, ['token.refresh-grant']],
    ['no diagnostics', { diagnostics: 'notOrdered' }, []],
    ['no eSIM', { esim: 'disabled' }, []],
    ['a proxy that refuses URLs over 8 KB', { maxUrlBytes: 8000 }, ['get-sims.1000-iccids']],
  ];
  test.each(bearable)('passes every MUST with %s', async (_, behaviour, failed) => {
    const world = await createDatedWorld({ behaviour });
    const report = await runOn(world);
    expect(idsOf(report, 'failed')).toEqual(failed);
    expect(holds(report)).toBe(true);
    await world.remove();
  });

  test('receives at most 50 requests, one after another, that change nothing', async () => {
    const world = await createDatedWorld();

    const { requests } = await runOn(world);

    const { total, maxInFlight, calls } = await world.calls();
    expect(total).toBeGreaterThanOrEqual(requests - 2); // Calls without a token of the world belong to no world.
    // About 45 requests; a repeated read or a token that ended adds some.
    expect(requests).toBeLessThanOrEqual(50);
    expect(maxInFlight).toBe(1);
    const kinds = calls.map(({ method, path }) => (path === '/oauth/token' ? `${method} ${path}` : method));
    expect(new Set(kinds)).toEqual(new Set(['POST /oauth/token', 'GET']));
    expect(calls.filter(({ query }) => /mark|password/i.test(query))).toEqual([]);
    expect(await world.effects()).toEqual([]);
    await world.remove();
  });
});

test('the id of each check is unique', () => {
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
});

function takesAChange(id: string): boolean {
  return id.startsWith('put.') || id.startsWith('errors.e') || id === 'alerts.flag-mark-read';
}

/** Marks some alerts as read; without them the checks of the unread flags do not apply. */
async function markAlertsOfOneSim(world: DatedWorld): Promise<void> {
  const { username, password } = world;
  const body = new URLSearchParams({ grant_type: 'password', username, password });
  const login = await fetch(`${world.apiUrl}/oauth/token`, { method: 'POST', body });
  const { access_token: token } = (await login.json()) as { access_token: string };
  const alerts = async (target: string) => {
    const answer = await fetch(world.apiUrl + target, { headers: { authorization: `Bearer ${token}` } });
    return ((await answer.json()) as { alerts: { iccid: string }[] }).alerts;
  };
  const [alert] = await alerts('/get_account_alerts');
  await alerts(`/get_sim_alerts?markRead=true&iccid=${alert?.iccid}`);
}
