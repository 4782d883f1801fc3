import { describe, expect, test } from '@jest/globals';
import { createChanges } from '../support/changes.ts';
import { special } from '../support/fleet.ts';
import { refs } from '../support/graphql-client.ts';
import { changeSims } from '../support/mutation-fixture.ts';

const fixture = changeSims(400);
const { live } = fixture;
const { one, many, puts } = createChanges(fixture);

const closed = async () => {
  const [sim] = await fixture.world.sims({ state: 'CLOSED', limit: 1 });
  return sim?.iccid ?? '';
};

describe('a root field that fails', () => {
  test('leaves the values of its neighbours', async () => {
    const { data, errors } = await fixture.gateway.ask<Record<string, unknown>>(`{
      account { __typename }
      sims(first: 0) { totalCount }
      fleet { total }
      simsByRef(refs: [{ id: "x" }]) { iccid }
      nodes(ids: ["x"]) { id }
      auditLog(first: 0) { totalCount }
      bulkOperations(first: 0) { totalCount }
      errorCatalog { code }
    }`);
    expect(data).toEqual({
      account: { __typename: 'Account' },
      sims: null,
      fleet: null,
      simsByRef: [null],
      nodes: [null],
      auditLog: null,
      bulkOperations: null,
      errorCatalog: expect.any(Array),
    });
    expect(errors.map(({ path }) => path?.[0]).sort()).toEqual([
      'auditLog',
      'bulkOperations',
      'fleet',
      'nodes',
      'sims',
      'simsByRef',
    ]);
  });

  test('leaves the mutations before and after it', async () => {
    const [first = '', second = ''] = await live(2);
    const { data } = await fixture.gateway.ask(`mutation {
      a: resetSims(input: { sims: [{ iccid: "${first}" }] }) { succeeded }
      b: resetSims(input: { sims: [] }) { succeeded }
      c: resetSims(input: { sims: [{ iccid: "${second}" }] }) { succeeded }
    }`);
    expect(data).toEqual({ a: { succeeded: 1 }, b: null, c: { succeeded: 1 } });
  });
});

describe('an idempotency key in the input', () => {
  test('is taken by several mutations of one document; a repeat answers the same and sends nothing', async () => {
    const [a = '', b = '', c = ''] = await live(3);
    const text = `mutation {
      suspend: suspendSim(input: { sim: { iccid: "${a}" }, idempotencyKey: "doc-1" }) { iccid outcome }
      reset: resetSims(input: { sims: [{ iccid: "${b}" }, { iccid: "${c}" }], idempotencyKey: "doc-2" }) { succeeded }
      name: setSimName(input: { sim: { iccid: "${b}" }, name: "B", idempotencyKey: "doc-3" }) { outcome }
      limit: setSimDataLimit(input: { sim: { iccid: "${c}" }, limit: { megabytes: 900 }, idempotencyKey: "doc-4" }) { outcome }
      alerts: markAlertsRead(input: { scope: { sim: { iccid: "${a}" } }, idempotencyKey: "doc-5" }) { marked }
    }`;
    const first = await fixture.gateway.ask(text);
    expect(first.errors).toEqual([]);
    expect(first.data).toMatchObject({ suspend: { outcome: 'SUCCEEDED' }, reset: { succeeded: 2 } });
    await fixture.world.clearCalls();
    const again = await fixture.gateway.ask(text);
    expect(again).toMatchObject({ data: first.data, errors: [] });
    expect((await fixture.world.calls()).total).toBe(0);
  });

  test('with other arguments is a conflict, which leaves the other mutations of the document', async () => {
    const [a = '', b = ''] = await live(2);
    const { data, errors } = await fixture.gateway.ask(`mutation {
      first: resetSim(input: { sim: { iccid: "${a}" }, idempotencyKey: "same" }) { outcome }
      other: resetSim(input: { sim: { iccid: "${b}" }, idempotencyKey: "same" }) { outcome }
      without: resetSim(input: { sim: { iccid: "${b}" } }) { outcome }
    }`);
    expect(data).toEqual({ first: { outcome: 'SUCCEEDED' }, other: null, without: { outcome: 'SUCCEEDED' } });
    expect(errors).toMatchObject([{ path: ['other'], extensions: { code: 'IDEMPOTENCY_CONFLICT' } }]);
    expect(await fixture.world.effectCounts({ path: '/reset' })).toEqual({ [a]: 1, [b]: 1 });
  });

  test('is the same key as in the header', async () => {
    const [iccid = ''] = await live(1);
    const body = (key?: string) =>
      JSON.stringify({
        query: 'mutation ($input: SimInput!) { resetSim(input: $input) { outcome } }',
        variables: { input: { sim: { iccid }, ...(key && { idempotencyKey: key }) } },
      });
    const send = async (headers: Record<string, string>, text: string) => {
      const init = {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: text,
      };
      return (await fixture.gateway.fetch('/graphql', init)).json() as Promise<{ data: object }>;
    };
    const inInput = await send({}, body('either'));
    expect(inInput).toMatchObject({ data: { resetSim: { outcome: 'SUCCEEDED' } } });
    expect(await send({ 'idempotency-key': 'either' }, body())).toMatchObject({ data: inInput.data });
    expect(await send({ 'idempotency-key': 'either' }, body('either'))).toMatchObject({ data: inInput.data });
    expect(await puts()).toHaveLength(1);
  });

  test('cancels a bulk operation once, with one entry in the audit log', async () => {
    const start = await fixture.gateway.ask<{ startBulkOperation: { bulkOperation: { id: string } } }>(
      'mutation ($input: StartBulkOperationInput!) { startBulkOperation(input: $input) { bulkOperation { id } } }',
      { input: { action: 'RESET', target: { sims: refs(await live(1)) } } },
    );
    const { id } = start.data.startBulkOperation.bulkOperation;
    const cancel = () =>
      fixture.gateway.ask(
        'mutation ($input: CancelBulkOperationInput!) { cancelBulkOperation(input: $input) { bulkOperation { id } } }',
        { input: { id, idempotencyKey: 'cancel-1' } },
      );
    for (const answer of [await cancel(), await cancel()])
      expect(answer.data).toEqual({ cancelBulkOperation: { bulkOperation: { id } } });
    const entries = await fixture.store.query(
      "select from audit_entry where action = 'CANCEL_BULK_OPERATION'",
    );
    expect(entries).toHaveLength(1);
  });
});

