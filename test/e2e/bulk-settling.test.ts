import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  allResults,
  callsOf,
  cancelBulk,
  endOf,
  heirEnv,
  onceEach,
  readBulk,
  runBulkGateway,
  stableIccids,
  startBulk,
  whenBulk,
} from '../support/bulk.ts';
import { waitFor } from '../support/wait-for.ts';

const settleMs = 60_000;
/** Time stands still: a SIM settles when a test moves the clock. */
const ground = runBulkGateway(
  { sims: 5000, behaviour: { settleMs: { min: settleMs, max: settleMs } } },
  // It looks for due work three times in each lease.
  { ...heirEnv, SIM_API_MAX_URL_BYTES: '30000' },
);

beforeEach(() => ground.world.advanceClock(settleMs));

const suspend = (iccids: readonly string[], more: object = {}) => ({
  action: 'SUSPEND',
  target: { list: iccids.join() },
  ...more,
});
const onItsWay = { state: 'OFFLINE', status: { primary: 'PENDING', secondary: 'SUSPENDED' } };
const suspended = { state: 'OFFLINE', status: { primary: 'ON', secondary: 'SUSPENDED' } };
const isPolled = ({ status }: { status: string }) => status === 'SETTLING';

describe('a change of state', () => {
  test('is SETTLING while its SIMs are PENDING, and ends when they have settled', async () => {
    const { gateway, world } = ground;
    const iccids = await stableIccids(world, 20);
    const { id } = await startBulk(gateway, suspend(iccids));
    expect(await whenBulk(gateway, id, isPolled)).toMatchObject({
      total: 20,
      sent: 20,
      succeeded: 20,
      settling: 20,
      finishedAt: null,
    });
    // They are looked at again and again; that they are PENDING is no end.
    const polls = await callsOf(world, '/get_sims');
    await waitFor(async () => (await callsOf(world, '/get_sims')) >= polls + 2);
    expect(await readBulk(gateway, id)).toMatchObject({ status: 'SETTLING', settling: 20, finishedAt: null });
    await world.advanceClock(settleMs);
    expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 20, settling: 0 });
    expect(await world.effectCounts()).toEqual(onceEach(iccids));
    expect(await callsOf(world, '/suspend')).toBe(1);
  });

  test('that is not to be waited for ends when all is sent', async () => {
    const { gateway, world } = ground;
    const { id } = await startBulk(
      gateway,
      suspend(await stableIccids(world, 5), { waitUntilSettled: false }),
    );
    expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 5, settling: 0 });
    expect((await world.calls()).byPath).toEqual({ '/get_sims': 1, '/suspend': 1 });
  });

  test('of SIMs that are on their way already sends nothing, and does not wait for them', async () => {
    const { gateway, world } = ground;
    const iccids = await stableIccids(world, 3);
    const first = await startBulk(gateway, suspend(iccids, { waitUntilSettled: false }));
    await endOf(gateway, first.id);
    await world.clearCalls();
    const { id } = await startBulk(gateway, suspend(iccids));
    expect(await endOf(gateway, id)).toMatchObject({
      status: 'COMPLETED',
      sent: 0,
      succeeded: 3,
      settling: 0,
    });
    expect((await world.calls()).byPath).toEqual({ '/get_sims': 1 });
  });

  test('waits for the SIMs that it changed alone, also if one of them has to be read back', async () => {
    const { gateway, world } = ground;
    const [changed = '', moving = ''] = await stableIccids(world, 2);
    await world.patchSim(moving, onItsWay);
    await world.addFaults(
      { path: '/suspend', kind: 'error', code: 'E000', acts: true, times: 1 },
      { path: '/get_sims', iccid: changed, kind: 'error', code: 'E003', skip: 1 },
    );
    const { id } = await startBulk(gateway, suspend([changed, moving]));
    await whenBulk(gateway, id, ({ error }) => error !== null);
    await world.clearFaults();
    expect(await whenBulk(gateway, id, isPolled)).toMatchObject({ succeeded: 2, settling: 1 });
    await world.advanceClock(settleMs);
    expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', sent: 1, succeeded: 2 });
  });

  test('of 2000 SIMs looks at them in whole calls, and at those alone that are not settled yet', async () => {
    const { gateway, world } = ground;
    const iccids = await stableIccids(world, 2000);
    const { id } = await startBulk(gateway, suspend(iccids));
    await whenBulk(gateway, id, ({ status, settling }) => isPolled({ status }) && settling === 2000);
    // All but three are there.
    const slow = [iccids[0], iccids[700], iccids[1999]].map((iccid) => iccid ?? '');
    for (const iccid of slow) await world.patchSim(iccid, onItsWay);
    await world.advanceClock(settleMs);
    await whenBulk(gateway, id, ({ settling }) => settling === 3);
    const reads = (await world.calls()).calls.filter(({ path }) => path === '/get_sims');
    // Never SIM by SIM: two chunks, each in one call.
    expect(new Set(reads.map(({ sims }) => sims)).has(1000)).toBe(true);
    await world.clearCalls();
    await waitFor(async () => (await callsOf(world, '/get_sims')) >= 2);
    for (const { sims } of (await world.calls()).calls) expect(sims).toBeLessThanOrEqual(2);
    for (const iccid of slow) await world.patchSim(iccid, suspended);
    expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 2000 });
  });

  test('is looked at less and less often while nothing settles', async () => {
    const { gateway, world } = ground;
    const { id } = await startBulk(gateway, suspend(await stableIccids(world, 2)));
    await whenBulk(gateway, id, isPolled);
    await waitFor(async () => (await callsOf(world, '/get_sims')) >= 5);
    // When the sandbox received the read before the change, and the looks after it.
    const [, ...polls] = (await world.calls()).calls.filter(({ path }) => path === '/get_sims');
    const receivedAt = (index: number) => polls[index]?.at ?? 0;
    // Twice as long each time, and however slow the machine is never sooner: 100 ms, 200, 400, 800.
    for (const [index, minMs] of [200, 400, 800].entries())
      expect(receivedAt(index + 1) - receivedAt(index)).toBeGreaterThanOrEqual(minMs * 0.8);
    await world.advanceClock(settleMs);
    await endOf(gateway, id);
  });
});

