import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { kill } from '../support/bulk.ts';
import { type CanaryWorld, createCanaryWorld } from '../support/canary-world.ts';
import { createRelayedStore, type RelayedStore } from '../support/database-relay.ts';
import { special } from '../support/fleet.ts';
import { whenComplete } from '../support/fleet-sync.ts';
import type { RunningGateway } from '../support/gateway.ts';
import { createWorld } from '../support/sandbox.ts';
import { createStore } from '../support/store.ts';
import { waitFor } from '../support/wait-for.ts';
import { workerPids } from '../support/workers.ts';

const errorFields = 'error { code message retryable simApi { code description httpStatus operation } }';
const resetSims = `mutation ($input: SimsInput!) { resetSims(input: $input) { results { iccid outcome ${errorFields} } } }`;
const sendSms = `mutation ($input: SendSmsInput!) { sendSms(input: $input) { results { iccid outcome ${errorFields} } } }`;
const hex = (text: string) => createHash('sha256').update(text).digest('hex');

// The tests run one after another on one account.
let own: CanaryWorld;
let iccid: string;
const running: RunningGateway[] = [];
const begin = (path: string) => own.canaries.begin(path);
const expectNoHits = () => expect(own.canaries.hits()).toEqual([]);

async function start(...args: Parameters<CanaryWorld['start']>): Promise<RunningGateway> {
  const gateway = await own.start(...args);
  running.push(gateway);
  return gateway;
}

beforeAll(async () => {
  own = await createCanaryWorld(hex('a user name of the faults'));
  [iccid = ''] = own.iccids;
});
afterAll(async () => {
  for (const gateway of running) await kill(gateway);
  await own?.remove();
});

/** Answers of a SIM API, or of a proxy before it, that have canaries in every place. */
function faultyAnswers(): Record<
  string,
  { status: number; body?: unknown; headers?: Record<string, string> }
> {
  const text = own.canaries.hex('text of the SIM API');
  const headers = {
    'x-debug': text,
    'set-cookie': `s=${text}`,
    'www-authenticate': `Bearer realm="${text}"`,
  };
  const html = `<html><h1>${text}</h1></html>`;
  return {
    'a code with a description': {
      status: 400,
      body: { error_code: 'E201', error_description: text, detail: text },
    },
    'an unknown code': {
      status: 400,
      body: { error_code: 'E999', error_description: text, timestamp: text },
    },
    'a code in another form': { status: 400, body: { error_code: text, error_description: text } },
    E000: { status: 500, body: { error_code: 'E000', error_description: text } },
    'an error without a code': { status: 403, headers, body: { error: text, error_description: text } },
    '401': { status: 401, headers, body: { error: 'invalid_token', error_description: text } },
    '500 with HTML': { status: 500, headers: { ...headers, 'content-type': 'text/html' }, body: html },
    '502 with a text': { status: 502, body: text },
    '200 with HTML': { status: 200, headers: { 'content-type': 'text/html' }, body: html },
    '200 with malformed JSON': { status: 200, body: `{"found": 1, "sims": [{"iccid": "${text}` },
    '200 with other JSON': { status: 200, body: { found: text, total: text, sims: text, error: text } },
    '200 with SIMs that cannot be read': {
      status: 200,
      body: { found: 2, total: 2, offset: 0, sims: [{ iccid: text, name: text }, { name: text }, text] },
    },
    '200 with values of other types': {
      status: 200,
      body: {
        found: 1,
        total: 1,
        offset: 0,
        sims: [{ iccid, name: { text }, state: text, status: text, data_limit: text }],
      },
    },
    'a redirect': { status: 302, headers: { ...headers, location: `http://${text}.example/?token=${text}` } },
    '429': { status: 429, headers: { ...headers, 'retry-after': text }, body: { error: text } },
    '414': { status: 414, headers, body: html },
    'a token with a line break': {
      status: 200,
      body: { access_token: `${text}\nx: y`, refresh_token: text },
    },
  };
}

