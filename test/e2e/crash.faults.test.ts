import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readAuditLog, type ShownEntry } from '../support/audit-log.ts';
import { createPool, special } from '../support/fleet.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { askWith, type ManyAnswer, mutation, refs, sendSms } from '../support/graphql-client.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import type { TestStore } from '../support/store.ts';
import { waitFor } from '../support/wait-for.ts';
import { createTables } from '../support/written-entries.ts';

let world: World;
let store: TestStore;
/** Relays to the SIM API: `upstream` for the first two gateways, the other one for the other two. */
let upstream: Relay;
let lookups: Relay;
/** One is killed and one freezes. Their leases outlast a slow machine, and the test ends them explicitly. */
let mortal: RunningGateway;
let sleeper: RunningGateway;
/** Replicas that take over abandoned work within a few seconds after its lease has expired. */
let heirs: RunningGateway[];

const pool = createPool(() => world);
const live = async (count: number) => (await pool.take(count, { state: 'LIVE' })).map(({ iccid }) => iccid);
const suspendSims = mutation('suspendSims', 'SimsInput');
const onceEach = (iccids: readonly string[]) => Object.fromEntries(iccids.map((iccid) => [iccid, 1]));

/** Requests a change with a key that is also its request id. */
const change = <Data>(gateway: RunningGateway, key: string, query: string, input: object) =>
  askWith<Data>(gateway, { 'idempotency-key': key, 'x-request-id': key }, query, { input });

/** Number of changes of each of these SIMs. */
async function effectsOf(iccids: readonly string[]): Promise<Record<string, number>> {
  const counts = Object.entries(await world.effectCounts());
  return Object.fromEntries(counts.filter(([iccid]) => iccids.includes(iccid)));
}

/** The recorded statuses of SIMs, in the order in which they were named. */
async function statusesOf(iccids: readonly string[]): Promise<string[]> {
  const rows = await store.query<{ status: string }>(
    'select status from change_sim where iccid = any($1) order by position',
    [iccids],
  );
  return rows.map(({ status }) => status);
}

/** Expires the leases of changes, by their request ids. */
const expire = (...requestIds: string[]) =>
  store.query(
    `update audit_entry set lease_until = now() - interval '1 second'
     where request_id = any($1) and outcome = 'OPEN'`,
    [requestIds],
  );
const recorded = (...requestIds: string[]) =>
  waitFor(
    async () =>
      (
        await store.query(`select from audit_entry where request_id = any($1) and outcome <> 'OPEN'`, [
          requestIds,
        ])
      ).length === requestIds.length,
  );
const entryOf = async (requestId: string): Promise<ShownEntry[]> =>
  (await readAuditLog(heirs[0] as RunningGateway)).filter((entry) => entry.requestId === requestId);

beforeAll(async () => {
  world = await createWorld({
    sims: 900,
    clock: { rate: 0 },
    behaviour: { settleMs: { min: 60_000, max: 60_000 } },
  });
  store = await createTables();
  [upstream, lookups] = [await startRelay(world.origin), await startRelay(world.origin)];
  const longTimeouts = { SIM_API_TIMEOUT_MS: '300000', SIM_API_DEADLINE_MS: '600000' };
  const start = (relay: Relay, leaseMs: string, env: Readonly<Record<string, string>>) =>
    startGateway({
      world,
      store,
      env: { SIM_API_URL: `${relay.url}/v1`, CHANGE_LEASE_MS: leaseMs, ...longTimeouts, ...env },
    });
  let others: RunningGateway[];
  [mortal, sleeper, ...others] = await Promise.all([
    start(upstream, '600000', { SIM_API_CONCURRENCY: '8' }),
    start(upstream, '15000', { SIM_API_CONCURRENCY: '3' }),
    start(lookups, '6000', {}),
    start(lookups, '6000', {}),
  ]);
  heirs = others;
}, 120_000);
beforeEach(() => world.clearCalls());
afterEach(() => {
  sleeper.process.kill('SIGCONT');
});
afterAll(async () => {
  for (const gateway of [mortal, sleeper, ...heirs]) await gateway.stop();
  await upstream.stop();
  await lookups.stop();
  await store.remove();
  await world.remove();
});

