import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readAuditLog } from '../support/audit-log.ts';
import { createChanges } from '../support/changes.ts';
import { createPool, special } from '../support/fleet.ts';
import { askWith, type ManyAnswer, mutation, refs } from '../support/graphql-client.ts';
import { wholeMonths } from '../support/months.ts';
import { runGateway } from '../support/running.ts';
import type { FaultKind } from '../support/sandbox.ts';

// The clock stands still, so that transitions do not settle: every test takes SIMs that no other one has used.
const running = runGateway({
  sims: 2600,
  clock: wholeMonths(),
  behaviour: { settleMs: { min: 60_000, max: 60_000 } },
});
const pool = createPool(() => running.world);
const { many, one, puts } = createChanges(running);
const live = async (count: number) => (await pool.take(count, { state: 'LIVE' })).map(({ iccid }) => iccid);
const received = async (path: string) => (await running.world.calls()).byPath[path] ?? 0;

beforeEach(() => running.world.clearEffects());

/** Every way to leave open whether a change was carried out. E000 between them keeps the circuit of the path closed. */
const unclear: [string, FaultKind][] = [
  ['a reset', { kind: 'reset' }],
  ['half an answer', { kind: 'cut' }],
  ['E000', { kind: 'error', code: 'E000' }],
  ['503', { kind: 'status', status: 503 }],
  ['broken JSON', { kind: 'garbage' }],
];
const both = unclear.flatMap(([name, fault]) =>
  [true, false].map(
    (acts) =>
      [name, acts ? 'carried out' : 'not carried out', { ...fault, acts } as FaultKind, acts] as const,
  ),
);

/** The outcome is unknown: the SIM API gave no clear answer, or answered with a code that leaves it open. */
const unknownAfter = (fault: FaultKind, operation: string) => ({
  outcome: 'UNKNOWN',
  error: {
    code: 'OUTCOME_UNKNOWN',
    message: expect.stringContaining(fault.kind === 'error' ? 'answered' : 'no clear answer'),
    retryable: false,
    simApi: fault.kind === 'error' ? { code: fault.code, operation } : null,
  },
});
const unknown = unknownAfter({ kind: 'reset' }, '');
const succeeded = { outcome: 'SUCCEEDED', error: null };

