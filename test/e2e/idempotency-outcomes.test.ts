import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { special } from '../support/fleet.ts';
import type { AnsweredError, RunningGateway } from '../support/gateway.ts';
import { askWith, type ManyAnswer, mutation, refs, sendSms } from '../support/graphql-client.ts';
import { changeSims } from '../support/mutation-fixture.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import type { FaultKind } from '../support/sandbox.ts';
import { waitFor } from '../support/wait-for.ts';

const fixture = changeSims(900);
const { live } = fixture;
const calls = async () => (await fixture.world.calls()).byPath;
const puts = async () => (await fixture.world.calls()).calls.filter(({ method }) => method === 'PUT').length;
const onceEach = (iccids: readonly string[]) => Object.fromEntries(iccids.map((iccid) => [iccid, 1]));

/** An answer without the parts that depend on the request. */
interface Answered {
  data: unknown;
  errors: (Omit<AnsweredError['extensions'], 'requestId'> & { message: string })[];
}

/** A mutation with a key that was repeated at the gateway that carried it out, stored for later gateways. */
interface StoredAnswer {
  readonly key: string;
  readonly query: string;
  readonly input: object;
  readonly first: Answered;
}
const stored = new Map<string, StoredAnswer>();

async function ask(key: string, query: string, input: object): Promise<Answered> {
  const { data, errors } = await askWith(fixture.gateway, { 'idempotency-key': key }, query, { input });
  return {
    data,
    errors: errors.map(({ message, path, extensions: { requestId: _, ...rest } }) => ({
      message,
      path,
      ...rest,
    })),
  };
}

/** Sends the mutation twice and returns both answers. */
async function twice<Data>(key: string, query: string, input: object) {
  const first = await ask(key, query, input);
  const sent = await calls();
  const again = await ask(key, query, input);
  stored.set(key, { key, query, input, first });
  expect(again).toEqual(first);
  expect(await calls()).toMatchObject(sent);
  return { ...first, data: first.data as Data };
}

describe('the same gateway replays', () => {
  test('a refusal of some SIMs, word for word and with the time of the SIM API error', async () => {
    const [iccid = ''] = await live(1);
    const sims = refs([iccid, special.E240, special.E002]);
    await fixture.world.setBehaviour({ missingSims: 'refuse' });
    const { data } = await twice<{ sendSms: ManyAnswer }>('some', sendSms, { sims, text: 'partly' });
    await fixture.world.setBehaviour({ missingSims: 'omit' });
    const [, refused, missing] = data.sendSms.results;
    expect(data.sendSms).toMatchObject({ succeeded: 1, failed: 2 });
    expect(refused?.error?.simApi).toMatchObject({
      code: 'E240',
      operation: 'sendSms',
      description: expect.any(String),
      timestamp: expect.stringMatching(/Z$/),
    });
    expect(missing?.error).toMatchObject({
      code: 'SIM_NOT_FOUND',
      simApi: { code: 'E002', operation: 'get_sims' },
    });
    expect(await fixture.world.effectCounts()).toEqual({ [iccid]: 1 });
  });

  test('a refusal of all of them', async () => {
    const query = mutation('setSimsGroup', 'SetSimsGroupInput');
    const input = { sims: refs(await live(2)), group: 'forbidden' };
    const { data } = await twice<{ setSimsGroup: ManyAnswer }>('all', query, input);
    expect(data.setSimsGroup).toMatchObject({
      failed: 2,
      results: [{ error: { code: 'GROUP_NAME_FORBIDDEN' } }, {}],
    });
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
      'the state of the SIM forbids',
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
  ])('the error of a change of one SIM that %s', async (_, name, input, variables, code) => {
    expect(await twice(code, mutation(name, input), variables)).toMatchObject({
      data: { [name]: null },
      errors: [{ code, path: [name] }],
    });
    expect(await puts()).toBeLessThan(2);
    expect(await fixture.world.effects()).toEqual([]);
  });

  test.each<FaultKind>([
    { kind: 'reset', acts: true },
    { kind: 'status', status: 503, acts: true },
    { kind: 'error', code: 'E000', acts: false },
  ])('an unknown outcome (%j): the message is not sent again', async (fault) => {
    const [first = '', second = ''] = await live(2);
    await fixture.world.addFaults({ path: '/sendSms', iccid: first, ...fault });
    const sims = refs([first, second]);
    const key = `unknown-${fault.kind}`;
    const { data } = await twice<{ sendSms: ManyAnswer }>(key, sendSms, { sims, text: 'unknown' });
    expect(data.sendSms).toMatchObject({
      succeeded: 1,
      unknown: 1,
      results: [{ outcome: 'UNKNOWN' }, {}],
    });
    const [open] = data.sendSms.results;
    expect(open?.error?.simApi?.code).toBe(fault.kind === 'error' ? fault.code : undefined);
    expect((await calls())['/sendSms']).toBe(2);
  });

  test('UNKNOWN of a change of one SIM, too', async () => {
    const [iccid = ''] = await live(1);
    await fixture.world.addFaults({ path: '/reset', kind: 'error', code: 'E000', acts: true });
    const { data } = await twice('unknown-one', mutation('resetSim', 'SimInput'), { sim: { iccid } });
    expect(data).toMatchObject({
      resetSim: {
        iccid,
        outcome: 'UNKNOWN',
        error: { code: 'OUTCOME_UNKNOWN', simApi: { code: 'E000', operation: 'reset' } },
      },
    });
    expect(await fixture.world.effectCounts()).toEqual({ [iccid]: 1 });
  });

  test('the number of alerts that were marked, although none is unread any more', async () => {
    const { data } = await twice<{ markAlertsRead: { marked: number } }>(
      'alerts',
      'mutation ($input: MarkAlertsReadInput!) { markAlertsRead(input: $input) { marked } }',
      { scope: { wholeAccount: true } },
    );
    expect(data.markAlertsRead.marked).toBeGreaterThan(0);
  });
});

