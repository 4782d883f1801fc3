import { beforeEach, describe, expect, test } from '@jest/globals';
import { createChanges } from '../support/changes.ts';
import { createPool, simId, special } from '../support/fleet.ts';
import { runGateway } from '../support/running.ts';

const running = runGateway({ sims: 400, clock: { rate: 0 } });
const pool = createPool(() => running.world);
const { many, puts } = createChanges(running);
const send = (sims: readonly object[], text = 'status?') => many('sendSms', 'SendSmsInput', sims, { text });
const refsTo = (iccids: readonly string[]) => iccids.map((iccid) => ({ iccid }));

beforeEach(() => running.world.clearEffects());

describe('an SMS to many SIMs', () => {
  test('goes one SIM a call, once to each, by whatever key and however often it was named', async () => {
    const sims = await pool.take(12, { state: 'LIVE' });
    const esim = (await pool.take(1, { state: 'LIVE', esim: true }))[0];
    const iccids = sims.map(({ iccid }) => iccid);
    const refs = [
      ...refsTo(iccids),
      { eid: esim?.eid },
      { id: simId(iccids[3] ?? '') },
      { iccid: iccids[3] },
      { iccid: esim?.iccid },
    ];
    const text = 'Tere, õ & 100% ☃ +1 #2\nline two';
    const { payload, errors } = await send(refs, text);
    expect(errors).toEqual([]);
    expect(payload).toMatchObject({ succeeded: 16, failed: 0, unknown: 0, notSent: 0 });
    expect(await running.world.effectCounts({ path: '/sendSms' })).toEqual(
      Object.fromEntries([...iccids, esim?.iccid].map((iccid) => [iccid, 1])),
    );
    const calls = await puts();
    expect(calls.map((call) => call.sims)).toEqual(Array.from({ length: 13 }, () => 1));
    for (const { params } of await running.world.effects()) expect(params).toEqual({ message: text });
    // Clients of the SIM API spell the text in two ways: both are sent.
    const [query = ''] = calls.map((call) => call.query);
    expect(new URLSearchParams(query).get('sms')).toBe(text);
  });

  test('is refused for the one SIM that takes none, and sent to the others', async () => {
    const iccids = (await pool.take(3, { state: 'LIVE' })).map(({ iccid }) => iccid);
    const refs = refsTo([...iccids.slice(0, 1), special.E240, special.E002, ...iccids.slice(1)]);
    const { payload } = await send(refs);
    expect(payload).toMatchObject({ succeeded: 3, failed: 2, unknown: 0 });
    expect(payload?.results.map(({ error }) => error?.code ?? null)).toEqual([
      null,
      'SMS_NOT_ALLOWED',
      'SIM_NOT_FOUND',
      null,
      null,
    ]);
    expect(Object.keys(await running.world.effectCounts())).toHaveLength(3);
  });

  test('whose answer is lost for one SIM is UNKNOWN for that one, sent or not, and never sent again', async () => {
    for (const acts of [true, false]) {
      const iccids = (await pool.take(3, { state: 'LIVE' })).map(({ iccid }) => iccid);
      const [, lost = ''] = iccids;
      await running.world.addFaults({ path: '/sendSms', iccid: lost, kind: 'reset', acts });
      await running.world.clearCalls();
      const { payload } = await send(refsTo(iccids));
      expect(payload).toMatchObject({ succeeded: 2, failed: 0, unknown: 1 });
      expect(payload?.results[1]).toMatchObject({
        iccid: lost,
        outcome: 'UNKNOWN',
        error: { code: 'OUTCOME_UNKNOWN', retryable: false },
      });
      expect((await puts()).filter(({ query }) => query.includes(lost))).toHaveLength(1);
      expect(await running.world.effects({ iccid: lost })).toHaveLength(acts ? 1 : 0);
    }
  });

  test('sent again is sent again: nothing tells that it was sent before', async () => {
    const [sim] = await pool.take(1, { state: 'LIVE' });
    await send([{ iccid: sim?.iccid }]);
    await send([{ iccid: sim?.iccid }]);
    expect(await running.world.effects({ iccid: sim?.iccid ?? '' })).toHaveLength(2);
  });

  test('may have 1530 characters, as long as they fit into a URL', async () => {
    const [sim] = await pool.take(1, { state: 'LIVE' });
    const long = await send([{ iccid: sim?.iccid }], '信'.repeat(400));
    expect(long.errors).toMatchObject([
      { message: 'text must not be longer than 3300 bytes when it is written in a URL' },
    ]);
    const text = 'x'.repeat(1530);
    const { payload } = await send([{ iccid: sim?.iccid }], text);
    expect(payload).toMatchObject({ succeeded: 1 });
    expect(await running.world.effects()).toMatchObject([{ params: { message: text } }]);
  });
});
