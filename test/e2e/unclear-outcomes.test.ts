import { beforeEach, describe, expect, test } from '@jest/globals';
import { createChanges } from '../support/changes.ts';
import { createPool, special } from '../support/fleet.ts';
import { runGateway } from '../support/running.ts';
import type { FaultKind } from '../support/sandbox.ts';

const world = { sims: 900, clock: { rate: 0 }, manners: { settleMs: { min: 60_000, max: 60_000 } } };
const running = runGateway(world);
const pool = createPool(() => running.world);
const { many, one, puts } = createChanges(running);

/** Every way to leave open whether a change was carried out. E000 between them keeps the path's breaker closed. */
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

const unknown = { outcome: 'UNKNOWN', error: { code: 'OUTCOME_UNKNOWN', retryable: false, simApi: null } };
const succeeded = { outcome: 'SUCCEEDED', error: null };

beforeEach(async () => {
  const { world } = running;
  // A refusal is an answer: no path has failures of the test before.
  await one('resetSim', 'SimInput', { iccid: special.E201 });
  await many('sendSms', 'SendSmsInput', [{ iccid: special.E240 }], { text: 'x' });
  await many('setSimsImeiLock', 'SetSimsImeiLockInput', [{ iccid: special.E203 }], { locked: true });
  await world.clearEffects();
  await world.clearCalls();
});

describe.each(both)('after %s, the change %s,', (_, __, fault, acts) => {
  test('many SIMs are read back together, and nothing is sent twice', async () => {
    const { world } = running;
    const iccids = (await pool.take(4, { state: 'LIVE' })).map(({ iccid }) => iccid);
    await world.addFaults({ path: '/suspend', ...fault });
    const { payload, errors } = await many(
      'suspendSims',
      'SimsInput',
      iccids.map((iccid) => ({ iccid })),
    );
    expect(errors).toEqual([]);
    expect(payload).toMatchObject({ succeeded: acts ? 4 : 0, unknown: acts ? 0 : 4, failed: 0, notSent: 0 });
    for (const result of payload?.results ?? [])
      expect(result).toMatchObject({
        ...(acts ? succeeded : unknown),
        sim: { state: acts ? 'OFFLINE' : 'LIVE', pendingState: acts ? 'OFFLINE' : null },
      });
    expect(await puts()).toHaveLength(1);
    expect(await world.effectCounts()).toEqual(
      acts ? Object.fromEntries(iccids.map((iccid) => [iccid, 1])) : {},
    );
    // One read before, and one after, for all four and for the SIMs of the answer; what does not show is looked for once more.
    expect((await world.calls()).byPath).toEqual({ '/get_sims': acts ? 2 : 3, '/suspend': 1 });
  });

  test.each<[string, string, string, object]>([
    ['/reset', 'resetSims', 'SimsInput', {}],
    ['/sendSms', 'sendSms', 'SendSmsInput', { text: 'once' }],
    ['/set_imei_lock', 'setSimsImeiLock', 'SetSimsImeiLockInput', { locked: true }],
  ])('%s leaves no trace, so it stays UNKNOWN and is sent once', async (path, name, input, more) => {
    const { world } = running;
    const iccids = (await pool.take(2, { state: 'LIVE' })).map(({ iccid }) => iccid);
    await world.addFaults({ path, ...fault });
    const { payload, errors } = await many(
      name,
      input,
      iccids.map((iccid) => ({ iccid })),
      more,
    );
    expect(errors).toEqual([]);
    expect(payload).toMatchObject({ succeeded: 0, failed: 0, unknown: 2, notSent: 0 });
    expect(payload?.results).toMatchObject([unknown, unknown]);
    expect((await puts()).reduce((sum, { sims }) => sum + sims, 0)).toBe(2);
    expect(await world.effectCounts()).toEqual(
      acts ? Object.fromEntries(iccids.map((iccid) => [iccid, 1])) : {},
    );
  });
});

