import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createPool } from '../support/fleet.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { type ManyAnswer, mutation, refs, sendSms } from '../support/graphql-client.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import { createStore, type TestStore } from '../support/store.ts';
import { waitFor } from '../support/wait-for.ts';

let world: World;
let store: TestStore;
let upstream: Relay;
let gateway: RunningGateway;
const pool = createPool(() => world);
const live = async (count: number) => (await pool.take(count, { state: 'LIVE' })).map(({ iccid }) => iccid);

/** Starts a gateway that waits for the SIM API longer than any test runs. */
const start = async (env: Readonly<Record<string, string>>) => {
  const longTimeouts = { SIM_API_TIMEOUT_MS: '600000', SIM_API_DEADLINE_MS: '600000' };
  gateway = await startGateway({
    world,
    store,
    env: { SIM_API_URL: `${upstream.url}/v1`, ...longTimeouts, ...env },
  });
};
const terminate = async (): Promise<number | null> => {
  const exited = once(gateway.process, 'exit');
  gateway.process.kill('SIGTERM');
  const [code] = await exited;
  return code as number | null;
};
const send = (iccids: readonly string[]) =>
  gateway.ask<{ sendSms: ManyAnswer }>(sendSms, { input: { sims: refs(iccids), text: 'stop' } });
/** Sends a message to one SIM with a key. */
const sendKeyed = (iccid: string, idempotencyKey: string) =>
  gateway.ask<{ sendSms: ManyAnswer }>(sendSms, {
    input: { sims: refs([iccid]), text: 'stop', idempotencyKey },
  });
const recorded = (iccids: readonly string[]) =>
  store.query<{ iccid: string; status: string; outcome: string; code: string | null }>(
    `select iccid, status, outcome, error ->> 'code' as code from change_sim join audit_entry on id = entry_id
     where iccid = any($1) order by position`,
    [iccids],
  );
const puts = async () => (await world.calls()).calls.filter(({ method }) => method === 'PUT').length;

/** Whether the gateway accepts a new connection. */
const takesConnections = () =>
  new Promise<boolean>((resolve) => {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname)
      .on('connect', () => {
        resolve(true);
        socket.destroy();
      })
      .on('error', () => resolve(false));
  });

beforeAll(async () => {
  world = await createWorld({ sims: 300, clock: { rate: 0 } });
  store = await createStore();
  upstream = await startRelay(world.origin);
});
beforeEach(async () => {
  await world.clearFaults();
  await world.clearCalls();
  await world.clearEffects();
});
afterEach(async () => {
  if (gateway.process.exitCode !== null || gateway.process.signalCode !== null) return;
  gateway.process.kill('SIGKILL');
  await once(gateway.process, 'exit');
});
afterAll(async () => {
  await upstream.stop();
  await store.remove();
  await world.remove();
});

test('changes in progress end within the grace period, also one whose client has disconnected, while new connections are refused', async () => {
  await start({ SHUTDOWN_GRACE_MS: '600000' });
  const iccids = await live(3);
  const left = await live(2);
  const held = iccids.map(() => upstream.hold('/sendSms?'));
  const heldOfLeft = upstream.hold('/suspend?');
  const answer = send(iccids);
  const gone = new AbortController();
  const leaving = gateway
    .fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: mutation('suspendSims', 'SimsInput'),
        variables: { input: { sims: refs(left) } },
      }),
      signal: gone.signal,
    })
    .catch(() => 'left');
  for (const { arrived } of [...held, heldOfLeft]) await arrived;
  gone.abort();
  await leaving;

  const code = terminate();
  await waitFor(async () => !(await takesConnections()));
  expect(gateway.process.exitCode).toBeNull();
  for (const { release } of held) release();
  const { data, errors } = await answer;
  expect([data.sendSms.succeeded, errors]).toEqual([3, []]);
  heldOfLeft.release();
  expect(await code).toBe(0);
  expect(await recorded(iccids)).toEqual(
    iccids.map((iccid) => ({ iccid, status: 'SUCCEEDED', outcome: 'SUCCEEDED', code: null })),
  );
  expect((await recorded(left)).map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  expect(await world.effects()).toHaveLength(5);
});

test('changes that cannot end within the grace period are UNKNOWN, unsent ones are NOT_SENT, and nothing is left open', async () => {
  await start({ SHUTDOWN_GRACE_MS: '300', SIM_API_CONCURRENCY: '5' });
  const [alone = ''] = await live(1);
  const iccids = await live(12);
  await world.addFaults({ path: '/sendSms', kind: 'hang', acts: true });
  const one = send([alone]).catch(() => 'cut');
  await waitFor(async () => (await puts()) === 1);
  const answer = send(iccids).catch(() => 'cut');
  await waitFor(async () => (await puts()) === 5);
  expect(await terminate()).toBe(0);
  expect(await Promise.all([one, answer])).toHaveLength(2);
  expect(await recorded([alone])).toMatchObject([{ status: 'UNKNOWN', outcome: 'UNKNOWN' }]);
  const rows = await recorded(iccids);
  const count = (status: string, code: string) =>
    rows.filter((row) => row.status === status && row.code === code).length;
  expect([count('UNKNOWN', 'OUTCOME_UNKNOWN'), count('NOT_SENT', 'GATEWAY_STOPPED')]).toEqual([4, 8]);
  expect(new Set(rows.map(({ outcome }) => outcome))).toEqual(new Set(['PARTIAL']));
  expect(await puts()).toBe(5);
  expect(await store.query(`select from audit_entry where outcome = 'OPEN'`)).toEqual([]);
});

test('a message that the gateway had not sent when it stopped may be sent with the same key', async () => {
  await start({ SHUTDOWN_GRACE_MS: '300', SIM_API_CONCURRENCY: '1' });
  const [hanging = '', waiting = ''] = await live(2);
  // The SIMs are read, and the message of one of them takes the only slot for calls.
  const held = upstream.hold('/sendSms?');
  const first = sendKeyed(hanging, 'hanging').catch(() => 'cut');
  await held.arrived;
  const second = sendKeyed(waiting, 'waiting').catch(() => 'cut');
  await waitFor(
    async () =>
      (await recorded([waiting])).length === 1 ||
      (await store.query(`select from idempotency_key where key = 'waiting'`)).length === 1,
  );
  expect(await terminate()).toBe(0);
  await Promise.all([first, second]);
  held.release();
  await world.clearEffects();

  await start({});
  expect((await sendKeyed(waiting, 'waiting')).data.sendSms).toMatchObject({ succeeded: 1 });
  expect((await sendKeyed(hanging, 'hanging')).data.sendSms).toMatchObject({ unknown: 1 });
  expect((await world.effectCounts())[waiting]).toBe(1);
});
