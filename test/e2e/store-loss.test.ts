import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type ManyAnswer, mutation, refs, sendSms } from '../support/asking.ts';
import { readAuditLog } from '../support/audit-log.ts';
import { createRelayedStore, type RelayedStore } from '../support/database-relay.ts';
import { createPool } from '../support/fleet.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { startRelay } from '../support/relay.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import { type StoppablePostgres, startStoppablePostgres } from '../support/stoppable-postgres.ts';
import { waitFor } from '../support/wait-for.ts';

let world: World;
const pool = createPool(() => world);
const live = async (count: number) => (await pool.take(count, { state: 'LIVE' })).map(({ iccid }) => iccid);
const send = (gateway: RunningGateway, iccids: readonly string[]) =>
  gateway.ask<{ sendSms: ManyAnswer } | null>(sendSms, { input: { sims: refs(iccids), text: 'store' } });
const puts = async () => (await world.calls()).calls.filter(({ method }) => method === 'PUT');
const readSims = '{ sims(first: 5) { nodes { iccid name state } } account { groups { name } } }';
const away = [{ extensions: { code: 'STORE_UNAVAILABLE', retryable: true } }];

beforeAll(async () => {
  world = await createWorld({ sims: 2000, clock: { rate: 0 } });
});
beforeEach(async () => {
  await world.clearFaults();
  await world.clearCalls();
  await world.clearEffects();
});
afterAll(() => world.remove());

describe('while PostgreSQL is stopped', () => {
  let postgres: StoppablePostgres;
  let gateway: RunningGateway;

  beforeAll(async () => {
    postgres = await startStoppablePostgres();
    gateway = await startGateway({ world, env: { DATABASE_URL: postgres.url } });
  }, 60_000);
  afterAll(async () => {
    await gateway.stop();
    await postgres.remove();
  });

  test('reads go on, changes are refused before anything is sent, and go on when it is back', async () => {
    const [iccid = ''] = await live(1);
    expect((await send(gateway, [iccid])).errors).toEqual([]);
    await postgres.stop();
    const load = Array.from({ length: 20 }, async (_, index) => {
      const read = await gateway.ask(readSims);
      expect([read.status, read.errors]).toEqual([200, []]);
      if (index % 2 === 0) expect((await send(gateway, [iccid])).errors).toMatchObject(away);
      else
        expect(
          (await gateway.ask(mutation('resetSim', 'SimInput'), { input: { sim: { iccid } } })).errors,
        ).toMatchObject(away);
    });
    await Promise.all(load);
    expect((await gateway.ask('{ auditLog { totalCount } }')).errors).toMatchObject(away);
    expect(await puts()).toHaveLength(1);
    expect((await gateway.fetch('/health/ready')).status).toBe(200);
    await postgres.start();
    const { data, errors } = await send(gateway, [iccid]);
    expect([data?.sendSms.succeeded, errors]).toEqual([1, []]);
    expect(await world.effectCounts()).toEqual({ [iccid]: 2 });
    expect(await readAuditLog(gateway, iccid)).toHaveLength(2);
  }, 60_000);

  test('a mutation of 200 messages in the middle: what was sent is told, the rest failed, nobody got it twice', async () => {
    const iccids = await live(200);
    await world.addFaults({ path: '/sendSms', kind: 'delay', ms: 20 });
    const answer = send(gateway, iccids);
    await waitFor(async () => (await world.effects()).length >= 40);
    await postgres.stop();
    const { data, errors } = await answer;
    expect(errors).toEqual([]);
    const effects = await world.effectCounts();
    const results = data?.sendSms.results ?? [];
    expect(Object.values(effects).every((count) => count === 1)).toBe(true);
    for (const { iccid, outcome, error } of results)
      expect([iccid, outcome, error?.code]).toEqual(
        effects[iccid ?? ''] ? [iccid, 'SUCCEEDED', undefined] : [iccid, 'FAILED', 'STORE_UNAVAILABLE'],
      );
    expect(data?.sendSms).toMatchObject({ succeeded: Object.keys(effects).length, unknown: 0, notSent: 0 });
    expect(data?.sendSms.failed).toBeGreaterThan(0);

    await postgres.start();
    await waitFor(async () => {
      const [entry] = await readAuditLog(gateway, iccids[0]);
      return entry?.outcome === 'PARTIAL';
    });
    const kept = await postgres.query<{ iccid: string; status: string }>(
      'select iccid, status from change_sim where iccid = any($1) order by position',
      [iccids],
    );
    expect(kept).toEqual(results.map(({ iccid, outcome }) => ({ iccid, status: outcome })));
    expect(await readAuditLog(gateway, iccids[0])).toMatchObject([
      { outcome: 'PARTIAL', errorCode: 'STORE_UNAVAILABLE', simCount: 200 },
    ]);
  }, 60_000);
});

