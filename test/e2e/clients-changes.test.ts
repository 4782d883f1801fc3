import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type ClientApp, createClientApp } from '../support/client-app.ts';
import { createPool, special } from '../support/fleet.ts';
import { runGateway } from '../support/running.ts';
import { waitFor } from '../support/wait-for.ts';

const running = runGateway({ sims: 200, clock: { rate: 0 } });
const pool = createPool(() => running.world);
const take = async (count: number, query: Parameters<typeof pool.take>[1]) =>
  (await pool.take(count, query)).map(({ iccid }) => iccid);

let app: ClientApp;
beforeAll(async () => {
  app = await createClientApp(running.gateway.url);
});
beforeEach(() => running.world.clearEffects());
afterAll(() => app?.remove());

describe('suspending the selected SIMs', () => {
  interface Suspend {
    suspendSelected(iccids: readonly string[], key: string): Promise<unknown>;
  }

  test('reports each SIM, and a repeated click changes nothing', async () => {
    const { suspendSelected } = await app.load<Suspend>('src/suspend-selected');
    const live = await take(3, { state: 'LIVE' });
    const selected = [live[0] ?? '', special.E202, live[1] ?? '', special.E002, live[2] ?? ''];
    const report = {
      accepted: live,
      refused: [
        { iccid: special.E202, code: 'SIM_LOCKED_BY_ADMIN', retryable: false },
        { iccid: special.E002, code: 'SIM_NOT_FOUND', retryable: false },
      ],
      unclear: [],
      notSent: [],
    };
    for (const _ of ['first', 'repeated']) expect(await suspendSelected(selected, 'click-1')).toEqual(report);
    expect(await running.world.effectCounts({ path: '/suspend' })).toEqual(
      Object.fromEntries(live.map((iccid) => [iccid, 1])),
    );
  });

  test('reports a SIM without a clear answer as unclear, not as refused', async () => {
    const { suspendSelected } = await app.load<Suspend>('src/suspend-selected');
    const [iccid = ''] = await take(1, { state: 'LIVE' });
    await running.world.addFaults({ path: '/suspend', kind: 'status', status: 503 });
    expect(await suspendSelected([iccid], 'click-2')).toEqual({
      accepted: [],
      refused: [],
      unclear: [iccid],
      notSent: [],
    });
    expect(await running.world.effectCounts()).toEqual({});
  });

  test('fails with the code if the request is refused as a whole', async () => {
    const { suspendSelected } = await app.load<Suspend>('src/suspend-selected');
    await expect(suspendSelected(['not an ICCID'], 'click-3')).rejects.toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });
});

describe('waiting until a change of state has ended', () => {
  interface Wait {
    suspendSelected(iccids: readonly string[], key: string): Promise<unknown>;
    waitUntilSettled(
      iccids: readonly string[],
      options?: { firstDelayMs?: number; timeoutMs?: number },
    ): Promise<({ iccid: string; state: string; isTransitioning: boolean } | null)[]>;
  }
  const load = () => app.load<Wait>('src/suspend-selected', 'src/wait-until-settled');

  test('polls while a SIM is in transition, also through an outage, and returns the SIMs after it', async () => {
    const { suspendSelected, waitUntilSettled } = await load();
    const iccids = await take(2, { state: 'LIVE' });
    await suspendSelected(iccids, 'wait-1');
    await running.world.clearCalls();
    let hasEnded = false;
    const waiting = waitUntilSettled([...iccids, special.E002], { firstDelayMs: 10 }).finally(() => {
      hasEnded = true;
    });
    const reads = async () => (await running.world.calls()).byPath['/get_sims'] ?? 0;
    await waitFor(async () => (await reads()) >= 2);
    expect(hasEnded).toBe(false);
    const failures = () => running.gateway.logged().filter(({ code }) => code === 'SIM_API_ERROR').length;
    const before = failures();
    await running.world.addFaults({ path: '/get_sims', kind: 'error', code: 'E000' });
    await waitFor(() => failures() > before);
    expect(hasEnded).toBe(false);
    await running.world.clearFaults();
    await running.world.advanceClock(60_000);
    const ended = iccids.map((iccid) =>
      expect.objectContaining({ iccid, state: 'OFFLINE', isTransitioning: false }),
    );
    expect(await waiting).toEqual([...ended, null]);
    const offline = (await running.world.sims({ state: 'OFFLINE' })).map(({ iccid }) => iccid);
    expect(offline).toEqual(expect.arrayContaining(iccids));
  });

  test('returns the SIMs as they are at the deadline', async () => {
    const { suspendSelected, waitUntilSettled } = await load();
    const iccids = await take(1, { state: 'LIVE' });
    await suspendSelected(iccids, 'wait-2');
    expect(await waitUntilSettled(iccids, { timeoutMs: 0 })).toMatchObject([{ isTransitioning: true }]);
  });
});

describe('a payment', () => {
  interface Payment {
    handlePayment(event: { id: string; iccid: string }): Promise<number>;
  }
  const warnings = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  beforeEach(() => {
    warnings.mockClear();
  });
  afterAll(() => warnings.mockRestore());

  test('whose event is delivered several times, also at the same moment, is carried out once', async () => {
    const { handlePayment } = await app.load<Payment>('src/payment');
    const [iccid = ''] = await take(1, { state: 'OFFLINE', secondary: 'SUSPENDED' });
    const event = { id: 'evt_1', iccid };
    expect(await Promise.all([handlePayment(event), handlePayment(event)])).toEqual([200, 200]);
    expect(await handlePayment(event)).toBe(200);
    expect(await running.world.effects()).toEqual([expect.objectContaining({ path: '/resume', iccid })]);
    expect((await running.world.calls()).byPath['/resume']).toBe(1);
    expect(warnings).not.toHaveBeenCalled();
  });

  test('during an outage is delivered again and then carried out once', async () => {
    const { handlePayment } = await app.load<Payment>('src/payment');
    const [iccid = ''] = await take(1, { state: 'OFFLINE', secondary: 'SUSPENDED' });
    const event = { id: 'evt_2', iccid };
    await running.world.addFaults({ path: '/get_sims', kind: 'error', code: 'E000' });
    expect(await handlePayment(event)).toBe(503);
    await running.world.clearFaults();
    expect(await handlePayment(event)).toBe(200);
    expect(await running.world.effects()).toEqual([expect.objectContaining({ path: '/resume', iccid })]);
  });

  test('for a SIM that refuses the change is logged with the code, and not delivered again', async () => {
    const { handlePayment } = await app.load<Payment>('src/payment');
    expect(await handlePayment({ id: 'evt_3', iccid: special.E211 })).toBe(200);
    expect(warnings.mock.calls.join()).toContain('evt_3: FAILED DATA_LIMIT_REACHED');
  });
});