describe.each<FaultKind>([{ kind: 'hang' }, { kind: 'drip', ms: 50 }])(
  'where no answer ends in time (%j),',
  (fault) => {
    const impatient = runGateway(
      { ...world, sims: 200 },
      { SIM_API_TIMEOUT_MS: '400', SIM_API_DEADLINE_MS: '3000' },
    );
    const ofTheImpatient = createPool(() => impatient.world);
    const changes = createChanges(impatient);

    test.each([true, false])(
      'what can be read back is settled so, an SMS stays UNKNOWN (carried out: %s)',
      async (acts) => {
        const refs = (await ofTheImpatient.take(2, { state: 'LIVE' })).map(({ iccid }) => ({ iccid }));
        await impatient.world.clearEffects();
        const acting = { ...fault, acts } as FaultKind;
        await impatient.world.addFaults({ path: '/sendSms', ...acting }, { path: '/suspend', ...acting });
        const sms = await changes.many('sendSms', 'SendSmsInput', refs, { text: 'once' });
        expect(sms.payload?.results).toMatchObject([unknown, unknown]);
        const suspended = await changes.many('suspendSims', 'SimsInput', refs);
        const expected = acts ? succeeded : unknown;
        expect(suspended.payload?.results).toMatchObject([expected, expected]);
        expect((await changes.puts()).map(({ path }) => path)).toEqual(['/sendSms', '/sendSms', '/suspend']);
        expect(await impatient.world.effects()).toHaveLength(acts ? 4 : 0);
      },
    );
  },
);

describe.each([
  ['setSimName', 'SetSimNameInput', { name: 'unclear' }, '/set_name', { name: 'unclear' }],
  ['closeSim', 'CloseSimInput', {}, '/close', { state: 'CLOSED' }],
])('%s', (name, input, more, path, changed) => {
  test.each([true, false])('cut off (carried out: %s) is settled by reading the SIM back', async (acts) => {
    const { world } = running;
    const [{ iccid } = { iccid: '' }] = await pool.take(1, { state: 'LIVE' });
    await world.addFaults({ path, kind: 'reset', acts });
    const confirm = name === 'closeSim' ? { confirmIccid: iccid } : {};
    const { payload, errors } = await one(name, input, { iccid }, { ...more, ...confirm });
    expect(errors).toEqual([]);
    expect(payload?.outcome).toBe(acts ? 'SUCCEEDED' : 'UNKNOWN');
    if (acts) expect(payload?.sim).toMatchObject(changed);
    else expect(payload?.sim).not.toMatchObject(changed);
    expect(await puts()).toHaveLength(1);
  });
});

test('where only some of the SIMs turn out changed, each has its own outcome', async () => {
  const { world } = running;
  const [done, open] = (await pool.take(2, { state: 'LIVE' })).map(({ iccid }) => iccid);
  await one('suspendSim', 'SimInput', { iccid: done });
  await world.clearCalls();
  // Between the read and the answer that is lost, one of both changes all the same.
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
  expect(payload).toMatchObject({ succeeded: 1, failed: 0, unknown: 2, notSent: 0 });
  expect(payload?.results.map(({ outcome }) => outcome)).toEqual(['UNKNOWN', 'SUCCEEDED', 'UNKNOWN']);
  expect(await puts()).toHaveLength(1);
});

test('where the SIMs cannot be read back, they are UNKNOWN, without a SIM and without an error beside', async () => {
  const { world } = running;
  const iccids = (await pool.take(2, { state: 'LIVE' })).map(({ iccid }) => iccid);
  await world.addFaults(
    { path: '/suspend', kind: 'reset', acts: true },
    { path: '/get_sims', skip: 1, kind: 'error', code: 'E003' },
  );
  const { payload, errors } = await many(
    'suspendSims',
    'SimsInput',
    iccids.map((iccid) => ({ iccid })),
  );
  expect(errors).toEqual([]);
  expect(payload?.results).toMatchObject([
    { ...unknown, sim: null },
    { ...unknown, sim: null },
  ]);
});

test('where the SIMs cannot be read before, nothing is sent, and each says why', async () => {
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
