import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { askWith, type ManyAnswer, mutation, refs, sendSms } from '../support/asking.ts';
import { readAuditLog } from '../support/audit-log.ts';
import { createPool } from '../support/fleet.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import { createStore, type TestStore } from '../support/store.ts';
import { waitFor } from '../support/wait-for.ts';

let world: World;
let store: TestStore;
let relay: Relay;
const gateways: RunningGateway[] = [];
const pool = createPool(() => world);
const live = async (count: number) => (await pool.take(count, { state: 'LIVE' })).map(({ iccid }) => iccid);

/** A gateway that is taken for dead after a second of silence. */
async function start(env: Readonly<Record<string, string>> = {}): Promise<RunningGateway> {
  const gateway = await startGateway({ world, store, env: { CHANGE_LEASE_MS: '1000', ...env } });
  gateways.push(gateway);
  return gateway;
}

async function kill({ process }: RunningGateway): Promise<void> {
  process.kill('SIGKILL');
  if (process.signalCode === null) await once(process, 'exit');
}

const outcomesOf = async (iccids: readonly string[]) => {
  const rows = await store.query<{ iccid: string; status: string }>(
    'select iccid, status from change_sim where iccid = any($1)',
    [iccids],
  );
  return new Map(rows.map(({ iccid, status }) => [iccid, status]));
};
const settled = async (gateway: RunningGateway, iccid: string | undefined) => {
  await waitFor(async () => (await readAuditLog(gateway, iccid)).every(({ outcome }) => outcome !== 'OPEN'));
  return readAuditLog(gateway, iccid);
};

beforeAll(async () => {
  world = await createWorld({
    sims: 900,
    clock: { rate: 0 },
    manners: { settleMs: { min: 60_000, max: 60_000 } },
  });
  relay = await startRelay(world.origin);
});
beforeEach(async () => {
  store = await createStore();
  await world.clearFaults();
  await world.clearCalls();
  await world.clearEffects();
});
afterEach(async () => {
  for (const gateway of gateways.splice(0)) await gateway.stop();
  await store.remove();
});
afterAll(async () => {
  await relay.stop();
  await world.remove();
});

describe('a gateway that is killed in the middle of', () => {
  test.each([1, 9, 20])(
    '30 messages, %d of them sent: each SIM is accounted for, and nobody got it twice',
    async (sent) => {
      const iccids = await live(30);
      await world.addFaults({ path: '/sendSms', kind: 'delay', ms: 60 });
      const first = await start({ SIM_API_CONCURRENCY: '4' });
      const input = { sims: refs(iccids), text: 'crash' };
      const key = { 'idempotency-key': 'crash' };
      const lost = askWith(first, key, sendSms, { input }).catch(() => 'lost');
      await waitFor(async () => (await world.effects()).length >= sent);
      await kill(first);
      expect(await lost).toBe('lost');
      const second = await start();
      expect(await settled(second, iccids[0])).toMatchObject([{ action: 'SEND_SMS', simCount: 30, iccids }]);
      const effects = await world.effectCounts();
      const outcomes = await outcomesOf(iccids);
      expect(outcomes.size).toBe(30);
      for (const iccid of iccids) {
        const possible = effects[iccid] === undefined ? ['UNKNOWN', 'NOT_SENT'] : ['SUCCEEDED', 'UNKNOWN'];
        expect(possible).toContain(outcomes.get(iccid));
        expect(effects[iccid] ?? 1).toBe(1);
      }
      const count = (wanted: string) => [...outcomes.values()].filter((status) => status === wanted).length;
      expect(count('NOT_SENT')).toBeGreaterThan(0);
      // Four were on their way, and the answers of four before them may not have been written down.
      expect(count('UNKNOWN')).toBeLessThanOrEqual(12);

      // Who asks again under the key is told what was found out, and nothing more is sent.
      const again = await askWith<{ sendSms: ManyAnswer }>(second, key, sendSms, { input });
      expect(again.data.sendSms.results.map(({ iccid, outcome }) => [iccid, outcome])).toEqual(
        iccids.map((iccid) => [iccid, outcomes.get(iccid)]),
      );
      for (const { outcome, error } of again.data.sendSms.results)
        expect(error?.code).toBe({ UNKNOWN: 'OUTCOME_UNKNOWN', NOT_SENT: 'OPERATION_CANCELED' }[outcome]);
      expect(await world.effectCounts()).toEqual(effects);
    },
  );

  test.each([
    ['was carried out: it shows on the SIMs, and they have succeeded', true, 'SUCCEEDED', null],
    ['never arrived: nobody knows of any SIM', false, 'UNKNOWN', 'OUTCOME_UNKNOWN'],
  ])('a change of state of 50 SIMs that %s', async (_, arrives, outcome, errorCode) => {
    const iccids = await live(50);
    if (arrives) await world.addFaults({ path: '/suspend', kind: 'delay', ms: 20_000, acts: true });
    const first = await start(arrives ? {} : { SIM_API_URL: `${relay.url}/v1` });
    const held = arrives ? null : relay.hold('/suspend?');
    const query = mutation('suspendSims', 'SimsInput');
    const key = { 'idempotency-key': 'bulk' };
    const lost = askWith(first, key, query, { input: { sims: refs(iccids) } }).catch(() => 'lost');
    if (arrives) await waitFor(async () => (await world.effects()).length === 50);
    else await held?.arrived;
    await kill(first);
    expect(await lost).toBe('lost');
    await world.clearFaults();
    await world.clearCalls();
    const second = await start();
    expect(await settled(second, iccids[0])).toMatchObject([{ outcome, errorCode, simCount: 50, iccids }]);
    expect(new Set((await outcomesOf(iccids)).values())).toEqual(new Set([outcome]));
    const again = await askWith<{ suspendSims: ManyAnswer }>(second, key, query, {
      input: { sims: refs(iccids) },
    });
    expect(again.data.suspendSims[outcome === 'SUCCEEDED' ? 'succeeded' : 'unknown']).toBe(50);
    expect((await world.calls()).byPath).not.toHaveProperty('/suspend');
    expect(await world.effectCounts()).toEqual(
      arrives ? Object.fromEntries(iccids.map((iccid) => [iccid, 1])) : {},
    );
  });

  test('the read before the change: nothing was sent, and its key is free', async () => {
    const [iccid = ''] = await live(1);
    await world.addFaults({ path: '/get_sims', kind: 'hang', times: 1 });
    const first = await start();
    const input = { sims: refs([iccid]), text: 'read', idempotencyKey: 'read' };
    const lost = first.ask(sendSms, { input }).catch(() => 'lost');
    await waitFor(async () => (await world.calls()).byPath['/get_sims'] === 1);
    await kill(first);
    await lost;
    const second = await start();
    await waitFor(async () => (await readAuditLog(second)).every(({ outcome }) => outcome !== 'OPEN'));
    expect(await readAuditLog(second)).toMatchObject([
      { outcome: 'FAILED', errorCode: 'OPERATION_CANCELED', simCount: 0 },
    ]);
    expect((await second.ask(sendSms, { input })).errors).toEqual([]);
    expect(await world.effectCounts()).toEqual({ [iccid]: 1 });
  });
});

