import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createPool } from '../support/fleet.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { askWith, type ManyAnswer, mutation, refs, sendSms } from '../support/graphql-client.ts';
import { type Gate, type Relay, startRelay } from '../support/relay.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import { createStore, type TestStore } from '../support/store.ts';
import { waitFor } from '../support/wait-for.ts';

/** A call that is held back is not given up on a slow machine. */
const longTimeouts = { SIM_API_TIMEOUT_MS: '60000', SIM_API_DEADLINE_MS: '60000' };
const ground = {} as { world: World; store: TestStore; relay: Relay; gateway: RunningGateway };
const pool = createPool(() => ground.world);
const live = async (count: number) => (await pool.take(count, { state: 'LIVE' })).map(({ iccid }) => iccid);

beforeAll(async () => {
  ground.world = await createWorld({ sims: 600, clock: { rate: 0 } });
  ground.store = await createStore();
  ground.relay = await startRelay(ground.world.origin);
  const { world, store, relay } = ground;
  ground.gateway = await startGateway({
    world,
    store,
    env: { SIM_API_URL: `${relay.url}/v1`, ...longTimeouts },
  });
});
beforeEach(async () => {
  ground.relay.openAll();
  await ground.world.clearFaults();
  await ground.world.clearCalls();
  await ground.world.clearEffects();
});
afterAll(async () => {
  ground.relay.openAll();
  await ground.gateway.stop();
  await ground.relay.stop();
  await ground.store.remove();
  await ground.world.remove();
});

const suspendSims = mutation('suspendSims', 'SimsInput');

const received = async (path: string) => (await ground.world.calls()).byPath[path] ?? 0;

/** Asks for a change and leaves while a call for it is held back; the call goes on when the gateway can have noticed. */
async function askAndLeave(key: string, query: string, input: object, call: Gate) {
  const client = new AbortController();
  const answer = ground.gateway.fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ query, variables: { input } }),
    signal: client.signal,
  });
  await call.holds(1);
  client.abort();
  await expect(answer).rejects.toThrow(/aborted/);
  await ground.gateway.ask('{ __typename }');
  call.open();
}

/** What the rows of these SIMs say. */
const statuses = async (iccids: readonly string[]) =>
  (
    await ground.store.query('select status from change_sim where iccid = any($1) order by position', [
      iccids,
    ])
  ).map(({ status }) => status);

const again = async <Name extends string>(key: string, query: string, input: object) =>
  askWith<Record<Name, ManyAnswer>>(ground.gateway, { 'idempotency-key': key }, query, { input });

describe('a client that leaves while the SIMs are read before the change', () => {
  const change = (iccids: readonly string[]) => ({ sims: refs(iccids) });

  test('does not keep the change from being carried out, and the same key tells its outcome', async () => {
    const iccids = await live(3);
    const read = ground.relay.gate('/get_sims');
    await askAndLeave('left-reading', suspendSims, change(iccids), read);
    await waitFor(async () => (await statuses(iccids)).join() === 'SUCCEEDED,SUCCEEDED,SUCCEEDED');
    const sent = await received('/suspend');
    const { data, errors } = await again<'suspendSims'>('left-reading', suspendSims, change(iccids));
    expect(errors).toEqual([]);
    expect(data.suspendSims).toMatchObject({ succeeded: 3, failed: 0, unknown: 0, notSent: 0 });
    expect([sent, await received('/suspend')]).toEqual([1, 1]);
    expect(await ground.world.effectCounts()).toEqual(Object.fromEntries(iccids.map((iccid) => [iccid, 1])));
  });

  test('may come back at once: it waits for the change that it began, and no message goes out twice', async () => {
    const iccids = await live(3);
    const input = { sims: refs(iccids), text: 'x' };
    const read = ground.relay.gate('/get_sims');
    await askAndLeave('left-message', sendSms, input, read);
    const { data } = await again<'sendSms'>('left-message', sendSms, input);
    expect(data.sendSms).toMatchObject({ succeeded: 3, failed: 0, unknown: 0, notSent: 0 });
    expect(await received('/sendSms')).toBe(3);
    expect(await ground.world.effectCounts()).toEqual(Object.fromEntries(iccids.map((iccid) => [iccid, 1])));
  });

  test('leaves an entry in the audit log like any other', async () => {
    const [iccid = ''] = await live(1);
    const read = ground.relay.gate('/get_sims');
    await askAndLeave('left-entry', suspendSims, change([iccid]), read);
    await waitFor(async () => (await statuses([iccid]))[0] === 'SUCCEEDED');
    const entries = async () =>
      ground.store.query(
        'select outcome, error_code from audit_entry where id in (select entry_id from change_sim where iccid = $1)',
        [iccid],
      );
    await waitFor(async () => (await entries())[0]?.outcome !== 'OPEN');
    expect(await entries()).toEqual([{ outcome: 'SUCCEEDED', error_code: null }]);
  });
});

test('a client that leaves while the SIM is read back: what the call did is found out all the same', async () => {
  const [iccid = ''] = await live(1);
  const input = { sims: refs([iccid]) };
  await ground.world.addFaults({ path: '/suspend', kind: 'status', status: 503, times: 1, acts: true });
  const readingBack = ground.relay.gate('/get_sims', { after: 1 });
  await askAndLeave('left-reading-back', suspendSims, input, readingBack);
  const { data, errors } = await again<'suspendSims'>('left-reading-back', suspendSims, input);
  expect(errors).toEqual([]);
  expect(data.suspendSims).toMatchObject({ succeeded: 1, unknown: 0, results: [{ iccid, error: null }] });
  expect(await statuses([iccid])).toEqual(['SUCCEEDED']);
  expect(await ground.world.effectCounts()).toEqual({ [iccid]: 1 });
});

test('what became of 29 SIMs is written down while the message to the 30th is still under way', async () => {
  const iccids = await live(30);
  // Only the call for this SIM alone has its ICCID right behind the name of the list.
  const message = ground.relay.gate(`iccid=${iccids[29]}`);
  const answer = ground.gateway.ask<{ sendSms: ManyAnswer }>(sendSms, {
    input: { sims: refs(iccids), text: 'x' },
  });
  const allButOne = [...iccids.slice(1).map(() => 'SUCCEEDED'), 'SENDING'].join();
  await waitFor(async () => (await statuses(iccids)).join() === allButOne);
  message.open();
  expect((await answer).data.sendSms).toMatchObject({ succeeded: 30 });
  expect(new Set(await statuses(iccids))).toEqual(new Set(['SUCCEEDED']));
});
