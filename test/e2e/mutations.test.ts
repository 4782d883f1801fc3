import { beforeEach, describe, expect, test } from '@jest/globals';
import { createChanges } from '../support/changes.ts';
import { createPool, simId, special } from '../support/fleet.ts';
import { ActivateSimDocument, DeactivateSimDocument, OneSimDocument } from '../support/operations.ts';
import { runGateway } from '../support/running.ts';
import type { WireSim } from '../support/sandbox.ts';
import { waitFor } from '../support/wait-for.ts';

const running = runGateway({
  sims: 2000,
  clock: { rate: 0 },
  behaviour: { settleMs: { min: 60_000, max: 60_000 } },
});
const pool = createPool(() => running.world);

const { one, many, puts } = createChanges(running);
const iccidsOf = (sims: readonly WireSim[]) => sims.map(({ iccid }) => iccid);

/** Takes one SIM that no other test has. */
async function takeOne(query: Parameters<typeof pool.take>[1]): Promise<WireSim> {
  const [sim] = await pool.take(1, query);
  if (sim === undefined) throw new Error('the pool returns the requested number of SIMs');
  return sim;
}

beforeEach(() => running.world.clearEffects());

const stateChanges: [string, string, { state: string; secondary?: string }, string][] = [
  ['activate', '/activate', { state: 'OFFLINE', secondary: '' }, 'LIVE'],
  ['deactivate', '/deactivate', { state: 'LIVE' }, 'OFFLINE'],
  ['suspend', '/suspend', { state: 'LIVE' }, 'OFFLINE'],
  ['resume', '/resume', { state: 'OFFLINE', secondary: 'SUSPENDED' }, 'LIVE'],
  ['test', '/test', { state: 'OFFLINE', secondary: '' }, 'TEST'],
  ['activeReady', '/active_ready', { state: 'SHIPPING' }, 'ACTIVE_READY'],
];

describe.each(stateChanges)('%sSim and %s', (verb, path, from, target) => {
  test('change one SIM, once, and read it back; repeated, they need no call', async () => {
    const [{ iccid } = { iccid: '' }] = await pool.take(1, from);
    const { payload, errors } = await one(`${verb}Sim`, 'SimInput', { iccid });
    expect(errors).toEqual([]);
    expect(payload).toMatchObject({
      iccid,
      outcome: 'SUCCEEDED',
      sim: { iccid, state: target, pendingState: target, availableActions: [] },
    });
    expect(await puts()).toMatchObject([{ path, query: `iccid=${iccid}`, sims: 1 }]);
    const again = await one(`${verb}Sim`, 'SimInput', { id: simId(iccid) });
    expect(again.payload).toEqual(payload);
    expect(await puts()).toHaveLength(1);
    expect(await running.world.effects()).toMatchObject([{ path, iccid }]);
  });

  test('change many SIMs in one call, each once, no matter by which key and how often they are named', async () => {
    const sims = await pool.take(5, from);
    const [a = '', b = '', c = '', d = '', e = ''] = iccidsOf(sims);
    const eid = sims[4]?.eid;
    const refs = [
      { id: simId(c) },
      { iccid: a },
      { iccid: b },
      { iccid: c },
      { iccid: a },
      { iccid: d },
      eid ? { eid } : { id: simId(e) },
      { iccid: special.E002 },
    ];
    const { payload, errors } = await many(`${verb}Sims`, 'SimsInput', refs);
    expect(errors).toEqual([]);
    expect(payload).toMatchObject({ succeeded: 5, failed: 1, unknown: 0, notSent: 0 });
    expect(payload?.results.map(({ iccid }) => iccid)).toEqual([c, a, b, c, a, d, e, special.E002]);
    expect(payload?.results.map((result) => result.eid)).toEqual(refs.map((ref) => ref.eid ?? null));
    for (const { iccid, outcome, error, sim } of payload?.results.slice(0, 7) ?? []) {
      expect({ outcome, error }).toEqual({ outcome: 'SUCCEEDED', error: null });
      expect(sim).toMatchObject({ iccid, state: target, pendingState: target });
    }
    expect(payload?.results[7]).toMatchObject({
      outcome: 'FAILED',
      error: { code: 'SIM_NOT_FOUND', retryable: false },
      sim: null,
    });
    expect(await running.world.effectCounts({ path })).toEqual({ [a]: 1, [b]: 1, [c]: 1, [d]: 1, [e]: 1 });
    expect(await puts()).toMatchObject([{ path, sims: 5 }]);
    expect((await puts())[0]?.query).not.toContain('eid=');
  });
});

