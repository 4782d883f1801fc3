import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readAuditLog } from '../support/audit-log.ts';
import { createRelayedStore, type RelayedStore } from '../support/database-relay.ts';
import { createPool } from '../support/fleet.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { askWith, type ManyAnswer, mutation, refs, sendSms } from '../support/graphql-client.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import { type StoppablePostgres, startStoppablePostgres } from '../support/stoppable-postgres.ts';
import { waitFor } from '../support/wait-for.ts';

let world: World;
/** The gateways call the SIM API through it. */
let upstream: Relay;
const pool = createPool(() => world);
const live = async (count: number) => (await pool.take(count, { state: 'LIVE' })).map(({ iccid }) => iccid);
const send = (gateway: RunningGateway, iccids: readonly string[]) =>
  gateway.ask<{ sendSms: ManyAnswer } | null>(sendSms, { input: { sims: refs(iccids), text: 'store' } });
/** Holds back the messages to these SIMs. */
const holdMessages = (iccids: readonly string[]) =>
  iccids.map((iccid) => upstream.hold(`sms=store&iccid=${iccid}`));
const puts = async () => (await world.calls()).calls.filter(({ method }) => method === 'PUT');
const readSims = '{ sims(first: 5) { nodes { iccid name state } } account { groups { name } } }';
const away = [{ extensions: { code: 'STORE_UNAVAILABLE', retryable: true } }];
/** Timeouts that healthy calls do not reach. */
const longTimeouts = { SIM_API_TIMEOUT_MS: '60000', SIM_API_DEADLINE_MS: '120000' };

beforeAll(async () => {
  world = await createWorld({ sims: 2000, clock: { rate: 0 } });
  upstream = await startRelay(world.origin);
});
beforeEach(async () => {
  await world.clearFaults();
  await world.clearCalls();
  await world.clearEffects();
});
afterAll(async () => {
  await upstream.stop();
  await world.remove();
});

/** Expects that each SIM got what its result shows: a message if it succeeded, none if the store was unavailable. */
function expectTrue({ results }: ManyAnswer, effects: Record<string, number>): void {
  expect(Object.values(effects).filter((count) => count !== 1)).toEqual([]);
  for (const { iccid, outcome, error } of results)
    expect([iccid, outcome, error?.code]).toEqual(
      effects[iccid ?? ''] ? [iccid, 'SUCCEEDED', undefined] : [iccid, 'FAILED', 'STORE_UNAVAILABLE'],
    );
}

describe('while PostgreSQL is stopped', () => {
  let postgres: StoppablePostgres;
  let gateway: RunningGateway;

  beforeAll(async () => {
    postgres = await startStoppablePostgres();
    const env = { DATABASE_URL: postgres.url, SIM_API_URL: `${upstream.url}/v1`, ...longTimeouts };
    gateway = await startGateway({ world, env: { ...env, SIM_API_CONCURRENCY: '10' } });
  });
  afterAll(async () => {
    await gateway.stop();
    await postgres.remove();
  });

  test('during 200 messages, those that were sent have succeeded, the others failed, and no SIM gets two; reads still work, changes are refused, and work again afterwards', async () => {
    const iccids = await live(200);
    // The maximum of concurrent calls: no other SIM is claimed before they end.
    const held = holdMessages(iccids.slice(40, 50));
    const answer = send(gateway, iccids);
    const early = answer.then(({ data, errors }) => {
      throw new Error(`answered before the database stopped: ${JSON.stringify([data?.sendSms, errors])}`);
    });
    await Promise.race([Promise.all(held.map(({ arrived }) => arrived)), early]);
    early.catch(() => undefined);
    await postgres.stop();
    for (const { release } of held) release();
    const { data, errors } = await answer;
    expect(errors).toEqual([]);
    const effects = await world.effectCounts();
    expect(Object.keys(effects).sort()).toEqual(iccids.slice(0, 50).sort());
    const sent = data?.sendSms as ManyAnswer;
    expectTrue(sent, effects);
    expect(sent).toMatchObject({ succeeded: 50, failed: 150, unknown: 0, notSent: 0 });

    const [iccid = ''] = await live(1);
    await world.clearCalls();
    const load = Array.from({ length: 20 }, async (_, index) => {
      const read = await gateway.ask(readSims);
      expect([read.status, read.errors]).toEqual([200, []]);
      const refused =
        index % 2 === 0
          ? await send(gateway, [iccid])
          : await gateway.ask(mutation('resetSim', 'SimInput'), { input: { sim: { iccid } } });
      expect(refused.errors).toMatchObject(away);
    });
    await Promise.all(load);
    expect((await gateway.ask('{ auditLog { totalCount } }')).errors).toMatchObject(away);
    expect(await puts()).toEqual([]);
    expect((await gateway.fetch('/health/ready')).status).toBe(200);

    await postgres.start();
    const again = await send(gateway, [iccid]);
    expect([again.data?.sendSms.succeeded, again.errors]).toEqual([1, []]);
    expect(await world.effectCounts()).toEqual({ ...effects, [iccid]: 1 });
    expect(await readAuditLog(gateway, iccid)).toHaveLength(1);

    await waitFor(async () => (await readAuditLog(gateway, iccids[0]))[0]?.outcome !== 'OPEN');
    const rows = await postgres.query<{ iccid: string; status: string }>(
      'select iccid, status from change_sim where iccid = any($1) order by position',
      [iccids],
    );
    expect(rows).toEqual(sent.results.map(({ iccid: of, outcome }) => ({ iccid: of, status: outcome })));
    expect(await readAuditLog(gateway, iccids[0])).toMatchObject([
      { outcome: 'PARTIAL', errorCode: 'STORE_UNAVAILABLE', simCount: 200 },
    ]);
  });
});

