import { describe, expect, test } from '@jest/globals';
import { createApiKey } from '../../src/auth/api-key-format.ts';
import {
  adminToken,
  allScopes,
  as,
  askAdmin,
  createKey,
  keyEnv,
  listedKey,
  type ShownKey,
  statusFor,
} from '../support/api-keys.ts';
import { readAuditLog } from '../support/audit-log.ts';
import { askForBulk, databaseText, endOf, messages, runBulkGateway, startBulk } from '../support/bulk.ts';
import { accountOf, startGateway } from '../support/gateway.ts';
import { askWith, type ManyAnswer, mutation, refs, sendSms } from '../support/graphql-client.ts';
import { startRelay } from '../support/relay.ts';
import { createWorld } from '../support/sandbox.ts';
import { waitFor } from '../support/wait-for.ts';

const running = runBulkGateway({ sims: 2000 }, keyEnv);

const viewer = '{ viewer { actor method scopes groups expiresAt } }';
const secretOf = ({ key }: Pick<ShownKey, 'key'>) => key.slice(18, 50);
/** Resolves when a token is refused; the gateway reads a row again within seconds. */
const refused = (token: string) => waitFor(async () => (await statusFor(running.gateway, token)) === 401);

describe('an API key', () => {
  test('is shown once, identifies its caller, and the list has everything but the key and its hash', async () => {
    const { gateway } = running;
    const expiresAt = '2999-01-31T00:00:00.000Z';
    const { status, headers, body } = await askAdmin(gateway, 'POST', '', {
      body: {
        name: 'night.job-2',
        scopes: ['COST', 'READ', 'READ'],
        groups: null,
        expiresAt: '2999-01-31T02:00:00+02:00',
      },
    });
    expect([status, headers.get('cache-control')]).toEqual([201, 'no-store']);
    expect(body.key).toMatch(/^simgw_[0-9A-Za-z]{50}$/);
    const { data } = await as(gateway, body.key ?? '').ask(viewer);
    const facts = { scopes: ['READ', 'COST'], groups: null, expiresAt };
    expect(data).toEqual({ viewer: { actor: 'key:night.job-2', method: 'API_KEY', ...facts } });
    const { key: _, ...shown } = body;
    expect(shown).toEqual({
      ...{ name: 'night.job-2', id: body.key?.slice(6, 18), createdAt: expect.any(String) },
      ...{ lastUsedAt: null, revokedAt: null, previousUntil: null, ...facts },
    });
    expect({ ...(await listedKey(gateway, 'night.job-2')), lastUsedAt: null }).toEqual(shown);
  });

  test('and its secret are in no table, no log line and no audit entry, neither is the admin token', async () => {
    const { gateway, store } = running;
    const first = await createKey(gateway);
    const { body: second } = await askAdmin(gateway, 'POST', `/${first.name}/rotate`);
    const caller = as(gateway, second.key ?? '');
    await caller.ask(viewer);
    await caller.ask(mutation('resetSim', 'SimInput'), { input: { sim: { iccid: '1' } } });
    await askAdmin(gateway, 'POST', '', { body: { name: second.key, scopes: [second.key] } });
    await askAdmin(gateway, 'POST', '', { body: { name: second.key, scopes: ['READ'] } });
    await askAdmin(gateway, 'POST', `/${second.key}/rotate`);
    await askAdmin(gateway, 'DELETE', `/${second.key}`);
    await askAdmin(gateway, 'DELETE', `/${first.name}`);
    const everything = `${await databaseText(store)}\n${JSON.stringify(gateway.logged())}`;
    expect(everything).toContain(first.name);
    for (const secret of [first.key, secretOf(first), second.key, secretOf(second as ShownKey), adminToken])
      for (const form of [secret ?? '', Buffer.from(secret ?? '').toString('hex')])
        expect(everything).not.toContain(form);
  });

  test('may do only what its scopes allow', async () => {
    const { gateway, world } = running;
    const { key } = await createKey(gateway, { scopes: ['READ'] });
    const [iccid = ''] = await running.iccids(1);
    const { status, errors } = await as(gateway, key).ask(mutation('suspendSim', 'SimInput'), {
      input: { sim: { iccid } },
    });
    expect(status).toBe(403);
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', requiredScopes: ['CONTROL'] } }]);
    expect(await world.effects()).toEqual([]);
  });

  test('has its last use in the list', async () => {
    const { gateway } = running;
    const { key, name, createdAt } = await createKey(gateway);
    expect((await listedKey(gateway, name))?.lastUsedAt).toBeNull();
    await as(gateway, key).ask(viewer);
    await waitFor(async () => (await listedKey(gateway, name))?.lastUsedAt !== null);
    const usedAt = (await listedKey(gateway, name))?.lastUsedAt ?? '';
    expect(Date.parse(usedAt)).toBeGreaterThanOrEqual(Date.parse(createdAt));
  });
});

