import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { readAuditLog, recorded } from '../support/audit-log.ts';
import { askSimApi, createPool, simId, special } from '../support/fleet.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { askWith, mutation, refs, sendSms } from '../support/graphql-client.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import { createStore, type TestStore } from '../support/store.ts';
import { waitFor } from '../support/wait-for.ts';

let world: World;
let store: TestStore;
let gateway: RunningGateway;
/** The gateway calls the SIM API through it. */
let upstream: Relay;
const pool = createPool(() => world);

beforeAll(async () => {
  world = await createWorld({
    sims: 1200,
    clock: { rate: 0 },
    behaviour: { settleMs: { min: 60_000, max: 60_000 } },
  });
  store = await createStore();
  upstream = await startRelay(world.origin);
  gateway = await startGateway({ world, store, env: { SIM_API_URL: `${upstream.url}/v1` } });
});
beforeEach(() => world.clearFaults());
afterAll(async () => {
  await gateway.stop();
  await upstream.stop();
  await store.remove();
  await world.remove();
});

/** The time of the database, which sets the time of entries, truncated to milliseconds. */
async function databaseClock(): Promise<number> {
  const [row] = await store.query<{ now: Date }>('select clock_timestamp()::timestamptz(3) as now');
  return row?.now.getTime() ?? Number.NaN;
}

const one = (iccids: readonly string[]) => ({ sim: { iccid: iccids[0] } });
const many = (iccids: readonly string[]) => ({ sims: refs(iccids) });
const off = { state: 'OFFLINE', secondary: '' };
const live = { state: 'LIVE' };
const suspended = { state: 'OFFLINE', secondary: 'SUSPENDED' };
const shipping = { state: 'SHIPPING' };

interface Case {
  input: string;
  action: string;
  from: { state: string; secondary?: string };
  variables: (iccids: readonly string[]) => object;
  audited?: object;
}
const state = (action: string, from: Case['from'], stem: string): [string, Case][] => [
  [`${stem}Sim`, { input: 'SimInput', action, from, variables: one }],
  [`${stem}Sims`, { input: 'SimsInput', action, from, variables: many }],
];

/** Every mutation of the schema, and what the log stores of its arguments. */
const cases = new Map<string, Case>([
  ...state('ACTIVATE', off, 'activate'),
  ...state('DEACTIVATE', live, 'deactivate'),
  ...state('SUSPEND', live, 'suspend'),
  ...state('RESUME', suspended, 'resume'),
  ...state('TEST', off, 'test'),
  ...state('ACTIVE_READY', shipping, 'activeReady'),
  ...state('RESET', live, 'reset'),
  [
    'closeSim',
    {
      input: 'CloseSimInput',
      action: 'CLOSE',
      from: live,
      variables: (iccids) => ({ ...one(iccids), confirmIccid: iccids[0] }),
    },
  ],
  [
    'setSimName',
    {
      input: 'SetSimNameInput',
      action: 'SET_NAME',
      from: live,
      variables: (iccids) => ({ ...one(iccids), name: 'Rack "7"' }),
      audited: { name: 'Rack "7"' },
    },
  ],
  [
    'setSimGroup',
    {
      input: 'SetSimGroupInput',
      action: 'SET_GROUP',
      from: live,
      variables: (iccids) => ({ ...one(iccids), group: 'north' }),
      audited: { group: 'north' },
    },
  ],
  [
    'setSimsGroup',
    {
      input: 'SetSimsGroupInput',
      action: 'SET_GROUP',
      from: live,
      variables: (iccids) => ({ ...many(iccids), group: 'north' }),
      audited: { group: 'north' },
    },
  ],
  [
    'setSimDataLimit',
    {
      input: 'SetSimDataLimitInput',
      action: 'SET_DATA_LIMIT',
      from: live,
      variables: (iccids) => ({ ...one(iccids), limit: { megabytes: 9000 } }),
      audited: { megabytes: 9000 },
    },
  ],
  [
    'setSimsDataLimit',
    {
      input: 'SetSimsDataLimitInput',
      action: 'SET_DATA_LIMIT',
      from: live,
      variables: (iccids) => ({ ...many(iccids), limit: { megabytes: 9000 } }),
      audited: { megabytes: 9000 },
    },
  ],
  [
    'setSimImeiLock',
    {
      input: 'SetSimImeiLockInput',
      action: 'SET_IMEI_LOCK',
      from: live,
      variables: (iccids) => ({ ...one(iccids), locked: true }),
      audited: { locked: true },
    },
  ],
  [
    'setSimsImeiLock',
    {
      input: 'SetSimsImeiLockInput',
      action: 'SET_IMEI_LOCK',
      from: live,
      variables: (iccids) => ({ ...many(iccids), locked: true }),
      audited: { locked: true },
    },
  ],
  [
    'sendSms',
    {
      input: 'SendSmsInput',
      action: 'SEND_SMS',
      from: live,
      variables: (iccids) => ({ ...many(iccids), text: 'canary in the coal mine' }),
      audited: { textLength: 23 },
    },
  ],
  [
    'changeEsimProfile',
    {
      input: 'EsimProfileInput',
      action: 'ESIM_PROFILE',
      from: live,
      variables: (iccids) => ({ ...many(iccids), profile: 'AA', action: 'DOWNLOAD' }),
      audited: { profile: 'AA', profileAction: 'DOWNLOAD' },
    },
  ],
]);

