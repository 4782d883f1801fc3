import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type ManyAnswer, mutation, refs, sendSms } from '../support/asking.ts';
import { createRelayedStore, type RelayedStore } from '../support/database-relay.ts';
import { createPool } from '../support/fleet.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import { waitFor } from '../support/wait-for.ts';

let world: World;
let store: RelayedStore;
let gateway: RunningGateway;
const pool = createPool(() => world);
const live = async (count: number) => (await pool.take(count, { state: 'LIVE' })).map(({ iccid }) => iccid);

const start = async (env: Readonly<Record<string, string>>) => {
  gateway = await startGateway({ world, store, env });
};
const terminate = async (): Promise<number | null> => {
  const exited = once(gateway.process, 'exit');
  gateway.process.kill('SIGTERM');
  const [code] = await exited;
  return code as number | null;
};
const send = (iccids: readonly string[]) =>
  gateway.ask<{ sendSms: ManyAnswer }>(sendSms, { input: { sims: refs(iccids), text: 'stop' } });
const kept = (iccids: readonly string[]) =>
  store.query<{ iccid: string; status: string; outcome: string; code: string | null }>(
    `select iccid, status, outcome, error ->> 'code' as code from change_sim join audit_entry on id = entry_id
     where iccid = any($1) order by position`,
    [iccids],
  );
const puts = async () => (await world.calls()).calls.filter(({ method }) => method === 'PUT').length;

beforeAll(async () => {
  world = await createWorld({ sims: 600, clock: { rate: 0 } });
});
beforeEach(async () => {
  store = await createRelayedStore();
  await world.clearFaults();
  await world.clearCalls();
  await world.clearEffects();
});
afterEach(async () => {
  if (gateway.process.exitCode === null && gateway.process.signalCode === null)
    gateway.process.kill('SIGKILL');
  await store.remove();
});
afterAll(() => world.remove());

test('a change that is under way ends within the grace, and its answer is delivered', async () => {
  await start({ SHUTDOWN_GRACE_MS: '10000' });
  const iccids = await live(3);
  await world.addFaults({ path: '/sendSms', kind: 'delay', ms: 800 });
  const answer = send(iccids);
  await waitFor(async () => (await puts()) === 3);
  const code = terminate();
  const { data, errors } = await answer;
  expect([data.sendSms.succeeded, errors]).toEqual([3, []]);
  expect(await code).toBe(0);
  expect(await kept(iccids)).toEqual(
    iccids.map((iccid) => ({ iccid, status: 'SUCCEEDED', outcome: 'SUCCEEDED', code: null })),
  );
});

test('new connections are refused while a change is waited for', async () => {
  await start({ SHUTDOWN_GRACE_MS: '10000' });
  const iccids = await live(2);
  await world.addFaults({ path: '/sendSms', kind: 'delay', ms: 1500 });
  const answer = send([iccids[0] ?? '']);
  await waitFor(async () => (await puts()) === 1);
  const code = terminate();
  await waitFor(async () =>
    gateway.fetch('/health/ready').then(
      ({ ok }) => !ok,
      () => true,
    ),
  );
  await expect(send([iccids[1] ?? ''])).rejects.toThrow();
  expect((await answer).data.sendSms.succeeded).toBe(1);
  expect(await code).toBe(0);
  expect(await world.effects()).toHaveLength(1);
});

test('a change whose client has gone is waited for as well', async () => {
  await start({ SHUTDOWN_GRACE_MS: '10000' });
  const iccids = await live(2);
  await world.addFaults({ path: '/suspend', kind: 'delay', ms: 800, acts: false });
  const gone = new AbortController();
  const left = gateway
    .fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: mutation('suspendSims', 'SimsInput'),
        variables: { input: { sims: refs(iccids) } },
      }),
      signal: gone.signal,
    })
    .catch(() => 'left');
  await waitFor(async () => (await puts()) === 1);
  gone.abort();
  await left;
  expect(await terminate()).toBe(0);
  expect((await kept(iccids)).map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  expect(await world.effects()).toHaveLength(2);
});

test('what cannot end within the grace is UNKNOWN, what was not sent yet is NOT_SENT, and nothing is left open', async () => {
  await start({ SHUTDOWN_GRACE_MS: '300', SIM_API_CONCURRENCY: '4' });
  const iccids = await live(12);
  await world.addFaults({ path: '/sendSms', kind: 'delay', ms: 25_000 });
  const answer = send(iccids).catch(() => 'cut');
  await waitFor(async () => (await puts()) === 4);
  expect(await terminate()).toBe(0);
  await answer;
  const rows = await kept(iccids);
  const count = (status: string, code: string) =>
    rows.filter((row) => row.status === status && row.code === code).length;
  expect([count('UNKNOWN', 'OUTCOME_UNKNOWN'), count('NOT_SENT', 'OPERATION_CANCELED')]).toEqual([4, 8]);
  expect(new Set(rows.map(({ outcome }) => outcome))).toEqual(new Set(['PARTIAL']));
  expect(await puts()).toBe(4);
}, 20_000);

test('one message that cannot end within the grace is UNKNOWN', async () => {
  await start({ SHUTDOWN_GRACE_MS: '0' });
  const iccids = await live(1);
  await world.addFaults({ path: '/sendSms', kind: 'hang', acts: true });
  const answer = send(iccids).catch(() => 'cut');
  await waitFor(async () => (await puts()) === 1);
  expect(await terminate()).toBe(0);
  await answer;
  expect(await kept(iccids)).toMatchObject([{ status: 'UNKNOWN', outcome: 'UNKNOWN' }]);
  expect(await store.query(`select from audit_entry where outcome = 'OPEN'`)).toEqual([]);
}, 20_000);

test.each(['cut', 'silence'] as const)(
  'a database that is gone (%s) does not keep the gateway from ending',
  async (manner) => {
    await start({ SHUTDOWN_GRACE_MS: '300' });
    const iccids = await live(1);
    await send(iccids);
    store.relay[manner]();
    expect(await terminate()).toBe(0);
  },
  25_000,
);