describe('a gateway that starts without its database', () => {
  test('answers reads, refuses changes, and makes its tables and goes on as soon as it can', async () => {
    const store = await createRelayedStore();
    store.relay.cut();
    const gateway = await startGateway({ world, store });
    const [iccid = ''] = await live(1);
    expect((await gateway.ask(readSims)).errors).toEqual([]);
    expect((await send(gateway, [iccid])).errors).toMatchObject(away);
    expect(await puts()).toEqual([]);
    store.relay.restore();
    await waitFor(async () => (await send(gateway, [iccid])).errors.length === 0);
    expect(await world.effectCounts()).toEqual({ [iccid]: 1 });
    await gateway.stop();
    await store.remove();
  });
});

describe('a database that takes connections and never answers', () => {
  let store: RelayedStore;
  let gateway: RunningGateway;
  beforeEach(async () => {
    store = await createRelayedStore();
    gateway = await startGateway({ world, store });
  });
  afterEach(async () => {
    await gateway.stop();
    await store.remove();
  });

  test('has changes refused in the end, nothing is sent, and reads never wait', async () => {
    const [iccid = '', other = ''] = await live(2);
    await send(gateway, [iccid]);
    await world.clearEffects();
    store.relay.silence();
    const refused = Promise.all([send(gateway, [iccid]), send(gateway, [other])]);
    expect((await gateway.ask(readSims)).errors).toEqual([]);
    for (const { errors } of await refused) expect(errors).toMatchObject(away);
    expect(await world.effects()).toEqual([]);
    store.relay.restore();
    await waitFor(async () => (await send(gateway, [iccid])).errors.length === 0);
    expect(await world.effectCounts()).toEqual({ [iccid]: 1 });
  }, 60_000);

  test('in the middle of a change: the answer comes all the same, and the log agrees with it in the end', async () => {
    const relay = await startRelay(world.origin);
    const behind = await startGateway({ world, store, env: { SIM_API_URL: `${relay.url}/v1` } });
    const iccids = await live(2);
    const held = relay.hold('/suspend?');
    const answer = behind.ask<{ suspendSims: ManyAnswer }>(mutation('suspendSims', 'SimsInput'), {
      input: { sims: refs(iccids) },
    });
    await held.arrived;
    store.relay.silence();
    held.release();
    expect((await answer).data.suspendSims).toMatchObject({ succeeded: 2 });
    // What is silent stays so: this is the server ending it.
    store.relay.cut();
    store.relay.restore();
    const outcomes = () =>
      store.query(
        'select distinct outcome, status from audit_entry join change_sim on id = entry_id where iccid = any($1)',
        [iccids],
      );
    await waitFor(async () => JSON.stringify(await outcomes()).includes('"outcome":"SUCCEEDED"'));
    expect(await outcomes()).toEqual([{ outcome: 'SUCCEEDED', status: 'SUCCEEDED' }]);
    await behind.stop();
    await relay.stop();
  }, 60_000);
});

test('a server that says it is ready and that it goes down in one breath takes no gateway with it', async () => {
  const [iccid = ''] = await live(1);
  const store = await createRelayedStore();
  const gateway = await startGateway({ world, store });
  store.relay.stopAtReady();
  expect((await send(gateway, [iccid])).errors).toMatchObject(away);
  expect((await gateway.ask(readSims)).errors).toEqual([]);
  store.relay.restore();
  await waitFor(async () => (await send(gateway, [iccid])).errors.length === 0);
  expect(await world.effectCounts()).toEqual({ [iccid]: 1 });
  await gateway.stop();
  await store.remove();
});
