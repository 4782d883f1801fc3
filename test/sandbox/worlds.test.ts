import { describe, expect, test } from '@jest/globals';
import { createWorld, sandboxOrigin } from '../support/sandbox.ts';
import { waitFor } from '../support/wait-for.ts';
import { codeOf, openSimApi, passwordGrant, request } from './sim.api.ts';

const control = (method: string, path: string, body?: unknown) =>
  request(`${sandboxOrigin()}/_sandbox${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

describe('worlds', () => {
  test('user name and password of the default world are sandbox', async () => {
    const url = `${sandboxOrigin()}/v1/oauth/token?grant_type=password&username=sandbox&password=sandbox`;
    expect((await request(url, { method: 'POST' })).status).toBe(200);
    expect((await control('GET', '/worlds/sandbox')).json).toMatchObject({ id: 'sandbox', sims: 2000 });
  });

  test('the same seed gives the same fleet, another seed another fleet', async () => {
    const clock = { startAt: '2026-03-20T12:00:00Z', rate: 0 };
    const [one, same, other] = await Promise.all([
      createWorld({ seed: 'a', clock }),
      createWorld({ seed: 'a', clock }),
      createWorld({ seed: 'b', clock }),
    ]);
    expect(await same?.sims()).toEqual(await one?.sims());
    const iccids = new Set((await one?.sims({ limit: 90 }))?.map((sim) => sim.iccid));
    expect((await other?.sims({ limit: 90 }))?.some((sim) => iccids.has(sim.iccid))).toBe(false);
  });

  test('a change, a fault or a clock of one world has no effect on another world', async () => {
    const [one, two] = [await createWorld(), await createWorld()];
    const [oneApi, twoApi] = [await openSimApi(one), await openSimApi(two)];
    const iccid = (await one.sims({ state: 'LIVE', primary: 'ON', limit: 1 }))[0]?.iccid ?? '';
    await one.clearCalls();
    await two.clearCalls();
    await one.addFaults({ path: '/get_account_groups', kind: 'status', status: 503 });
    await one.moveClock({ advanceMs: 1000, rate: 0 });
    await oneApi.put('/set_name', { iccid, name: 'only in one' });
    expect((await oneApi.get('/get_account_groups')).status).toBe(503);

    expect(await twoApi.read('/get_sim', { iccid })).not.toMatchObject({ name: 'only in one' });
    expect((await twoApi.get('/get_account_groups')).status).toBe(200);
    expect((await two.calls()).byPath).toEqual({ '/get_sim': 1, '/get_account_groups': 1 });
    expect(await two.effects()).toEqual([]);
    expect((await two.clock()).rate).toBe(1);
  });

  test('the removal of a world ends its tokens', async () => {
    const world = await createWorld();
    const api = await openSimApi(world);
    await world.remove();
    expect((await api.get('/get_account_groups')).status).toBe(401);
    expect((await passwordGrant(world)).status).toBe(401);
    expect((await control('GET', `/worlds/${world.id}/calls`)).status).toBe(404);
  });

  test('behaviour is read under its name of 0.1 too, manners, in the path and in the body', async () => {
    const made = await control('POST', '/worlds', { manners: { pageSize: 7 } });
    const { id } = made.json as { id: string };
    const set = await control('PATCH', `/worlds/${id}/manners`, { order: 'shuffled' });
    expect(set.json).toMatchObject({ pageSize: 7, order: 'shuffled' });
    const read = await control('GET', `/worlds/${id}/behaviour`);
    expect(read.json).toEqual(set.json);
    await control('DELETE', `/worlds/${id}`);
  });

  test('a malformed control call is 400 with the name of the field; a taken id is 409', async () => {
    const world = await createWorld();
    for (const [method, path, body, field] of [
      ['POST', '/worlds', { sims: 9 }, 'sims'],
      ['POST', '/worlds', { id: 'a b' }, 'id'],
      ['POST', '/worlds', { clock: { rate: -1 } }, 'clock.rate'],
      ['PATCH', `/worlds/${world.id}/behaviour`, { putAnswer: 'song' }, 'putAnswer'],
      ['PATCH', `/worlds/${world.id}/manners`, { politeness: 1 }, 'politeness'],
      ['POST', `/worlds/${world.id}/faults`, [{ path: '/get_sims', kind: 'delay' }], 'ms'],
      ['POST', `/worlds/${world.id}/clock`, { to: '1999-01-01T00:00:00Z' }, 'to'],
      ['POST', `/worlds/${world.id}/sims`, { count: 0 }, 'count'],
    ] as const) {
      const { status, text } = await control(method, path, body);
      expect([field, status]).toEqual([field, 400]);
      expect(text).toContain(field);
    }
    expect((await control('POST', '/worlds', { id: world.id })).status).toBe(409);
    expect((await control('GET', '/nothing')).status).toBe(404);
  });
});

describe('the clock', () => {
  test('it stands still at rate 0, moves on request, and runs at the rate that is set', async () => {
    const world = await createWorld({ clock: { startAt: 1_770_000_000_000, rate: 0 } });
    expect(await world.clock()).toEqual({ startAt: 1_770_000_000_000, now: 1_770_000_000_000, rate: 0 });
    expect((await world.advanceClock(5)).now).toBe(1_770_000_000_005);
    expect((await world.moveClock({ to: '2026-06-01T00:00:00Z' })).now).toBe(Date.UTC(2026, 5));
    await world.moveClock({ rate: 1_000_000 });
    await waitFor(async () => (await world.clock()).now > Date.UTC(2026, 6));
  });
});

describe('SIMs set by a test', () => {
  test('wire fields are overridden, added or left out', async () => {
    const world = await createWorld();
    const api = await openSimApi(world);
    const iccid = (await world.sims({ state: 'LIVE', primary: 'ON', limit: 1 }))[0]?.iccid ?? '';
    await world.patchSim(iccid, {
      state: 'HIBERNATING',
      status: { primary: 'ODD' },
      newField: [1],
      name: null,
      $remove: ['msisdn'],
    });
    const sim = await api.read('/get_sim', { iccid });
    expect(sim).toMatchObject({
      state: 'HIBERNATING',
      status: { primary: 'ODD' },
      newField: [1],
      name: null,
    });
    expect(sim).not.toHaveProperty('msisdn');
    await api.put('/set_name', { iccid, name: 'set over it' });
    expect(await api.read('/get_sim', { iccid })).toMatchObject({ name: 'set over it', newField: [1] });
  });

  test('SIMs are added to the end of the list and removed from it', async () => {
    const world = await createWorld({ sims: 30 });
    const api = await openSimApi(world);
    const listed = async () =>
      (await api.read<{ sims: { iccid: string }[] }>('/get_account_sims')).sims.map((sim) => sim.iccid);
    const before = await listed();
    const added = (await world.addSims(2)).map((sim) => sim.iccid);
    expect(await listed()).toEqual([...before, ...added]);
    const [first = '', , third = ''] = before;
    await world.removeSim(third);
    await world.removeSim(first);
    const left = [...before, ...added].filter((iccid) => iccid !== first && iccid !== third);
    expect(await listed()).toEqual(left);
    await world.setBehaviour({ pageSize: 1 });
    const second = await api.read<{ sims: { iccid: string }[] }>('/get_account_sims', { offset: 1 });
    expect(second.sims[0]?.iccid).toBe(left[1]);
    expect(codeOf(await api.get('/get_sim', { iccid: first }))).toBe('E002');
  });
});

describe('calls', () => {
  test('every call is counted by its path, and recorded with its number of SIMs and its outcome', async () => {
    const world = await createWorld();
    const api = await openSimApi(world);
    const iccid = (await world.sims({ limit: 2 })).map((sim) => sim.iccid);
    await world.clearCalls();
    await api.get('/get_sims', { iccid });
    await api.get('/get_sim', { iccid: '8937204999000000028' });
    await world.killTokens();
    await api.get('/get_account_groups');
    const { total, byPath, calls } = await world.calls();
    expect(total).toBe(3);
    expect(byPath).toEqual({ '/get_sims': 1, '/get_sim': 1, '/get_account_groups': 1 });
    expect(calls).toMatchObject([
      { method: 'GET', path: '/get_sims', query: `iccid=${iccid[0]}&iccid=${iccid[1]}`, sims: 2 },
      { path: '/get_sim', sims: 1, httpStatus: 400, errorCode: 'E002' },
      { path: '/get_account_groups', sims: 0, httpStatus: 401 },
    ]);
  });

  test('maxInFlight is the maximum number of concurrent calls', async () => {
    const world = await createWorld();
    const api = await openSimApi(world);
    await world.clearCalls();
    await world.addFaults({ path: '*', kind: 'hang' });
    const url = `${world.apiUrl}/get_account_groups`;
    const headers = { authorization: `Bearer ${api.accessToken}` };
    const leaving = new AbortController();
    const calls = [1, 2, 3].map(() => fetch(url, { headers, signal: leaving.signal }).catch(() => undefined));
    await waitFor(async () => (await world.calls()).total === 3);
    expect((await world.calls()).maxInFlight).toBe(3);
    leaving.abort();
    await Promise.all(calls);
  });
});
