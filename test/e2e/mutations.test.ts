import { beforeEach, describe, expect, test } from '@jest/globals';
import { createChanges } from '../support/changes.ts';
import { createPool, simId, special } from '../support/fleet.ts';
import { runGateway } from '../support/running.ts';
import type { WireSim } from '../support/sandbox.ts';

const running = runGateway({
  sims: 900,
  clock: { rate: 0 },
  manners: { settleMs: { min: 60_000, max: 60_000 } },
});
const pool = createPool(() => running.world);

const { one, many, puts } = createChanges(running);
const iccidsOf = (sims: readonly WireSim[]) => sims.map(({ iccid }) => iccid);

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
  test('changes one SIM, once, and reads it back; asked again it makes no call', async () => {
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

  test('changes many SIMs in one call, each once, by whatever key and however often they are named', async () => {
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
    expect(payload).toMatchObject({ succeeded: 7, failed: 1, unknown: 0, notSent: 0 });
    expect(payload?.results.map(({ iccid }) => iccid)).toEqual([c, a, b, c, a, d, e, special.E002]);
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

describe('SIMs that are as asked already', () => {
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

  test('are told apart by the legacy pair: suspended is not deactivated', async () => {
    const [suspended] = await pool.take(1, { state: 'OFFLINE', secondary: 'SUSPENDED' });
    const [off] = await pool.take(1, { state: 'OFFLINE', secondary: '' });
    await one('suspendSim', 'SimInput', { iccid: suspended?.iccid });
    await one('deactivateSim', 'SimInput', { iccid: off?.iccid });
    expect(await puts()).toEqual([]);
    await one('deactivateSim', 'SimInput', { iccid: suspended?.iccid });
    expect(await puts()).toMatchObject([{ path: '/deactivate', query: `iccid=${suspended?.iccid}` }]);
  });

  test('never stand in the way of a reset: it is done as often as it is asked for', async () => {
    const [first, second] = await pool.take(2, { state: 'LIVE' });
    await one('resetSim', 'SimInput', { iccid: first?.iccid });
    const again = await one('resetSim', 'SimInput', { iccid: first?.iccid });
    expect(again.payload).toMatchObject({ outcome: 'SUCCEEDED', sim: { state: 'LIVE', pendingState: null } });
    const { payload } = await many('resetSims', 'SimsInput', [
      { iccid: first?.iccid },
      { iccid: second?.iccid },
      { iccid: first?.iccid },
    ]);
    expect(payload).toMatchObject({ succeeded: 3 });
    expect(await running.world.effectCounts({ path: '/reset' })).toEqual({
      [first?.iccid ?? '']: 3,
      [second?.iccid ?? '']: 1,
    });
    expect(await puts()).toHaveLength(3);
  });
});

describe('closing a SIM', () => {
  test('happens where its ICCID is repeated, by whatever key it was named', async () => {
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

  test('does not happen where another ICCID is given, be it that of another SIM', async () => {
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

  test('that is closed already succeeds without a call', async () => {
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