const schema = buildSchema(readFileSync(join(process.cwd(), 'schema', 'schema.graphql'), 'utf8'));
const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {});

/** Mutations that name no SIMs have separate tests. */
const others = ['markAlertsRead', 'startBulkOperation', 'cancelBulkOperation'];

describe.each(mutations.filter((name) => !others.includes(name)))('%s', (name) => {
  test('leaves one entry: actor, action, SIMs in their order, and outcome', async () => {
    const known = cases.get(name);
    if (known === undefined) throw new Error(`the table of this test does not know ${name}`);
    const { input, action, from, variables, audited = {} } = known;
    const isMany = 'sims' in variables(['x']);
    const esim = name === 'changeEsimProfile';
    const iccids = (await pool.take(isMany ? 3 : 1, { ...from, ...(esim && { esim }) }))
      .map(({ iccid }) => iccid)
      .reverse();
    const before = await databaseClock();
    const entries = await recorded(gateway, mutation(name, input), { input: variables(iccids) });
    expect(entries).toMatchObject([
      {
        action,
        actor: 'anonymous',
        simCount: iccids.length,
        iccids,
        ...(esim ? {} : { outcome: 'SUCCEEDED', errorCode: null }),
      },
    ]);
    expect(JSON.parse(entries[0]?.arguments ?? '')).toEqual(audited);
    const at = Date.parse(entries[0]?.at ?? '');
    expect([before <= at, at <= (await databaseClock())]).toEqual([true, true]);
  });
});

/** The two scopes of alerts with their path, the parameters of the SIM API, and alerts per page. */
const scopes = {
  account: { path: '/get_account_alerts', pageSize: 20, query: {}, scope: { wholeAccount: true } },
  sim: { path: '/get_sim_alerts', pageSize: 1, query: { iccid: '' }, scope: { sim: { iccid: '' } } },
};
const markRead = 'mutation ($input: MarkAlertsReadInput!) { markAlertsRead(input: $input) { marked } }';

