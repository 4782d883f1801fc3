import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readAuditLog } from '../support/audit-log.ts';
import {
  askForBulk,
  cancelBulk,
  endOf,
  fastEnv,
  heirEnv,
  kill,
  onceEach,
  stableIccids,
  startBulk,
} from '../support/bulk.ts';
import { accountOf, type RunningGateway, startGateway } from '../support/gateway.ts';
import { askWith, type ManyAnswer, refs, sendSms } from '../support/graphql-client.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import { createStore, type TestStore } from '../support/store.ts';
import { waitFor } from '../support/wait-for.ts';

/** Two accounts whose SIMs have the same ICCIDs, so that the SIM API would carry out a call to the wrong account. */
let trial: World;
let own: World;
let store: TestStore;
let gateway: RunningGateway;
let iccids: string[];

beforeAll(async () => {
  [trial, own] = (await Promise.all(
    [1, 2].map(() =>
      createWorld({
        sims: 60,
        seed: 'two accounts',
        clock: { rate: 0 },
        behaviour: { settleMs: { min: 0, max: 0 } },
      }),
    ),
  )) as [World, World];
  iccids = await stableIccids(trial, 4);
  expect(await stableIccids(own, 4)).toEqual(iccids);
});
beforeEach(async () => {
  store = await createStore();
  for (const world of [trial, own]) {
    await world.clearFaults();
    await world.clearCalls();
    await world.clearEffects();
  }
});
afterEach(async () => {
  await kill(gateway);
  await store.remove();
});
afterAll(async () => {
  await trial.remove();
  await own.remove();
});

/** Kills the running gateway, if any, and starts one on an account. */
async function startOn(world: World, env: Readonly<Record<string, string>> = {}): Promise<void> {
  if (gateway !== undefined) await kill(gateway);
  gateway = await startGateway({ world, store, env: { ...heirEnv, ...env } });
}

const reset = (...targets: string[]) => ({ action: 'RESET', target: { list: targets.join() } });
const send = (idempotencyKey: string, iccid: string) =>
  gateway.ask<{ sendSms: ManyAnswer }>(sendSms, {
    input: { sims: refs([iccid]), text: 'account', idempotencyKey },
  });
const listed = async () => {
  const query = '{ bulkOperations { totalCount nodes { id } } }';
  const { data } = await gateway.ask<{ bulkOperations: { nodes: { id: string }[] } }>(query);
  return data.bulkOperations.nodes.map(({ id }) => id);
};
/** An account as the log shows it. */
const shown = (world: World) => accountOf(world).slice(0, 16);
const openForOthers = () =>
  gateway.logged().filter(({ msg }) => String(msg).startsWith('another SIM API account'));
/** Makes an account refuse all reads of SIMs, so that an operation waits before it sends anything. */
const block = (world: World) => world.addFaults({ path: '/get_sims', kind: 'status', status: 503 });

/** Creates an open entry of a dead gateway, and returns its id. */
async function addEntry(account = ''): Promise<string> {
  const id = randomUUID();
  await store.query(
    `insert into audit_entry (id, account, tenant, actor, action, arguments, request_id, owner, lease_until)
     values ($1, $2, 'default', 'anonymous', 'RESET', '{}', 'abandoned', $1, now() - interval '1 second')`,
    [id, account],
  );
  return id;
}

/** Creates an open entry of a dead gateway, and resolves when the running gateway has completed it. */
async function whenTakenOver(account: string): Promise<void> {
  const id = await addEntry(account);
  await waitFor(
    async () =>
      (await store.query(`select from audit_entry where id = $1 and outcome <> 'OPEN'`, [id])).length === 1,
  );
}

