import { beforeEach, describe, expect, test } from '@jest/globals';
import { askWith, type ManyAnswer, mutation, refs } from '../support/asking.ts';
import { readAuditLog } from '../support/audit-log.ts';
import { createPool, special } from '../support/fleet.ts';
import { runGateway } from '../support/running.ts';

const running = runGateway({
  sims: 900,
  clock: { rate: 0 },
  manners: { refusedBulk: 'changesThoseBefore' },
});
const pool = createPool(() => running.world);
const suspendSims = mutation('suspendSims', 'SimsInput');
const live = async (count: number) => (await pool.take(count, { state: 'LIVE' })).map(({ iccid }) => iccid);
const received = async (path: string) => (await running.world.calls()).byPath[path] ?? 0;

const suspend = async (key: string, iccids: readonly string[]) => {
  const input = { sims: refs(iccids) };
  const headers = { 'idempotency-key': key };
  return (await askWith<{ suspendSims: ManyAnswer }>(running.gateway, headers, suspendSims, { input })).data
    .suspendSims;
};
const outcomes = ({ results }: ManyAnswer) =>
  results.map(({ iccid, outcome, error }) => [iccid, outcome, error?.code]);
const unknown = (iccid: string) => [iccid, 'UNKNOWN', 'OUTCOME_UNKNOWN'];

beforeEach(() => running.world.clearEffects());

describe('a call that was refused after it had changed some of its SIMs', () => {
  test('and of which no SIM can be read back: all are UNKNOWN, not one is FAILED, and nothing more is sent', async () => {
    const good = await live(3);
    const iccids = [...good, special.E202];
    await running.world.addFaults({ path: '/get_sims', kind: 'error', code: 'E003', skip: 1 });
    const first = await suspend('unread', iccids);
    expect(outcomes(first)).toEqual(iccids.map(unknown));
    expect(await running.world.effectCounts()).toEqual(Object.fromEntries(good.map((iccid) => [iccid, 1])));
    expect(await received('/suspend')).toBe(1);
    expect((await readAuditLog(running.gateway))[0]).toMatchObject({
      outcome: 'UNKNOWN',
      errorCode: 'OUTCOME_UNKNOWN',
    });
    expect(await suspend('unread', iccids)).toEqual(first);
    expect(await received('/suspend')).toBe(1);
  });

  test('and of which one SIM is missing when they are read back: that one is UNKNOWN, the others are told apart', async () => {
    const [before = '', missing = '', ...after] = await live(4);
    const iccids = [before, missing, special.E202, ...after];
    await running.world.addFaults({ path: '/get_sims', kind: 'tamper', omit: [missing], skip: 1 });
    const told = await suspend('missing', iccids);
    expect(outcomes(told)).toEqual([
      [before, 'SUCCEEDED', undefined],
      unknown(missing),
      [special.E202, 'FAILED', 'SIM_LOCKED_BY_ADMIN'],
      ...after.map((iccid) => [iccid, 'SUCCEEDED', undefined]),
    ]);
    expect(await running.world.effectCounts()).toEqual(
      Object.fromEntries([before, missing, ...after].map((iccid) => [iccid, 1])),
    );
    expect((await readAuditLog(running.gateway))[0]).toMatchObject({ outcome: 'PARTIAL', errorCode: null });
  });

  test('with a code that nobody knows, for one SIM that cannot be read back: it is UNKNOWN', async () => {
    const [iccid = ''] = await live(1);
    await running.world.addFaults(
      { path: '/suspend', kind: 'error', code: 'E999', acts: true },
      { path: '/get_sims', kind: 'error', code: 'E003', skip: 1 },
    );
    expect(outcomes(await suspend('unknown-code', [iccid]))).toEqual([unknown(iccid)]);
    expect(await running.world.effectCounts()).toEqual({ [iccid]: 1 });
  });
});