describe('after kill -9 of a gateway during changes', () => {
  const keys = ['read', 'arrived', 'lost', 'messages'];
  let unread: string[];
  let arrived: string[];
  let lost: string[];
  let messages: string[];
  const input = {
    read: () => ({ sims: refs(unread), text: 'read' }),
    messages: () => ({ sims: refs(messages), text: 'crash' }),
  };

  beforeAll(async () => {
    unread = await live(1);
    arrived = await live(50);
    lost = await live(50);
    messages = await live(30);
    // A change of a gateway that stays alive, open all the time.
    const heldOfSleeper = upstream.hold('/suspend?');
    const [open = ''] = await live(1);
    const living = change<{ suspendSims: ManyAnswer }>(sleeper, 'living', suspendSims, {
      sims: refs([open]),
    });
    await heldOfSleeper.arrived;
    const leaseOfLiving = async () =>
      (
        await store.query<{ owner: string; until: Date; outcome: string }>(
          `select owner, lease_until as until, outcome from audit_entry where request_id = 'living'`,
        )
      )[0];
    const before = await leaseOfLiving();

    const answers: Promise<unknown>[] = [];
    const ask = (key: string, query: string, asked: object) =>
      answers.push(change(mortal, key, query, asked).catch(() => 'no answer'));
    const [fault] = await world.addFaults(
      { path: '/get_sims', kind: 'hang', iccid: unread[0] ?? '', times: 1 },
      { path: '/suspend', kind: 'hang', iccid: arrived[0] ?? '', acts: true },
      { path: '/sendSms', kind: 'hang', skip: 9, acts: true },
    );
    ask('read', sendSms, input.read());
    await waitFor(async () => (await world.faults()).some(({ id, hits }) => id === fault?.id && hits === 1));
    ask('arrived', suspendSims, { sims: refs(arrived) });
    await waitFor(async () => Object.keys(await effectsOf(arrived)).length === 50);
    const held = upstream.hold('/suspend?');
    ask('lost', suspendSims, { sims: refs(lost) });
    await held.arrived;
    ask('messages', sendSms, input.messages());
    await waitFor(async () => Object.keys(await effectsOf(messages)).length > 9);
    await waitFor(async () => (await statusesOf(messages)).includes('SUCCEEDED'));

    mortal.process.kill('SIGKILL');
    await once(mortal.process, 'exit');
    expect(await Promise.all(answers)).toEqual(keys.map(() => 'no answer'));
    await world.clearFaults();
    await expire(...keys);
    await recorded(...keys);

    // Meanwhile the living gateway has renewed its lease, and still owns its change.
    await waitFor(async () => ((await leaseOfLiving())?.until ?? 0) > (before?.until ?? 0));
    expect(await leaseOfLiving()).toMatchObject({ owner: before?.owner, outcome: 'OPEN' });
    heldOfSleeper.release();
    expect((await living).data.suspendSims).toMatchObject({ succeeded: 1 });
    await recorded('living');
    expect(await entryOf('living')).toMatchObject([{ outcome: 'SUCCEEDED' }]);
  }, 180_000);

  test('each of 30 messages is accounted for, and no SIM gets it twice', async () => {
    expect(await entryOf('messages')).toMatchObject([{ action: 'SEND_SMS', simCount: 30, iccids: messages }]);
    const effects = await effectsOf(messages);
    const statuses = await statusesOf(messages);
    for (const [index, iccid] of messages.entries()) {
      const possible = effects[iccid] === undefined ? ['UNKNOWN', 'NOT_SENT'] : ['SUCCEEDED', 'UNKNOWN'];
      expect(possible).toContain(statuses[index]);
      expect(effects[iccid] ?? 1).toBe(1);
    }
    const count = (wanted: string) => statuses.filter((status) => status === wanted).length;
    expect(count('SUCCEEDED')).toBeGreaterThan(0);
    expect(count('UNKNOWN')).toBeGreaterThan(0);
    // Nine were answered, and at most eight can be in progress.
    expect(count('NOT_SENT')).toBeGreaterThanOrEqual(30 - 9 - 8);

    // The same key returns the determined outcome, and nothing more is sent.
    const heir = heirs[0] as RunningGateway;
    const again = await change<{ sendSms: ManyAnswer }>(heir, 'messages', sendSms, input.messages());
    expect(again.data.sendSms.results.map(({ iccid, outcome }) => [iccid, outcome])).toEqual(
      messages.map((iccid, index) => [iccid, statuses[index]]),
    );
    for (const { outcome, error } of again.data.sendSms.results)
      expect(error?.code).toBe({ UNKNOWN: 'OUTCOME_UNKNOWN', NOT_SENT: 'GATEWAY_STOPPED' }[outcome]);
    expect(await effectsOf(messages)).toEqual(effects);
  });

  test.each([
    ['was carried out is resolved by reading its SIMs: they have succeeded', 'arrived', 'SUCCEEDED', null],
    ['never arrived is UNKNOWN for every SIM', 'lost', 'UNKNOWN', 'OUTCOME_UNKNOWN'],
  ] as const)('a state change of 50 SIMs that %s', async (_, key, outcome, errorCode) => {
    const iccids = { arrived, lost }[key];
    expect(await entryOf(key)).toMatchObject([{ outcome, errorCode, simCount: 50, iccids }]);
    expect(await statusesOf(iccids)).toEqual(iccids.map(() => outcome));
    const heir = heirs[1] as RunningGateway;
    const { data } = await change<{ suspendSims: ManyAnswer }>(heir, key, suspendSims, {
      sims: refs(iccids),
    });
    expect(data.suspendSims[outcome === 'SUCCEEDED' ? 'succeeded' : 'unknown']).toBe(50);
    expect((await world.calls()).byPath).not.toHaveProperty('/suspend');
    expect(await effectsOf(iccids)).toEqual(key === 'arrived' ? onceEach(iccids) : {});
  });

  test('a change whose SIMs were still being read was not sent, and its key is unused', async () => {
    expect(await entryOf('read')).toMatchObject([
      { outcome: 'FAILED', errorCode: 'GATEWAY_STOPPED', simCount: 0 },
    ]);
    const { errors } = await change(sleeper, 'read', sendSms, input.read());
    expect(errors).toEqual([]);
    expect(await effectsOf(unread)).toEqual(onceEach(unread));
  });

  test('one of three replicas completed each change, and the log contains it once', async () => {
    const settlements = () =>
      [sleeper, ...heirs]
        .flatMap((gateway) => gateway.logged())
        .filter(({ msg }) => msg === 'recovered a change whose gateway is gone')
        .map(({ requestId }) => String(requestId))
        .filter((requestId) => keys.includes(requestId))
        .sort();
    await waitFor(() => settlements().length >= keys.length);
    expect(settlements()).toEqual([...keys].sort());
    for (const key of keys.slice(1)) expect(await entryOf(key)).toHaveLength(1);
  });
});

