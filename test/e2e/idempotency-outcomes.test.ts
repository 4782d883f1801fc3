import { describe, expect, test } from '@jest/globals';
import { askWith, type ManyAnswer, mutation, refs, sendSms } from '../support/asking.ts';
import { changeSims } from '../support/changing.ts';
import { special } from '../support/fleet.ts';
import type { FaultKind } from '../support/sandbox.ts';
import { waitFor } from '../support/wait-for.ts';

const ground = changeSims(900);
const { live } = ground;
let keys = 0;

const calls = async () => (await ground.world.calls()).byPath;

/** The same mutation under one key before and after the gateway is started anew, and here a second time. */
async function thrice<Data>(query: string, input: object) {
  keys += 1;
  const key = { 'idempotency-key': `outcome-${keys}` };
  const ask = async () => {
    const { data, errors } = await askWith<Data>(ground.gateway, key, query, { input });
    // Ids are of the request, everything else is of the answer.
    const told = errors.map(({ message, path, extensions: { requestId: _, ...rest } }) => ({
      message,
      path,
      ...rest,
    }));
    return { data, errors: told };
  };
  const first = await ask();
  const sent = await calls();
  const again = await ask();
  await ground.restart();
  await ground.world.clearFaults();
  return { first, sent, repeats: [again, await ask()] };
}

describe('what is told again, here and after a restart,', () => {
  test('is a refusal of some SIMs, word for word and with the time at which the SIM API said it', async () => {
    const [iccid = ''] = await live(1);
    const sims = refs([iccid, special.E240, special.E002]);
    const { first, sent, repeats } = await thrice<{ sendSms: ManyAnswer }>(sendSms, { sims, text: 'partly' });
    const [, refused, missing] = first.data.sendSms.results;
    expect(first.data.sendSms).toMatchObject({ succeeded: 1, failed: 2 });
    expect(refused?.error?.simApi).toMatchObject({
      code: 'E240',
      operation: 'sendSms',
      description: expect.any(String),
      timestamp: expect.stringMatching(/Z$/),
    });
    expect(missing?.error).toMatchObject({ code: 'SIM_NOT_FOUND' });
    expect(repeats).toEqual([first, first]);
    expect(await calls()).toMatchObject(sent);
    expect(await ground.world.effectCounts()).toEqual({ [iccid]: 1 });
  });

  test('is a refusal of all of them', async () => {
    const { first, repeats } = await thrice<{ setSimsGroup: ManyAnswer }>(
      mutation('setSimsGroup', 'SetSimsGroupInput'),
      { sims: refs(await live(2)), group: 'forbidden' },
    );
    expect(first.data.setSimsGroup).toMatchObject({
      failed: 2,
      results: [{ error: { code: 'GROUP_NAME_FORBIDDEN' } }, {}],
    });
    expect(repeats).toEqual([first, first]);
    expect((await calls())['/set_group']).toBe(1);
  });

  test.each<[string, string, string, object, string]>([
    [
      'the SIM API refused',
      'deactivateSim',
      'SimInput',
      { sim: { iccid: special.E202 } },
      'SIM_LOCKED_BY_ADMIN',
    ],
    [
      'the SIM says no to',
      'resetSim',
      'SimInput',
      { sim: { iccid: special.E201 } },
      'TRANSITION_NOT_ALLOWED',
    ],
    ['names no SIM', 'activateSim', 'SimInput', { sim: { iccid: special.E002 } }, 'SIM_NOT_FOUND'],
    [
      'was confirmed with another ICCID',
      'closeSim',
      'CloseSimInput',
      { sim: { iccid: special.E240 }, confirmIccid: special.E202 },
      'BAD_USER_INPUT',
    ],
  ])('is the error of a change of one SIM that %s', async (_, name, input, variables, code) => {
    const { first, repeats } = await thrice(mutation(name, input), variables);
    expect(first).toMatchObject({ data: { [name]: null }, errors: [{ code, path: [name] }] });
    expect(repeats).toEqual([first, first]);
    expect((await ground.world.calls()).calls.filter(({ method }) => method === 'PUT').length).toBeLessThan(
      2,
    );
    expect(await ground.world.effects()).toEqual([]);
  });

  test.each<FaultKind>([
    { kind: 'reset', acts: true },
    { kind: 'status', status: 503, acts: true },
    { kind: 'error', code: 'E000', acts: false },
  ])('is that nobody knows (%j): the message is not sent again', async (fault) => {
    const [first = '', second = ''] = await live(2);
    await ground.world.addFaults({ path: '/sendSms', iccid: first, ...fault });
    const sims = refs([first, second]);
    const asked = await thrice<{ sendSms: ManyAnswer }>(sendSms, { sims, text: 'unknown' });
    expect(asked.first.data.sendSms).toMatchObject({
      succeeded: 1,
      unknown: 1,
      results: [{ outcome: 'UNKNOWN' }, {}],
    });
    expect(asked.repeats).toEqual([asked.first, asked.first]);
    expect((await calls())['/sendSms']).toBe(2);
  });

  test('is UNKNOWN of a change of one SIM, too', async () => {
    const [iccid = ''] = await live(1);
    await ground.world.addFaults({ path: '/reset', kind: 'reset', acts: true });
    const { first, repeats } = await thrice(mutation('resetSim', 'SimInput'), { sim: { iccid } });
    expect(first.data).toEqual({ resetSim: { iccid, outcome: 'UNKNOWN' } });
    expect(repeats).toEqual([first, first]);
    expect(await ground.world.effectCounts()).toEqual({ [iccid]: 1 });
  });

  test('is how many alerts were marked, though by now there are none', async () => {
    const { first, sent, repeats } = await thrice<{ markAlertsRead: { marked: number } }>(
      'mutation ($input: MarkAlertsReadInput!) { markAlertsRead(input: $input) { marked } }',
      { scope: { wholeAccount: true } },
    );
    expect(first.data.markAlertsRead.marked).toBeGreaterThan(0);
    expect(repeats).toEqual([first, first]);
    expect((await calls())['/get_alerts']).toBe(sent['/get_alerts']);
  });
});

