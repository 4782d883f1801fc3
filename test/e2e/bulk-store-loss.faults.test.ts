import { describe, expect, test } from '@jest/globals';
import { readAuditLog } from '../support/audit-log.ts';
import {
  allResults,
  askForBulk,
  bulkFixture,
  callsOf,
  cancelBulk,
  endOf,
  heirEnv,
  messages,
  onceEach,
  startBulk,
  whenBulk,
} from '../support/bulk.ts';
import { startDatabaseRelay } from '../support/database-relay.ts';
import type { RunningGateway } from '../support/gateway.ts';
import { waitFor } from '../support/wait-for.ts';
import { createRunner } from '../terminal/terminal.ts';

const fixture = bulkFixture({ sims: 2000 });
const runner = createRunner();

/** Whether the leases of all leased chunks have expired, by the clock of the database. */
const hasExpired = async () => {
  const owned = await fixture.store.query<{ expired: boolean }>(
    'select lease_until < clock_timestamp() as expired from bulk_chunk where owner is not null',
  );
  return owned.length > 0 && owned.every(({ expired }) => expired);
};

describe('while PostgreSQL is unavailable', () => {
  test.each(['cut', 'stall'] as const)(
    'for longer than a lease (%s), nothing is sent that cannot be recorded, and the operation resumes automatically',
    async (manner) => {
      const { relay: database } = fixture.store;
      const gateway = await fixture.start({ ...heirEnv, BULK_CONCURRENCY: '3' });
      const iccids = await fixture.iccids(60);
      const gate = fixture.relay.gate('/sendSms', { after: 9, holds: 'answer' });
      const { id } = await startBulk(gateway, messages(iccids));
      await gate.holds(3);
      await whenBulk(gateway, id, ({ succeeded }) => succeeded === 9);
      database[manner]();
      if (manner === 'cut') {
        const away = [{ extensions: { code: 'STORE_UNAVAILABLE', retryable: true } }];
        expect((await askForBulk(gateway, messages(iccids))).errors).toMatchObject(away);
        expect((await cancelBulk(gateway, id)).errors).toMatchObject(away);
        expect(
          (await gateway.ask('query ($id: ID!) { bulkOperation(id: $id) { id } }', { id })).errors,
        ).toMatchObject(away);
      }
      gate.pass(3);
      // The calls in progress are answered, and the gateway itself refuses the next ones.
      await waitFor(() => gateway.logged().some(({ reason }) => reason === 'withheld'));
      await waitFor(hasExpired);
      expect(await callsOf(fixture.world, '/sendSms')).toBe(12);
      database.restore();
      gate.open();
      // The pool may still hand out a silent connection once, and its query fails.
      await waitFor(async () => {
        const { data } = await gateway.ask<{ bulkOperation: { finishedAt: string | null } | null }>(
          'query ($id: ID!) { bulkOperation(id: $id) { finishedAt } }',
          { id },
        );
        return data.bulkOperation?.finishedAt != null;
      });
      expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 60, unknown: 0 });
      expect(await fixture.world.effectCounts()).toEqual(onceEach(iccids));
      expect(await allResults(gateway, id)).toHaveLength(60);
    },
  );

  test('for one of two replicas, the other one takes over, and no SIM gets a message twice', async () => {
    const database = await startDatabaseRelay(fixture.store.url);
    try {
      const env = { BULK_CONCURRENCY: '3' };
      const first = await fixture.start(env, { ...fixture.store, url: database.by(fixture.store.url) });
      const iccids = await fixture.iccids(60);
      const gate = fixture.relay.gate('/sendSms', { after: 9, holds: 'answer' });
      const { id } = await startBulk(first, messages(iccids));
      await gate.holds(3);
      await whenBulk(first, id, ({ succeeded }) => succeeded === 9);
      const second = await fixture.start({ ...heirEnv, ...env });
      database.cut();
      fixture.giveUp(first);
      await fixture.endLeases();
      await gate.holds(6);
      gate.open();
      expect(await endOf(second, id)).toMatchObject({
        total: 60,
        succeeded: 57,
        unknown: 3,
        failed: 0,
        notSent: 0,
      });
      database.restore();
      // The first gateway has received its three answers meanwhile and can now record them.
      await whenBulk(second, id, ({ succeeded }) => succeeded === 60);
      expect(await fixture.world.effectCounts()).toEqual(onceEach(iccids));
      for (const { outcome } of await allResults(second, id)) expect(outcome).toBe('SUCCEEDED');
    } finally {
      await database.stop();
    }
  });
});

