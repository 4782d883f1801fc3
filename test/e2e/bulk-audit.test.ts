import { describe, expect, test } from '@jest/globals';
import { readAuditLog, type ShownEntry } from '../support/audit-log.ts';
import { askForBulk, bulkGround, cancelBulk, endOf, fastEnv, kill, startBulk } from '../support/bulk.ts';
import { special } from '../support/fleet.ts';
import type { RunningGateway } from '../support/gateway.ts';
import { waitFor } from '../support/wait-for.ts';

const ground = bulkGround({ sims: 600 });
const secret = 'canary text of a message 7f3a';

const messages = (iccids: readonly string[]) => ({
  action: 'SEND_SMS',
  params: { text: secret },
  target: { list: iccids.join() },
});

async function entries(gateway: RunningGateway, iccid?: string): Promise<ShownEntry[]> {
  return readAuditLog(gateway, iccid);
}

async function only(gateway: RunningGateway, iccid?: string): Promise<ShownEntry> {
  const [entry, ...more] = await entries(gateway, iccid);
  expect(more).toEqual([]);
  if (entry === undefined) throw new Error('the audit log is empty');
  return entry;
}

/** Everything in the database, as text. */
async function dump(): Promise<string> {
  const tables = await ground.store.query<{ name: string }>(
    `select quote_ident(tablename) as name from pg_tables where schemaname = current_schema()`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const rows = await ground.store.query<{ text: string }>(`select t::text as text from ${name} as t`);
    texts.push(...rows.map(({ text }) => text));
  }
  return texts.join('\n');
}