describe('a change without a clear answer', () => {
  beforeEach(async () => {
    const { world } = running;
    // A refusal is an answer, so it resets the failures of the test before on every path.
    await many('sendSms', 'SendSmsInput', [{ iccid: special.E240 }], { text: 'x' });
    await many('setSimsImeiLock', 'SetSimsImeiLockInput', [{ iccid: special.E203 }], { locked: true });
    await world.clearEffects();
    await world.clearCalls();
  });

  describe.each(both)('after %s, the change %s,', (_, __, fault, acts) => {
    test('reads the SIMs back together, and sends nothing twice', async () => {
      const { world } = running;
      const iccids = await live(4);
      await world.addFaults({ path: '/suspend', ...fault });
      const { payload, errors } = await many('suspendSims', 'SimsInput', refs(iccids));
      expect(errors).toEqual([]);
      expect(payload).toMatchObject({
        succeeded: acts ? 4 : 0,
        unknown: acts ? 0 : 4,
        failed: 0,
        notSent: 0,
      });
      for (const result of payload?.results ?? [])
        expect(result).toMatchObject({
          ...(acts ? succeeded : unknownAfter(fault, 'suspend')),
          sim: { state: acts ? 'OFFLINE' : 'LIVE', pendingState: acts ? 'OFFLINE' : null },
        });
      expect(await puts()).toHaveLength(1);
      expect(await world.effectCounts()).toEqual(
        acts ? Object.fromEntries(iccids.map((iccid) => [iccid, 1])) : {},
      );
      // One read before, and one after for all four and for the SIMs of the answer; SIMs without a visible effect are read once
      // more.
      expect((await world.calls()).byPath).toEqual({ '/get_sims': acts ? 2 : 3, '/suspend': 1 });
    });

    test.each<[string, string, string, object]>([
      ['/reset', 'resetSims', 'SimsInput', {}],
      ['/sendSms', 'sendSms', 'SendSmsInput', { text: 'once' }],
      ['/set_imei_lock', 'setSimsImeiLock', 'SetSimsImeiLockInput', { locked: true }],
    ])(
      'that is %s leaves no trace, so it stays UNKNOWN and is sent once',
      async (path, name, input, more) => {
        const { world } = running;
        const iccids = await live(2);
        await world.addFaults({ path, ...fault });
        const { payload, errors } = await many(name, input, refs(iccids), more);
        expect(errors).toEqual([]);
        expect(payload).toMatchObject({ succeeded: 0, failed: 0, unknown: 2, notSent: 0 });
        const open = unknownAfter(fault, path.slice(1));
        expect(payload?.results).toMatchObject([open, open]);
        expect((await puts()).reduce((sum, { sims }) => sum + sims, 0)).toBe(2);
        expect(await world.effectCounts()).toEqual(
          acts ? Object.fromEntries(iccids.map((iccid) => [iccid, 1])) : {},
        );
      },
    );
  });

  describe.each([
    ['setSimName', 'SetSimNameInput', { name: 'unclear' }, '/set_name', { name: 'unclear' }],
    ['closeSim', 'CloseSimInput', {}, '/close', { state: 'CLOSED' }],
  ])('%s', (name, input, more, path, changed) => {
    test.each([true, false])(
      'cut off (carried out: %s) is resolved by reading the SIM back',
      async (acts) => {
        const { world } = running;
        const [{ iccid } = { iccid: '' }] = await pool.take(1, { state: 'LIVE' });
        await world.addFaults({ path, kind: 'reset', acts });
        const confirm = name === 'closeSim' ? { confirmIccid: iccid } : {};
        const { payload, errors } = await one(name, input, { iccid }, { ...more, ...confirm });
        expect(errors).toEqual([]);
        expect(payload).toMatchObject(acts ? succeeded : unknown);
        if (acts) expect(payload?.sim).toMatchObject(changed);
        else expect(payload?.sim).not.toMatchObject(changed);
        expect(await puts()).toHaveLength(1);
      },
    );
  });

  test('of one SIM that is answered with E000 has that code', async () => {
    const { payload, errors } = await one('resetSim', 'SimInput', { iccid: special.E000 });
    expect(errors).toEqual([]);
    expect(payload).toMatchObject(unknownAfter({ kind: 'error', code: 'E000' }, 'reset'));
  });

  test('that changed only some of the SIMs has an outcome for each', async () => {
    const { world } = running;
    const [done, open] = await live(2);
    await one('suspendSim', 'SimInput', { iccid: done });
    await world.clearCalls();
    // Between the read and the lost answer, one of both changes nevertheless.
    await world.addFaults(
      {
        path: '/get_sims',
        times: 1,
        kind: 'status',
        status: 200,
        body: {
          sims: [
            { iccid: done, state: 'LIVE' },
            { iccid: open, state: 'LIVE' },
          ],
        },
      },
      { path: '/suspend', kind: 'reset' },
    );
    const { payload } = await many('suspendSims', 'SimsInput', [
      { iccid: open },
      { iccid: done },
      { iccid: open },
    ]);
    expect(payload).toMatchObject({ succeeded: 1, failed: 0, unknown: 1, notSent: 0 });
    expect(payload?.results.map(({ outcome }) => outcome)).toEqual(['UNKNOWN', 'SUCCEEDED', 'UNKNOWN']);
    expect(await puts()).toHaveLength(1);
  });

  test('whose SIMs cannot be read back is UNKNOWN for them, without a SIM and without another error', async () => {
    const { world } = running;
    const iccids = await live(2);
    await world.addFaults(
      { path: '/suspend', kind: 'reset', acts: true },
      { path: '/get_sims', skip: 1, kind: 'error', code: 'E003' },
    );
    const { payload, errors } = await many('suspendSims', 'SimsInput', refs(iccids));
    expect(errors).toEqual([]);
    expect(payload?.results).toMatchObject([
      { ...unknown, sim: null },
      { ...unknown, sim: null },
    ]);
  });

  test('whose SIMs cannot be read before is not sent, and each SIM has the reason', async () => {
    const { world } = running;
    await world.addFaults({ path: '/get_sims', kind: 'error', code: 'E003' });
    const { payload } = await many('suspendSims', 'SimsInput', [{ iccid: special.E210 }]);
    expect(payload?.results).toMatchObject([
      {
        iccid: special.E210,
        outcome: 'FAILED',
        error: { code: 'FEATURE_NOT_ENABLED', simApi: { operation: 'get_sims' } },
      },
    ]);
    expect(await puts()).toEqual([]);
  });
});