describe('a SIM that settles in another state than the one asked for', () => {
  const elsewhere = { state: 'TEST', status: { primary: 'ON', secondary: 'TEST' } };

  test('fails with STATE_NOT_REACHED, and the others succeed', async () => {
    const { gateway, world } = ground;
    const iccids = await stableIccids(world, 6);
    const [diverged = ''] = iccids.slice(2);
    const { id } = await startBulk(gateway, suspend(iccids));
    await whenBulk(gateway, id, isPolled);
    await world.patchSim(diverged, elsewhere);
    await world.advanceClock(settleMs);
    expect(await endOf(gateway, id)).toMatchObject({
      status: 'COMPLETED_WITH_ERRORS',
      succeeded: 5,
      failed: 1,
      sent: 6,
    });
    expect(await allResults(gateway, id, { outcomes: ['FAILED'] })).toMatchObject([
      { iccid: diverged, error: { code: 'STATE_NOT_REACHED' } },
    ]);
    const { data } = await gateway.ask<{ auditLog: { nodes: object[] } }>(
      '{ auditLog(first: 1) { nodes { outcome errorCode } } }',
    );
    expect(data.auditLog.nodes).toEqual([{ outcome: 'PARTIAL', errorCode: 'STATE_NOT_REACHED' }]);
  });

  test('for four looks in a row, since reads of it lag behind the change, succeeds', async () => {
    const { gateway, world } = ground;
    const iccids = await stableIccids(world, 2);
    const [slow = ''] = iccids;
    const was = { state: 'LIVE', status: { primary: 'ON', secondary: 'LIVE' } };
    // Accepted, and the first looks still show it as it was.
    const accepted = ground.relay.gate('/suspend', { holds: 'answer' });
    const { id } = await startBulk(gateway, suspend(iccids));
    await accepted.holds(1);
    await world.patchSim(slow, was);
    const polls = ground.relay.gate('/get_sims');
    accepted.open();
    for (let poll = 1; poll <= 4; poll++) {
      await polls.holds(1);
      polls.pass(1);
    }
    await polls.holds(1);
    await world.patchSim(slow, suspended);
    await world.advanceClock(settleMs);
    polls.open();
    expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 2 });
  });

  test('after it has left the account is followed no further', async () => {
    const { gateway, world } = ground;
    const iccids = await stableIccids(world, 3);
    const { id } = await startBulk(gateway, suspend(iccids));
    await whenBulk(gateway, id, isPolled);
    await world.removeSim(iccids[1] ?? '');
    await world.advanceClock(settleMs);
    expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 3 });
  });
});

test('an operation that waits for SIMs to be read back says what the SIM API refused the read with', async () => {
  const { gateway, world } = ground;
  const [iccid = ''] = await stableIccids(world, 1);
  await world.addFaults(
    { path: '/suspend', kind: 'error', code: 'E000', acts: true, times: 1 },
    { path: '/get_sims', iccid, kind: 'error', code: 'E003', skip: 1 },
  );
  const { id } = await startBulk(gateway, suspend([iccid], { waitUntilSettled: false }));
  await whenBulk(gateway, id, ({ error }) => error !== null);
  const { data } = await gateway.ask(
    'query ($id: ID!) { bulkOperation(id: $id) { error { code retryable simApi { code operation } } } }',
    { id },
  );
  expect(data).toEqual({
    bulkOperation: {
      error: {
        code: 'UPSTREAM_UNAVAILABLE',
        retryable: true,
        simApi: { code: 'E003', operation: 'get_sims' },
      },
    },
  });
});

test('an operation that is cancelled while its SIMs settle ends at once, and all of them succeeded', async () => {
  const { gateway, world } = ground;
  const { id } = await startBulk(gateway, suspend(await stableIccids(world, 4)));
  await whenBulk(gateway, id, isPolled);
  expect((await cancelBulk(gateway, id)).errors).toEqual([]);
  expect(await endOf(gateway, id)).toMatchObject({ status: 'CANCELED', succeeded: 4, notSent: 0 });
});
