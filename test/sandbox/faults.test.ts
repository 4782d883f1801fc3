import { beforeEach, describe, expect, test } from '@jest/globals';
import { createWorld, type FaultKind, type World } from '../support/sandbox.ts';
import { waitFor } from '../support/wait-for.ts';
import { codeOf, openSimApi, passwordGrant, request, type SimApi } from './sim.api.ts';

let world: World;
let api: SimApi;
let iccid: string;
let other: string;

beforeEach(async () => {
  world = await createWorld();
  api = await openSimApi(world);
  const live = await world.sims({ state: 'LIVE', primary: 'ON', limit: 2 });
  [iccid = '', other = ''] = live.map((sim) => sim.iccid);
  await world.clearCalls();
});

const read = (init: RequestInit = {}) =>
  request(`${world.apiUrl}/get_sim?iccid=${iccid}`, {
    ...init,
    headers: { authorization: `Bearer ${api.accessToken}` },
  });

describe('kinds of faults', () => {
  test('status: an answer with the given status, body and headers', async () => {
    await world.addFaults({
      path: '/get_sim',
      kind: 'status',
      status: 503,
      body: 'down',
      headers: { 'x-by': 'proxy' },
    });
    const answer = await read();
    expect([answer.status, answer.text, answer.headers.get('x-by')]).toEqual([503, 'down', 'proxy']);
  });

  test('error: an error of the SIM API, known or not', async () => {
    await world.addFaults({ path: '/get_sim', kind: 'error', code: 'E999' });
    expect(codeOf(await read())).toBe('E999');
    expect((await world.calls()).calls[0]?.errorCode).toBe('E999');
  });

  test.each(['reset', 'cut'] as const)('%s: the connection closes before the answer ends', async (kind) => {
    await world.addFaults({ path: '/get_sim', kind });
    await expect(read()).rejects.toThrow();
    expect((await world.calls()).calls[0]?.httpStatus).toBeNull();
  });

  test.each(['hang', 'drip'] as const)('%s: the answer never ends', async (kind) => {
    await world.addFaults({ path: '/get_sim', kind });
    const client = new AbortController();
    const answer = read({ signal: client.signal });
    answer.catch(() => undefined);
    await waitFor(async () => (await world.calls()).total === 1);
    client.abort();
    await expect(answer).rejects.toThrow(/aborted/i);
    expect((await world.calls()).calls[0]?.httpStatus).toBeNull();
  });

  test('garbage, empty, html: 200 with broken JSON, an empty body or an HTML page', async () => {
    await world.addFaults(
      { path: '/get_sim', kind: 'garbage', times: 1 },
      { path: '/get_sim', kind: 'empty', times: 1 },
      { path: '/get_sim', kind: 'html', times: 1 },
    );
    const [garbage, empty, html] = [await read(), await read(), await read()];
    expect([garbage.status, garbage.json]).toEqual([200, undefined]);
    expect(garbage.headers.get('content-type')).toContain('json');
    expect([empty.status, empty.text]).toEqual([200, '']);
    expect(html.headers.get('content-type')).toContain('text/html');
    expect((await read()).json).toMatchObject({ iccid });
  });

  test('tooManyRequests: 429 with or without Retry-After', async () => {
    await world.addFaults(
      { path: '/get_sim', kind: 'tooManyRequests', retryAfter: 7, times: 1 },
      { path: '/get_sim', kind: 'tooManyRequests', times: 1 },
    );
    const [refused, untold] = [await read(), await read()];
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '7']);
    expect([untold.status, untold.headers.get('retry-after')]).toEqual([429, null]);
  });

  test('unauthorized: 401, and the access token is ended', async () => {
    await world.addFaults({ path: '/get_sim', kind: 'unauthorized', times: 1 });
    expect((await read()).status).toBe(401);
    expect((await read()).status).toBe(401);
    expect((await passwordGrant(world)).status).toBe(200);
  });

  test('delay: the answer is sent after the delay', async () => {
    await world.addFaults({ path: '/get_sim', kind: 'delay', ms: 20 });
    expect((await read()).json).toMatchObject({ iccid });
  });

  test('tamper: SIMs are omitted, duplicated, or added without being requested', async () => {
    await world.addFaults({
      path: '/get_sims',
      kind: 'tamper',
      omit: [iccid],
      duplicate: [other],
      foreign: true,
    });
    const { sims } = await api.read<{ sims: { iccid: string }[] }>('/get_sims', { iccid: [iccid, other] });
    expect(sims.map((sim) => sim.iccid)).toEqual(['8999999000000000007', other, other]);
  });
});

