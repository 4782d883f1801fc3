import { describe, expect, test } from '@jest/globals';
import { ActivateSimDocument, DeactivateSimDocument, OneSimDocument } from '../support/operations.ts';
import { runGateway } from '../support/running.ts';
import type { WireSim } from '../support/sandbox.ts';

const running = runGateway({ sims: 400 });

async function someSim(state: string, primary: string): Promise<WireSim> {
  const found = (await running.world.sims({ state, primary })).filter(
    ({ iccid }) => !iccid.startsWith('8937204999'),
  );
  const [sim] = found;
  if (sim === undefined) throw new Error(`the world has no SIM that is ${state} and ${primary}`);
  return sim;
}

describe('a change of state', () => {
  test('is accepted, and read back as under way; it settles by itself', async () => {
    const { world, gateway } = running;
    await world.setManners({ settleMs: { min: 60_000, max: 60_000 } });
    const { iccid } = await someSim('LIVE', 'ON');
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

  test('names the SIM by its EID as well', async () => {
    const { world, gateway } = running;
    const esim = (await world.sims({ esim: true, state: 'OFFLINE', primary: 'OFF' }))[0];
    const { data, errors } = await gateway.run(ActivateSimDocument, { sim: { eid: esim?.eid ?? '' } });
    expect(errors).toEqual([]);
    expect(data.activateSim).toMatchObject({
      iccid: esim?.iccid,
      outcome: 'SUCCEEDED',
      sim: { state: 'LIVE' },
    });
  });

  test('that is refused is null, and an error with all that the SIM API said', async () => {
    const { world, gateway } = running;
    const iccid = '8937204999000002024';
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

  test('that was carried out although somebody in between answers with a code of his own is read back', async () => {
    const { world, gateway } = running;
    const { iccid } = await someSim('LIVE', 'ON');
    const body = { error_code: 'REQUEST_TIMEOUT', error_description: 'CANARY' };
    await world.addFaults({ path: '/deactivate', times: 1, kind: 'status', status: 408, body, acts: true });
    const answer = await gateway.run(DeactivateSimDocument, { sim: { iccid } });
    expect(answer.errors).toEqual([]);
    expect(answer.data.deactivateSim).toMatchObject({ outcome: 'SUCCEEDED', sim: { state: 'OFFLINE' } });
    expect(await world.effectCounts({ iccid })).toEqual({ [iccid]: 1 });
    const logged = gateway.logged().filter(({ msg }) => msg === 'SIM API call failed');
    expect(logged).toMatchObject([
      { operation: 'deactivate', method: 'PUT', reason: 'garbled', sent: 'perhaps' },
    ]);
    expect(JSON.stringify(logged)).not.toContain('CANARY');
  });

  test('of two fields of one operation runs one after the other, each read back', async () => {
    const { gateway } = running;
    const { iccid } = await someSim('LIVE', 'ON');
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

  test('stands even where the SIM cannot be read back', async () => {
    const { world, gateway } = running;
    const { iccid } = await someSim('LIVE', 'ON');
    await world.addFaults({ path: '/get_sims', skip: 1, kind: 'error', code: 'E003' });
    const { data, errors } = await gateway.run(DeactivateSimDocument, { sim: { iccid } });
    expect(data.deactivateSim).toEqual({ iccid, outcome: 'SUCCEEDED', sim: null });
    expect(errors).toMatchObject([
      { path: ['deactivateSim', 'sim'], extensions: { code: 'FEATURE_NOT_ENABLED', iccids: [iccid] } },
    ]);
    expect(await world.effectCounts({ iccid })).toEqual({ [iccid]: 1 });
  });
});