describe('on the store of a gateway that made changes', () => {
  let upstream: Relay;
  let replica: RunningGateway;
  const send = (from: RunningGateway, iccids: readonly string[], text: string, idempotencyKey: string) =>
    from.ask<{ sendSms: ManyAnswer } | null>(sendSms, {
      input: { sims: refs(iccids), text, idempotencyKey },
    });

  beforeAll(async () => {
    upstream = await startRelay(fixture.world.origin);
    replica = await fixture.startReplica({ SIM_API_URL: `${upstream.url}/v1` });
  });
  afterAll(async () => {
    await replica.stop();
    await upstream.stop();
  });

  test('a replica waits for the answer to a change in progress, and so does the gateway itself', async () => {
    const [iccid = ''] = await live(1);
    const held = upstream.hold('/sendSms');
    const first = send(replica, [iccid], 'slow', 'slow');
    await held.arrived;
    let answered = 0;
    const others = [replica, fixture.gateway].map((gateway) =>
      send(gateway, [iccid], 'slow', 'slow').finally(() => {
        answered += 1;
      }),
    );
    // Both gateways have answered later requests.
    for (const gateway of [replica, fixture.gateway]) await gateway.ask('{ auditLog { totalCount } }');
    expect(answered).toBe(0);
    held.release();
    const { data } = await first;
    expect(data?.sendSms.succeeded).toBe(1);
    for (const other of await Promise.all(others)) expect(other.data).toEqual(data);
    expect(await calls()).toEqual({ '/get_sims': 1, '/sendSms': 1 });
  });

  describe('after the gateway has stopped', () => {
    const sims: string[] = [];
    beforeAll(async () => {
      sims.push(...(await live(3)));
      stored.set('three', {
        key: 'three',
        query: sendSms,
        input: { sims: refs(sims), text: 'three' },
        first: await ask('three', sendSms, { sims: refs(sims), text: 'three' }),
      });
      await fixture.gateway.stop();
      fixture.gateway = replica;
    });

    test('every answer is replayed, word for word, and nothing is sent', async () => {
      expect(stored.size).toBe(12);
      for (const { key, query, input, first } of stored.values())
        expect([key, await ask(key, query, input)]).toEqual([key, first]);
      expect((await fixture.world.calls()).total).toBe(0);
      expect(await fixture.world.effects()).toEqual([]);
    });

    test('20 concurrent requests get the same answer', async () => {
      const { key, query, input, first } = stored.get('three') as StoredAnswer;
      expect(first.data).toMatchObject({ sendSms: { succeeded: 3 } });
      const again = await Promise.all(Array.from({ length: 20 }, () => ask(key, query, input)));
      expect(again).toEqual(again.map(() => first));
      expect(await fixture.world.effects()).toEqual([]);
    });
  });

  describe('a key stays unused after', () => {
    const withKey = (key: string, input: object) =>
      askWith<{ sendSms: ManyAnswer } | null>(fixture.gateway, { 'idempotency-key': key }, sendSms, {
        input,
      });

    test('bad input: the same key then serves the corrected request', async () => {
      const [iccid = ''] = await live(1);
      const wrong = [
        { sims: [], text: 'x' },
        { sims: refs([iccid]), text: '  ' },
      ];
      for (const input of wrong) expect((await withKey('bad input', input)).status).toBe(400);
      const key = 'bad-input';
      for (const input of wrong)
        expect((await withKey(key, input)).errors).toMatchObject([
          { extensions: { code: 'BAD_USER_INPUT' } },
        ]);
      expect((await withKey(key, { sims: refs([iccid]), text: 'right' })).data?.sendSms.succeeded).toBe(1);
    });

    test('an outage of the SIM API while the SIMs are read: the message is sent afterwards', async () => {
      const iccids = await live(2);
      const input = { sims: refs(iccids), text: 'later' };
      await upstream.refuse();
      const { data: refused } = await withKey('unreachable', input);
      expect(refused?.sendSms.results.map(({ error }) => error?.code)).toEqual(
        iccids.map(() => 'UPSTREAM_UNAVAILABLE'),
      );
      await upstream.accept();
      // For some seconds, the gateway sends no calls.
      await waitFor(async () => (await withKey('unreachable', input)).data?.sendSms.succeeded === 2);
      expect(await fixture.world.effectCounts()).toEqual(onceEach(iccids));
    });

    test.each([
      ['400 without a code', { kind: 'status', status: 400 }, 'UPSTREAM_BAD_REQUEST'],
      ['401 to a good token', { kind: 'status', status: 401 }, 'UPSTREAM_AUTH_FAILED'],
    ] as const)(
      '%s to the read of the SIMs: the message is sent when that is corrected',
      async (_, fault, code) => {
        const iccids = await live(2);
        const input = { sims: refs(iccids), text: 'put right' };
        await fixture.world.addFaults({ path: '/get_sims', ...fault });
        const { data: refused } = await withKey(code, input);
        expect(refused?.sendSms.results.map(({ error }) => error?.code)).toEqual(iccids.map(() => code));
        await fixture.world.clearFaults();
        const { data } = await withKey(code, input);
        expect(data?.sendSms.results.map(({ outcome }) => outcome)).toEqual(iccids.map(() => 'SUCCEEDED'));
        expect(await fixture.world.effectCounts()).toEqual(onceEach(iccids));
      },
    );

    test.each([
      ['400 without a code', { kind: 'status', status: 400 }],
      ['no answer', { kind: 'reset' }],
    ] as const)('but not after %s to the message itself: it may have arrived', async (name, fault) => {
      const iccids = await live(1);
      const input = { sims: refs(iccids), text: 'arrived' };
      await fixture.world.addFaults({ path: '/sendSms', acts: true, ...fault });
      for (let asked = 0; asked < 2; asked++) {
        const { data } = await withKey(name.replaceAll(' ', '-'), input);
        expect(data?.sendSms).toMatchObject({ unknown: 1 });
        await fixture.world.clearFaults();
      }
      expect(await fixture.world.effectCounts()).toEqual(onceEach(iccids));
    });

    test('an outage of the store: the change is made afterwards', async () => {
      const [iccid = ''] = await live(1);
      const input = { sims: refs([iccid]), text: 'later' };
      fixture.store.relay.cut();
      expect((await withKey('away', input)).errors).toMatchObject([
        { extensions: { code: 'STORE_UNAVAILABLE', retryable: true } },
      ]);
      expect((await fixture.world.calls()).total).toBe(0);
      fixture.store.relay.restore();
      const { data, errors } = await withKey('away', input);
      expect([data?.sendSms.succeeded, errors]).toEqual([1, []]);
      expect(await fixture.world.effectCounts()).toEqual({ [iccid]: 1 });
    });

    test('a loss of the store while the SIMs are read: nothing was sent, and the change is made afterwards', async () => {
      const [iccid = ''] = await live(1);
      const input = { sims: refs([iccid]), text: 'in between' };
      const held = upstream.hold('/get_sims');
      const refused = withKey('between', input);
      await held.arrived;
      fixture.store.relay.cut();
      held.release();
      expect((await refused).errors).toMatchObject([{ extensions: { code: 'STORE_UNAVAILABLE' } }]);
      fixture.store.relay.restore();
      const { data, errors } = await withKey('between', input);
      expect([data?.sendSms.succeeded, errors]).toEqual([1, []]);
      expect(await fixture.world.effectCounts()).toEqual({ [iccid]: 1 });
    });
  });

  describe('when the database refuses claims', () => {
    /** Makes claims of SIMs fail, as a server does that is about to shut down. */
    async function refuseClaims(condition: string, during: () => Promise<void>): Promise<void> {
      await fixture.store.query(`create function refuse_claim() returns trigger language plpgsql as $$
        begin raise exception 'going away' using errcode = '57P01'; end $$`);
      await fixture.store.query(`create trigger refuse_claim before update on change_sim for each row
        when (new.status = 'SENDING' and ${condition}) execute function refuse_claim()`);
      try {
        await during();
      } finally {
        await fixture.store.query('drop trigger refuse_claim on change_sim');
        await fixture.store.query('drop function refuse_claim');
      }
    }
    const keyed = <Data>(key: string, query: string, input: object) =>
      askWith<Data>(fixture.gateway, { 'idempotency-key': key }, query, { input });

    test('a change of one SIM is refused, nothing is sent, and its key can still be used', async () => {
      const [iccid = ''] = await live(1);
      const suspend = () =>
        keyed<{ suspendSim: { outcome: string } | null } | null>(
          'claims-one',
          mutation('suspendSim', 'SimInput'),
          { sim: { iccid } },
        );
      await refuseClaims('true', async () => {
        const { data, errors } = await suspend();
        expect(data).toEqual({ suspendSim: null });
        expect(errors).toMatchObject([{ extensions: { code: 'STORE_UNAVAILABLE', retryable: true } }]);
        expect(await fixture.world.effects()).toEqual([]);
      });
      const { data, errors } = await suspend();
      expect(errors).toEqual([]);
      expect(data).toMatchObject({ suspendSim: { outcome: 'SUCCEEDED' } });
      expect(await fixture.world.effectCounts()).toEqual({ [iccid]: 1 });
    });

    test('a message to several SIMs is refused for each of them, and its key can still be used', async () => {
      const iccids = await live(5);
      const message = () =>
        keyed<{ sendSms: ManyAnswer }>('claims-many', sendSms, { sims: refs(iccids), text: 'x' });
      await refuseClaims('true', async () => {
        const { data } = await message();
        expect(data.sendSms).toMatchObject({ succeeded: 0, failed: 5 });
        expect(data.sendSms.results.map(({ error }) => error?.code)).toEqual(
          iccids.map(() => 'STORE_UNAVAILABLE'),
        );
        expect(await fixture.world.effects()).toEqual([]);
      });
      expect((await message()).data.sendSms).toMatchObject({ succeeded: 5, failed: 0 });
      expect(await fixture.world.effectCounts()).toEqual(onceEach(iccids));
    });

    test('and one SIM was sent its message before, the key has that answer: it is replayed, and no more is sent', async () => {
      const [first = '', second = ''] = await live(2);
      const message = () =>
        keyed<{ sendSms: ManyAnswer }>('claims-part', sendSms, { sims: refs([first, second]), text: 'x' });
      const partly = {
        succeeded: 1,
        failed: 1,
        results: [
          { iccid: first, outcome: 'SUCCEEDED' },
          { iccid: second, outcome: 'FAILED', error: { code: 'STORE_UNAVAILABLE' } },
        ],
      };
      await refuseClaims('new.position = 1', async () => {
        expect((await message()).data.sendSms).toMatchObject(partly);
      });
      expect((await message()).data.sendSms).toMatchObject(partly);
      expect(await fixture.world.effectCounts()).toEqual({ [first]: 1 });
    });
  });
});