const suspendSims = mutation('suspendSims', 'SimsInput');

const suspend = async (key: string, iccids: readonly string[]) => {
  const input = { sims: refs(iccids) };
  const headers = { 'idempotency-key': key };
  return (await askWith<{ suspendSims: ManyAnswer }>(running.gateway, headers, suspendSims, { input })).data
    .suspendSims;
};
const outcomesOf = ({ results }: Pick<ManyAnswer, 'results'> | Changed) =>
  results.map(({ iccid, outcome, error }) => [iccid, outcome, error?.code]);
const unknownOne = (iccid: string) => [iccid, 'UNKNOWN', 'OUTCOME_UNKNOWN'];

describe('a call that was refused after it had changed some of its SIMs', () => {
  beforeAll(() => running.world.setBehaviour({ refusedBulk: 'changesThoseBefore' }));
  afterAll(() => running.world.setBehaviour({ refusedBulk: 'changesNothing' }));

  test('and whose SIMs cannot be read back: all are UNKNOWN, none is FAILED, and nothing more is sent', async () => {
    const good = await live(3);
    const iccids = [...good, special.E202];
    await running.world.addFaults({ path: '/get_sims', kind: 'error', code: 'E003', skip: 1 });
    const first = await suspend('unread', iccids);
    expect(outcomesOf(first)).toEqual(iccids.map(unknownOne));
    for (const { error } of first.results) expect(error?.simApi).toMatchObject({ code: 'E202' });
    expect(await running.world.effectCounts()).toEqual(Object.fromEntries(good.map((iccid) => [iccid, 1])));
    expect(await received('/suspend')).toBe(1);
    expect((await readAuditLog(running.gateway, good[0]))[0]).toMatchObject({
      outcome: 'UNKNOWN',
      errorCode: 'OUTCOME_UNKNOWN',
    });
    expect(await suspend('unread', iccids)).toEqual(first);
    expect(await received('/suspend')).toBe(1);
  });

  test('and one of whose SIMs is missing when they are read back: that one is UNKNOWN, the others are resolved', async () => {
    const [before = '', missing = '', ...after] = await live(4);
    const iccids = [before, missing, special.E202, ...after];
    await running.world.addFaults({ path: '/get_sims', kind: 'tamper', omit: [missing], skip: 1 });
    const result = await suspend('missing', iccids);
    expect(outcomesOf(result)).toEqual([
      [before, 'SUCCEEDED', undefined],
      unknownOne(missing),
      [special.E202, 'FAILED', 'SIM_LOCKED_BY_ADMIN'],
      ...after.map((iccid) => [iccid, 'SUCCEEDED', undefined]),
    ]);
    expect(await running.world.effectCounts()).toEqual(
      Object.fromEntries([before, missing, ...after].map((iccid) => [iccid, 1])),
    );
    expect((await readAuditLog(running.gateway, missing))[0]).toMatchObject({
      outcome: 'PARTIAL',
      errorCode: null,
    });
  });

  test('with an unknown code, for one SIM that cannot be read back: it is UNKNOWN', async () => {
    const [iccid = ''] = await live(1);
    await running.world.addFaults(
      { path: '/suspend', kind: 'error', code: 'E999', acts: true },
      { path: '/get_sims', kind: 'error', code: 'E003', skip: 1 },
    );
    expect(outcomesOf(await suspend('unknown-code', [iccid]))).toEqual([unknownOne(iccid)]);
    expect(await running.world.effectCounts()).toEqual({ [iccid]: 1 });
  });
});

interface Changed {
  succeeded: number;
  failed: number;
  unknown: number;
  notSent: number;
  results: {
    iccid: string;
    outcome: string;
    error: { code: string; simApi: { code: string } | null } | null;
  }[];
}

const locked = special.E202;
let shipping: string[];
beforeAll(async () => {
  shipping = (await pool.take(39, { state: 'SHIPPING' })).map(({ iccid }) => iccid);
});

