import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { askWith, mutation, refs, sendSms } from '../support/asking.ts';
import { readAuditLog, recorded } from '../support/audit-log.ts';
import { createPool, simId, special } from '../support/fleet.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { startRelay } from '../support/relay.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import { createStore, type TestStore } from '../support/store.ts';

let world: World;
let store: TestStore;
let gateway: RunningGateway;
const pool = createPool(() => world);

beforeAll(async () => {
  world = await createWorld({ sims: 600, clock: { rate: 0 } });
  store = await createStore();
  gateway = await startGateway({ world, store });
});
beforeEach(() => world.clearFaults());
afterAll(async () => {
  await gateway.stop();
  await store.remove();
  await world.remove();
});

describe('the entry of a change', () => {
  const sms = (iccids: readonly string[]) =>
    recorded(gateway, sendSms, { input: { sims: refs(iccids), text: 'x' } });
  const take = async (count: number) => (await pool.take(count, { state: 'LIVE' })).map(({ iccid }) => iccid);

  test('that was refused says why, and several reasons are none', async () => {
    expect(await sms([special.E240])).toMatchObject([{ outcome: 'FAILED', errorCode: 'SMS_NOT_ALLOWED' }]);
    expect(await sms([special.E240, special.E002])).toMatchObject([
      { outcome: 'FAILED', errorCode: null, simCount: 2, iccids: [special.E240, special.E002] },
    ]);
  });

  test('that went well for some SIMs only is PARTIAL', async () => {
    expect(await sms([...(await take(1)), special.E240])).toMatchObject([
      { outcome: 'PARTIAL', errorCode: 'SMS_NOT_ALLOWED' },
    ]);
  });

  test('of which nobody knows is UNKNOWN', async () => {
    await world.addFaults({ path: '/sendSms', kind: 'reset', acts: true });
    expect(await sms(await take(2))).toMatchObject([{ outcome: 'UNKNOWN', errorCode: 'OUTCOME_UNKNOWN' }]);
  });

  test('that could not read its SIMs is FAILED with the reason', async () => {
    await world.addFaults({ path: '/get_sims', kind: 'error', code: 'E000' });
    const [iccid = ''] = await take(1);
    expect(await sms([iccid])).toMatchObject([
      { outcome: 'FAILED', errorCode: 'SIM_API_ERROR', simCount: 1 },
    ]);
  });

  test('counts a SIM once, however often and by whatever key it was named', async () => {
    const [a = '', b = ''] = await take(2);
    const sims = [{ iccid: b }, { id: simId(a) }, { id: simId(b) }, { iccid: b }];
    expect(await recorded(gateway, sendSms, { input: { sims, text: 'x' } })).toMatchObject([
      { simCount: 2, iccids: [b, a] },
    ]);
  });

  test('that was refused for its arguments alone is not there', async () => {
    expect(await recorded(gateway, sendSms, { input: { sims: refs([special.E240]), text: '' } })).toEqual([]);
  });

  test('comes once for each mutation of a document, and once for a key that came twice', async () => {
    const [a = '', b = ''] = await take(2);
    const reset = (alias: string, iccid: string) =>
      `${alias}: resetSim(input: { sim: { iccid: "${iccid}" } }) { outcome }`;
    expect(await recorded(gateway, `mutation { ${reset('a', a)} ${reset('b', b)} }`, {})).toMatchObject([
      { iccids: [b] },
      { iccids: [a] },
    ]);
    const input = { sims: refs([a]), text: 'x', idempotencyKey: 'in-the-log' };
    expect(await recorded(gateway, sendSms, { input })).toHaveLength(1);
    expect(await recorded(gateway, sendSms, { input })).toHaveLength(0);
  });

  test('is there, with its SIMs, before the SIM API is asked for the change', async () => {
    const relay = await startRelay(world.origin);
    const behind = await startGateway({ world, store, env: { SIM_API_URL: `${relay.url}/v1` } });
    const iccids = await take(2);
    const held = relay.hold('/suspend?');
    const requestId = 'seen-before';
    const query = mutation('suspendSims', 'SimsInput');
    const answer = askWith(behind, { 'x-request-id': requestId }, query, { input: { sims: refs(iccids) } });
    await held.arrived;
    const find = async () => (await readAuditLog(gateway)).filter((entry) => entry.requestId === requestId);
    expect(await find()).toMatchObject([
      { action: 'SUSPEND', outcome: 'OPEN', errorCode: null, simCount: 2, iccids },
    ]);
    const statuses = () =>
      store.query(`select status from change_sim where iccid = any($1) order by position`, [iccids]);
    expect(await statuses()).toEqual([{ status: 'SENDING' }, { status: 'SENDING' }]);
    held.release();
    await answer;
    expect(await find()).toMatchObject([{ outcome: 'SUCCEEDED', iccids }]);
    await behind.stop();
    await relay.stop();
  });

  test('holds no message text: it is nowhere in the database', async () => {
    const canary = 'kanarienvogel-7391';
    await recorded(gateway, sendSms, {
      input: { sims: refs([...(await take(1)), special.E240]), text: canary, idempotencyKey: 'canary' },
    });
    await world.addFaults({ path: '/sendSms', kind: 'reset' });
    await recorded(gateway, sendSms, { input: { sims: refs(await take(1)), text: canary } });
    const tables = await store.query<{ name: string }>(
      `select quote_ident(table_name) as name from information_schema.tables where table_schema = current_schema()`,
    );
    expect(tables.length).toBeGreaterThanOrEqual(3);
    for (const { name } of tables) {
      const rows = await store.query<{ text: string }>(
        `select all_of_it::text as text from ${name} all_of_it`,
      );
      expect(rows.filter(({ text }) => text.includes(canary))).toEqual([]);
      expect(rows.filter(({ text }) => text.includes(Buffer.from(canary).toString('base64')))).toEqual([]);
    }
    expect(JSON.stringify(gateway.logged())).not.toContain(canary);
  });
});
