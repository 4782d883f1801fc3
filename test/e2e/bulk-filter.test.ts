import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readAuditLog } from '../support/audit-log.ts';
import {
  allResults,
  askForBulk,
  endOf,
  fastEnv,
  makeGroup,
  onceEach,
  readBulk,
  runBulk,
  stableIccids,
  startBulk,
  tablesWith,
} from '../support/bulk.ts';
import { iccidsThatFit, indexFleet, readOnceEnv, whenWhole } from '../support/fleet-index.ts';
import { startGateway } from '../support/gateway.ts';
import { matching, type PlainFilter, plainFleet } from '../support/plain-fleet.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { createWorld, type WireSim, type World } from '../support/sandbox.ts';

/** Groups of LIVE, settled SIMs, each for one test. */
const groups = ['fit', 'fixed', 'key', 'count', 'close', 'audit', 'resume'] as const;
const members = new Map<string, string[]>();

let relay: Relay;
/** The gateway calls the SIM API through a relay, whose address is known once the world exists. */
const env: Record<string, string> = { ...fastEnv };

async function prepare(world: World): Promise<void> {
  relay = await startRelay(world.origin);
  env.SIM_API_URL = `${relay.url}/v1`;
  const live = await stableIccids(world, 90);
  for (const [index, group] of groups.entries()) {
    members.set(group, live.slice(index * 10, index * 10 + 10));
    await makeGroup(world, group, members.get(group) ?? []);
  }
  members.set('free', live.slice(groups.length * 10));
}

const fixture = indexFleet({
  sims: 400,
  behaviour: { settleMs: { min: 0, max: 0 } },
  prepare,
  env,
});
beforeEach(() => fixture.world.clearEffects());
afterEach(() => relay.openAll());
afterAll(() => relay?.stop());

const of = (group: string) => members.get(group)?.toSorted() ?? [];
const sms = (filter: PlainFilter, more: object = {}) => ({
  action: 'SEND_SMS',
  params: { text: 'filtered' },
  target: { filter },
  ...more,
});
const sent = () => fixture.world.effectCounts({ path: '/sendSms' });
const operations = () => fixture.store.query('select from bulk_operation');

async function moveTo(group: string, iccids: readonly string[]): Promise<void> {
  const { data, errors } = await fixture.gateway.ask<{ setSimsGroup: { succeeded: number } }>(
    'mutation ($input: SetSimsGroupInput!) { setSimsGroup(input: $input) { succeeded } }',
    { input: { group, sims: iccids.map((iccid) => ({ iccid })) } },
  );
  expect(errors).toEqual([]);
  expect(data.setSimsGroup.succeeded).toBe(iccids.length);
}

async function expectRefusal(input: object, code: string, words: RegExp): Promise<void> {
  const before = (await operations()).length;
  const { data, errors } = await askForBulk(fixture.gateway, input);
  expect(data?.startBulkOperation ?? null).toBeNull();
  expect(errors).toMatchObject([{ extensions: { code } }]);
  expect(errors[0]?.message).toMatch(words);
  expect(await operations()).toHaveLength(before);
  expect(await fixture.world.effects()).toEqual([]);
}

