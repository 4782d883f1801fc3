import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createChanges } from '../support/changes.ts';
import { createPool, special } from '../support/fleet.ts';
import { startGateway } from '../support/gateway.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import type { Running } from '../support/running.ts';
import { createWorld, type FaultKind } from '../support/sandbox.ts';
import { createTestClient } from '../support/sim-api-client.ts';
import { waitFor } from '../support/wait-for.ts';

// A healthy call that exceeds this limit would count as slow: it is as long as a busy machine may need.
const env = { SIM_API_TIMEOUT_MS: '4000', SIM_API_DEADLINE_MS: '20000', SIM_API_CONCURRENCY: '60' };
const running = {} as Running;
let relay: Relay;
const pool = createPool(() => running.world);
const { one, many } = createChanges(running);

beforeAll(async () => {
  running.world = await createWorld({
    sims: 400,
    clock: { rate: 0 },
    behaviour: { settleMs: { min: 60_000, max: 60_000 } },
  });
  relay = await startRelay(running.world.origin);
  running.gateway = await startGateway({
    world: running.world,
    env: { ...env, SIM_API_URL: `${relay.url}/v1` },
  });
});
beforeEach(async () => {
  await running.world.clearFaults();
  await running.world.clearCalls();
  await running.world.clearEffects();
});
afterAll(async () => {
  await running.gateway.stop();
  await relay.stop();
  await running.world.remove();
});

const succeeds = (work: Promise<unknown>) =>
  work.then(
    () => true,
    () => false,
  );

/** `count` LIVE SIMs that no other case has. */
const live = async (count: number) => (await pool.take(count, { state: 'LIVE' })).map(({ iccid }) => iccid);

/** Number of calls of a path that named one of the SIMs. */
async function callsFor(path: string, iccids: readonly string[]): Promise<number> {
  const { calls } = await running.world.calls();
  return calls.filter((call) => call.path === path && iccids.some((iccid) => call.query.includes(iccid)))
    .length;
}

const read = (iccid: string) =>
  running.gateway.ask(`{ sim(by: { iccid: "${iccid}" }) { iccid state } }`) as Promise<{
    data: { sim: { iccid: string; state: string } | null };
    errors: { extensions: object }[];
  }>;