describe('SIMs that need no change', () => {
  test('succeed without a call, and the others of the same mutation are sent', async () => {
    const [live, off] = [
      await pool.take(2, { state: 'LIVE' }),
      await pool.take(1, { state: 'OFFLINE', secondary: '' }),
    ];
    const { payload } = await many(
      'activateSims',
      'SimsInput',
      iccidsOf([...live, ...off]).map((iccid) => ({ iccid })),
    );
    expect(payload).toMatchObject({ succeeded: 3, failed: 0 });
    expect(await puts()).toMatchObject([{ path: '/activate', query: `iccid=${off[0]?.iccid}` }]);
  });

  test('are determined by the legacy status pair: suspended is not deactivated', async () => {
    const [suspended] = await pool.take(1, { state: 'OFFLINE', secondary: 'SUSPENDED' });
    const [off] = await pool.take(1, { state: 'OFFLINE', secondary: '' });
    await one('suspendSim', 'SimInput', { iccid: suspended?.iccid });
    await one('deactivateSim', 'SimInput', { iccid: off?.iccid });
    expect(await puts()).toEqual([]);
    await one('deactivateSim', 'SimInput', { iccid: suspended?.iccid });
    expect(await puts()).toMatchObject([{ path: '/deactivate', query: `iccid=${suspended?.iccid}` }]);
  });

  test('never prevent a reset: each request carries it out', async () => {
    const [first, second] = await pool.take(2, { state: 'LIVE' });
    await one('resetSim', 'SimInput', { iccid: first?.iccid });
    const again = await one('resetSim', 'SimInput', { iccid: first?.iccid });
    expect(again.payload).toMatchObject({ outcome: 'SUCCEEDED', sim: { state: 'LIVE', pendingState: null } });
    const { payload } = await many('resetSims', 'SimsInput', [
      { iccid: first?.iccid },
      { iccid: second?.iccid },
      { iccid: first?.iccid },
    ]);
    expect(payload).toMatchObject({ succeeded: 2 });
    expect(await running.world.effectCounts({ path: '/reset' })).toEqual({
      [first?.iccid ?? '']: 3,
      [second?.iccid ?? '']: 1,
    });
    expect(await puts()).toHaveLength(3);
  });
});

