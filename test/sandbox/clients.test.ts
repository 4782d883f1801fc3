import { expect, test } from '@jest/globals';
import { createWorld } from '../support/sandbox.ts';
import { openSimApi, request } from './sim.api.ts';

// What public clients of the SIM API send.

interface Alerts {
  total: number;
  alerts: { trigger: string; is_read: boolean; iccid?: string }[];
}

test('a boolean may be True, and a flag that is False or only present marks no alert as read', async () => {
  const world = await createWorld();
  const api = await openSimApi(world);
  const [live] = await world.sims({ state: 'LIVE', primary: 'ON', limit: 1 });
  const iccid = live?.iccid ?? '';
  expect((await api.put('/set_imei_lock', { iccid, lock: 'True' })).status).toBe(200);
  const unread = async () => (await api.read<Alerts>('/get_account_alerts', { unread: 'True' })).total;
  const before = await unread();
  for (const flag of ['False', 'false', '']) await api.read('/get_account_alerts', { mark_as_read: flag });
  await api.read('/get_account_alerts', {
    unread: false,
    markRead: false,
    only_unread: true,
    mark_as_read: false,
  });
  expect(await unread()).toBe(before);
  const { alerts } = await api.read<Alerts>('/get_account_alerts', { mark_as_read: 'True' });
  expect(await unread()).toBe(before - alerts.length);
});

test('a path may end in a slash, and a fault on the path applies to such a call too', async () => {
  const world = await createWorld();
  const api = await openSimApi(world);
  expect((await api.get('/get_account_groups/')).status).toBe(200);
  expect((await request(`${world.apiUrl}/oauth/token/`, { method: 'POST' })).status).toBe(400);
  await world.addFaults({ path: '/get_account_groups', kind: 'status', status: 503 });
  expect((await api.get('/get_account_groups/')).status).toBe(503);
});

test.each(['/get_sim', '/get_sims', '/get_sim_costs', '/diagnostics', '/get_sim_alerts'])(
  '%s without iccid and eid is an error and names no SIM',
  async (path) => {
    const api = await openSimApi(await createWorld());
    const { status, json } = await api.get(path);
    expect([status, json]).toEqual([
      400,
      { error: 'bad_request', error_description: 'iccid or eid is required' },
    ]);
  },
);

test('PUT /activate of one SIM answers the SIM, PENDING and LIVE', async () => {
  const world = await createWorld();
  const api = await openSimApi(world);
  const [off] = await world.sims({ state: 'OFFLINE', primary: 'OFF', limit: 1 });
  const { json } = await api.put('/activate', { iccid: off?.iccid ?? '' });
  expect(json).toMatchObject({
    iccid: off?.iccid,
    state: 'LIVE',
    status: { primary: 'PENDING', secondary: 'LIVE' },
  });
});

test('accountAlert: lowBalance adds an alert without an ICCID to the list of the account, and to no other', async () => {
  const world = await createWorld({ clock: { startAt: '2026-03-20T12:00:00Z', rate: 0 } });
  const api = await openSimApi(world);
  const before = await api.read<Alerts>('/get_account_alerts');
  await world.setBehaviour({ accountAlert: 'lowBalance' });
  const { total, alerts } = await api.read<Alerts>('/get_account_alerts');
  expect(total).toBe(before.total + 1);
  expect(alerts.filter((alert) => !('iccid' in alert))).toEqual([
    expect.objectContaining({ trigger: 'Account balance below 20%', is_read: false }),
  ]);
  await api.read('/get_account_alerts', { markRead: true });
  expect((await api.read<Alerts>('/get_account_alerts', { unread: true })).total).toBe(0);
  const [group] = await api.read<string[]>('/get_account_groups');
  const ofGroup = await api.read<Alerts>('/get_group_alerts', { group: group ?? '' });
  expect(ofGroup.alerts.every((alert) => 'iccid' in alert)).toBe(true);
});

test('oldClients: accept takes POST for reads, form bodies and the token as a parameter; refuse takes none of them', async () => {
  const world = await createWorld();
  const api = await openSimApi(world);
  const [live] = await world.sims({ state: 'LIVE', primary: 'ON', limit: 1 });
  const iccid = live?.iccid ?? '';
  const headers = { authorization: `Bearer ${api.accessToken}` };
  const token = `access_token=${api.accessToken}`;
  const all = async () => [
    (await request(`${world.apiUrl}/get_sim?iccid=${iccid}`, { method: 'POST', headers })).status,
    (await request(`${world.apiUrl}/get_sim?iccid=${iccid}&${token}`)).status,
    (
      await request(`${world.apiUrl}/set_name`, {
        method: 'PUT',
        headers,
        body: new URLSearchParams({ iccid, name: 'Old form' }),
      })
    ).status,
    (
      await request(`${world.apiUrl}/get_sims`, {
        method: 'POST',
        body: new URLSearchParams({ iccid, access_token: api.accessToken }),
      })
    ).status,
  ];
  expect(await all()).toEqual([405, 401, 400, 405]);
  await world.setBehaviour({ oldClients: 'accept' });
  await world.clearCalls();
  expect(await all()).toEqual([200, 200, 200, 200]);
  expect(await api.read('/get_sim', { iccid })).toMatchObject({ name: 'Old form' });
  const { calls } = await world.calls();
  expect(calls.map(({ sims }) => sims)).toEqual([1, 1, 1, 1, 1]);
  expect(JSON.stringify(calls)).not.toContain(api.accessToken);
});