// The cases of one kind wait concurrently, each with its own SIMs.
describe('a SIM API that gives no answer in time', () => {
  test('once, gets another try within the deadline', async () => {
    const kinds: FaultKind[] = [{ kind: 'hang' }, { kind: 'drip', ms: 50 }, { kind: 'delay', ms: 60_000 }];
    const iccids = await live(kinds.length);
    await running.world.addFaults(
      ...kinds.map((kind, at) => ({ path: '/get_sims', times: 1, iccid: iccids[at] ?? '', ...kind })),
    );
    const answers = await Promise.all(iccids.map(read));
    for (const [at, { data, errors }] of answers.entries()) {
      expect({ kind: kinds[at], errors }).toEqual({ kind: kinds[at], errors: [] });
      expect(data.sim).toEqual({ iccid: iccids[at], state: 'LIVE' });
      expect(await callsFor('/get_sims', [iccids[at] ?? ''])).toBeGreaterThan(1);
    }
  });

  test('to any of four tries, is a timeout', async () => {
    const kinds: FaultKind[] = [{ kind: 'hang' }, { kind: 'drip', ms: 50 }, { kind: 'delay', ms: 60_000 }];
    const iccids = await live(kinds.length);
    // Each case has its own client: together they would open the circuit.
    const clients = kinds.map(() => createTestClient(running.world, { timeoutMs: 1000 }));
    try {
      for (const { client } of clients) await waitFor(() => succeeds(client.logIn()));
      await running.world.addFaults(
        ...kinds.map((kind, at) => ({ path: '/get_sims', iccid: iccids[at] ?? '', ...kind })),
      );
      await Promise.all(
        clients.map(async ({ sims }, at) => {
          const iccid = iccids[at] ?? '';
          const failure = (await sims(iccid)).get(iccid);
          expect([kinds[at], failure]).toMatchObject([kinds[at], { reason: 'timeout' }]);
          await waitFor(async () => (await callsFor('/get_sims', [iccid])) > 1);
          expect(await callsFor('/get_sims', [iccid])).toBeLessThanOrEqual(4);
        }),
      );
    } finally {
      for (const { client } of clients) await client.stop();
    }
  });

  test('to a change, gets it once, and the SIM is read back', async () => {
    const unknown = { outcome: 'UNKNOWN', sim: { state: 'LIVE', pendingState: null } };
    const succeeded = { outcome: 'SUCCEEDED', sim: { state: 'OFFLINE', pendingState: 'OFFLINE' } };
    const cases: [FaultKind, object, number][] = [
      [{ kind: 'hang' }, unknown, 0],
      [{ kind: 'hang', acts: true }, succeeded, 1],
      [{ kind: 'drip', ms: 50 }, unknown, 0],
      [{ kind: 'drip', ms: 50, acts: true }, succeeded, 1],
      [{ kind: 'delay', ms: 60_000 }, succeeded, 1],
    ];
    const iccids = await live(cases.length);
    await running.world.addFaults(
      ...cases.map(([kind], at) => ({ path: '/deactivate', iccid: iccids[at] ?? '', ...kind })),
    );
    const answers = await Promise.all(iccids.map((iccid) => one('deactivateSim', 'SimInput', { iccid })));
    for (const [at, [kind, expected, effects]] of cases.entries()) {
      const iccid = iccids[at] ?? '';
      expect({ kind, ...answers[at] }).toMatchObject({ kind, errors: [], payload: { iccid, ...expected } });
      expect([kind, await callsFor('/deactivate', [iccid])]).toEqual([kind, 1]);
      expect([kind, (await running.world.effects({ iccid })).length]).toEqual([kind, effects]);
    }
  });

  test('to the read before a message, leaves the message unsent and its key unused', async () => {
    const [iccid = ''] = await live(1);
    await running.world.addFaults({ path: '/get_sims', iccid, kind: 'hang' });
    const send = () =>
      many('sendSms', 'SendSmsInput', [{ iccid }], { text: 'after a timeout', idempotencyKey: 'timeout' });
    const { payload } = await send();
    expect(payload?.results).toMatchObject([
      { outcome: 'FAILED', error: { code: 'UPSTREAM_TIMEOUT', retryable: true } },
    ]);
    expect(await callsFor('/sendSms', [iccid])).toBe(0);
    await running.world.clearFaults();
    // Its timed-out calls may keep the gateway from sending for a while.
    await waitFor(async () => (await send()).payload?.succeeded === 1);
    expect(await running.world.effects({ iccid })).toHaveLength(1);
  });

  test('to a change of many SIMs, is resolved by reading them; an SMS stays UNKNOWN', async () => {
    const unknown = {
      outcome: 'UNKNOWN',
      error: { code: 'OUTCOME_UNKNOWN', retryable: false, simApi: null },
    };
    const succeeded = { outcome: 'SUCCEEDED', error: null };
    const cases = [
      { kind: 'hang', acts: true },
      { kind: 'hang', acts: false },
      { kind: 'drip', ms: 50, acts: true },
      { kind: 'drip', ms: 50, acts: false },
    ] as const;
    await Promise.all(
      cases.map(async (kind) => {
        const { world } = running;
        const [suspended, messaged] = [await live(2), await live(2)];
        for (const iccid of messaged) await world.addFaults({ path: '/sendSms', iccid, ...kind });
        for (const iccid of suspended) await world.addFaults({ path: '/suspend', iccid, ...kind });
        const refs = (iccids: readonly string[]) => iccids.map((iccid) => ({ iccid }));
        const [sms, change] = await Promise.all([
          many('sendSms', 'SendSmsInput', refs(messaged), { text: 'once' }),
          many('suspendSims', 'SimsInput', refs(suspended)),
        ]);
        const expected = kind.acts ? succeeded : unknown;
        expect([kind, sms.payload?.results]).toMatchObject([kind, [unknown, unknown]]);
        expect([kind, change.payload?.results]).toMatchObject([kind, [expected, expected]]);
        expect([kind, await callsFor('/sendSms', messaged)]).toEqual([kind, 2]);
        expect([kind, await callsFor('/suspend', suspended)]).toEqual([kind, 1]);
        for (const iccid of [...messaged, ...suspended])
          expect([kind, (await world.effects({ iccid })).length]).toEqual([kind, kind.acts ? 1 : 0]);
      }),
    );
  });

  test('is down: reads are UPSTREAM_UNAVAILABLE, and so is a change, which surely was not sent', async () => {
    const iccid = special.E210;
    expect((await read(iccid)).errors).toEqual([]);
    await relay.stop();
    const { data, errors } = await read(iccid);
    expect(data).toEqual({ sim: null });
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE', retryable: true } }]);
    const change = await one('deactivateSim', 'SimInput', { iccid });
    expect(change.payload).toBeNull();
    expect(change.errors).toMatchObject([
      { extensions: { code: 'UPSTREAM_UNAVAILABLE', retryable: true, iccids: [iccid] } },
    ]);
    expect(await running.world.effects()).toEqual([]);
  });
});