describe('what leaves a key free', () => {
  const withKey = (key: string, input: object) =>
    askWith<{ sendSms: ManyAnswer } | null>(ground.gateway, { 'idempotency-key': key }, sendSms, { input });

  test('is bad input: the same key then stands for what is right', async () => {
    const [iccid = ''] = await live(1);
    for (const input of [
      { sims: [], text: 'x' },
      { sims: refs([iccid]), text: '  ' },
    ])
      expect((await withKey('bad input', input)).status).toBe(400);
    const key = 'bad-input';
    for (const input of [
      { sims: [], text: 'x' },
      { sims: refs([iccid]), text: '  ' },
    ])
      expect((await withKey(key, input)).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect((await withKey(key, { sims: refs([iccid]), text: 'right' })).data?.sendSms.succeeded).toBe(1);
  });

  test('is a store that is away: the change is made when it is back', async () => {
    const [iccid = ''] = await live(1);
    const input = { sims: refs([iccid]), text: 'later' };
    ground.store.relay.cut();
    expect((await withKey('away', input)).errors).toMatchObject([
      { extensions: { code: 'STORE_UNAVAILABLE', retryable: true } },
    ]);
    expect((await ground.world.calls()).total).toBe(0);
    ground.store.relay.restore();
    const { data, errors } = await withKey('away', input);
    expect([data?.sendSms.succeeded, errors]).toEqual([1, []]);
    expect(await ground.world.effectCounts()).toEqual({ [iccid]: 1 });
  });

  test('is a store that goes away while the SIMs are read: nothing was sent, and the change is made when it is back', async () => {
    const [iccid = ''] = await live(1);
    const input = { sims: refs([iccid]), text: 'in between' };
    await ground.world.addFaults({ path: '/get_sims', kind: 'delay', ms: 400, times: 1 });
    const refused = withKey('between', input);
    await waitFor(async () => (await calls())['/get_sims'] === 1);
    ground.store.relay.cut();
    expect((await refused).errors).toMatchObject([{ extensions: { code: 'STORE_UNAVAILABLE' } }]);
    ground.store.relay.restore();
    const { data, errors } = await withKey('between', input);
    expect([data?.sendSms.succeeded, errors]).toEqual([1, []]);
    expect(await ground.world.effectCounts()).toEqual({ [iccid]: 1 });
  });
});