async function change(name: string, sims: readonly string[], fields = ''): Promise<Changed> {
  const { data, errors } = await running.gateway.ask<{ payload: Changed }>(
    `mutation ($sims: [SimRef!]!) {
      payload: ${name}(input: { sims: $sims${fields} }) {
        succeeded failed unknown notSent
        results { iccid outcome error { code simApi { code } } }
      }
    }`,
    { sims: refs(sims) },
  );
  expect(errors).toEqual([]);
  return data.payload;
}

/** SIMs that can be changed, with refused SIMs spread among them. */
function strewn(good: readonly string[], refusedSims: readonly string[]): string[] {
  const sims = [...good];
  for (const [index, refusedSim] of refusedSims.entries())
    sims.splice((index * 37) % sims.length, 0, refusedSim);
  return sims;
}

describe.each(['changesNothing', 'changesThoseBefore'] as const)('if a refused call %s', (refusedBulk) => {
  test.each([1, 7, 40])(
    'each of %d refused SIMs among 100 has its own code, and the others are changed once',
    async (count) => {
      const { world } = running;
      await world.setBehaviour({ refusedBulk });
      const refusedSims = [locked, ...shipping.slice(0, count - 1)];
      const sims = strewn(await live(100), refusedSims);
      const payload = await change('deactivateSims', sims);
      expect(outcomesOf(payload)).toEqual(
        sims.map((iccid) => {
          if (iccid === locked) return [iccid, 'FAILED', 'SIM_LOCKED_BY_ADMIN'];
          return shipping.includes(iccid)
            ? [iccid, 'FAILED', 'TRANSITION_NOT_ALLOWED']
            : [iccid, 'SUCCEEDED', undefined];
        }),
      );
      expect(payload).toMatchObject({ succeeded: 100, failed: count, unknown: 0, notSent: 0 });
      const changed = await world.effectCounts();
      expect(Object.keys(changed).sort()).toEqual(
        sims.filter((iccid) => !refusedSims.includes(iccid)).sort(),
      );
      expect(Object.values(changed).every((times) => times === 1)).toBe(true);
    },
  );

  test('one refused SIM in 200 is found with about 2 log2(200) extra calls', async () => {
    const { world, gateway } = running;
    await world.setBehaviour({ refusedBulk });
    const sims = strewn(await live(200), [locked]);
    const before = (await world.calls()).total;
    await change('suspendSims', sims);
    expect((await world.calls()).total - before).toBeLessThanOrEqual(2 + 3 * Math.ceil(Math.log2(201)));
    expect(gateway.logged().filter(({ level }) => level === 50)).toEqual([]);
  });
});

test('a SIM that is CLOSED is refused without a call', async () => {
  const { world } = running;
  const [closed] = await world.sims({ state: 'CLOSED', primary: 'DELETED' });
  const payload = await change('activateSims', [closed?.iccid ?? '']);
  expect(payload.results[0]).toMatchObject({
    outcome: 'FAILED',
    error: { code: 'TRANSITION_NOT_ALLOWED', simApi: null },
  });
  expect((await world.calls()).byPath).toEqual({ '/get_sims': 1 });
});

test('a refusal of the argument applies to every SIM, and no call is repeated', async () => {
  const { world } = running;
  const payload = await change('setSimsGroup', await live(50), ', group: "forbidden"');
  expect(payload.failed).toBe(50);
  expect(new Set(payload.results.map(({ error }) => error?.code))).toEqual(new Set(['GROUP_NAME_FORBIDDEN']));
  expect((await world.calls()).byPath).toEqual({ '/get_sims': 1, '/set_group': 1 });
});

test.each(['reset', 'cut'] as const)(
  'a call for 100 SIMs that is carried out and then ends in a %s is resolved by reading back, and not sent again',
  async (kind) => {
    const { world } = running;
    await world.addFaults({ path: '/deactivate', times: 1, kind, acts: true });
    const payload = await change('deactivateSims', await live(100));
    expect(payload).toMatchObject({ succeeded: 100, failed: 0, unknown: 0 });
    expect((await world.calls()).byPath['/deactivate']).toBe(1);
  },
);