describe('no answer of the SIM API with secrets in it reaches a log or an error, other than the description of a code,', () => {
  let gateway: RunningGateway;
  const codes = new Set<string>();
  const read = () =>
    own.ask(gateway, `{ sim(by: { iccid: "${iccid}" }) { name rawState diagnostics { imei } } }`);
  /** Removes the faults; resolves when the gateway has recovered: its circuits and its login may wait some seconds. */
  const recover = async () => {
    const hits = (await own.world.faults()).map((each) => each.hits > 0);
    expect(hits).toEqual([true]);
    await own.world.clearFaults();
    await waitFor(async () => (await read()).codes.length === 0);
  };
  const note = (...more: readonly string[]) => {
    for (const code of more) codes.add(code);
  };

  beforeAll(async () => {
    gateway = await start('a gateway with short timeouts', {
      SIM_API_TIMEOUT_MS: '1500',
      SIM_API_DEADLINE_MS: '3000',
      FLEET_SYNC_INTERVAL_MS: '100',
      FLEET_CALLS_PER_SECOND: '10000',
    });
    await whenComplete(gateway);
  });
  afterAll(() => gateway.stop());

  test.each(['/get_sims', '/diagnostics', '/reset'])('of %s', async (path) => {
    const input = { sims: [{ iccid }, { iccid: own.iccids[1] }] };
    for (const [fault, answer] of Object.entries(faultyAnswers())) {
      begin(`${fault} from ${path}`);
      await own.world.addFaults({ path, kind: 'status', ...answer });
      if (path !== '/reset') note(...(await read()).codes);
      if (path !== '/diagnostics') {
        const { data } = await own.ask(gateway, resetSims, { input });
        note(...(JSON.stringify(data).match(/(?<="code":")[A-Z_]+(?=")/g) ?? []));
      }
      await recover();
    }
    expectNoHits();
  });

  test('of the list of SIMs, which the gateway reads by itself', async () => {
    const syncs = () => gateway.logged().filter(({ msg }) => msg === 'fleet: full sync completed').length;
    for (const [fault, answer] of Object.entries(faultyAnswers())) {
      begin(`${fault} from /get_account_sims`);
      await own.world.addFaults({ path: '/get_account_sims', kind: 'status', times: 4, ...answer });
      await waitFor(async () => ((await own.world.faults())[0]?.hits ?? 0) > 0);
      await own.world.clearFaults();
      const before = syncs();
      await waitFor(() => syncs() > before);
    }
    begin('a name that the database refuses');
    await own.store.query(
      `alter table fleet_sim add constraint planted check (name not like 'refused%') not valid`,
    );
    const name = own.canaries.add('SIM name', `refused ${own.canaries.hex('refused name')}`);
    await own.world.patchSim(iccid, { name });
    await waitFor(() =>
      gateway.logged().some(({ msg }) => String(msg).includes('the database refuses a SIM')),
    );
    await own.world.patchSim(iccid, { name: 'plain' });
    await own.store.query('alter table fleet_sim drop constraint planted');
    expectNoHits();
  });

  test.each(['hang', 'reset', 'cut', 'garbage', 'html', 'empty', 'unauthorized'] as const)(
    'of any path that fails with %s',
    async (kind) => {
      begin(`fault ${kind}`);
      await own.world.addFaults({ path: '*', kind });
      note(...(await read()).codes);
      const text = own.canaries.add('SMS text', `Canary of the fault ${kind}`);
      await own.ask(gateway, sendSms, { input: { sims: [{ iccid }], text } });
      await recover();
      expectNoHits();
    },
  );

  test('of the token endpoint', async () => {
    for (const [fault, answer] of Object.entries(faultyAnswers())) {
      begin(`${fault} from /oauth/token`);
      await own.world.addFaults({ path: '/oauth/token', kind: 'status', ...answer });
      await own.world.killTokens();
      note(...(await read()).codes);
      await recover();
    }
    expectNoHits();
  });

  test('of a server that refuses connections', async () => {
    begin('connection refused');
    await own.relay.refuse();
    note(...(await read()).codes);
    await own.ask(gateway, resetSims, { input: { sims: [{ iccid }] } });
    await own.relay.accept();
    expect([...codes]).toEqual(
      expect.arrayContaining([
        'TRANSITION_NOT_ALLOWED',
        'UNKNOWN_SIM_API_ERROR',
        'SIM_API_ERROR',
        'UPSTREAM_UNAVAILABLE',
        'UPSTREAM_BAD_REQUEST',
        'UPSTREAM_AUTH_FAILED',
        'UPSTREAM_TIMEOUT',
        'OUTCOME_UNKNOWN',
      ]),
    );
    expectNoHits();
  });
});