describe('a gateway on one account, then on another, then on the first again, over one database', () => {
  test('leaves the work of the other account open, does not replay its keys, and resumes its own', async () => {
    const [a = '', b = '', c = '', d = ''] = iccids;
    await startOn(trial);
    expect((await send('sent', a)).data.sendSms.succeeded).toBe(1);
    await trial.addFaults({ path: '/sendSms', kind: 'hang' });
    void send('under-way', b).catch(() => 'no answer');
    await waitFor(async () => (await trial.calls()).byPath['/sendSms'] === 2);
    await block(trial);
    const first = await startBulk(gateway, reset(a, b), { 'idempotency-key': 'bulk' });

    await startOn(own);
    await store.query(
      `update audit_entry set lease_until = now() - interval '1 second'
       where outcome = 'OPEN' and lease_until < 'infinity'`,
    );
    expect(openForOthers()).toMatchObject([{ account: shown(trial), operations: 1, changes: 1 }]);
    await block(own);
    const second = await startBulk(gateway, reset(c, d), { 'idempotency-key': 'bulk' });
    await own.clearFaults();
    expect(await endOf(gateway, second.id)).toMatchObject({ status: 'COMPLETED', total: 2 });
    expect((await send('sent', a)).data.sendSms.succeeded).toBe(1);
    expect(await listed()).toEqual([second.id]);
    expect((await cancelBulk(gateway, first.id)).errors).toMatchObject([
      { extensions: { code: 'NOT_FOUND' } },
    ]);
    expect((await readAuditLog(gateway)).map(({ action }) => action).sort()).toEqual([
      'CANCEL_BULK_OPERATION',
      'SEND_SMS',
      'START_BULK_OPERATION',
    ]);
    // The gateway takes over all abandoned entries at once.
    await whenTakenOver(accountOf(own));
    expect(await own.effectCounts()).toEqual(onceEach([a, c, d]));
    await block(own);
    const third = await startBulk(gateway, reset(a, b, c));

    await trial.clearFaults();
    await startOn(trial);
    expect(openForOthers()).toMatchObject([{ account: shown(own), operations: 1, changes: 0 }]);
    expect(await endOf(gateway, first.id)).toMatchObject({ status: 'COMPLETED', total: 2 });
    const again = await startBulk(gateway, reset(a, b), { 'idempotency-key': 'bulk' });
    expect(again).toMatchObject({ id: first.id, status: 'COMPLETED' });
    expect((await send('sent', a)).data.sendSms.succeeded).toBe(1);
    await waitFor(async () => (await send('under-way', b)).data.sendSms.unknown === 1);
    expect(await trial.effectCounts()).toEqual({ [a]: 2, [b]: 1 });

    await own.clearFaults();
    await startOn(own);
    expect(await endOf(gateway, third.id)).toMatchObject({ status: 'COMPLETED', total: 3 });
    expect(openForOthers()).toEqual([]);
    expect(await own.effectCounts()).toEqual({ [a]: 2, [b]: 1, [c]: 2, [d]: 1 });
  });
});

