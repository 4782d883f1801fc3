import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { readAuditLog, type ShownEntry } from '../support/audit-log.ts';
import {
  askForBulk,
  cancelBulk,
  databaseText,
  endOf,
  runBulkGateway,
  type ShownOperation,
  startBulk,
} from '../support/bulk.ts';
import { special } from '../support/fleet.ts';

const running = runBulkGateway({ sims: 600 }, { BULK_CONCURRENCY: '3' });
const secret = 'canary text of a message 7f3a';

const messages = (iccids: readonly string[]) => ({
  action: 'SEND_SMS',
  params: { text: secret },
  target: { list: iccids.join() },
});

/** Starts an operation with its own request id. */
async function begin(input: object): Promise<{ operation: ShownOperation; requestId: string }> {
  const requestId = randomUUID();
  return { operation: await startBulk(running.gateway, input, { 'x-request-id': requestId }), requestId };
}

/** The only entry of a request. */
async function only(requestId: string, iccid?: string): Promise<ShownEntry> {
  const entries = await readAuditLog(running.gateway, iccid);
  const [entry, ...more] = entries.filter((one) => one.requestId === requestId);
  expect(more).toEqual([]);
  if (entry === undefined) throw new Error('the request has no entry');
  return entry;
}

describe('the audit log', () => {
  test('has one entry for an operation: OPEN while it runs, with its outcome afterwards', async () => {
    const { gateway, relay } = running;
    const iccids = await running.iccids(12);
    const gate = relay.gate('/sendSms', { after: 2 });
    const { operation, requestId } = await begin(messages(iccids));
    await gate.holds(3);
    expect(await only(requestId)).toMatchObject({
      action: 'START_BULK_OPERATION',
      actor: 'anonymous',
      simCount: 12,
      outcome: 'OPEN',
      errorCode: null,
    });
    gate.open();
    await endOf(gateway, operation.id);
    const entry = await only(requestId);
    expect(entry).toMatchObject({ outcome: 'SUCCEEDED', errorCode: null, iccids });
    expect(JSON.parse(entry.arguments)).toEqual({
      action: 'SEND_SMS',
      textLength: secret.length,
      waitUntilSettled: true,
    });
    for (const iccid of [iccids[0], iccids[11]]) expect((await only(requestId, iccid)).id).toBe(entry.id);
    const others = await readAuditLog(gateway, special.E210);
    expect(others.filter((one) => one.requestId === requestId)).toEqual([]);
  });

  test('links the entry to the operation, and no other entry to any', async () => {
    const { gateway } = running;
    const iccids = await running.iccids(2);
    const { id } = await startBulk(gateway, messages(iccids));
    await endOf(gateway, id);
    await cancelBulk(gateway, id);
    await gateway.ask(`mutation { resetSim(input: { sim: { iccid: "${iccids[0]}" } }) { outcome } }`);
    const { data, errors } = await gateway.ask<{ auditLog: { nodes: object[] } }>(
      '{ auditLog(first: 3) { nodes { action bulkOperation { id status total succeeded } } } }',
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

  test('records who cancelled an operation, and that it was partly done; no table contains its SMS text any more', async () => {
    const { gateway, relay, store } = running;
    const gate = relay.gate('/sendSms', { after: 3 });
    const { operation, requestId } = await begin({
      ...messages(await running.iccids(40)),
      idempotencyKey: 'secret',
    });
    await gate.holds(3);
    // The text must be stored until it is sent.
    expect(await databaseText(store)).toContain(secret);
    await cancelBulk(gateway, operation.id);
    gate.open();
    await endOf(gateway, operation.id);
    const [cancel] = await readAuditLog(gateway);
    expect(cancel).toMatchObject({ action: 'CANCEL_BULK_OPERATION', outcome: 'SUCCEEDED', simCount: 0 });
    expect(JSON.parse(cancel?.arguments ?? '')).toEqual({
      bulkOperation: Buffer.from(operation.id, 'base64url').toString().replace('BulkOperation:', ''),
    });
    expect(await only(requestId)).toMatchObject({
      action: 'START_BULK_OPERATION',
      outcome: 'PARTIAL',
      errorCode: 'OPERATION_CANCELED',
      simCount: 40,
    });
    expect(await databaseText(store)).not.toContain(secret);
  });

  test.each([
    ['all fail alike', [special.E240], 'FAILED', 'SMS_NOT_ALLOWED'],
    ['all fail', [special.E240, special.E002], 'FAILED', null],
  ])('records the outcome of an operation in which %s', async (_, iccids, outcome, errorCode) => {
    const { operation, requestId } = await begin(messages(iccids));
    await endOf(running.gateway, operation.id);
    expect(await only(requestId)).toMatchObject({ outcome, errorCode, simCount: iccids.length });
  });

  test('has the group, the count and waitUntilSettled among the arguments', async () => {
    const [sim] = await running.world.sims({ state: 'LIVE', limit: 1 });
    const group = sim?.group ?? '';
    const { operation, requestId } = await begin({
      action: 'SET_DATA_LIMIT',
      params: { dataLimit: { megabytes: 77_777 } },
      target: { group },
      waitUntilSettled: false,
    });
    await endOf(running.gateway, operation.id);
    const entry = await only(requestId);
    expect(entry.simCount).toBe(operation.total);
    expect(JSON.parse(entry.arguments)).toEqual({
      action: 'SET_DATA_LIMIT',
      megabytes: 77_777,
      targetGroup: group,
      waitUntilSettled: false,
    });
  });

  test('has operations that were refused for their count, and none that were refused for their arguments alone', async () => {
    const { gateway } = running;
    const iccids = await running.iccids(2);
    const headers = { 'x-request-id': randomUUID() };
    await askForBulk(gateway, { ...messages(iccids), params: {} }, headers);
    await askForBulk(gateway, { ...messages(iccids), expectedCount: 3 }, headers);
    expect(await only(headers['x-request-id'])).toMatchObject({
      action: 'START_BULK_OPERATION',
      outcome: 'FAILED',
      errorCode: 'EXPECTED_COUNT_MISMATCH',
      simCount: 0,
    });
  });
});

test('an SMS text is in no table after the end of its operation, and never in the log', async () => {
  const { gateway, store, world } = running;
  const [iccid = ''] = await running.iccids(1);
  await endOf(gateway, (await startBulk(gateway, messages([iccid, special.E240]))).id);
  expect((await world.effects()).map(({ params }) => Object.values(params))).toEqual([
    expect.arrayContaining([secret]),
  ]);
  expect(await databaseText(store)).not.toContain(secret);
  // The log covers all operations of this file: cancelled, failed and refused ones.
  const log = JSON.stringify(gateway.logged());
  for (const words of [secret, encodeURIComponent(secret), secret.replaceAll(' ', '+')])
    expect(log).not.toContain(words);
});
