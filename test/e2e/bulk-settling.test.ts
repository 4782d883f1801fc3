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
/** The clock of the world stands still: a SIM settles when a test moves it. */
const fixture = runBulkGateway(
  { sims: 5000, behaviour: { settleMs: { min: settleMs, max: settleMs } } },
  // It checks for due work three times in each lease.
  { ...heirEnv, SIM_API_MAX_URL_BYTES: '30000' },
);

beforeEach(() => fixture.world.advanceClock(settleMs));

const suspend = (iccids: readonly string[], more: object = {}) => ({
  action: 'SUSPEND',
  target: { list: iccids.join() },
  ...more,
});
const onItsWay = { state: 'OFFLINE', status: { primary: 'PENDING', secondary: 'SUSPENDED' } };
const suspended = { state: 'OFFLINE', status: { primary: 'ON', secondary: 'SUSPENDED' } };
const isPolled = ({ status }: { status: string }) => status === 'SETTLING';

describe('a state change', () => {
  test('is SETTLING while its SIMs are PENDING, and ends when they have settled', async () => {
    const { gateway, world } = fixture;
    const iccids = await stableIccids(world, 20);
    const { id } = await startBulk(gateway, suspend(iccids));
    expect(await whenBulk(gateway, id, isPolled)).toMatchObject({
      total: 20,
      sent: 20,
      succeeded: 20,
      settling: 20,
      finishedAt: null,
    });
    // They are polled repeatedly; PENDING does not end the operation.
    const polls = await callsOf(world, '/get_sims');
    await waitFor(async () => (await callsOf(world, '/get_sims')) >= polls + 2);
    expect(await readBulk(gateway, id)).toMatchObject({ status: 'SETTLING', settling: 20, finishedAt: null });
    await world.advanceClock(settleMs);
    expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 20, settling: 0 });
    expect(await world.effectCounts()).toEqual(onceEach(iccids));
    expect(await callsOf(world, '/suspend')).toBe(1);
  });

  test('with waitUntilSettled: false ends when everything is sent', async () => {
    const { gateway, world } = fixture;
    const { id } = await startBulk(
      gateway,
      suspend(await stableIccids(world, 5), { waitUntilSettled: false }),
    );
    expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 5, settling: 0 });
    expect((await world.calls()).byPath).toEqual({ '/get_sims': 1, '/suspend': 1 });
  });

  test('of SIMs that are already in transition sends nothing, and does not wait for them', async () => {
    const { gateway, world } = fixture;
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

  test('waits only for the SIMs that it changed, also if one of them has to be read back', async () => {
    const { gateway, world } = fixture;
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

  test('of 2000 SIMs polls them in full calls, and only those that have not settled', async () => {
    const { gateway, world } = fixture;
    const iccids = await stableIccids(world, 2000);
    const { id } = await startBulk(gateway, suspend(iccids));
    await whenBulk(gateway, id, ({ status, settling }) => isPolled({ status }) && settling === 2000);
    // All but three have settled.
    const slow = [iccids[0], iccids[700], iccids[1999]].map((iccid) => iccid ?? '');
    for (const iccid of slow) await world.patchSim(iccid, onItsWay);
    await world.advanceClock(settleMs);
    await whenBulk(gateway, id, ({ settling }) => settling === 3);
    const reads = (await world.calls()).calls.filter(({ path }) => path === '/get_sims');
    // Never one call per SIM: two chunks, each in one call.
    expect(new Set(reads.map(({ sims }) => sims)).has(1000)).toBe(true);
    await world.clearCalls();
    await waitFor(async () => (await callsOf(world, '/get_sims')) >= 2);
    for (const { sims } of (await world.calls()).calls) expect(sims).toBeLessThanOrEqual(2);
    for (const iccid of slow) await world.patchSim(iccid, suspended);
    expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 2000 });
  });

  test('is polled less and less often while no SIM settles', async () => {
    const { gateway, world } = fixture;
    const { id } = await startBulk(gateway, suspend(await stableIccids(world, 2)));
    await whenBulk(gateway, id, isPolled);
    await waitFor(async () => (await callsOf(world, '/get_sims')) >= 5);
    // Times at which the sandbox received the polls, without the read before the change.
    const [, ...polls] = (await world.calls()).calls.filter(({ path }) => path === '/get_sims');
    const receivedAt = (index: number) => polls[index]?.at ?? 0;
    // The delay doubles each time, and is never shorter on a slow machine: 100 ms, 200, 400, 800.
    for (const [index, minMs] of [200, 400, 800].entries())
      expect(receivedAt(index + 1) - receivedAt(index)).toBeGreaterThanOrEqual(minMs * 0.8);
    await world.advanceClock(settleMs);
    await endOf(gateway, id);
  });
});

describe('a SIM that settles in another state than the requested one', () => {
  const elsewhere = { state: 'TEST', status: { primary: 'ON', secondary: 'TEST' } };

  test('fails with STATE_NOT_REACHED, and the others succeed', async () => {
    const { gateway, world } = fixture;
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

  test('for four polls in a row, because reads lag behind the change, succeeds', async () => {
    const { gateway, world } = fixture;
    const iccids = await stableIccids(world, 2);
    const [slow = ''] = iccids;
    const was = { state: 'LIVE', status: { primary: 'ON', secondary: 'LIVE' } };
    // The change is accepted, and the first polls still show the old state.
    const accepted = fixture.relay.gate('/suspend', { holds: 'answer' });
    const { id } = await startBulk(gateway, suspend(iccids));
    await accepted.holds(1);
    await world.patchSim(slow, was);
    const polls = fixture.relay.gate('/get_sims');
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

  test('after it has left the account is polled no further', async () => {
    const { gateway, world } = fixture;
    const iccids = await stableIccids(world, 3);
    const { id } = await startBulk(gateway, suspend(iccids));
    await whenBulk(gateway, id, isPolled);
    await world.removeSim(iccids[1] ?? '');
    await world.advanceClock(settleMs);
    expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 3 });
  });
});

test('an operation that waits to read SIMs back shows the error with which the SIM API refused the read', async () => {
  const { gateway, world } = fixture;
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

test('an operation that is cancelled while its SIMs settle ends at once, and all of them have succeeded', async () => {
  const { gateway, world } = fixture;
  const { id } = await startBulk(gateway, suspend(await stableIccids(world, 4)));
  await whenBulk(gateway, id, isPolled);
  expect((await cancelBulk(gateway, id)).errors).toEqual([]);
  expect(await endOf(gateway, id)).toMatchObject({ status: 'CANCELED', succeeded: 4, notSent: 0 });
});