/** The statements at which a start and a cancellation can be cut off. */
const start = ['insert into bulk_operation', 'commit'] as const;
const cancellation = ['set canceled_at', 'commit'] as const;
const unavailable = [{ extensions: { code: 'STORE_UNAVAILABLE', retryable: true } }];

/** Waits until the gateway reaches its database again; the pool may still hand out a broken connection once. */
const reachable = (gateway: RunningGateway) =>
  waitFor(
    async () => (await gateway.ask('{ bulkOperations(first: 1) { nodes { id } } }')).errors.length === 0,
  );
const operations = () => fixture.store.query<{ id: string }>('select id from bulk_operation');

describe('a start of an operation', () => {
  test('is answered with the operation if the database is lost after its commit', async () => {
    const { relay: database } = fixture.store;
    const gateway = await fixture.start(heirEnv);
    const iccids = await fixture.iccids(5);
    const { made } = database.cutAt('answered', ...start);
    const { data, errors } = await askForBulk(gateway, messages(iccids));
    await made;
    expect(errors).toEqual([]);
    const started = data?.startBulkOperation.bulkOperation;
    expect(started).toMatchObject({
      status: 'QUEUED',
      total: 5,
      sent: 0,
      actor: 'anonymous',
      createdAt: expect.any(String),
      finishedAt: null,
      error: null,
    });
    database.restore();
    await reachable(gateway);
    const { createdAt } = await endOf(gateway, started?.id ?? '');
    expect(createdAt).toBe(started?.createdAt);
    expect(await fixture.world.effectCounts()).toEqual(onceEach(iccids));
  });

  test('is answered with empty results if the query selects results', async () => {
    const { relay: database } = fixture.store;
    const gateway = await fixture.start(heirEnv);
    const { made } = database.cutAt('answered', ...start);
    const { data, errors } = await gateway.ask<{ startBulkOperation: object } | null>(
      `mutation ($input: StartBulkOperationInput!) {
        startBulkOperation(input: $input) { bulkOperation { id results(first: 2) { totalCount nodes { iccid } } } } }`,
      { input: messages(await fixture.iccids(2)) },
    );
    await made;
    expect(errors).toEqual([]);
    expect(data?.startBulkOperation).toMatchObject({
      bulkOperation: { results: { totalCount: 0, nodes: [] } },
    });
  });

  test.each([
    ['arrived', 'answer lost'],
    ['did not arrive', 'unsent'],
  ] as const)(
    'whose commit %s, without an answer, is OUTCOME_UNKNOWN with the id of the operation, and the same key finds out',
    async (_, fate) => {
      const { relay: database } = fixture.store;
      const gateway = await fixture.start(heirEnv);
      const iccids = await fixture.iccids(5);
      const order = { ...messages(iccids), idempotencyKey: 'unclear' };
      const { made } = database.cutAt(fate, ...start);
      const { errors } = await askForBulk(gateway, order);
      await made;
      expect(errors).toMatchObject([
        {
          message: expect.stringMatching(/may have been started/),
          extensions: { code: 'OUTCOME_UNKNOWN', retryable: false, bulkOperationId: expect.any(String) },
        },
      ]);
      expect((await askForBulk(gateway, order)).errors).toMatchObject(unavailable);
      database.restore();
      await reachable(gateway);
      const { id } = await startBulk(gateway, order);
      expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 5 });
      expect(id === errors[0]?.extensions.bulkOperationId).toBe(fate === 'answer lost');
      expect(await operations()).toHaveLength(1);
      expect(await fixture.world.effectCounts()).toEqual(onceEach(iccids));
      const outcomes = (await readAuditLog(gateway)).map(({ outcome }) => outcome);
      expect(outcomes.sort()).toEqual(fate === 'answer lost' ? ['SUCCEEDED'] : ['FAILED', 'SUCCEEDED']);
    },
  );

  test('that the CLI sends again with its key starts one operation', async () => {
    const { relay: database } = fixture.store;
    const gateway = await fixture.start(heirEnv);
    const iccids = await fixture.iccids(3);
    const { made } = database.cutAt('answer lost', ...start);
    const args = ['bulk', '--action', 'SEND_SMS', '--text', 'cli', '--sims', ...iccids, '--json'];
    const ended = runner.run(args, gateway);
    await made;
    await waitFor(() => gateway.logged().some(({ code }) => /OUTCOME|STORE/.test(String(code))));
    database.restore();
    const { code, stdout } = await ended;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'COMPLETED', succeeded: 3 });
    expect(await operations()).toHaveLength(1);
    expect(await fixture.world.effectCounts()).toEqual(onceEach(iccids));
  });

  test('that the CLI gives up on is found by the key that it prints', async () => {
    const { relay: database } = fixture.store;
    const gateway = await fixture.start(heirEnv);
    const iccids = await fixture.iccids(3);
    const { made } = database.cutAt('answer lost', ...start);
    const args = ['bulk', '--action', 'SEND_SMS', '--text', 'cli', '--sims', ...iccids, '--json'];
    const { code, stdout, stderr } = await runner.run(args, gateway);
    await made;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^\{"error":\{"code":"STORE_UNAVAILABLE",.*"mayHaveArrived":true/m);
    const [, key = ''] = /The operation may have been started.* --idempotency-key (\S+) /.exec(stderr) ?? [];
    expect(stderr).toContain(`"idempotencyKey":"${key}"`);
    database.restore();
    await reachable(gateway);
    const again = await runner.run([...args, '--idempotency-key', key], gateway);
    expect(JSON.parse(again.stdout)).toMatchObject({ status: 'COMPLETED', succeeded: 3 });
    expect(await operations()).toHaveLength(1);
    expect(await fixture.world.effectCounts()).toEqual(onceEach(iccids));
  });
});