describe('closing a SIM', () => {
  test('happens if its ICCID is repeated, no matter by which key it was named', async () => {
    const [sim] = await pool.take(1, { state: 'LIVE', esim: true });
    const { payload, errors } = await one(
      'closeSim',
      'CloseSimInput',
      { eid: sim?.eid },
      { confirmIccid: sim?.iccid },
    );
    expect(errors).toEqual([]);
    expect(payload).toMatchObject({ outcome: 'SUCCEEDED', sim: { state: 'CLOSED', pendingState: 'CLOSED' } });
    expect(await running.world.effects()).toMatchObject([{ path: '/close', iccid: sim?.iccid }]);
  });

  test('does not happen with another ICCID, even that of another SIM', async () => {
    const [sim, other] = await pool.take(2, { state: 'LIVE' });
    for (const confirmIccid of [other?.iccid, special.E002]) {
      const { payload, errors } = await one(
        'closeSim',
        'CloseSimInput',
        { iccid: sim?.iccid },
        { confirmIccid },
      );
      expect(payload).toBeNull();
      expect(errors).toMatchObject([
        {
          path: ['closeSim'],
          message: 'confirmIccid must be the ICCID of the SIM that sim names',
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ]);
    }
    expect(await puts()).toEqual([]);
    expect(await running.world.effects()).toEqual([]);
  });

  test('that is already closed succeeds without a call', async () => {
    const { payload } = await one(
      'closeSim',
      'CloseSimInput',
      { iccid: special.E201 },
      { confirmIccid: special.E201 },
    );
    expect(payload).toMatchObject({ outcome: 'SUCCEEDED', sim: { state: 'CLOSED', availableActions: [] } });
    expect(await puts()).toEqual([]);
  });
});

describe('settings', () => {
  test('a name is set, and not sent if the SIM has it', async () => {
    const name = 'Köök, 7 & 8 #1 = 100%';
    const [sim] = await pool.take(1, { state: 'LIVE' });
    const { payload, errors } = await one('setSimName', 'SetSimNameInput', { iccid: sim?.iccid }, { name });
    expect(errors).toEqual([]);
    expect(payload).toMatchObject({ outcome: 'SUCCEEDED', sim: { name } });
    await one('setSimName', 'SetSimNameInput', { iccid: sim?.iccid }, { name });
    expect(await running.world.effects()).toMatchObject([{ path: '/set_name', params: { name } }]);
    expect(await puts()).toHaveLength(1);
  });

  test('a group is set for all SIMs that are not in it', async () => {
    const group = 'Ülo & Co, +1';
    const sims = await pool.take(3, { state: 'LIVE' });
    const refs = iccidsOf(sims).map((iccid) => ({ iccid }));
    await many('setSimsGroup', 'SetSimsGroupInput', refs.slice(0, 1), { group });
    const { payload, errors } = await many('setSimsGroup', 'SetSimsGroupInput', refs, { group });
    expect(errors).toEqual([]);
    expect(payload?.results.map(({ sim }) => sim?.group)).toEqual([
      { name: group },
      { name: group },
      { name: group },
    ]);
    expect((await puts()).map(({ sims: count }) => count)).toEqual([1, 2]);
    expect(await running.world.effectCounts({ path: '/set_group' })).toEqual(
      Object.fromEntries(iccidsOf(sims).map((iccid) => [iccid, 1])),
    );
  });

  test('a data limit is set and removed, and not sent if it is the current one', async () => {
    const [sim] = await pool.take(1, { state: 'SHIPPING' });
    const refs = [{ iccid: sim?.iccid }, { iccid: sim?.iccid }];
    const set = await many('setSimsDataLimit', 'SetSimsDataLimitInput', refs, { limit: { megabytes: 777 } });
    expect(set.payload).toMatchObject({
      succeeded: 1,
      results: [{ sim: { dataUsage: { limitMegabytes: 777 } } }, {}],
    });
    await many('setSimsDataLimit', 'SetSimsDataLimitInput', refs, { limit: { megabytes: 777 } });
    const lifted = await many('setSimsDataLimit', 'SetSimsDataLimitInput', refs, {
      limit: { unlimited: true },
    });
    expect(lifted.payload).toMatchObject({
      succeeded: 1,
      results: [{ sim: { dataUsage: { limitMegabytes: null } } }, {}],
    });
    await many('setSimsDataLimit', 'SetSimsDataLimitInput', refs, { limit: { unlimited: true } });
    const effects = await running.world.effects({ path: '/set_data_limit' });
    expect(effects.map(({ params }) => params.limit)).toEqual(['777', '0']);
    expect(await puts()).toHaveLength(2);
  });

  test('an IMEI lock is set and removed, and always sent because no read shows it', async () => {
    const sims = await pool.take(2, { state: 'LIVE' });
    const refs = [...sims, ...sims].map(({ iccid }) => ({ iccid }));
    for (const locked of [true, true, false]) {
      const { payload } = await many('setSimsImeiLock', 'SetSimsImeiLockInput', refs, { locked });
      expect(payload).toMatchObject({ succeeded: 2, failed: 0 });
    }
    const [iccid = ''] = iccidsOf(sims);
    const effects = await running.world.effects({ path: '/set_imei_lock', iccid });
    expect(effects.map(({ params }) => params.lock)).toEqual(['true', 'true', 'false']);
    expect(await puts()).toHaveLength(3);
  });
});

describe('one error code for many SIMs', () => {
  test('applies to the SIMs that were sent; SIMs that need no change and missing ones have their own results', async () => {
    const [off, live] = [
      await pool.take(2, { state: 'OFFLINE', secondary: '' }),
      await pool.take(1, { state: 'LIVE' }),
    ];
    const refs = [off[0]?.iccid, special.E211, live[0]?.iccid, special.E002, off[1]?.iccid].map((iccid) => ({
      iccid,
    }));
    const { payload, errors } = await many('activateSims', 'SimsInput', [...refs, { id: 'none' }]);
    expect(errors).toEqual([]);
    expect(payload).toMatchObject({ succeeded: 3, failed: 3, unknown: 0, notSent: 0 });
    expect(payload?.results.map(({ error }) => error?.code ?? null)).toEqual([
      null,
      'DATA_LIMIT_REACHED',
      null,
      'SIM_NOT_FOUND',
      null,
      'BAD_USER_INPUT',
    ]);
    expect(payload?.results[1]).toMatchObject({
      error: { retryable: false, simApi: { code: 'E211', operation: 'activate', httpStatus: 400 } },
      sim: { state: 'OFFLINE' },
    });
    expect((await running.world.effects()).map(({ iccid }) => iccid).sort()).toEqual(
      off.map(({ iccid }) => iccid).sort(),
    );
  });

  test('a thousand SIMs are sent in the fewest calls, and each is changed once', async () => {
    const sims = (await running.world.sims({ limit: 2000 })).filter(
      (sim) => sim.state !== 'CLOSED' && !sim.iccid.startsWith('8937204999'),
    );
    const refs = sims.slice(-1000).map((sim) => ({ iccid: sim.iccid }));
    const { payload } = await many('setSimsGroup', 'SetSimsGroupInput', refs, { group: 'All of them' });
    expect(payload).toMatchObject({ succeeded: 1000, failed: 0, unknown: 0, notSent: 0 });
    expect(payload?.results.every(({ sim }) => sim?.group?.name === 'All of them')).toBe(true);
    const counts = await running.world.effectCounts({ path: '/set_group' });
    expect(Object.keys(counts)).toHaveLength(1000);
    expect(new Set(Object.values(counts))).toEqual(new Set([1]));
    expect((await running.world.calls()).byPath).toEqual({ '/get_sims': 6, '/set_group': 3 });
  });
});

describe('a state change', () => {
  test('is accepted and read back as in transition; it settles later', async () => {
    const { world, gateway } = running;
    const { iccid } = await takeOne({ state: 'LIVE' });
    const { data, errors } = await gateway.run(DeactivateSimDocument, { sim: { iccid } });
    expect(errors).toEqual([]);
    expect(data.deactivateSim).toMatchObject({
      iccid,
      outcome: 'SUCCEEDED',
      sim: { state: 'OFFLINE', pendingState: 'OFFLINE', isTransitioning: true },
    });
    await world.advanceClock(61_000);
    const later = await gateway.run(OneSimDocument, { by: { iccid } });
    expect(later.data.sim).toMatchObject({ state: 'OFFLINE', pendingState: null, isTransitioning: false });
    expect(await world.effectCounts({ iccid, path: '/deactivate' })).toEqual({ [iccid]: 1 });
  });

  test('can name the SIM by its EID', async () => {
    const { gateway } = running;
    const esim = await takeOne({ esim: true, state: 'OFFLINE', secondary: '' });
    const { data, errors } = await gateway.run(ActivateSimDocument, { sim: { eid: esim.eid ?? '' } });
    expect(errors).toEqual([]);
    expect(data.activateSim).toMatchObject({
      iccid: esim.iccid,
      outcome: 'SUCCEEDED',
      sim: { state: 'LIVE' },
    });
  });

  test('that is refused is null, with an error that has all fields of the SIM API error', async () => {
    const { world, gateway } = running;
    const iccid = special.E202;
    const { data, errors } = await gateway.run(DeactivateSimDocument, { sim: { iccid } });
    expect(data.deactivateSim).toBeNull();
    expect(errors).toMatchObject([
      {
        path: ['deactivateSim'],
        extensions: {
          code: 'SIM_LOCKED_BY_ADMIN',
          retryable: false,
          iccids: [iccid],
          requestId: expect.stringMatching(/./),
          simApi: {
            code: 'E202',
            httpStatus: 400,
            operation: 'deactivate',
            timestamp: expect.stringMatching(/Z$/),
          },
        },
      },
    ]);
    expect(await world.effectCounts({ iccid })).toEqual({});
  });

  test('that was carried out although a proxy answers with another error code is read back', async () => {
    const { world, gateway } = running;
    const { iccid } = await takeOne({ state: 'LIVE' });
    const body = { error_code: 'REQUEST_TIMEOUT', error_description: 'CANARY' };
    await world.addFaults({ path: '/deactivate', times: 1, kind: 'status', status: 408, body, acts: true });
    const answer = await gateway.run(DeactivateSimDocument, { sim: { iccid } });
    expect(answer.errors).toEqual([]);
    expect(answer.data.deactivateSim).toMatchObject({ outcome: 'SUCCEEDED', sim: { state: 'OFFLINE' } });
    expect(await world.effectCounts({ iccid })).toEqual({ [iccid]: 1 });
    const failed = () =>
      gateway
        .logged()
        .filter(({ msg, operation }) => msg === 'SIM API call failed' && operation === 'deactivate');
    await waitFor(() => failed().length > 0);
    const logged = failed();
    expect(logged).toMatchObject([
      { operation: 'deactivate', method: 'PUT', reason: 'garbled', sent: 'perhaps' },
    ]);
    expect(JSON.stringify(logged)).not.toContain('CANARY');
  });

  test('of two fields of one operation runs one after the other, each read back', async () => {
    const { gateway } = running;
    const { iccid } = await takeOne({ state: 'LIVE' });
    const { data, errors } = await gateway.ask<Record<string, { sim: { state: string } } | null>>(
      `mutation ($sim: SimRef!) {
        first: deactivateSim(input: { sim: $sim }) { sim { state } }
        second: activateSim(input: { sim: $sim }) { sim { state } }
      }`,
      { sim: { iccid } },
    );
    expect(data.first).toEqual({ sim: { state: 'OFFLINE' } });
    expect(data.second).toBeNull();
    expect(errors).toMatchObject([{ path: ['second'], extensions: { code: 'TRANSITION_NOT_ALLOWED' } }]);
  });

  test('succeeds even if the SIM cannot be read back', async () => {
    const { world, gateway } = running;
    const { iccid } = await takeOne({ state: 'LIVE' });
    await world.addFaults({ path: '/get_sims', skip: 1, kind: 'error', code: 'E003' });
    const { data, errors } = await gateway.run(DeactivateSimDocument, { sim: { iccid } });
    expect(data.deactivateSim).toEqual({ iccid, outcome: 'SUCCEEDED', sim: null });
    expect(errors).toMatchObject([
      { path: ['deactivateSim', 'sim'], extensions: { code: 'FEATURE_NOT_ENABLED', iccids: [iccid] } },
    ]);
    expect(await world.effectCounts({ iccid })).toEqual({ [iccid]: 1 });
  });
});

/** The mutation of each action that changes the state or reaches the device. */
const mutationOf: Record<string, string> = {
  ACTIVATE: 'activateSim',
  DEACTIVATE: 'deactivateSim',
  SUSPEND: 'suspendSim',
  RESUME: 'resumeSim',
  TEST: 'testSim',
  ACTIVE_READY: 'activeReadySim',
  RESET: 'resetSim',
  CLOSE: 'closeSim',
};

const actionsOf = async (iccid: string) => {
  const { data } = await running.gateway.ask<{ sim: { availableActions: string[] } }>(
    'query ($iccid: ICCID!) { sim(by: { iccid: $iccid }) { availableActions } }',
    { iccid },
  );
  return data.sim.availableActions;
};

describe.each([
  { state: 'LIVE' },
  { state: 'TEST' },
  { state: 'ACTIVE_READY' },
  { state: 'OFFLINE', secondary: 'SUSPENDED' },
  { state: 'OFFLINE', secondary: '' },
  { state: 'SHIPPING' },
])('a SIM that is %j', (at) => {
  test('is changed by each of its available actions', async () => {
    let offers = 0;
    for (const [action, mutation] of Object.entries(mutationOf)) {
      const [{ iccid } = { iccid: '' }] = await pool.take(1, at);
      if (!(await actionsOf(iccid)).includes(action)) continue;
      offers++;
      const isClose = action === 'CLOSE';
      const input = isClose ? 'CloseSimInput' : 'SimInput';
      const { errors } = await one(mutation, input, { iccid }, isClose ? { confirmIccid: iccid } : {});
      expect({ action, errors }).toEqual({ action, errors: [] });
      expect(await running.world.effects({ iccid })).toHaveLength(1);
    }
    expect(offers).toBeGreaterThan(3);
  });
});

test('no action is available during a transition, and some are after it has settled', async () => {
  const [{ iccid } = { iccid: '' }] = await pool.take(1, { state: 'LIVE' });
  expect(await actionsOf(iccid)).toContain('DEACTIVATE');
  const { payload } = await many('deactivateSims', 'SimsInput', [{ iccid }]);
  expect(payload?.results[0]?.sim).toMatchObject({ pendingState: 'OFFLINE', availableActions: [] });
  await running.world.advanceClock(61_000);
  expect(await actionsOf(iccid)).toContain('ACTIVATE');
});

const anySim = { iccid: special.E210 };
const anySims = [anySim];
const dataLimit = (limit: object) =>
  ['setSimsDataLimit', 'SetSimsDataLimitInput', { sims: anySims, limit }] as const;

async function askWithInput(name: string, input: string, value: object) {
  const isOne = /Sim$|SimName$/.test(name);
  const { data, errors } = await running.gateway.ask<Record<string, unknown> | null>(
    `mutation ($input: ${input}!) { ${name}(input: $input) { ${isOne ? 'outcome' : 'succeeded'} } }`,
    { input: value },
  );
  return { data: data?.[name] ?? null, errors };
}

describe('invalid input is refused before any call, and the message names the field', () => {
  test.each<readonly [string, string, object, string]>([
    ['setSimName', 'SetSimNameInput', { sim: anySim, name: '' }, 'name must not be empty'],
    ['setSimName', 'SetSimNameInput', { sim: anySim, name: ' \t\n' }, 'name must not be empty'],
    [
      'setSimName',
      'SetSimNameInput',
      { sim: anySim, name: 'x'.repeat(256) },
      'name must not have more than 255 characters',
    ],
    ['setSimsGroup', 'SetSimsGroupInput', { sims: anySims, group: '' }, 'group must not be empty'],
    ['setSimsGroup', 'SetSimsGroupInput', { sims: anySims, group: '  ' }, 'group must not be empty'],
    [
      'setSimsGroup',
      'SetSimsGroupInput',
      { sims: anySims, group: 'x'.repeat(256) },
      'group must not have more than 255 characters',
    ],
    ['sendSms', 'SendSmsInput', { sims: anySims, text: '' }, 'text must not be empty'],
    [
      'sendSms',
      'SendSmsInput',
      { sims: anySims, text: 'x'.repeat(1531) },
      'text must not have more than 1530 characters',
    ],
    [
      'changeEsimProfile',
      'EsimProfileInput',
      { sims: anySims, profile: '', action: 'DOWNLOAD' },
      'profile must not be empty',
    ],
    [
      'setSimName',
      'SetSimNameInput',
      { sim: anySim, name: 'a\u0000b' },
      'name must not hold the character NUL',
    ],
    [
      'setSimsGroup',
      'SetSimsGroupInput',
      { sims: anySims, group: '\u0000b' },
      'group must not hold the character NUL',
    ],
    ['sendSms', 'SendSmsInput', { sims: anySims, text: 'a\u0000' }, 'text must not hold the character NUL'],
    [
      'changeEsimProfile',
      'EsimProfileInput',
      { sims: anySims, profile: 'a\u0000b', action: 'DOWNLOAD' },
      'profile must not hold the character NUL',
    ],
    [...dataLimit({ megabytes: 0 }), 'limit.megabytes must be from 1 to 10000000'],
    [...dataLimit({ megabytes: -1 }), 'limit.megabytes must be from 1 to 10000000'],
    [...dataLimit({ megabytes: 10_000_001 }), 'limit.megabytes must be from 1 to 10000000'],
    [...dataLimit({ unlimited: false }), 'limit.unlimited must be true if it is given'],
    [...dataLimit({}), '"input.limit"'],
    [...dataLimit({ megabytes: 5, unlimited: true }), '"input.limit"'],
    [...dataLimit({ unlimited: null }), '"input.limit'],
    ['closeSim', 'CloseSimInput', { sim: anySim, confirmIccid: '123' }, '"input.confirmIccid"'],
    ['activateSim', 'SimInput', { sim: { ...anySim, id: 'x' } }, '"input.sim"'],
    ['activateSims', 'SimsInput', { sims: [anySim, {}] }, '"input.sims[1]"'],
  ])('%s %s', async (name, input, value, message) => {
    const { data, errors } = await askWithInput(name, input, value);
    expect(data).toBeNull();
    expect(errors).toMatchObject([
      { message: expect.stringContaining(message), extensions: { code: 'BAD_USER_INPUT', retryable: false } },
    ]);
    expect((await running.world.calls()).total).toBe(0);
  });
});

test('the audit log of an actor with NUL in the name is refused, and the message names the argument', async () => {
  const { errors } = await running.gateway.ask(
    'query ($actor: String) { auditLog(actor: $actor) { totalCount } }',
    {
      actor: 'a\u0000b',
    },
  );
  expect(errors).toMatchObject([
    {
      message: 'actor must not hold the character NUL',
      extensions: { code: 'BAD_USER_INPUT', retryable: false },
    },
  ]);
});

describe.each<readonly [string, string, object]>([
  ['activateSims', 'SimsInput', {}],
  ['deactivateSims', 'SimsInput', {}],
  ['suspendSims', 'SimsInput', {}],
  ['resumeSims', 'SimsInput', {}],
  ['testSims', 'SimsInput', {}],
  ['activeReadySims', 'SimsInput', {}],
  ['resetSims', 'SimsInput', {}],
  ['setSimsGroup', 'SetSimsGroupInput', { group: 'Meters' }],
  ['setSimsDataLimit', 'SetSimsDataLimitInput', { limit: { megabytes: 500 } }],
  ['setSimsImeiLock', 'SetSimsImeiLockInput', { locked: true }],
  ['sendSms', 'SendSmsInput', { text: 'hello' }],
  ['changeEsimProfile', 'EsimProfileInput', { profile: 'KPN NL', action: 'DOWNLOAD' }],
])('%s', (name, input, more) => {
  test('for no SIMs, and for 1001, is refused before any call', async () => {
    const none = await askWithInput(name, input, { sims: [], ...more });
    expect(none.errors).toMatchObject([
      { path: [name], message: 'sims must name from 1 to 1000 SIMs', extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    // The same SIM 1001 times counts as 1001 refs, too.
    const tooMany = await askWithInput(name, input, {
      sims: Array.from({ length: 1001 }, () => anySim),
      ...more,
    });
    expect(tooMany.errors).toMatchObject([
      {
        path: [name],
        message: 'sims names 1001 SIMs, at most 1000 are allowed',
        extensions: { code: 'TOO_MANY_SIMS' },
      },
    ]);
    expect((await running.world.calls()).total).toBe(0);
  });
});