describe('a gateway that freezes', () => {
  test('sends nothing more for SIMs whose change was taken over when it wakes', async () => {
    const iccids = await live(30);
    // As many as the allowed concurrent calls.
    const held = iccids.slice(6, 9).map((iccid) => upstream.hold(`sms=frozen&iccid=${iccid}`));
    const answer = change<{ sendSms: ManyAnswer }>(sleeper, 'frozen', sendSms, {
      sims: refs(iccids),
      text: 'frozen',
    });
    for (const { arrived } of held) await arrived;
    await waitFor(
      async () => (await statusesOf(iccids)).filter((status) => status === 'SUCCEEDED').length === 6,
    );
    sleeper.process.kill('SIGSTOP');
    await expire('frozen');
    await recorded('frozen');
    expect(await statusesOf(iccids)).toEqual([
      ...Array<string>(6).fill('SUCCEEDED'),
      ...Array<string>(3).fill('UNKNOWN'),
      ...Array<string>(21).fill('NOT_SENT'),
    ]);
    for (const { release } of held) release();
    sleeper.process.kill('SIGCONT');

    const { data } = await answer;
    const effects = await effectsOf(iccids);
    expect(effects).toEqual(onceEach(iccids.slice(0, 9)));
    const statuses = await statusesOf(iccids);
    expect(statuses.slice(9)).toEqual(Array<string>(21).fill('NOT_SENT'));
    for (const { iccid, outcome } of data.sendSms.results) {
      if (outcome === 'SUCCEEDED') expect(effects[iccid ?? '']).toBe(1);
      if (outcome === 'FAILED' || outcome === 'NOT_SENT') expect(effects[iccid ?? '']).toBeUndefined();
    }
  });

  test.each([
    ['after another gateway has completed its change', 'woken-late'],
    ['while another gateway still reads back its effect', 'woken-early'],
  ])('that wakes %s answers with the recorded outcome, not with the one of its call', async (_, key) => {
    const isEarly = key === 'woken-early';
    const ask = (gateway: RunningGateway) =>
      change<{ suspendSims: ManyAnswer }>(gateway, key, suspendSims, { sims: refs([special.E202]) });
    const outcome = async () =>
      (
        await store.query(
          `select outcome, status from audit_entry join change_sim on change_sim.entry_id = audit_entry.id
           where request_id = $1`,
          [key],
        )
      )
        .map(({ outcome: of, status }) => `${of} ${status}`)
        .join();
    const held = upstream.hold('/suspend?');
    const looking = isEarly ? lookups.hold('/get_sims') : undefined;
    const answer = ask(sleeper);
    await held.arrived;
    sleeper.process.kill('SIGSTOP');
    await expire(key);
    await (looking?.arrived ?? recorded(key));
    expect(await outcome()).toBe(isEarly ? 'OPEN UNKNOWN' : 'UNKNOWN UNKNOWN');
    held.release();
    sleeper.process.kill('SIGCONT');
    if (looking !== undefined) {
      // The refusal has arrived, and the woken gateway works again.
      await waitFor(async () =>
        (await world.calls()).calls.some(
          ({ path, httpStatus }) => path === '/suspend' && httpStatus !== null,
        ),
      );
      expect((await sleeper.ask('{ auditLog { totalCount } }')).errors).toEqual([]);
      looking.release();
    }

    const unknown = {
      succeeded: 0,
      failed: 0,
      unknown: 1,
      results: [{ iccid: special.E202, outcome: 'UNKNOWN', error: { code: 'OUTCOME_UNKNOWN' } }],
    };
    expect((await answer).data.suspendSims).toMatchObject(unknown);
    expect(await outcome()).toBe('UNKNOWN UNKNOWN');
    for (const gateway of [sleeper, ...heirs])
      expect((await ask(gateway)).data.suspendSims).toMatchObject(unknown);
    expect(await entryOf(key)).toMatchObject([{ outcome: 'UNKNOWN', errorCode: 'OUTCOME_UNKNOWN' }]);
    expect((await world.calls()).byPath['/suspend']).toBe(1);
  });
});