describe('calls to which a fault applies', () => {
  test('skip matching calls pass first, the fault applies to the next times calls, and both are counted', async () => {
    await world.addFaults({ path: '/get_sim', kind: 'status', status: 500, skip: 1, times: 2 });
    const statuses = [await read(), await read(), await read(), await read()].map(({ status }) => status);
    expect(statuses).toEqual([200, 500, 500, 200]);
    expect(await world.faults()).toMatchObject([{ hits: 2, matched: 3 }]);
    await world.clearFaults();
    expect(await world.faults()).toEqual([]);
  });

  test('path, method and iccid limit a fault to matching calls', async () => {
    await world.addFaults(
      { path: '*', method: 'PUT', kind: 'status', status: 500 },
      { path: '/get_sim', iccid: other, kind: 'status', status: 501 },
    );
    expect((await read()).status).toBe(200);
    expect((await api.get('/get_sim', { iccid: other })).status).toBe(501);
    expect((await api.put('/reset', { iccid })).status).toBe(500);
    expect((await passwordGrant(world)).status).toBe(200);
    await world.addFaults({ path: '/oauth/token', kind: 'status', status: 502 });
    expect((await passwordGrant(world)).status).toBe(502);
  });
});

describe('a fault that could apply to no call is refused', () => {
  test.each([
    [
      { path: '/get_simz', kind: 'hang' },
      'path',
      /must be \* or one of .*\/get_sim, \/get_sim_alerts, .*\/oauth\/token/,
    ],
    [{ path: 'get_sims', kind: 'hang' }, 'path', /one of/],
    [{ path: '/v1/get_sims', kind: 'hang' }, 'path', /one of/],
    [{ path: '/get_sims', method: 'PUT', kind: 'hang' }, 'method', /must be GET for \/get_sims/],
    [{ path: '/oauth/token', method: 'GET', kind: 'hang' }, 'method', /must be POST/],
    [{ path: '/get_sims', method: 'PATCH', kind: 'hang' }, 'method', /GET.*PUT/],
    [{ path: '/get_sims', iccid: 'scooter-0001', kind: 'hang' }, 'iccid', /18 to 22 digits/],
    [{ path: '/get_sims', kind: 'error', code: 'E' }, 'code', /E and 1 to 9 digits/],
    [{ path: '/get_sims', kind: 'tamper', omit: ['1'] }, 'omit[0]', /18 to 22 digits/],
    [{ path: '/get_sims', kind: 'explode' }, 'kind', /hang/],
  ])('%j: %s', async (fault, field, rule) => {
    const refused = await request(`${world.origin}/_sandbox/worlds/${world.id}/faults`, {
      method: 'POST',
      body: JSON.stringify(fault),
    });
    expect([refused.status, refused.text]).toEqual([400, expect.stringMatching(rule)]);
    expect(refused.text).toContain(`at ${field}`);
    expect(await world.faults()).toEqual([]);
  });

  test('in a list, its position is named and no fault is added', async () => {
    const faults = [
      { path: '/get_sims', kind: 'hang' },
      { path: '/get_simz', kind: 'hang' },
    ] as const;
    await expect(world.addFaults(...faults)).rejects.toThrow(/400.*at \[1\]\.path/);
    expect(await world.faults()).toEqual([]);
  });
});

describe('acts: whether the call is carried out in spite of the fault', () => {
  const effects = async () => (await world.effects({ path: '/sendSms' })).length;
  const send = () => api.put('/sendSms', { iccid, message: 'x' }).catch(() => undefined);

  test.each<[FaultKind, number]>([
    [{ kind: 'reset' }, 0],
    [{ kind: 'reset', acts: true }, 1],
    [{ kind: 'status', status: 503 }, 0],
    [{ kind: 'status', status: 503, acts: true }, 1],
    [{ kind: 'cut' }, 1],
    [{ kind: 'cut', acts: false }, 0],
    [{ kind: 'delay', ms: 1 }, 1],
    [{ kind: 'delay', ms: 1, acts: false }, 1],
    [{ kind: 'empty' }, 0],
  ])('%j carries out %d calls', async (fault, count) => {
    await world.addFaults({ path: '/sendSms', ...fault });
    await send();
    expect(await effects()).toBe(count);
  });

  test('a delayed call with acts: false is dropped if the caller disconnects before', async () => {
    const url = `${world.apiUrl}/sendSms?iccid=${iccid}&message=x`;
    const headers = { authorization: `Bearer ${api.accessToken}` };
    // On a slow machine the caller may disconnect too late; the call then has a status.
    for (let ms = 400, wasServed = true; wasServed; ms *= 2) {
      await world.clearCalls();
      await world.clearEffects();
      await world.clearFaults();
      await world.addFaults({ path: '/sendSms', kind: 'delay', ms, acts: false });
      const leaving = new AbortController();
      const answer = fetch(url, { method: 'PUT', headers, signal: leaving.signal }).catch(() => undefined);
      await waitFor(async () => (await world.calls()).total === 1);
      leaving.abort();
      await answer;
      // A later call with the same delay is carried out after the first one.
      const later = api.put('/sendSms', { iccid: other, message: 'later' });
      expect((await later).status).toBe(200);
      wasServed = (await world.calls()).calls[0]?.httpStatus !== null;
      expect((await world.effects({ path: '/sendSms', iccid })).length).toBe(wasServed ? 1 : 0);
    }
  });
});