// The tests run one after another on one gateway.
describe('a gateway that starts without its database', () => {
  let store: RelayedStore;
  let gateway: RunningGateway;
  const isResolved = async () =>
    waitFor(async () => (await store.query(`select from audit_entry where outcome = 'OPEN'`)).length === 0);
  const statusesOf = async (iccids: readonly string[]) =>
    (
      await store.query<{ status: string }>(
        'select status from change_sim where iccid = any($1) order by position',
        [iccids],
      )
    ).map(({ status }) => status);

  beforeAll(async () => {
    store = await createRelayedStore({ isEmpty: true });
    store.relay.cut();
    // Few concurrent calls: a change that waited for the database for each of its SIMs would take minutes.
    const env = { SIM_API_URL: `${upstream.url}/v1`, SIM_API_CONCURRENCY: '2', ...longTimeouts };
    gateway = await startGateway({ world, store, env });
  });
  afterAll(async () => {
    store.relay.cut();
    await gateway.stop();
    await store.remove();
  });

  test('answers reads, refuses changes, creates its tables and works as soon as it can', async () => {
    const [iccid = ''] = await live(1);
    expect((await gateway.ask(readSims)).errors).toEqual([]);
    expect((await send(gateway, [iccid])).errors).toMatchObject(away);
    expect(await puts()).toEqual([]);
    store.relay.restore();
    await waitFor(async () => (await send(gateway, [iccid])).errors.length === 0);
    expect(await world.effectCounts()).toEqual({ [iccid]: 1 });
  });

  test('keeps working after a server that reports ready and its shutdown in the same packet', async () => {
    const [iccid = ''] = await live(1);
    store.relay.stopAtReady();
    expect((await send(gateway, [iccid])).errors).toMatchObject(away);
    expect((await gateway.ask(readSims)).errors).toEqual([]);
    store.relay.restore();
    await waitFor(async () => (await send(gateway, [iccid])).errors.length === 0);
    expect(await world.effectCounts()).toEqual({ [iccid]: 1 });
  });

  test('refuses changes while the database accepts connections and never answers, and reads still work', async () => {
    const [iccid = '', other = ''] = await live(2);
    store.relay.stall();
    let refusals = 0;
    const refused = [iccid, other].map((sim) =>
      send(gateway, [sim]).finally(() => {
        refusals += 1;
      }),
    );
    do expect((await gateway.ask(readSims)).errors).toEqual([]);
    while (refusals < 2);
    for (const { errors } of await Promise.all(refused)) expect(errors).toMatchObject(away);
    expect(await world.effects()).toEqual([]);
    store.relay.cut();
    store.relay.restore();
    await waitFor(async () => (await send(gateway, [iccid])).errors.length === 0);
    expect(await world.effectCounts()).toEqual({ [iccid]: 1 });
  });

  test('answers a change during which the database becomes silent, and the log agrees with the answer in the end', async () => {
    const iccids = await live(2);
    const held = upstream.hold('/suspend?');
    const answer = gateway.ask<{ suspendSims: ManyAnswer }>(mutation('suspendSims', 'SimsInput'), {
      input: { sims: refs(iccids) },
    });
    await held.arrived;
    store.relay.stall();
    held.release();
    expect((await answer).data.suspendSims).toMatchObject({ succeeded: 2 });
    // The server closes the silent connections and answers again.
    store.relay.cut();
    store.relay.restore();
    await isResolved();
    expect(await statusesOf(iccids)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect((await readAuditLog(gateway, iccids[0])).map(({ outcome }) => outcome)).toEqual(['SUCCEEDED']);
  });

  test('answers with the outcome of a message although the database fails repeatedly while it is recorded', async () => {
    const [iccid = ''] = await live(1);
    const lost = store.relay.cutAt('answer lost', 'is_ended');
    const answer = send(gateway, [iccid]);
    await lost.made;
    // The gateway writes the outcome again, finds it recorded, and reads the row.
    const again = store.relay.cutAt('unsent', 'is_detached');
    store.relay.restore();
    const { data, errors } = await answer.finally(() => store.relay.restore());
    await again.made;
    expect(errors).toEqual([]);
    expect(data?.sendSms).toMatchObject({ succeeded: 1, results: [{ iccid, outcome: 'SUCCEEDED' }] });
    await isResolved();
    expect(await statusesOf([iccid])).toEqual(['SUCCEEDED']);
    expect(await world.effectCounts()).toEqual({ [iccid]: 1 });
  });

  test('ends a message to 120 SIMs while the database is silent, and reads still work; no SIM gets it twice, and answers and records match the effects', async () => {
    const iccids = await live(120);
    const input = { sims: refs(iccids), text: 'store' };
    const keyed = () =>
      askWith<{ sendSms: ManyAnswer }>(gateway, { 'idempotency-key': 'silent' }, sendSms, { input });
    const held = holdMessages(iccids.slice(5, 7));
    let hasEnded = false;
    const message = keyed().finally(() => {
      hasEnded = true;
    });
    for (const { arrived } of held) await arrived;
    store.relay.stall();
    for (const { release } of held) release();
    do {
      const read = await gateway.ask('{ sims(first: 1) { nodes { iccid } } }');
      expect(read).toMatchObject({
        errors: [],
        data: { sims: { nodes: [{ iccid: expect.any(String) }] } },
      });
    } while (!hasEnded);

    const { data, errors } = await message;
    expect(errors).toEqual([]);
    const effects = await world.effectCounts();
    expect(Object.keys(effects).sort()).toEqual(iccids.slice(0, 7).sort());
    expectTrue(data.sendSms, effects);
    expect(data.sendSms).toMatchObject({ succeeded: 7, failed: 113, unknown: 0 });

    // The silent connections stay silent: the gateway closes them itself.
    store.relay.restore();
    await isResolved();
    expect(await statusesOf(iccids)).toEqual(data.sendSms.results.map(({ outcome }) => outcome));
    // Some were sent, so the key has that answer, and it is replayed.
    expect((await keyed()).data).toEqual(data);
    expect(await world.effectCounts()).toEqual(effects);
  });

  test.each(['cut', 'stall'] as const)(
    'ends on a signal although the database is gone (%s)',
    async (manner) => {
      if (gateway.process.exitCode !== null) {
        store.relay.restore();
        gateway = await startGateway({ world, store });
      }
      const [iccid = ''] = await live(1);
      expect((await send(gateway, [iccid])).errors).toEqual([]);
      store.relay[manner]();
      const exited = once(gateway.process, 'exit');
      gateway.process.kill('SIGTERM');
      expect(await exited).toEqual([0, null]);
    },
  );
});