describe('replicas over one store', () => {
  test('settle what a killed one left, once', async () => {
    const iccids = await live(12);
    await world.addFaults({ path: '/sendSms', kind: 'delay', ms: 100 });
    const [first, second, third] = [await start({ SIM_API_CONCURRENCY: '2' }), await start(), await start()];
    const lost = first.ask(sendSms, { input: { sims: refs(iccids), text: 'x' } }).catch(() => 'lost');
    await waitFor(async () => (await world.effects()).length >= 3);
    await kill(first);
    await lost;
    await settled(second, iccids[0]);
    expect((await readAuditLog(third, iccids[0])).length).toBe(1);
    for (const count of Object.values(await world.effectCounts())) expect(count).toBe(1);
    const said = [second, third]
      .flatMap((gateway) => gateway.logged())
      .filter(({ msg }) => msg === 'settled a change that its gateway left open');
    expect(said).toHaveLength(1);
  });

  test('leave a change alone whose gateway lives, however long it takes', async () => {
    const [iccid = ''] = await live(1);
    await world.addFaults({ path: '/sendSms', kind: 'delay', ms: 3000 });
    const [first] = [await start(), await start()];
    const { data } = await first.ask<{ sendSms: ManyAnswer }>(sendSms, {
      input: { sims: refs([iccid]), text: 'long' },
    });
    expect(data.sendSms).toMatchObject({ succeeded: 1 });
    expect(await readAuditLog(first, iccid)).toMatchObject([{ outcome: 'SUCCEEDED' }]);
  });

  test('take over from a frozen one, which sends nothing more for their SIMs when it wakes', async () => {
    const iccids = await live(30);
    await world.addFaults({ path: '/sendSms', kind: 'delay', ms: 60 });
    const frozen = await start({ SIM_API_CONCURRENCY: '3' });
    const other = await start();
    const answer = frozen.ask<{ sendSms: ManyAnswer }>(sendSms, {
      input: { sims: refs(iccids), text: 'frozen' },
    });
    await waitFor(async () => (await world.effects()).length >= 6);
    frozen.process.kill('SIGSTOP');
    try {
      await settled(other, iccids[0]);
    } finally {
      frozen.process.kill('SIGCONT');
    }
    const given = await outcomesOf(iccids);
    const { data } = await answer;
    const effects = await world.effectCounts();
    for (const { iccid, outcome } of data.sendSms.results) {
      const count = effects[iccid ?? ''] ?? 0;
      if (given.get(iccid ?? '') === 'NOT_SENT') expect(count).toBe(0);
      expect(count).toBeLessThanOrEqual(1);
      if (outcome === 'SUCCEEDED') expect(count).toBe(1);
      if (outcome === 'FAILED' || outcome === 'NOT_SENT') expect(count).toBe(0);
    }
    expect([...given.values()].filter((status) => status === 'NOT_SENT').length).toBeGreaterThan(10);
    for (const [iccid, status] of await outcomesOf(iccids))
      expect([iccid, effects[iccid] ?? 0]).toEqual([
        iccid,
        { SUCCEEDED: 1, NOT_SENT: 0 }[status] ?? effects[iccid] ?? 0,
      ]);
  });
});
