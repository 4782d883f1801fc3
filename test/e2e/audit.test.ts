import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { mutation, refs } from '../support/asking.ts';
import { recorded } from '../support/audit-log.ts';
import { createPool, special } from '../support/fleet.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import { createStore, type TestStore } from '../support/store.ts';

let world: World;
let store: TestStore;
let gateway: RunningGateway;
const pool = createPool(() => world);

beforeAll(async () => {
  world = await createWorld({
    sims: 900,
    clock: { rate: 0 },
    manners: { settleMs: { min: 60_000, max: 60_000 } },
  });
  store = await createStore();
  gateway = await startGateway({ world, store });
});
beforeEach(() => world.clearFaults());
afterAll(async () => {
  await gateway.stop();
  await store.remove();
  await world.remove();
});

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
  kept?: object;
}
const state = (action: string, from: Case['from'], stem: string): [string, Case][] => [
  [`${stem}Sim`, { input: 'SimInput', action, from, variables: one }],
  [`${stem}Sims`, { input: 'SimsInput', action, from, variables: many }],
];

/** Every mutation of the schema, and what is to be kept of its arguments. */
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
      kept: { name: 'Rack "7"' },
    },
  ],
  [
    'setSimsGroup',
    {
      input: 'SetSimsGroupInput',
      action: 'SET_GROUP',
      from: live,
      variables: (iccids) => ({ ...many(iccids), group: 'north' }),
      kept: { group: 'north' },
    },
  ],
  [
    'setSimsDataLimit',
    {
      input: 'SetSimsDataLimitInput',
      action: 'SET_DATA_LIMIT',
      from: live,
      variables: (iccids) => ({ ...many(iccids), limit: { megabytes: 9000 } }),
      kept: { megabytes: 9000 },
    },
  ],
  [
    'setSimsImeiLock',
    {
      input: 'SetSimsImeiLockInput',
      action: 'SET_IMEI_LOCK',
      from: live,
      variables: (iccids) => ({ ...many(iccids), locked: true }),
      kept: { locked: true },
    },
  ],
  [
    'sendSms',
    {
      input: 'SendSmsInput',
      action: 'SEND_SMS',
      from: live,
      variables: (iccids) => ({ ...many(iccids), text: 'canary in the coal mine' }),
      kept: { textLength: 23 },
    },
  ],
  [
    'changeEsimProfile',
    {
      input: 'EsimProfileInput',
      action: 'ESIM_PROFILE',
      from: live,
      variables: (iccids) => ({ ...many(iccids), profile: 'AA', action: 'DOWNLOAD' }),
      kept: { profile: 'AA', profileAction: 'DOWNLOAD' },
    },
  ],
]);

const schema = buildSchema(readFileSync(join(process.cwd(), 'schema', 'schema.graphql'), 'utf8'));
const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {});

/** Those that name no SIMs have tests of their own. */
const others = ['markAlertsRead', 'startBulkOperation', 'cancelBulkOperation'];

describe.each(mutations.filter((name) => !others.includes(name)))('%s', (name) => {
  test('leaves one entry: who, what, which SIMs in their order, and what became of it', async () => {
    const known = cases.get(name);
    if (known === undefined) throw new Error(`the table of this test does not know ${name}`);
    const { input, action, from, variables, kept = {} } = known;
    const isMany = 'sims' in variables(['x']);
    const esim = name === 'changeEsimProfile';
    const iccids = (await pool.take(isMany ? 3 : 1, { ...from, ...(esim && { esim }) }))
      .map(({ iccid }) => iccid)
      .reverse();
    const before = Date.now();
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
    expect(JSON.parse(entries[0]?.arguments ?? '')).toEqual(kept);
    expect(Math.abs(Date.parse(entries[0]?.at ?? '') - before)).toBeLessThan(30_000);
  });
});

test.each<[string, object, string[]]>([
  ['the account', { wholeAccount: true }, []],
  ['a group', { group: 'north' }, []],
  ['a SIM', { sim: { iccid: special.E240 } }, [special.E240]],
])('marking the alerts of %s leaves one entry', async (_, scope, iccids) => {
  const entries = await recorded(
    gateway,
    'mutation ($input: MarkAlertsReadInput!) { markAlertsRead(input: $input) { marked } }',
    { input: { scope } },
  );
  expect(entries).toMatchObject([
    { action: 'MARK_ALERTS_READ', simCount: iccids.length, iccids, outcome: 'SUCCEEDED' },
  ]);
});