test('a call that is not carried out and gets no clear answer leaves its SIMs UNKNOWN, and is not sent again', async () => {
  const { world } = running;
  await world.addFaults({ path: '/deactivate', times: 1, kind: 'reset' });
  const payload = await change('deactivateSims', await live(20));
  expect(payload).toMatchObject({ succeeded: 0, failed: 0, unknown: 20 });
  expect(new Set(payload.results.map(({ error }) => error?.code))).toEqual(new Set(['OUTCOME_UNKNOWN']));
  expect((await world.calls()).byPath['/deactivate']).toBe(1);
});

test('a reset that is refused for one SIM is sent to each of the others alone', async () => {
  const { world } = running;
  await world.setBehaviour({ refusedBulk: 'changesNothing' });
  const good = await live(10);
  const refusedSim = shipping[0] ?? '';
  await world.patchSim(refusedSim, { state: 'LIVE', status: { primary: 'ON', secondary: 'LIVE' } });
  const payload = await change('resetSims', [...good, refusedSim]);
  expect(payload).toMatchObject({ succeeded: 10, failed: 1, unknown: 0 });
  expect(await world.effectCounts({ path: '/reset' })).toEqual(
    Object.fromEntries(good.map((iccid) => [iccid, 1])),
  );
});

describe('a query of many SIMs', () => {
  interface Sims {
    simsByRef: ({ iccid: string } & Record<string, unknown>)[];
  }
  const ask = (iccids: readonly string[], fields: string) =>
    running.gateway.ask<Sims>(`query ($refs: [SimRef!]!) { simsByRef(refs: $refs) { iccid ${fields} } }`, {
      refs: refs(iccids),
    });
  /** One in the middle; its exact position does not matter. */
  const culprit = 61;
  let thousand: string[];

  beforeAll(async () => {
    thousand = (await running.world.sims({ limit: 1000 })).map(({ iccid }) => iccid);
  });

  test.each([
    [1000, 'E003', { kind: 'error', code: 'E003' }, 'FEATURE_NOT_ENABLED', false, 1000],
    [100, 'a server error that stays', { kind: 'error', code: 'E000' }, 'SIM_API_ERROR', true, 103],
    [100, 'an answer that makes no sense', { kind: 'garbage' }, 'UPSTREAM_UNAVAILABLE', true, 101],
  ] as const)(
    'returns the sessions of all of %d but one if one call fails with %s, and one error at its path',
    async (count, _, fault, code, retryable, calls) => {
      const { world } = running;
      const iccids = thousand.slice(0, count);
      const iccid = iccids[culprit] ?? '';
      await world.addFaults({ path: '/get_sim_sessions', iccid, ...fault });
      const { data, errors, status } = await ask(iccids, 'sessions(first: 2) { totalCount nodes { id } }');
      expect(status).toBe(200);
      expect(errors).toHaveLength(1);
      expect(errors).toMatchObject([
        { path: ['simsByRef', culprit, 'sessions'], extensions: { code, retryable, iccids: [iccid] } },
      ]);
      expect(data.simsByRef.map((sim) => sim.iccid)).toEqual(iccids);
      expect(data.simsByRef.flatMap(({ sessions }, index) => (sessions === null ? [index] : []))).toEqual([
        culprit,
      ]);
      expect(await received('/get_sim_sessions')).toBe(calls);
    },
  );

  test('returns the available fields of each if diagnostics of one and costs of another fail', async () => {
    const { world } = running;
    await world.setBehaviour({ costsWithoutHistory: 'refuse' });
    const iccids = [special.E103, thousand[0] ?? '', special.E101];
    const { data, errors } = await ask(
      iccids,
      'name dataUsage { usedBytes } cost { usedBytes } diagnostics { imei }',
    );
    await world.setBehaviour({ costsWithoutHistory: 'omit' });
    expect(errors.map(({ path, extensions }) => [path?.join('.'), extensions.code])).toEqual(
      expect.arrayContaining([
        ['simsByRef.0.diagnostics', 'NO_DIAGNOSTICS'],
        ['simsByRef.2.cost', 'NO_COST_HISTORY'],
      ]),
    );
    expect(data.simsByRef).toMatchObject([
      { cost: { usedBytes: expect.any(Number) }, diagnostics: null },
      { iccid: iccids[1] },
      { cost: null, dataUsage: { usedBytes: null }, diagnostics: { imei: expect.any(String) } },
    ]);
  });
});
