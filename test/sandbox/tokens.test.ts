import { expect, test } from '@jest/globals';
import { createWorld } from '../support/sandbox.ts';
import { openSimApi, passwordGrant, request, tokenCall } from './sim.api.ts';

test('a token is issued for a form body, for a query, and for a query with a JSON content type', async () => {
  const world = await createWorld();
  const query = `grant_type=password&client_id=${world.id}&username=${world.id}&password=${world.id}`;
  const url = `${world.apiUrl}/oauth/token`;
  const answers = [
    await passwordGrant(world),
    await request(`${url}?${query}`, { method: 'POST' }),
    await request(`${url}?${query}`, { method: 'POST', headers: { 'content-type': 'application/json' } }),
    await request(`${url}?grant_type=password`, {
      method: 'POST',
      body: new URLSearchParams({ username: world.id, password: world.id }),
    }),
  ];
  for (const { status, json } of answers) {
    expect(status).toBe(200);
    expect(json).toEqual({
      access_token: expect.stringMatching(/^[0-9a-f-]{36}$/),
      token_type: 'bearer',
      refresh_token: expect.stringMatching(/^[0-9a-f-]{36}$/),
      expires_in: 604_799,
      scope: 'read write trust',
    });
  }
});

test('wrong credentials are 401 with an OAuth error', async () => {
  const world = await createWorld();
  const wrongPassword = await passwordGrant(world, 'wrong');
  const nobody = await tokenCall(world, { grant_type: 'password', username: 'nobody', password: 'nobody' });
  for (const answer of [wrongPassword, nobody]) {
    expect(answer.status).toBe(401);
    expect(answer.json).toEqual({ error: 'invalid_grant', error_description: 'Bad credentials' });
  }
  expect((await tokenCall(world, { grant_type: 'client_credentials' })).status).toBe(400);
});

test('a missing, an unknown and an expired token are 401 without an error code', async () => {
  const world = await createWorld();
  const api = await openSimApi(world);
  const url = `${world.apiUrl}/get_account_groups`;
  const unknown = await request(url, { headers: { authorization: 'Bearer nonsense' } });
  await world.killTokens();
  for (const answer of [await request(url), unknown, await api.get('/get_account_groups')]) {
    expect(answer.status).toBe(401);
    expect(answer.json).toEqual({ error: 'invalid_token', error_description: expect.any(String) });
  }
});

test('tokens expire at the end of their lifetime; expiresIn: string returns it as text', async () => {
  const world = await createWorld({ behaviour: { tokenLifetimeSeconds: 0, expiresIn: 'string' } });
  const { json } = await passwordGrant(world);
  expect(json).toMatchObject({ expires_in: '0' });
  const api = await openSimApi(world);
  expect((await api.get('/get_account_groups')).status).toBe(401);
});

test('a refresh token returns a new access token, with or without credentials in the call', async () => {
  const world = await createWorld();
  const api = await openSimApi(world);
  const refresh = { grant_type: 'refresh_token', refresh_token: api.refreshToken };
  const credentials = { client_id: world.id, username: world.id, password: world.password };
  for (const fields of [refresh, { ...refresh, ...credentials }]) {
    const answer = await tokenCall(world, fields);
    expect(answer.status).toBe(200);
    const { access_token } = answer.json as Record<string, string>;
    expect(access_token).not.toBe(api.accessToken);
    const headers = { authorization: `Bearer ${access_token}` };
    expect((await request(`${world.apiUrl}/get_account_groups`, { headers })).status).toBe(200);
  }
});

test('refresh: refuse refuses refresh tokens', async () => {
  const world = await createWorld({ behaviour: { refresh: 'refuse' } });
  const { refreshToken } = await openSimApi(world);
  const answer = await tokenCall(world, { grant_type: 'refresh_token', refresh_token: refreshToken });
  expect(answer.status).toBe(401);
  expect(answer.json).toMatchObject({ error: 'invalid_grant' });
});

test('the call log counts token calls and masks their secrets', async () => {
  const world = await createWorld();
  await request(
    `${world.apiUrl}/oauth/token?grant_type=password&username=${world.id}&password=${world.password}`,
    { method: 'POST' },
  );
  const { calls, byPath } = await world.calls();
  expect(byPath).toEqual({ '/oauth/token': 1 });
  expect(calls[0]?.query).toBe(`grant_type=password&username=${world.id}&password=***`);
});

test('liveTokens: one ends the other tokens when a token is issued', async () => {
  const world = await createWorld({ behaviour: { liveTokens: 'one' } });
  const [first, second] = [await openSimApi(world), await openSimApi(world)];
  expect((await first.get('/get_account_groups')).status).toBe(401);
  expect((await second.get('/get_account_groups')).status).toBe(200);
  await tokenCall(world, { grant_type: 'refresh_token', refresh_token: first.refreshToken });
  expect((await second.get('/get_account_groups')).status).toBe(401);
});