describe('a bulk operation whose target is a filter', () => {
  test('changes the matching SIMs, each once and in the order of their ICCIDs, and no others', async () => {
    const filter = { groups: ['fit', 'Meters', 'Pilot'], states: ['LIVE'], isTransitioning: false };
    const expected = matching(await plainFleet(fixture.world), filter)
      .map(({ iccid }) => iccid)
      .sort();
    expect(expected.length).toBeGreaterThan(20);
    const operation = await runBulk(fixture.gateway, sms(filter));
    expect(operation).toMatchObject({ status: 'COMPLETED', total: expected.length });
    expect(await sent()).toEqual(onceEach(expected));
    const results = await allResults(fixture.gateway, operation.id, { first: 7 });
    expect(results.map(({ iccid }) => iccid)).toEqual(expected);
  });

  test('changes the SIMs that matched when it was started, no matter which SIMs match while it runs', async () => {
    const [leaving, coming] = [of('fixed').slice(0, 4), members.get('free')?.slice(0, 4) ?? []];
    const gate = relay.gate('/sendSms', { after: 1 });
    const { id, total } = await startBulk(fixture.gateway, sms({ groups: ['fixed'] }));
    await gate.holds(1);
    expect(total).toBe(10);
    await moveTo('elsewhere', leaving);
    await moveTo('fixed', coming);
    expect(await readBulk(fixture.gateway, id)).toMatchObject({ status: 'RUNNING', finishedAt: null });
    expect(await iccidsThatFit(fixture.gateway, { groups: ['fixed'] })).toEqual(
      [...of('fixed').slice(4), ...coming].sort(),
    );
    gate.open();
    expect(await endOf(fixture.gateway, id)).toMatchObject({ status: 'COMPLETED', total: 10 });
    expect(await sent()).toEqual(onceEach(of('fixed')));
  });

  test('is the same operation for its key, although other SIMs match meanwhile', async () => {
    const input = sms({ groups: ['key'] }, { idempotencyKey: 'the-fleet-moves-on', expectedCount: 10 });
    const first = await startBulk(fixture.gateway, input);
    await endOf(fixture.gateway, first.id);
    await moveTo('elsewhere', of('key').slice(0, 9));
    const again = await startBulk(fixture.gateway, input);
    expect(again).toMatchObject({ id: first.id, total: 10, succeeded: 10 });
    await moveTo('elsewhere', of('key'));
    expect((await startBulk(fixture.gateway, input)).id).toBe(first.id);
    expect(await sent()).toEqual(onceEach(of('key')));
    for (const filter of [{ groups: ['key', 'elsewhere'] }, { groups: ['key'], isEsim: false }])
      expect((await askForBulk(fixture.gateway, { ...input, target: { filter } })).errors).toMatchObject([
        { extensions: { code: 'IDEMPOTENCY_CONFLICT' } },
      ]);
  });

  test.each([
    ['in another order', { states: ['LIVE'], groups: ['audit'] }],
    ['with a null that has no effect', { search: null, groups: ['audit'], states: ['LIVE'] }],
    ['with filters of null', { or: null, not: null, groups: ['audit'], states: ['LIVE'] }],
  ])('is the same for its key if the same filter is written %s', async (words, filter) => {
    const key = { idempotencyKey: words.replaceAll(' ', '-') };
    const first = await startBulk(fixture.gateway, sms({ groups: ['audit'], states: ['LIVE'] }, key));
    await endOf(fixture.gateway, first.id);
    expect((await startBulk(fixture.gateway, sms(filter, key))).id).toBe(first.id);
  });

  test('is the same for its key if a filter in the filter has a null that has no effect, and another if it does not', async () => {
    const key = { idempotencyKey: 'filters-in-filters' };
    const filter = (more: object) => ({
      groups: ['audit'],
      or: [{ isEsim: true, ...more }, { isEsim: false }],
    });
    const first = await startBulk(fixture.gateway, sms(filter({}), key));
    await endOf(fixture.gateway, first.id);
    expect((await startBulk(fixture.gateway, sms(filter({ states: null, not: null }), key))).id).toBe(
      first.id,
    );
    const { errors } = await askForBulk(fixture.gateway, sms(filter({ states: ['LIVE'] }), key));
    expect(errors).toMatchObject([{ extensions: { code: 'IDEMPOTENCY_CONFLICT' } }]);
  });

  test('resumes all that are suspended, and no deactivated SIM', async () => {
    const [suspended, deactivated] = [of('resume').slice(0, 4), of('resume').slice(4, 7)];
    for (const [name, iccids] of [
      ['suspendSims', suspended],
      ['deactivateSim', deactivated],
    ] as const)
      for (const iccid of iccids) {
        const input = name === 'suspendSims' ? `sims: [{ iccid: "${iccid}" }]` : `sim: { iccid: "${iccid}" }`;
        const { errors } = await fixture.gateway.ask(
          `mutation { ${name}(input: { ${input} }) { __typename } }`,
        );
        expect(errors).toEqual([]);
      }
    const filter = { groups: ['resume'], offlineReasons: ['SUSPENDED'] };
    await fixture.world.clearEffects();
    const operation = await runBulk(fixture.gateway, { action: 'RESUME', target: { filter } });
    expect(operation).toMatchObject({ status: 'COMPLETED', total: 4, succeeded: 4 });
    expect(await fixture.world.effectCounts()).toEqual(onceEach(suspended));
    expect(await iccidsThatFit(fixture.gateway, { groups: ['resume'], states: ['OFFLINE'] })).toEqual(
      deactivated,
    );
  });

  test('is refused if the number of matching SIMs is not the expected one', async () => {
    for (const expectedCount of [9, 11])
      await expectRefusal(
        sms({ groups: ['count'] }, { expectedCount }),
        'EXPECTED_COUNT_MISMATCH',
        new RegExp(`target holds 10 SIMs, but expectedCount is ${expectedCount}`),
      );
    const { id } = await startBulk(fixture.gateway, sms({ groups: ['count'] }, { expectedCount: 10 }));
    expect(await endOf(fixture.gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 10 });
  });

  test('needs the expected count if it closes SIMs', async () => {
    const closing = { action: 'CLOSE', target: { filter: { groups: ['close'] } } };
    await expectRefusal(closing, 'BAD_USER_INPUT', /^expectedCount must be given for CLOSE/);
    const operation = await runBulk(fixture.gateway, { ...closing, expectedCount: 10 });
    expect(operation).toMatchObject({ status: 'COMPLETED', total: 10, succeeded: 10 });
    expect(await fixture.world.effectCounts()).toEqual(onceEach(of('close')));
  });

  test.each([
    ['contains no condition', {}, /^target\.filter must hold at least one condition/],
    ['contains only nulls', { states: null, search: null }, /^target\.filter must hold at least one/],
    ['searches for an empty text', { search: '' }, /^target\.filter/],
    ['contains an alternative without a condition', { or: [{}] }, /^target\.filter must hold at least one/],
    [
      'contains an alternative that is null, beside one with a condition',
      { or: [{ groups: ['fit'] }, { states: null }] },
      /^target\.filter must hold at least one/,
    ],
    ['negates no alternative', { not: { or: [] } }, /^target\.filter must hold at least one/],
    ['negates an empty list', { not: { states: [] } }, /^target\.filter must hold at least one/],
    ['negates no condition twice', { not: { not: {} } }, /^target\.filter must hold at least one/],
    ['negates no condition', { not: { states: null } }, /^target\.filter must match at least one SIM/],
    ['contains no alternative', { or: [] }, /^target\.filter must match at least one SIM/],
    [
      'searches for too much in an alternative',
      { or: [{}, {}, { search: 'a'.repeat(201) }] },
      /^target\.filter\.or\[2\]\.search must have at most 200/,
    ],
    ['matches no SIM', { groups: ['no SIM is in it'] }, /^target\.filter must match at least one SIM/],
    ['contains an empty list', { states: [] }, /^target\.filter must match at least one SIM/],
    ['searches for too much', { search: 'a'.repeat(201) }, /^target\.filter\.search must have at most 200/],
    ['searches for a NUL', { search: '\0' }, /^target\.filter\.search must not hold/],
    [
      'names an unpaired surrogate',
      { types: ['a', '\ud800'] },
      /^target\.filter\.types\[1\] must be well-formed/,
    ],
    [
      'names too many groups',
      { groups: Array.from({ length: 1001 }, () => 'a') },
      /^target\.filter\.groups must hold at most 1000 values/,
    ],
  ])('is refused if the filter %s', async (_, filter, words) => {
    // With this count, an operation that is not refused would still change no SIM.
    await expectRefusal(sms(filter, { expectedCount: 1_000_000 }), 'BAD_USER_INPUT', words);
  });

  test('has its filter among the arguments of its audit log entry, with only the length of a search text', async () => {
    const filter = {
      groups: ['audit', 'Ä'],
      lastDataSessionAfter: '2001-01-01T00:00:00.000Z',
      usedPercentAtLeast: 0.5,
    };
    const { errors } = await askForBulk(
      fixture.gateway,
      sms({ ...filter, search: '8937' }, { expectedCount: 99 }),
    );
    expect(errors).toMatchObject([{ extensions: { code: 'EXPECTED_COUNT_MISMATCH' } }]);
    const plain = await startBulk(fixture.gateway, {
      action: 'SET_DATA_LIMIT',
      params: { dataLimit: { megabytes: 77_777 } },
      target: { filter: { groups: ['audit'] } },
    });
    await endOf(fixture.gateway, plain.id);
    const [started, refused] = await readAuditLog(fixture.gateway);
    expect(refused).toMatchObject({ outcome: 'FAILED', errorCode: 'EXPECTED_COUNT_MISMATCH', simCount: 0 });
    expect(JSON.parse(refused?.arguments ?? '')).toMatchObject({
      targetFilter: { ...filter, searchLength: 4 },
      expectedCount: 99,
    });
    expect(refused?.arguments).not.toContain('8937');
    expect(started).toMatchObject({ action: 'START_BULK_OPERATION', outcome: 'SUCCEEDED', simCount: 10 });
    expect(started?.iccids.toSorted()).toEqual(of('audit'));
    expect(JSON.parse(started?.arguments ?? '')).toEqual({
      action: 'SET_DATA_LIMIT',
      megabytes: 77_777,
      targetFilter: { groups: ['audit'] },
      waitUntilSettled: true,
    });
  });
});

