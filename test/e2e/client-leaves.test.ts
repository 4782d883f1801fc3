import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createPool } from '../support/fleet.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { askWith, type ManyAnswer, mutation, refs, sendSms } from '../support/graphql-client.ts';
import { type Gate, type Relay, startRelay } from '../support/relay.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import { createStore, type TestStore } from '../support/store.ts';
import { waitFor } from '../support/wait-for.ts';

/** Timeouts that a held call does not reach on a slow machine. */
const longTimeouts = { SIM_API_TIMEOUT_MS: '60000', SIM_API_DEADLINE_MS: '60000' };
const fixture = {} as { world: World; store: TestStore; relay: Relay; gateway: RunningGateway };
const pool = createPool(() => fixture.world);
const live = async (count: number) => (await pool.take(count, { state: 'LIVE' })).map(({ iccid }) => iccid);

beforeAll(async () => {
  fixture.world = await createWorld({ sims: 600, clock: { rate: 0 } });
  fixture.store = await createStore();
  fixture.relay = await startRelay(fixture.world.origin);
  const { world, store, relay } = fixture;
  fixture.gateway = await startGateway({
    world,
    store,
    env: { SIM_API_URL: `${relay.url}/v1`, ...longTimeouts },
  });
});
beforeEach(async () => {
  fixture.relay.openAll();
  await fixture.world.clearFaults();
  await fixture.world.clearCalls();
  await fixture.world.clearEffects();
});
afterAll(async () => {
  fixture.relay.openAll();
  await fixture.gateway.stop();
  await fixture.relay.stop();
  await fixture.store.remove();
  await fixture.world.remove();
});

const suspendSims = mutation('suspendSims', 'SimsInput');

const received = async (path: string) => (await fixture.world.calls()).byPath[path] ?? 0;

/** Requests a change and disconnects while a call for it is held back; the call is released once the gateway can have noticed. */
async function askAndLeave(key: string, query: string, input: object, call: Gate) {
  const client = new AbortController();
  const answer = fixture.gateway.fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ query, variables: { input } }),
    signal: client.signal,
  });
  await call.holds(1);
  client.abort();
  await expect(answer).rejects.toThrow(/aborted/);
  await fixture.gateway.ask('{ __typename }');
  call.open();
}

/** The recorded statuses of these SIMs. */
const statuses = async (iccids: readonly string[]) =>
  (
    await fixture.store.query('select status from change_sim where iccid = any($1) order by position', [
      iccids,
    ])
  ).map(({ status }) => status);

const again = async <Name extends string>(key: string, query: string, input: object) =>
  askWith<Record<Name, ManyAnswer>>(fixture.gateway, { 'idempotency-key': key }, query, { input });

describe('a client that disconnects while the SIMs are read before the change', () => {
  const change = (iccids: readonly string[]) => ({ sims: refs(iccids) });

  test('does not stop the change, and the same key returns its outcome', async () => {
    const iccids = await live(3);
    const read = fixture.relay.gate('/get_sims');
    await askAndLeave('left-reading', suspendSims, change(iccids), read);
    await waitFor(async () => (await statuses(iccids)).join() === 'SUCCEEDED,SUCCEEDED,SUCCEEDED');
    const sent = await received('/suspend');
    const { data, errors } = await again<'suspendSims'>('left-reading', suspendSims, change(iccids));
    expect(errors).toEqual([]);
    expect(data.suspendSims).toMatchObject({ succeeded: 3, failed: 0, unknown: 0, notSent: 0 });
    expect([sent, await received('/suspend')]).toEqual([1, 1]);
    expect(await fixture.world.effectCounts()).toEqual(Object.fromEntries(iccids.map((iccid) => [iccid, 1])));
  });

  test('may reconnect at once: it waits for the change that it started, and no message is sent twice', async () => {
    const iccids = await live(3);
    const input = { sims: refs(iccids), text: 'x' };
    const read = fixture.relay.gate('/get_sims');
    await askAndLeave('left-message', sendSms, input, read);
    const { data } = await again<'sendSms'>('left-message', sendSms, input);
    expect(data.sendSms).toMatchObject({ succeeded: 3, failed: 0, unknown: 0, notSent: 0 });
    expect(await received('/sendSms')).toBe(3);
    expect(await fixture.world.effectCounts()).toEqual(Object.fromEntries(iccids.map((iccid) => [iccid, 1])));
  });

  test('leaves an entry in the audit log like any other', async () => {
    const [iccid = ''] = await live(1);
    const read = fixture.relay.gate('/get_sims');
    await askAndLeave('left-entry', suspendSims, change([iccid]), read);
    await waitFor(async () => (await statuses([iccid]))[0] === 'SUCCEEDED');
    const entries = async () =>
      fixture.store.query(
        'select outcome, error_code from audit_entry where id in (select entry_id from change_sim where iccid = $1)',
        [iccid],
      );
    await waitFor(async () => (await entries())[0]?.outcome !== 'OPEN');
    expect(await entries()).toEqual([{ outcome: 'SUCCEEDED', error_code: null }]);
  });
});

test('if a client disconnects while the SIM is read back, the outcome is determined nevertheless', async () => {
  const [iccid = ''] = await live(1);
  const input = { sims: refs([iccid]) };
  await fixture.world.addFaults({ path: '/suspend', kind: 'status', status: 503, times: 1, acts: true });
  const readingBack = fixture.relay.gate('/get_sims', { after: 1 });
  await askAndLeave('left-reading-back', suspendSims, input, readingBack);
  const { data, errors } = await again<'suspendSims'>('left-reading-back', suspendSims, input);
  expect(errors).toEqual([]);
  expect(data.suspendSims).toMatchObject({ succeeded: 1, unknown: 0, results: [{ iccid, error: null }] });
  expect(await statuses([iccid])).toEqual(['SUCCEEDED']);
  expect(await fixture.world.effectCounts()).toEqual({ [iccid]: 1 });
});

test('the outcomes of 29 SIMs are recorded while the message to the 30th is still in progress', async () => {
  const iccids = await live(30);
  // Only the call for this SIM alone has its ICCID directly after the parameter name.
  const message = fixture.relay.gate(`iccid=${iccids[29]}`);
  const answer = fixture.gateway.ask<{ sendSms: ManyAnswer }>(sendSms, {
    input: { sims: refs(iccids), text: 'x' },
  });
  const allButOne = [...iccids.slice(1).map(() => 'SUCCEEDED'), 'SENDING'].join();
  await waitFor(async () => (await statuses(iccids)).join() === allButOne);
  message.open();
  expect((await answer).data.sendSms).toMatchObject({ succeeded: 30 });
  expect(new Set(await statuses(iccids))).toEqual(new Set(['SUCCEEDED']));
});