describe.each(['account', 'sim'] as const)('marking alerts as read, those of the %s', (name) => {
  const asked = scopes[name];
  const input = () => ({ input: { scope: asked.scope } });

  interface Answer {
    alerts: { iccid: string }[];
    total: number;
  }

  /** The number of unread alerts of the scope. */
  async function unread(): Promise<number> {
    const text = new URLSearchParams({ ...asked.query, unread: 'true', offset: '0' });
    const { total } = await askSimApi<Answer>(world, `${asked.path}?${text}`);
    await world.clearCalls();
    return total;
  }

  beforeAll(async () => {
    const all = await askSimApi<Answer>(world, '/get_account_alerts?unread=true&offset=0');
    const counts = new Map<string, number>();
    for (const { iccid } of all.alerts) counts.set(iccid, (counts.get(iccid) ?? 0) + 1);
    const [loud] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [''];
    scopes.sim.query.iccid = loud;
    scopes.sim.scope.sim.iccid = loud;
    await world.setBehaviour({ pageSize: asked.pageSize });
  });
  afterAll(() => world.setBehaviour({ pageSize: 1000 }));

  test('that is refused while the alerts are being read is FAILED with the reason: none was marked', async () => {
    const before = await unread();
    await world.addFaults({ path: asked.path, kind: 'error', code: 'E003' });
    expect(await recorded(gateway, markRead, input())).toMatchObject([
      { action: 'MARK_ALERTS_READ', outcome: 'FAILED', errorCode: 'FEATURE_NOT_ENABLED' },
    ]);
    await world.clearFaults();
    expect(await unread()).toBe(before);
  });

  test('that is refused after the first ones were marked is UNKNOWN with the reason, and its key replays the refusal', async () => {
    const before = await unread();
    const pages = Math.ceil(before / asked.pageSize);
    expect(pages).toBeGreaterThan(1);
    await world.addFaults({ path: asked.path, kind: 'error', code: 'E003', skip: pages + 1 });
    const requestId = `marked-${name}`;
    const headers = { 'idempotency-key': requestId, 'x-request-id': requestId };
    const keyed = () => askWith(gateway, headers, markRead, input());
    const first = await keyed();
    expect(first.data).toEqual({ markAlertsRead: null });
    expect(first.errors).toMatchObject([{ extensions: { code: 'FEATURE_NOT_ENABLED' } }]);
    await world.clearFaults();
    expect(await unread()).toBe(before - asked.pageSize);

    // The key replays its answer once the entry is completed.
    expect((await keyed()).errors).toMatchObject([{ extensions: { code: 'FEATURE_NOT_ENABLED' } }]);
    expect((await world.calls()).total).toBe(0);
    const entries = (await readAuditLog(gateway)).filter((entry) => entry.requestId === requestId);
    expect(entries).toMatchObject([
      { action: 'MARK_ALERTS_READ', outcome: 'UNKNOWN', errorCode: 'FEATURE_NOT_ENABLED' },
    ]);
  });
});

test.each<[string, object, string[]]>([
  ['the account', { wholeAccount: true }, []],
  ['a group', { group: 'north' }, []],
  ['a SIM', { sim: { iccid: special.E240 } }, [special.E240]],
])('marking the alerts of %s leaves one entry', async (_, scope, iccids) => {
  const entries = await recorded(gateway, markRead, { input: { scope } });
  expect(entries).toMatchObject([
    { action: 'MARK_ALERTS_READ', simCount: iccids.length, iccids, outcome: 'SUCCEEDED' },
  ]);
});