test('wrong credentials are in no log and no error', async () => {
  begin('wrong password');
  const gateway = await start('a gateway with a wrong password', {
    SIM_API_PASSWORD: own.canaries.hex('wrong password'),
  });
  const { codes } = await own.ask(gateway, `{ sim(by: { iccid: "${iccid}" }) { name } }`);
  expect(codes).toEqual(['UPSTREAM_AUTH_FAILED']);
  expect(gateway.logged()).toContainEqual(
    expect.objectContaining({ msg: 'SIM API: not logged in, will try again with each request' }),
  );
  await gateway.stop();
  begin('wrong user name');
  const other = await start('a gateway with a wrong user name', {
    SIM_API_USERNAME: own.canaries.add('wrong user name', 'API_USER_90909090'),
  });
  await own.ask(other, `{ sim(by: { iccid: "${iccid}" }) { name } }`);
  await other.stop();
  expectNoHits();
});

test('a setting that cannot be used is not printed', async () => {
  const secret = own.canaries.hex('wrong setting');
  const url = new URL(own.store.url);
  const withPassword = (password: string) => {
    const { username, host, pathname } = url;
    return `postgresql://${username}:${password}@${host}${pathname}`;
  };
  const wrong: Record<string, Record<string, string>> = {
    'every setting': Object.fromEntries(
      [
        ...['ALLOWED_HOSTS', 'CORS_ORIGINS', 'AUTH', 'ALLOW_UNAUTHENTICATED', 'JWT_ISSUER', 'JWT_JWKS_URL'],
        ...[
          'JWT_ALGORITHMS',
          'JWT_SCOPES_CLAIM',
          'LOG_LEVEL',
          'WORKERS',
          'MAX_BODY_BYTES',
          'EXECUTOR',
          'PORT',
        ],
        ...[
          'DATABASE_URL',
          'DATABASE_MIGRATION_URL',
          'DATABASE_CONNECTIONS',
          'SIM_API_URL',
          'CHANGE_LEASE_MS',
        ],
        ...['SIM_API_IS_SANDBOX', 'SIM_API_PATH_IMEI_LOCK', 'BULK_FIRST_LOOK_MS', 'ADOPT_ACCOUNT'],
      ].map((name) => [name, `${secret} / ${name}`]),
    ),
    'a short ADMIN_TOKEN': {
      AUTH: 'apikey',
      ADMIN_TOKEN: own.canaries.add('admin token', 'canary-of-admin'),
    },
    'ADMIN_TOKEN without AUTH': { ADMIN_TOKEN: secret },
    'SIM_API_URL with credentials': { SIM_API_URL: `https://user:${secret}@example.com/v1` },
    'SIM_API_URL with a query': { SIM_API_URL: `https://example.com/v1?token=${secret}` },
    'SIM_API_URL that is the password': { SIM_API_URL: secret },
    'DATABASE_URL that is the password': { DATABASE_URL: secret },
    'DATABASE_URL with another scheme': { DATABASE_URL: `mysql://user:${secret}@127.0.0.1/db` },
    'DATABASE_URL with a wrong password': { DATABASE_URL: withPassword(secret) },
    'DATABASE_URL with a wrong password escape': { DATABASE_URL: withPassword(`${secret}%zz`) },
    'DATABASE_MIGRATION_URL with a wrong password': { DATABASE_MIGRATION_URL: withPassword(secret) },
    'ADOPT_ACCOUNT that matches nothing': { ADOPT_ACCOUNT: secret.slice(0, 40) },
  };
  own.canaries.add('wrong setting', secret.slice(0, 40));
  for (const workers of ['1', '2'])
    for (const [fault, env] of Object.entries(wrong)) {
      begin(`setting: ${fault}`);
      const started = start(`a gateway with ${fault}`, { WORKERS: workers, ...env });
      await expect(started).rejects.toThrow('ended with code 1 before it listened');
    }
  expectNoHits();
});

test('the account of other open work is not logged whole', async () => {
  begin('open work of another account');
  const store = await createStore();
  const other = await createWorld({ sims: 20, clock: { rate: 0 } });
  await store.query(
    `insert into audit_entry (id, account, tenant, actor, action, arguments, request_id, owner, lease_until)
     values (gen_random_uuid(), $1, 'default', 'anonymous', 'RESET', '{}', 'x', gen_random_uuid(), now())`,
    [own.canaries.hex('other account')],
  );
  const gateway = await start('a gateway with work of another account', {}, { store });
  await waitFor(() => gateway.logged().some(({ msg }) => String(msg).startsWith('another SIM API account')));
  await gateway.stop();
  await store.remove();
  await other.remove();
  expectNoHits();
});

