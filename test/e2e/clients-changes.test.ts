import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type ClientApp, createClientApp } from '../support/client-app.ts';
import { createPool, special } from '../support/fleet.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { runGateway } from '../support/running.ts';
import type { World } from '../support/sandbox.ts';
import { waitFor } from '../support/wait-for.ts';

const running = runGateway({ sims: 200, clock: { rate: 0 } });
type Fault = Parameters<World['addFaults']>[number];
const pool = createPool(() => running.world);
const take = async (count: number, query: Parameters<typeof pool.take>[1]) =>
  (await pool.take(count, query)).map(({ iccid }) => iccid);

let app: ClientApp;
/** Between the app and the gateway. */
let relay: Relay;
beforeAll(async () => {
  relay = await startRelay(running.gateway.url);
  app = await createClientApp(relay.url);
});
beforeEach(() => running.world.clearEffects());
afterAll(async () => {
  await relay?.stop();
  await app?.remove();
});

/** After a 401 the gateway waits some seconds before it logs in again. */
const whenLoggedIn = () =>
  waitFor(async () => (await running.gateway.ask('{ account { groups { name } } }')).errors.length === 0);

/** Runs `ask`, whose request no gateway answers, until the time for the answer is over. */
async function withoutAnswerInTime<Result>(ask: () => Promise<Result>): Promise<Result> {
  const time = new AbortController();
  const timeout = jest.spyOn(AbortSignal, 'timeout').mockReturnValue(time.signal);
  const gate = relay.gate('/graphql');
  const asked = ask();
  await gate.holds(1);
  time.abort(new DOMException('The time is over', 'TimeoutError'));
  return asked.finally(() => {
    relay.dropAll();
    timeout.mockRestore();
  });
}

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

  test('fails with the code if a SIM cannot be read: at once, or at the deadline if a repetition may help', async () => {
    const { waitUntilSettled } = await load();
    const iccids = [special.E210, special.E002];
    const failsWith = async (code: string, fault: Fault, options?: object) => {
      await running.world.clearFaults();
      await running.world.addFaults(fault);
      await expect(waitUntilSettled(iccids, options)).rejects.toMatchObject({
        errors: expect.arrayContaining([
          expect.objectContaining({ extensions: expect.objectContaining({ code }) }),
        ]),
      });
    };
    await failsWith('SIM_API_ERROR', { path: '/get_sims', kind: 'error', code: 'E000' }, { timeoutMs: 0 });
    await failsWith('UPSTREAM_BAD_REQUEST', { path: '/get_sims', kind: 'status', status: 400 });
    await failsWith('UPSTREAM_AUTH_FAILED', { path: '/get_sims', kind: 'unauthorized' });
    await running.world.clearFaults();
    await whenLoggedIn();
  });

  test('does not wait for an answer for ever', async () => {
    const { waitUntilSettled } = await load();
    await withoutAnswerInTime(() =>
      expect(waitUntilSettled([special.E210])).rejects.toMatchObject({ name: 'TimeoutError' }),
    );
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

  test.each<[string, Fault, string]>([
    ['refuses the credentials', { path: '/get_sims', kind: 'unauthorized' }, 'UPSTREAM_AUTH_FAILED'],
    ['refuses the change with 401', { path: '/resume', kind: 'unauthorized' }, 'UPSTREAM_AUTH_FAILED'],
    [
      'answers 400 without a code',
      { path: '/get_sims', kind: 'status', status: 400 },
      'UPSTREAM_BAD_REQUEST',
    ],
  ])('while the SIM API %s is delivered again and then carried out once', async (name, fault, code) => {
    const { handlePayment } = await app.load<Payment>('src/payment');
    const [iccid = ''] = await take(1, { state: 'OFFLINE', secondary: 'SUSPENDED' });
    // Ids of some providers have characters that a key must not have.
    const event = { id: `Zahlung für ${name}`, iccid };
    await running.world.addFaults(fault);
    expect(await handlePayment(event)).toBe(503);
    expect(warnings.mock.calls.join()).toContain(`${event.id}: FAILED ${code}`);
    expect(await running.world.effects()).toEqual([]);
    await running.world.clearFaults();
    await whenLoggedIn();
    for (const _ of ['second', 'third']) expect(await handlePayment(event)).toBe(200);
    expect(await running.world.effects()).toEqual([expect.objectContaining({ path: '/resume', iccid })]);
  });

  test.each([
    ['does not exist', special.E002, 'FAILED SIM_NOT_FOUND'],
    ['has used up its data limit', special.E211, 'FAILED DATA_LIMIT_REACHED'],
  ])('for a SIM that %s is logged with the code, and not delivered again', async (_, iccid, logged) => {
    const { handlePayment } = await app.load<Payment>('src/payment');
    expect(await handlePayment({ id: `evt_${iccid}`, iccid })).toBe(200);
    expect(warnings.mock.calls.join()).toContain(`evt_${iccid}: ${logged}`);
  });

  test('for a closed SIM, which the gateway refuses without a call, is not delivered again', async () => {
    const { handlePayment } = await app.load<Payment>('src/payment');
    const [iccid = ''] = await take(1, { state: 'CLOSED' });
    expect(await handlePayment({ id: 'evt_closed', iccid })).toBe(200);
    expect(warnings.mock.calls.join()).toContain('evt_closed: FAILED TRANSITION_NOT_ALLOWED');
  });

  test('without a clear answer is logged, and not delivered again', async () => {
    const { handlePayment } = await app.load<Payment>('src/payment');
    const [iccid = ''] = await take(1, { state: 'OFFLINE', secondary: 'SUSPENDED' });
    await running.world.addFaults({ path: '/resume', kind: 'status', status: 503 });
    expect(await handlePayment({ id: 'evt_unclear', iccid })).toBe(200);
    expect(warnings.mock.calls.join()).toContain('evt_unclear: UNKNOWN OUTCOME_UNKNOWN');
  });

  test('that the gateway refuses because of its arguments is logged and never acknowledged', async () => {
    const { handlePayment } = await app.load<Payment>('src/payment');
    const [iccid = '', other = ''] = await take(2, { state: 'OFFLINE', secondary: 'SUSPENDED' });
    expect(await handlePayment({ id: 'evt_5', iccid })).toBe(200);
    expect(await handlePayment({ id: 'evt_5', iccid: other })).toBe(503);
    expect(await handlePayment({ id: 'evt_6', iccid: 'not an ICCID' })).toBe(503);
    expect(await handlePayment({ id: 'x'.repeat(256), iccid })).toBe(503);
    const logged = warnings.mock.calls.join();
    for (const code of [
      'evt_5: FAILED IDEMPOTENCY_CONFLICT',
      'evt_6: FAILED BAD_USER_INPUT',
      'x: FAILED BAD_USER_INPUT',
    ])
      expect(logged).toContain(code);
  });

  test('is delivered again if the gateway is down or does not answer in time', async () => {
    const { handlePayment } = await app.load<Payment>('src/payment');
    await withoutAnswerInTime(async () =>
      expect(await handlePayment({ id: 'evt_7', iccid: special.E210 })).toBe(503),
    );
    expect(warnings.mock.calls.join()).toContain('evt_7: no answer: TimeoutError');
    const [iccid = ''] = await take(1, { state: 'OFFLINE', secondary: 'SUSPENDED' });
    const event = { id: 'evt_8', iccid };
    await relay.refuse();
    expect(await handlePayment(event)).toBe(503);
    expect(warnings.mock.calls.join()).toContain('evt_8: no answer: TypeError');
    await relay.accept();
    expect(await handlePayment(event)).toBe(200);
    expect(await running.world.effects()).toEqual([expect.objectContaining({ path: '/resume', iccid })]);
  });

  test('whose answer is lost is delivered again, and was carried out once', async () => {
    const { handlePayment } = await app.load<Payment>('src/payment');
    const [iccid = ''] = await take(1, { state: 'OFFLINE', secondary: 'SUSPENDED' });
    const event = { id: 'evt_9', iccid };
    const gate = relay.gate('/graphql', { holds: 'answer' });
    const lost = handlePayment(event);
    await gate.holds(1);
    relay.dropAll();
    expect(await lost).toBe(503);
    expect(await handlePayment(event)).toBe(200);
    expect(await running.world.effects()).toEqual([expect.objectContaining({ path: '/resume', iccid })]);
  });
});