describe('a setting of one SIM', () => {
  test('is a mutation with the payload of one SIM', async () => {
    const [iccid = ''] = await live(1);
    const moved = await one('setSimGroup', 'SetSimGroupInput', { iccid }, { group: 'Alone' });
    expect(moved.payload).toMatchObject({ iccid, outcome: 'SUCCEEDED', sim: { group: { name: 'Alone' } } });
    const limited = await one(
      'setSimDataLimit',
      'SetSimDataLimitInput',
      { iccid },
      { limit: { megabytes: 900 } },
    );
    expect(limited.payload).toMatchObject({
      outcome: 'SUCCEEDED',
      sim: { dataUsage: { limitMegabytes: 900 } },
    });
    const locked = await one('setSimImeiLock', 'SetSimImeiLockInput', { iccid }, { locked: true });
    expect(locked.payload).toMatchObject({ outcome: 'SUCCEEDED', error: null });
    expect((await puts()).map(({ path }) => path)).toEqual([
      '/set_group',
      '/set_data_limit',
      '/set_imei_lock',
    ]);
  });

  test.each([
    ['setSimGroup', 'SetSimGroupInput', special.E210, { group: 'forbidden' }, 'GROUP_NAME_FORBIDDEN'],
    [
      'setSimDataLimit',
      'SetSimDataLimitInput',
      special.E210,
      { limit: { megabytes: 10 } },
      'DATA_LIMIT_BELOW_USAGE',
    ],
    ['setSimImeiLock', 'SetSimImeiLockInput', special.E203, { locked: true }, 'IMEI_LOCK_REFUSED'],
  ])('that is refused is an error: %s', async (name, input, iccid, more, code) => {
    const { payload, errors } = await one(name, input, { iccid }, more);
    expect(payload).toBeNull();
    expect(errors).toMatchObject([{ path: [name], extensions: { code, iccids: [iccid] } }]);
  });

  test('has the reason in its error if the outcome is UNKNOWN', async () => {
    const [iccid = ''] = await live(1);
    await fixture.world.addFaults({ path: '/set_imei_lock', kind: 'error', code: 'E000' });
    const { payload, errors } = await one(
      'setSimImeiLock',
      'SetSimImeiLockInput',
      { iccid },
      { locked: true },
    );
    expect(errors).toEqual([]);
    expect(payload).toMatchObject({
      iccid,
      outcome: 'UNKNOWN',
      error: { code: 'OUTCOME_UNKNOWN', simApi: { code: 'E000', operation: 'set_imei_lock' } },
    });
  });
});

describe('TRANSITION_NOT_ALLOWED', () => {
  test.each([
    ['sendSms', 'SendSmsInput', { text: 'hello' }, 'an SMS'],
    ['resetSims', 'SimsInput', {}, 'a network reset'],
    ['activateSims', 'SimsInput', {}, 'activation'],
    ['suspendSims', 'SimsInput', {}, 'suspension'],
  ])('of %s for a closed SIM is in words that fit the action', async (name, input, more, noun) => {
    const { payload } = await many(name, input, [{ iccid: await closed() }], more);
    expect(payload?.results).toMatchObject([
      {
        outcome: 'FAILED',
        error: {
          code: 'TRANSITION_NOT_ALLOWED',
          message: `The current state of the SIM does not allow ${noun}.`,
        },
      },
    ]);
  });

  test('of one SIM that the SIM API refuses has the same words', async () => {
    const { errors } = await one('testSim', 'SimInput', { iccid: special.E211 });
    expect(errors).toMatchObject([
      {
        message: 'The current state of the SIM does not allow test mode.',
        extensions: { code: 'TRANSITION_NOT_ALLOWED', simApi: { code: 'E201', operation: 'test' } },
      },
    ]);
  });
});