describe('credentials that are not those of a caller', () => {
  const valid = () => createKey(running.gateway);
  const last = (key: string) => (key.endsWith('A') ? 'B' : 'A');

  test.each<[string, (given: ShownKey) => string | undefined]>([
    ['none', () => undefined],
    ['an empty token', () => 'Bearer '],
    ['the key without a scheme', ({ key }) => key],
    ['the key as the password of Basic', ({ key }) => `Basic ${Buffer.from(`:${key}`).toString('base64')}`],
    ['a wrong checksum', ({ key }) => `Bearer ${key.slice(0, -1)}${last(key)}`],
    ['an unknown id', () => `Bearer ${createApiKey().key}`],
    ['the right id with another secret', ({ id }) => `Bearer ${createApiKey(id).key}`],
    ['the id alone', ({ id }) => `Bearer simgw_${id}`],
    ['a truncated key', ({ key }) => `Bearer ${key.slice(0, -1)}`],
    ['a longer key', ({ key }) => `Bearer ${key}0`],
    ['lower case', ({ key }) => `Bearer ${key.toLowerCase()}`],
    ['upper case', ({ key }) => `Bearer ${key.toUpperCase()}`],
    ['two keys', ({ key }) => `Bearer ${key} ${key}`],
    ['a list of credentials', ({ key }) => `Basic eA==, Bearer ${key}`],
    ['a wildcard', () => 'Bearer simgw_%'],
    ['the admin token', () => `Bearer ${adminToken}`],
    ['a JSON Web Token', () => 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.'],
    ['the hash of the key', () => `Bearer ${'0'.repeat(64)}`],
  ])('%s: 401 with JSON, on every path', async (_, credentials) => {
    const { gateway } = running;
    const authorization = credentials(await valid());
    const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) };
    for (const [path, init] of [
      ['/graphql', { method: 'POST', body: JSON.stringify({ query: viewer }) }],
      ['/graphql?query=%7Bviewer%7Bactor%7D%7D', { method: 'GET' }],
      ['/export/sims.csv', { method: 'GET' }],
    ] as const) {
      const answer = await gateway.fetch(path, { ...init, headers });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe(
        authorization === undefined ? 'Bearer' : 'Bearer error="invalid_token"',
      );
      expect(await answer.json()).toEqual({
        errors: [
          {
            message: 'Credentials are missing or not valid.',
            extensions: { code: 'UNAUTHENTICATED', retryable: false, requestId: expect.any(String) },
          },
        ],
      });
    }
  });

  test('a key that has expired', async () => {
    const { gateway, store } = running;
    const { key, name } = await createKey(gateway, { expiresAt: '2999-01-01T00:00:00Z' });
    expect(await statusFor(gateway, key)).toBe(200);
    await store.query('update api_key set expires_at = clock_timestamp() where name = $1', [name]);
    await refused(key);
    const { body } = await askAdmin(gateway, 'POST', `/${name}/rotate`);
    expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test('a key that was revoked, for ever and under each of its rotations', async () => {
    const { gateway } = running;
    const { key, name } = await createKey(gateway);
    const { body } = await askAdmin(gateway, 'POST', `/${name}/rotate`, { body: { overlapSeconds: 3600 } });
    for (const each of [key, body.key ?? '']) expect(await statusFor(gateway, each)).toBe(200);
    const revoked = await askAdmin(gateway, 'DELETE', `/${name}`);
    expect(revoked).toMatchObject({ status: 200, body: { name, canceledOperations: 0 } });
    for (const each of [key, body.key ?? '']) await refused(each);
    const again = await askAdmin(gateway, 'DELETE', `/${name}`);
    expect(again.body).toEqual(revoked.body);
    for (const [method, path, sent] of [
      ['POST', `/${name}/rotate`, undefined],
      ['POST', '', { name, scopes: allScopes }],
    ] as const) {
      const answer = await askAdmin(gateway, method, path, { body: sent });
      expect([answer.status, answer.body.errors?.[0]?.extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
    }
  });
});

describe('a rotation', () => {
  test('without an overlap: the new key is accepted at once, the one before it is not any more', async () => {
    const { gateway } = running;
    const { key, name, id } = await createKey(gateway, { scopes: ['READ'] });
    expect(await statusFor(gateway, key)).toBe(200);
    const { status, headers, body } = await askAdmin(gateway, 'POST', `/${name}/rotate`);
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(body).toMatchObject({ name, id, scopes: ['READ'], previousUntil: null });
    expect(secretOf(body as ShownKey)).not.toBe(secretOf({ key }));
    expect((await as(gateway, body.key ?? '').ask(viewer)).data).toMatchObject({
      viewer: { actor: `key:${name}` },
    });
    await refused(key);
    expect(await statusFor(gateway, body.key ?? '')).toBe(200);
  });

  test('with an overlap: both keys are accepted until it ends, and no third one', async () => {
    const { gateway, store } = running;
    const { key, name } = await createKey(gateway);
    const rotate = async () =>
      (await askAdmin(gateway, 'POST', `/${name}/rotate`, { body: { overlapSeconds: 600 } }))
        .body as ShownKey;
    const second = await rotate();
    for (const each of [key, second.key]) expect(await statusFor(gateway, each)).toBe(200);
    expect(Date.parse(second.previousUntil ?? '')).toBeGreaterThan(Date.now());
    const third = await rotate();
    await refused(key);
    for (const each of [second.key, third.key]) expect(await statusFor(gateway, each)).toBe(200);
    await store.query('update api_key set previous_until = clock_timestamp() where name = $1', [name]);
    await refused(second.key);
    expect(await statusFor(gateway, third.key)).toBe(200);
  });
});

describe('callers with different keys', () => {
  test('are independent: the same idempotency key of both makes two changes, and each replays its own', async () => {
    const { gateway, world } = running;
    const [one, other] = [
      as(gateway, (await createKey(gateway)).key),
      as(gateway, (await createKey(gateway)).key),
    ];
    const [a = '', b = ''] = await running.iccids(2);
    const send = async (caller: typeof one, iccid: string) => {
      const input = { sims: refs([iccid]), text: 'keys' };
      const { data } = await askWith<{ sendSms: ManyAnswer }>(
        caller,
        { 'idempotency-key': 'same' },
        sendSms,
        { input },
      );
      return data.sendSms.results;
    };
    const sent = [await send(one, a), await send(other, b)];
    expect([await send(one, a), await send(other, b)]).toEqual(sent);
    expect(sent).toMatchObject([[{ iccid: a, outcome: 'SUCCEEDED' }], [{ iccid: b, outcome: 'SUCCEEDED' }]]);
    expect(await world.effectCounts()).toEqual({ [a]: 1, [b]: 1 });
  });

  test('are named in the audit log and in their bulk operations', async () => {
    const { gateway } = running;
    const { key, name } = await createKey(gateway);
    const caller = as(gateway, key);
    const operation = await startBulk(caller, messages(await running.iccids(2)));
    expect(operation.actor).toBe(`key:${name}`);
    await endOf(caller, operation.id);
    const own = (await readAuditLog(caller)).filter(({ actor }) => actor === `key:${name}`);
    expect(own.map(({ action }) => action)).toEqual(['START_BULK_OPERATION']);
  });
});

describe('the revocation of a key', () => {
  const holdAndStart = async () => {
    const { gateway, relay } = running;
    const [mine, theirs] = [await createKey(gateway), await createKey(gateway)];
    const iccids = await running.iccids(40);
    const gate = relay.gate('/sendSms', { after: 2 });
    const own = await startBulk(as(gateway, mine.key), messages(iccids.slice(0, 20)));
    const other = await startBulk(as(gateway, theirs.key), messages(iccids.slice(20)));
    await gate.holds(1);
    return { mine, own, other, gate, reader: as(gateway, theirs.key) };
  };

  test('cancels the bulk operations that it has started, and no others', async () => {
    const { gateway } = running;
    const { mine, own, other, gate, reader } = await holdAndStart();
    const { status, body } = await askAdmin(gateway, 'DELETE', `/${mine.name}`);
    expect([status, body.canceledOperations]).toEqual([200, 1]);
    gate.open();
    const ended = await endOf(reader, own.id);
    expect(ended.status).toBe('CANCELED');
    expect(ended.notSent).toBeGreaterThan(0);
    expect(await endOf(reader, other.id)).toMatchObject({ status: 'COMPLETED', succeeded: 20 });
    const entries = (await readAuditLog(reader)).filter(
      ({ actor, action }) => actor === 'admin' && action === 'CANCEL_BULK_OPERATION',
    );
    expect(entries).toHaveLength(1);
    const [id = ''] = /[0-9a-f-]{36}/.exec(Buffer.from(own.id, 'base64url').toString()) ?? [];
    expect(entries[0]?.outcome).toBe('SUCCEEDED');
    expect(JSON.parse(entries[0]?.arguments ?? '')).toEqual({ bulkOperation: id });
    expect((await askAdmin(gateway, 'DELETE', `/${mine.name}`)).body.canceledOperations).toBe(0);
  });

  test('with keepOperations=true leaves them running', async () => {
    const { gateway } = running;
    const { mine, own, gate, reader } = await holdAndStart();
    const { body } = await askAdmin(gateway, 'DELETE', `/${mine.name}?keepOperations=true`);
    expect(body.canceledOperations).toBe(0);
    gate.open();
    expect(await endOf(reader, own.id)).toMatchObject({ status: 'COMPLETED', succeeded: 20 });
  });

  test('keeps it from starting an operation even where its row is still in memory', async () => {
    const { gateway, store } = running;
    const { key, name } = await createKey(gateway);
    const caller = as(gateway, key);
    await caller.ask(viewer);
    await store.query('update api_key set revoked_at = clock_timestamp() where name = $1', [name]);
    const { errors } = await askForBulk(caller, messages(await running.iccids(2)));
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(await store.query('select from bulk_operation where actor = $1', [`key:${name}`])).toEqual([]);
  });
});

test('the audit log has every creation, rotation and revocation, and those that were refused', async () => {
  const { gateway } = running;
  const name = 'audited';
  const fields = {
    name,
    scopes: ['READ', 'AUDIT'],
    groups: ['Meters'],
    expiresAt: '2999-01-01T00:00:00.000Z',
  };
  await createKey(gateway, fields);
  await askAdmin(gateway, 'POST', '', { body: fields });
  await askAdmin(gateway, 'POST', `/${name}/rotate`, { body: { overlapSeconds: 60 } });
  await askAdmin(gateway, 'DELETE', `/${name}?keepOperations=true`);
  await askAdmin(gateway, 'DELETE', '/unknown');
  const reader = as(gateway, (await createKey(gateway)).key);
  const entries = (await readAuditLog(reader))
    .filter(({ actor, arguments: of }) => actor === 'admin' && /"(?:audited|unknown)"/.test(of))
    .reverse();
  expect(
    entries.map(({ action, arguments: of, outcome, errorCode }) => [
      action,
      JSON.parse(of),
      outcome,
      errorCode,
    ]),
  ).toEqual([
    ['CREATE_API_KEY', fields, 'SUCCEEDED', null],
    ['CREATE_API_KEY', fields, 'FAILED', 'BAD_USER_INPUT'],
    ['ROTATE_API_KEY', { name, overlapSeconds: 60 }, 'SUCCEEDED', null],
    ['REVOKE_API_KEY', { name, cancelOperations: false }, 'SUCCEEDED', null],
    ['REVOKE_API_KEY', { name: 'unknown', cancelOperations: true }, 'FAILED', 'NOT_FOUND'],
  ]);
});

describe('two SIM API accounts on one database', () => {
  test('accept only their own keys, and each has its own names', async () => {
    const { gateway, store } = running;
    const own = await createKey(gateway, { name: 'shared-name' });
    const world = await createWorld({ sims: 10 });
    const foreign = await startGateway({ world, store, env: keyEnv });
    try {
      expect(await statusFor(foreign, own.key)).toBe(401);
      expect((await askAdmin(foreign, 'GET')).body.keys).toEqual([]);
      for (const [method, path] of [
        ['POST', '/shared-name/rotate'],
        ['DELETE', '/shared-name'],
      ] as const)
        expect((await askAdmin(foreign, method, path)).status).toBe(404);
      const theirs = await createKey(foreign, { name: 'shared-name' });
      expect(await statusFor(foreign, theirs.key)).toBe(200);
      expect(await statusFor(gateway, theirs.key)).toBe(401);
      await askAdmin(foreign, 'DELETE', '/shared-name');
      await waitFor(async () => (await statusFor(foreign, theirs.key)) === 401);
      expect(await statusFor(gateway, own.key)).toBe(200);
    } finally {
      await foreign.stop();
      await world.remove();
    }
  });

  test('share their keys once one has adopted the other, also names of before', async () => {
    const { gateway, store, world } = running;
    const { key } = await createKey(gateway, { name: 'before' });
    const relay = await startRelay(world.origin);
    const moved = { ...keyEnv, SIM_API_URL: `${relay.url}/v1` };
    const separate = await startGateway({ world, store, env: { ...moved, ADOPT_ACCOUNT: '' } });
    try {
      expect(await statusFor(separate, key)).toBe(401);
      await createKey(separate, { name: 'before' });
    } finally {
      await separate.stop();
    }
    const merged = await startGateway({ world, store, env: { ...moved, ADOPT_ACCOUNT: accountOf(world) } });
    try {
      expect(await statusFor(merged, key)).toBe(200);
      expect(
        (await askAdmin(merged, 'POST', '', { body: { name: 'before', scopes: allScopes } })).status,
      ).toBe(400);
      // Two keys have the name: which of them to replace is not known, and both can be revoked.
      expect((await askAdmin(merged, 'POST', '/before/rotate')).body.errors?.[0]?.message).toMatch(
        /Two API keys/,
      );
      expect((await askAdmin(merged, 'DELETE', '/before')).status).toBe(200);
      await waitFor(async () => (await statusFor(merged, key)) === 401);
    } finally {
      await merged.stop();
      await relay.stop();
    }
  });
});