describe('a cancellation', () => {
  test('is answered with the operation if the database is lost after its commit', async () => {
    const { relay: database } = fixture.store;
    const gateway = await fixture.start(heirEnv);
    const gate = fixture.relay.gate('/sendSms');
    const { id } = await startBulk(gateway, messages(await fixture.iccids(20)));
    await gate.holds(5);
    const { made } = database.cutAt('answered', ...cancellation);
    const { data, errors } = await cancelBulk(gateway, id);
    await made;
    expect(errors).toEqual([]);
    expect(data?.cancelBulkOperation.bulkOperation).toMatchObject({ id, total: 20 });
    gate.open();
    database.restore();
    await reachable(gateway);
    expect(await endOf(gateway, id)).toMatchObject({ status: 'CANCELED' });
  });

  test('whose commit got no answer may be repeated, and the audit log does not record it as failed', async () => {
    const { relay: database } = fixture.store;
    const gateway = await fixture.start(heirEnv);
    const gate = fixture.relay.gate('/sendSms');
    const { id } = await startBulk(gateway, messages(await fixture.iccids(20)));
    await gate.holds(5);
    const { made } = database.cutAt('answer lost', ...cancellation);
    const { errors } = await cancelBulk(gateway, id);
    await made;
    expect(errors).toMatchObject(unavailable);
    expect(errors[0]?.message).toMatch(/may have taken effect/);
    gate.open();
    database.restore();
    await reachable(gateway);
    expect((await cancelBulk(gateway, id)).errors).toEqual([]);
    expect(await endOf(gateway, id)).toMatchObject({ status: 'CANCELED' });
    const outcomes = (await readAuditLog(gateway))
      .filter(({ action }) => action === 'CANCEL_BULK_OPERATION')
      .map(({ outcome }) => outcome);
    expect(outcomes.sort()).toEqual(['SUCCEEDED', 'UNKNOWN']);
  });
});
