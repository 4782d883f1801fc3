import { describe, expect, test } from '@jest/globals';
import type { FaultKind } from '../support/sandbox.ts';
import type { Broken } from './broken/broken.ts';
import { brokenFields } from './broken/fields.broken.ts';
import { brokenSims } from './broken/sims.broken.ts';
import { brokenTransport } from './broken/transport.broken.ts';
import { brokenUsage } from './broken/usage.broken.ts';
import { createDatedWorld, idsOf, remarkOn, runOn } from './on-world.ts';
import { holds } from './report.ts';
import { checks } from './suite.ts';
import { startTamperingProxy, tampered } from './tampering-proxy.ts';
import { NotARead, refuseChanges } from './upstream.ts';

const broken: readonly Broken[] = [...brokenSims, ...brokenFields, ...brokenUsage, ...brokenTransport];

describe('a SIM API that', () => {
  test.each(broken)('$what is detected', async ({ arrange, tamper, fails, remark }) => {
    const world = await createDatedWorld();
    await arrange?.(world);
    const report = await tampered(world.apiUrl, tamper, (url) => runOn(world, { url }));

    expect(idsOf(report, 'failed')).toEqual(fails);
    const mustFail = checks.some(({ id, level }) => level === 'MUST' && fails.includes(id));
    expect(holds(report)).toBe(!mustFail);
    if (remark !== undefined) expect(remarkOn(report, remark[0])).toBe(remark[1]);
    await world.remove();
  });

  const hopeless: [string, FaultKind][] = [
    ['an empty body', { kind: 'empty' }],
    ['an empty object', { kind: 'status', status: 200, body: {} }],
    ['a list of numbers', { kind: 'status', status: 200, body: [1, 2] }],
    ['null', { kind: 'status', status: 200, body: 'null' }],
    [
      'lists of null',
      { kind: 'status', status: 200, body: { sims: [null], alerts: [null], sessions: [null] } },
    ],
    ['an HTML page', { kind: 'html' }],
    ['503', { kind: 'status', status: 503 }],
    ['a cut connection', { kind: 'cut' }],
  ];
  test.each(hopeless)('answers every request with %s still gets a report', async (_, fault) => {
    const world = await createDatedWorld();
    await world.addFaults({ path: '*', ...fault });
    const report = await runOn(world);
    expect(holds(report)).toBe(false);
    expect(report.rows.filter(({ remark }) => remark?.includes('threw an error'))).toEqual([]);
    await world.remove();
  });

  test('cannot be reached gets a report after at most 5 requests', async () => {
    const world = await createDatedWorld();
    const gone = await startTamperingProxy(world.apiUrl, () => undefined);
    await gone.stop();
    const report = await runOn(world, { url: gone.url });
    expect(remarkOn(report, 'token.password-grant-form-body')).toBe('no answer (ECONNREFUSED)');
    expect(report.requests).toBeLessThanOrEqual(5);
    await world.remove();
  });
});

test('checks that are left when the request limit is reached are reported as not checked', async () => {
  const world = await createDatedWorld();
  const report = await runOn(world, { maxRequests: 12 });
  expect(report.requests).toBe(12);
  expect(idsOf(report, 'failed')).toEqual([]);
  expect(remarkOn(report, 'diagnostics.is-an-object-or-refused')).toBe(
    'the time limit or the request limit was reached',
  );
  await world.remove();
});

test('a request that is answered with 429 is sent once more after Retry-After', async () => {
  const world = await createDatedWorld();
  await world.addFaults({ path: '/diagnostics', kind: 'tooManyRequests', retryAfter: 0, times: 1 });
  await world.addFaults({ path: '/get_available_profiles', kind: 'tooManyRequests', retryAfter: 0 });
  const report = await runOn(world);
  expect(idsOf(report, 'failed')).toEqual([
    'get-available-profiles.is-a-list-of-texts',
    'answers.rate-limit-headers',
  ]);
  expect((await world.calls()).byPath['/get_available_profiles']).toBe(2);
  await world.remove();
});

test('every check that needs no change fails for at least one broken SIM API', () => {
  const seen = new Set(broken.flatMap(({ fails }) => fails));
  const unseen = checks.filter(({ run, id }) => !seen.has(id) && !String(run).includes('notChecked'));
  expect(unseen.map(({ id }) => id)).toEqual([]);
});

describe('only reads and logins are sent:', () => {
  const refused: [string, string, string[]][] = [
    ['PUT', '/close', ['iccid']],
    ['PUT', '/get_sims', ['iccid']],
    ['GET', '/close', ['iccid']],
    ['GET', '/sendSms', ['iccid', 'message']],
    ['GET', '/get_account_alerts', ['markRead']],
    ['GET', '/get_account_alerts', ['offset', 'mark_as_read']],
    ['GET', '/get_sim', ['iccid', 'name']],
    ['POST', '/get_sims', []],
    ['DELETE', '/oauth/token', []],
    ['POST', '/oauth/token', ['password']],
  ];
  test.each(refused)('%s %s with %j is refused', (method, path, parameters) => {
    expect(() => refuseChanges(method, path, parameters)).toThrow(NotARead);
  });
});