test('a filter in a filter is in the audit log with the same rules: neither search texts nor ICCIDs', async () => {
  const [first = '', second = ''] = of('audit');
  const { errors } = await askForBulk(
    fixture.gateway,
    sms(
      {
        or: [{ search: '55501234', groups: ['audit'] }, { not: { iccids: [first, second] } }],
        not: { or: [{ search: '37255501234' }, { isEsim: true, overDataLimit: null }] },
        iccids: [first],
        lastModifiedAfter: '2001-01-01T00:00:00.000Z',
      },
      { expectedCount: 999_999 },
    ),
  );
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  const [entry] = await readAuditLog(fixture.gateway);
  expect(JSON.parse(entry?.arguments ?? '').targetFilter).toEqual({
    lastModifiedAfter: '2001-01-01T00:00:00.000Z',
    iccidsCount: 1,
    or: [{ groups: ['audit'], searchLength: 8 }, { not: { iccidsCount: 2 } }],
    not: { or: [{ searchLength: 11 }, { isEsim: true }] },
  });
});

test('the phone number that a filter searches for is in no table but the index, nor in the log, and still belongs to the key', async () => {
  const { gateway, world, store } = fixture;
  const [sim, other] = (await world.sims({ limit: 1000 })).filter(({ iccid }) => of('audit').includes(iccid));
  if (sim === undefined || other === undefined) throw new Error('the group is empty');
  const reset = ({ msisdn: search }: WireSim) => ({
    action: 'RESET',
    target: { filter: { or: [{ not: { not: { search } } }], groups: ['audit'] } },
    idempotencyKey: 'by-phone-number',
  });
  const { id } = await startBulk(gateway, reset(sim));
  expect(await endOf(gateway, id)).toMatchObject({ total: 1 });
  expect((await startBulk(gateway, reset(sim))).id).toBe(id);
  const { errors } = await askForBulk(gateway, reset(other));
  expect(errors).toMatchObject([{ extensions: { code: 'IDEMPOTENCY_CONFLICT' } }]);
  expect(await tablesWith(store, sim.msisdn)).toEqual(['fleet_sim']);
  expect(JSON.stringify(gateway.logged())).not.toContain(sim.msisdn);
});