describe('with a database that fails', () => {
  let store: RelayedStore;
  let gateway: RunningGateway;
  const text = () => own.canaries.add('SMS text', 'Canary of a lost database');
  const change = (key: string) =>
    own.ask(
      gateway,
      sendSms,
      { input: { sims: [{ iccid }], text: text() } },
      { headers: { 'idempotency-key': own.canaries.add('idempotency key', key) } },
    );

  beforeAll(async () => {
    store = await createRelayedStore();
    own.canaries.add('database password', new URL(store.url).password);
    gateway = await start('a gateway whose database fails', { FLEET_SYNC_INTERVAL_MS: '100' }, { store });
    await whenComplete(gateway);
  });
  afterAll(async () => {
    await kill(gateway);
    await store.remove();
  });

  test('a lost connection reveals nothing', async () => {
    begin('database cut');
    store.relay.cut();
    expect((await change('canary-key-cut')).codes).toEqual(['STORE_UNAVAILABLE']);
    const search = own.canaries.add('search text', 'Canary Search');
    expect(
      (await own.ask(gateway, `{ sims(filter: { search: "${search}" }) { totalCount } }`)).codes,
    ).toEqual(['STORE_UNAVAILABLE']);
    await own.send(gateway, {
      url: `/export/sims.csv?filter=${encodeURIComponent(`{"search":"${search}"}`)}`,
    });
    await own.ask(gateway, '{ auditLog { totalCount } }');
    store.relay.restore();
    await waitFor(async () => (await change('canary-key-restored')).codes.length === 0);
    begin('database lost at a commit');
    const cut = store.relay.cutAt('answer lost', 'insert into idempotency_key', 'commit');
    await change('canary-key-commit');
    await cut.made;
    store.relay.restore();
    await waitFor(async () => (await own.ask(gateway, '{ auditLog { totalCount } }')).codes.length === 0);
    expectNoHits();
  });

  test('an unexpected error is logged without the values of the request', async () => {
    begin('a key that the database cannot store');
    await store.query('alter table idempotency_key drop constraint idempotency_key_pkey');
    await store.query('alter table idempotency_key alter key type uuid using gen_random_uuid()');
    const alias = own.canaries.add('alias', 'API_USER_60606060');
    const { codes } = await own.ask(
      gateway,
      `mutation ($input: SendSmsInput!) { ${alias}: sendSms(input: $input) { succeeded } }`,
      { input: { sims: [{ iccid }], text: text() } },
      {
        headers: { 'idempotency-key': own.canaries.add('idempotency key', 'canary-key-unexpected') },
        mayQuote: ['alias'],
      },
    );
    expect(codes).toEqual(['INTERNAL_SERVER_ERROR']);
    begin('a column that is missing');
    await store.query('alter table fleet_sim rename column name to another');
    const search = own.canaries.add('search text', 'Canary of a missing column');
    const filter = encodeURIComponent(`{"search":"${search}"}`);
    expect(
      (await own.ask(gateway, `{ sims(filter: { search: "${search}" }) { nodes { name } } }`)).codes,
    ).toEqual(['INTERNAL_SERVER_ERROR']);
    expect((await own.send(gateway, { url: `/export/sims.csv?filter=${filter}` })).status).toBe(500);
    expect(gateway.logged().filter(({ msg }) => msg === 'unexpected error').length).toBeGreaterThanOrEqual(3);
    expectNoHits();
  });
});

test('a stop in the middle of requests, and a killed worker, log no secret', async () => {
  const gateway = await start('a gateway that is stopped', { WORKERS: '2', SHUTDOWN_GRACE_MS: '100' });
  begin('killed worker');
  const [worker] = workerPids(gateway);
  if (worker === undefined) throw new Error('the gateway has no workers');
  process.kill(worker, 'SIGKILL');
  await waitFor(() => gateway.logged().filter(({ msg }) => msg === 'gateway listens').length === 3);
  begin('SIGTERM in the middle');
  await own.world.clearCalls();
  await own.world.addFaults({ path: '*', kind: 'hang' });
  const input = { sims: [{ iccid }], text: own.canaries.add('SMS text', 'Canary of a stop') };
  const answers = [
    own.ask(gateway, sendSms, { input }),
    own.ask(gateway, resetSims, { input: { sims: [{ iccid: own.iccids[1] }] } }),
    own.ask(gateway, `{ sim(by: { iccid: "${special.E210}" }) { name msisdn } }`),
  ].map((answer) => answer.catch(() => 'no answer'));
  await waitFor(async () => (await own.world.calls()).total >= 3);
  const exited = once(gateway.process, 'exit');
  gateway.process.kill('SIGTERM');
  await Promise.all(answers);
  await exited;
  await gateway.stop();
  await own.world.clearFaults();
  expectNoHits();
});
