import { describe, expect, test } from '@jest/globals';
import { createChanges } from '../support/changes.ts';
import { createPool } from '../support/fleet.ts';
import { runGateway } from '../support/running.ts';

const running = runGateway({ sims: 1200, clock: { rate: 0 } });
const pool = createPool(() => running.world);
const { one, many } = createChanges(running);

/** The mutation behind each action that changes the state or touches the device. */
const mutations: Record<string, string> = {
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
])('%j', (at) => {
  test('whatever a SIM there offers is accepted', async () => {
    let offers = 0;
    for (const [action, mutation] of Object.entries(mutations)) {
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

test('nothing is offered while a change is under way, and something again once it has settled', async () => {
  const [{ iccid } = { iccid: '' }] = await pool.take(1, { state: 'LIVE' });
  expect(await actionsOf(iccid)).toContain('DEACTIVATE');
  const { payload } = await many('deactivateSims', 'SimsInput', [{ iccid }]);
  expect(payload?.results[0]?.sim).toMatchObject({ pendingState: 'OFFLINE', availableActions: [] });
  await running.world.advanceClock(10_000);
  expect(await actionsOf(iccid)).toContain('ACTIVATE');
});