test('a filter by usage or cost selects nothing until a full sync of this month has ended', async () => {
  const { gateway, store } = fixture;
  const preview = (filter: PlainFilter) =>
    gateway.ask('query ($input: StartBulkOperationInput!) { previewChange(input: $input) { total } }', {
      input: sms(filter),
    });
  const monthly: PlainFilter[] = [
    { overDataLimit: true },
    { usedPercentAtLeast: 1 },
    { usedBytesAtLeast: 1 },
    { usedBytesAtMost: 1e9 },
    { costAtLeast: 0 },
    { states: ['LIVE'], or: [{ isEsim: true }, { not: { not: { overDataLimit: true } } }] },
  ];
  await store.query("update fleet_sync set synced_at = synced_at - interval '40 days'");
  try {
    for (const filter of monthly) {
      await expectRefusal(sms(filter), 'FLEET_INCOMPLETE', /usage of this month/);
      expect((await preview(filter)).errors).toMatchObject([{ extensions: { code: 'FLEET_INCOMPLETE' } }]);
    }
    expect((await preview({ states: ['LIVE'] })).errors).toEqual([]);
  } finally {
    await store.query("update fleet_sync set synced_at = synced_at + interval '40 days'");
  }
  const cheap = { not: { costAtLeast: 1e6 } };
  const before = (await preview(cheap)).data as { previewChange: { total: number } };
  // The cost of one SIM could not be read, and that of another one is of an earlier month.
  const [first = '', second = ''] = of('free');
  await store.query(`update fleet_sim set cost_month = null where iccid = '${first}'`);
  await store.query(`update fleet_sim set cost_month = '2020-01' where iccid = '${second}'`);
  expect((await preview(cheap)).data).toEqual({ previewChange: { total: before.previewChange.total - 2 } });
});

describe('a bulk operation by a filter without a complete index', () => {
  test('is refused with FLEET_INCOMPLETE during the first full sync, and works afterwards', async () => {
    const world = await createWorld({ sims: 60, clock: { rate: 0 }, behaviour: { pageSize: 20 } });
    await world.addFaults({ path: '/get_account_sims', skip: 1, kind: 'status', status: 503 });
    const gateway = await startGateway({ world, env: { ...fastEnv, ...readOnceEnv } });
    try {
      const keyed = () => askForBulk(gateway, sms({ states: ['LIVE'] }), { 'idempotency-key': 'too-early' });
      const { errors } = await keyed();
      expect(errors).toMatchObject([
        { extensions: { code: 'FLEET_INCOMPLETE', retryable: true, retryAfterSeconds: expect.any(Number) } },
      ]);
      expect(await world.effects()).toEqual([]);
      await world.clearFaults();
      await whenWhole(gateway);
      const [group] = (await world.sims({ limit: 60, state: 'LIVE' })).flatMap((sim) => sim.group ?? []);
      const fit = await iccidsThatFit(gateway, { groups: [group], states: ['LIVE'], isTransitioning: false });
      const { total } = await runBulk(
        gateway,
        sms({ groups: [group ?? ''], states: ['LIVE'], isTransitioning: false }),
      );
      expect(total).toBe(fit.length);
      expect(await world.effectCounts()).toEqual(onceEach(fit));
      // The refusal was temporary and has not used its key.
      expect((await keyed()).errors).toEqual([]);
    } finally {
      await gateway.stop();
      await world.remove();
    }
  });
});