describe('the entry of a change', () => {
  const sms = (iccids: readonly string[]) =>
    recorded(gateway, sendSms, { input: { sims: refs(iccids), text: 'x' } });
  const take = async (count: number) => (await pool.take(count, { state: 'LIVE' })).map(({ iccid }) => iccid);

  test('that was refused has the reason, and no reason if there are several', async () => {
    expect(await sms([special.E240])).toMatchObject([{ outcome: 'FAILED', errorCode: 'SMS_NOT_ALLOWED' }]);
    expect(await sms([special.E240, special.E002])).toMatchObject([
      { outcome: 'FAILED', errorCode: null, simCount: 2, iccids: [special.E240, special.E002] },
    ]);
  });

  test('that succeeded for some SIMs only is PARTIAL', async () => {
    expect(await sms([...(await take(1)), special.E240])).toMatchObject([
      { outcome: 'PARTIAL', errorCode: 'SMS_NOT_ALLOWED' },
    ]);
  });

  test('whose outcome the gateway cannot determine is UNKNOWN', async () => {
    await world.addFaults({ path: '/sendSms', kind: 'reset', acts: true });
    expect(await sms(await take(2))).toMatchObject([{ outcome: 'UNKNOWN', errorCode: 'OUTCOME_UNKNOWN' }]);
  });

  test('that could not read its SIMs is FAILED with the reason', async () => {
    await world.addFaults({ path: '/get_sims', kind: 'error', code: 'E000' });
    const [iccid = ''] = await take(1);
    expect(await sms([iccid])).toMatchObject([
      { outcome: 'FAILED', errorCode: 'SIM_API_ERROR', simCount: 1 },
    ]);
  });

  test('counts a SIM once, no matter how often and by which key it was named', async () => {
    const [a = '', b = ''] = await take(2);
    const sims = [{ iccid: b }, { id: simId(a) }, { id: simId(b) }, { iccid: b }];
    expect(await recorded(gateway, sendSms, { input: { sims, text: 'x' } })).toMatchObject([
      { simCount: 2, iccids: [b, a] },
    ]);
  });

  test('that was refused for its arguments alone does not exist', async () => {
    expect(await recorded(gateway, sendSms, { input: { sims: refs([special.E240]), text: '' } })).toEqual([]);
  });

  test('exists once for each mutation of a document, and once for a key that was sent twice', async () => {
    const [a = '', b = ''] = await take(2);
    const reset = (alias: string, iccid: string) =>
      `${alias}: resetSim(input: { sim: { iccid: "${iccid}" } }) { outcome }`;
    expect(await recorded(gateway, `mutation { ${reset('a', a)} ${reset('b', b)} }`, {})).toMatchObject([
      { iccids: [b] },
      { iccids: [a] },
    ]);
    const input = { sims: refs([a]), text: 'x', idempotencyKey: 'in-the-log' };
    expect(await recorded(gateway, sendSms, { input })).toHaveLength(1);
    expect(await recorded(gateway, sendSms, { input })).toHaveLength(0);
  });

  test('exists, with its SIMs, before the change is sent to the SIM API', async () => {
    const iccids = await take(2);
    const held = upstream.hold('/suspend?');
    const requestId = 'seen-before';
    const query = mutation('suspendSims', 'SimsInput');
    const answer = askWith(gateway, { 'x-request-id': requestId }, query, { input: { sims: refs(iccids) } });
    await held.arrived;
    const find = async () => (await readAuditLog(gateway)).filter((entry) => entry.requestId === requestId);
    expect(await find()).toMatchObject([
      { action: 'SUSPEND', outcome: 'OPEN', errorCode: null, simCount: 2, iccids },
    ]);
    const statuses = () =>
      store.query(`select status from change_sim where iccid = any($1) order by position`, [iccids]);
    expect(await statuses()).toEqual([{ status: 'SENDING' }, { status: 'SENDING' }]);
    held.release();
    await answer;
    await waitFor(async () => (await find()).every(({ outcome }) => outcome !== 'OPEN'));
    expect(await find()).toMatchObject([{ outcome: 'SUCCEEDED', iccids }]);
  });

  test('contains no message text: the text is nowhere in the database', async () => {
    const canary = 'kanarienvogel-7391';
    await recorded(gateway, sendSms, {
      input: { sims: refs([...(await take(1)), special.E240]), text: canary, idempotencyKey: 'canary' },
    });
    await world.addFaults({ path: '/sendSms', kind: 'reset' });
    await recorded(gateway, sendSms, { input: { sims: refs(await take(1)), text: canary } });
    const tables = await store.query<{ name: string }>(
      `select quote_ident(table_name) as name from information_schema.tables where table_schema = current_schema()`,
    );
    expect(tables.length).toBeGreaterThanOrEqual(3);
    for (const { name } of tables) {
      const rows = await store.query<{ text: string }>(
        `select all_of_it::text as text from ${name} all_of_it`,
      );
      expect(rows.filter(({ text }) => text.includes(canary))).toEqual([]);
      expect(rows.filter(({ text }) => text.includes(Buffer.from(canary).toString('base64')))).toEqual([]);
    }
    expect(JSON.stringify(gateway.logged())).not.toContain(canary);
  });
});