describe('an account whose URL has changed', () => {
  let relay: Relay;
  beforeAll(async () => {
    relay = await startRelay(trial.origin);
  });
  afterAll(() => relay.stop());

  test('is another account, until a gateway starts with ADOPT_ACCOUNT: then its work resumes and its keys are replayed', async () => {
    const [a = '', b = ''] = iccids;
    await startOn(trial);
    await block(trial);
    const { id } = await startBulk(gateway, reset(a, b), { 'idempotency-key': 'moved' });
    await trial.clearFaults();

    const moved = { SIM_API_URL: `${relay.url}/v1` };
    await startOn(trial, { ...moved, ADOPT_ACCOUNT: '' });
    const [row] = openForOthers();
    expect(row).toMatchObject({ operations: 1 });
    expect(await listed()).toEqual([]);

    await startOn(trial, { ...moved, ADOPT_ACCOUNT: String(row?.account) });
    expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', total: 2 });
    // The adoption is permanent, under either URL.
    for (const env of [{ ...moved, ADOPT_ACCOUNT: '' }, {}]) {
      await startOn(trial, env);
      expect((await startBulk(gateway, reset(a, b), { 'idempotency-key': 'moved' })).id).toBe(id);
      expect(await listed()).toEqual([id]);
    }
    expect(await trial.effectCounts()).toEqual(onceEach([a, b]));
  });

  /** Why a gateway that adopts this account does not start. */
  const refusalOf = async (account: string) =>
    startGateway({ world: trial, store, env: { ...fastEnv, ADOPT_ACCOUNT: account } }).then(
      () => 'it has started',
      ({ message }: Error) => message,
    );

  test('cannot be adopted with a value that is not an account, or not the first 16 digits of one', async () => {
    for (const value of ['trial', accountOf(trial).slice(0, 15), `${accountOf(trial)}0`])
      expect(await refusalOf(value)).toContain('ADOPT_ACCOUNT must be an account as the log shows it');
  });

  test('cannot be adopted with digits of no account of the database, or of several; with all digits of an unknown one it can', async () => {
    const [one, other] = ['0', '1'].map((end) => `${'ab'.repeat(10)}${end.repeat(44)}`);
    expect(await refusalOf('ab'.repeat(8))).toContain('ADOPT_ACCOUNT matches no account of this database.');
    await addEntry(one);
    await addEntry(other);
    const several = await refusalOf('ab'.repeat(10));
    expect(several).toContain('ADOPT_ACCOUNT matches several accounts of this database');
    expect(several).not.toContain('abab');
    await startOn(trial, { ADOPT_ACCOUNT: `${'ab'.repeat(10)}1` });
    await startOn(trial, { ADOPT_ACCOUNT: '12'.repeat(32) });
    expect(await store.query('select alias, account from account_alias order by alias')).toEqual([
      { alias: '12'.repeat(32), account: accountOf(trial) },
      { alias: other, account: accountOf(trial) },
      { alias: 'before', account: accountOf(trial) },
    ]);
  });
});

describe('a database from before rows had an account', () => {
  /** Removes the accounts from the tables, as an earlier version created them. */
  const forgetAccounts = [
    'drop table account_alias',
    'drop trigger audit_entry_is_final on audit_entry',
    'alter table idempotency_key drop constraint idempotency_key_pkey',
    ...['audit_entry', 'bulk_operation', 'idempotency_key'].map(
      (table) => `alter table ${table} drop column account`,
    ),
    'alter table idempotency_key add primary key (tenant, actor, key)',
    `create trigger audit_entry_is_final before update on audit_entry for each row
      when (old.outcome <> 'OPEN'
        or (old.id, old.tenant, old.actor, old.at, old.action, old.arguments, old.request_id)
          is distinct from (new.id, new.tenant, new.actor, new.at, new.action, new.arguments, new.request_id))
      execute function refuse_audit_change('what it says cannot be changed')`,
    `delete from schema_migration where name = '2026-11-28-accounts'`,
  ];

  test('belongs to the first account that starts: its open work resumes, its keys are replayed, and no other account sees it', async () => {
    const [a = '', b = '', c = ''] = iccids;
    await startOn(trial);
    expect((await send('done', c)).data.sendSms.succeeded).toBe(1);
    await block(trial);
    const { id } = await startBulk(gateway, reset(a, b), { 'idempotency-key': 'half-done' });
    await trial.clearFaults();
    await kill(gateway);
    for (const statement of forgetAccounts) await store.query(statement);

    await startOn(trial);
    expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', total: 2 });
    expect((await startBulk(gateway, reset(a, b), { 'idempotency-key': 'half-done' })).id).toBe(id);
    expect((await send('done', c)).data.sendSms.succeeded).toBe(1);
    expect((await readAuditLog(gateway)).map(({ action }) => action).sort()).toEqual([
      'SEND_SMS',
      'START_BULK_OPERATION',
    ]);
    expect(await trial.effectCounts()).toEqual(onceEach([a, b, c]));

    await startOn(own);
    expect([await listed(), await readAuditLog(gateway)]).toEqual([[], []]);
    expect(
      (await askWith<{ bulkOperation: null }>(gateway, {}, `{ bulkOperation(id: "${id}") { id } }`)).data
        .bulkOperation,
    ).toBeNull();
    expect((await askForBulk(gateway, reset(c), { 'idempotency-key': 'half-done' })).errors).toEqual([]);
  });
});