describe('the audit log', () => {
  test('has one entry for an operation: OPEN while it runs, with its outcome afterwards', async () => {
    const gateway = await ground.start();
    const iccids = await ground.iccids(12);
    await ground.world.addFaults({ path: '/sendSms', kind: 'delay', ms: 150 });
    const { id } = await startBulk(gateway, messages(iccids), { 'x-request-id': 'who-asked' });
    await waitFor(async () => (await ground.effects()) >= 1);
    expect(await only(gateway)).toMatchObject({
      action: 'START_BULK_OPERATION',
      actor: 'anonymous',
      simCount: 12,
      outcome: 'OPEN',
      errorCode: null,
      requestId: 'who-asked',
    });
    await endOf(gateway, id);
    const entry = await only(gateway);
    expect(entry).toMatchObject({ outcome: 'SUCCEEDED', errorCode: null, iccids });
    expect(JSON.parse(entry.arguments)).toEqual({
      action: 'SEND_SMS',
      textLength: secret.length,
      waitUntilSettled: true,
    });
    for (const iccid of [iccids[0], iccids[11]]) expect((await only(gateway, iccid)).id).toBe(entry.id);
    expect(await entries(gateway, special.E210)).toEqual([]);
  });

  test('leads from the entry to the operation, and from no other entry to any', async () => {
    const gateway = await ground.start();
    const iccids = await ground.iccids(2);
    const { id } = await startBulk(gateway, messages(iccids));
    await endOf(gateway, id);
    await cancelBulk(gateway, id);
    await gateway.ask(`mutation { resetSim(input: { sim: { iccid: "${iccids[0]}" } }) { outcome } }`);
    const { data, errors } = await gateway.ask<{ auditLog: { nodes: object[] } }>(
      '{ auditLog { nodes { action bulkOperation { id status total succeeded } } } }',
    );
    expect(errors).toEqual([]);
    expect(data.auditLog.nodes).toEqual([
      { action: 'RESET', bulkOperation: null },
      { action: 'CANCEL_BULK_OPERATION', bulkOperation: null },
      {
        action: 'START_BULK_OPERATION',
        bulkOperation: { id, status: 'COMPLETED', total: 2, succeeded: 2 },
      },
    ]);
  });

  test('says of a cancelled one who cancelled it, and that it was done in part', async () => {
    const gateway = await ground.start();
    const iccids = await ground.iccids(40);
    await ground.world.addFaults({ path: '/sendSms', kind: 'delay', ms: 80 });
    const { id } = await startBulk(gateway, messages(iccids));
    await waitFor(async () => (await ground.effects()) >= 3);
    await cancelBulk(gateway, id);
    await endOf(gateway, id);
    const [cancel, start] = await entries(gateway);
    expect(cancel).toMatchObject({ action: 'CANCEL_BULK_OPERATION', outcome: 'SUCCEEDED', simCount: 0 });
    expect(JSON.parse(cancel?.arguments ?? '')).toEqual({
      bulkOperation: Buffer.from(id, 'base64url').toString().replace('BulkOperation:', ''),
    });
    expect(start).toMatchObject({
      action: 'START_BULK_OPERATION',
      outcome: 'PARTIAL',
      errorCode: 'OPERATION_CANCELED',
      simCount: 40,
    });
  });

  test.each([
    ['all fail alike', [special.E240], 'FAILED', 'SMS_NOT_ALLOWED'],
    ['all fail', [special.E240, special.E002], 'FAILED', null],
  ])('says what became of one where %s', async (_, iccids, outcome, errorCode) => {
    const gateway = await ground.start();
    await endOf(gateway, (await startBulk(gateway, messages(iccids))).id);
    expect(await only(gateway)).toMatchObject({ outcome, errorCode, simCount: iccids.length });
  });

  test('names the group, the count and what was waited for among the arguments', async () => {
    const gateway = await ground.start();
    const [sim] = await ground.world.sims({ state: 'LIVE', limit: 1 });
    const group = sim?.group ?? '';
    const { total } = await startBulk(gateway, {
      action: 'SET_DATA_LIMIT',
      params: { dataLimit: { megabytes: 77_777 } },
      target: { group },
      waitUntilSettled: false,
    });
    await waitFor(async () => (await only(gateway)).outcome !== 'OPEN');
    const entry = await only(gateway);
    expect(entry.simCount).toBe(total);
    expect(JSON.parse(entry.arguments)).toEqual({
      action: 'SET_DATA_LIMIT',
      megabytes: 77_777,
      targetGroup: group,
      waitUntilSettled: false,
    });
  });

  test('has what was refused for its count, and not what was refused for its arguments alone', async () => {
    const gateway = await ground.start();
    const iccids = await ground.iccids(2);
    await askForBulk(gateway, { ...messages(iccids), params: {} });
    await askForBulk(gateway, { ...messages(iccids), expectedCount: 3 });
    expect(await only(gateway)).toMatchObject({
      action: 'START_BULK_OPERATION',
      outcome: 'FAILED',
      errorCode: 'EXPECTED_COUNT_MISMATCH',
      simCount: 0,
    });
  });
});

test('an SMS text is nowhere in the database after the end, and never in the log', async () => {
  const gateway = await ground.start();
  const iccids = await ground.iccids(20);
  await ground.world.addFaults({ path: '/sendSms', kind: 'delay', ms: 60 });
  const { id } = await startBulk(gateway, { ...messages(iccids), idempotencyKey: 'secret' });
  await waitFor(async () => (await ground.effects()) >= 3);
  // It must be somewhere as long as it is to be sent.
  expect(await dump()).toContain(secret);
  await kill(gateway);
  const next = await ground.start({ ...fastEnv, LOG_LEVEL: 'debug' });
  await endOf(next, id);
  const canceled = await startBulk(next, messages(iccids));
  await cancelBulk(next, canceled.id);
  await endOf(next, canceled.id);
  await askForBulk(next, { ...messages(iccids), expectedCount: 3 });
  expect(await dump()).not.toContain(secret);
  expect((await ground.world.effects()).some(({ params }) => Object.values(params).includes(secret))).toBe(
    true,
  );
  for (const { logged } of [gateway, next]) {
    const log = JSON.stringify(logged());
    expect(log).not.toContain(secret);
    expect(log).not.toContain(encodeURIComponent(secret));
    expect(log).not.toContain(secret.replaceAll(' ', '+'));
  }
});
