import { describe, expect, test } from '@jest/globals';
import { simId, special } from '../support/fleet.ts';
import { askWith } from '../support/graphql-client.ts';
import { runGateway } from '../support/running.ts';

const running = runGateway({ sims: 60 });

type Step = string | number;

const live = { iccid: special.E210 };
const group = Buffer.from('SimGroup:Meters').toString('base64url');

/** The paths of the arguments that an operation is refused for. */
async function pathsOf(query: string, variables?: object): Promise<(Step[] | undefined)[]> {
  const { errors } = await running.gateway.ask(query, variables);
  expect(errors.length).toBeGreaterThan(0);
  for (const { extensions } of errors) expect(extensions.code).toBe('BAD_USER_INPUT');
  return errors.map(({ extensions }) => extensions.argumentPath);
}

describe('BAD_USER_INPUT names the value by its path from the arguments of the field on', () => {
  test.each<[string, Step[]]>([
    ['{ sims(first: 0) { totalCount } }', ['first']],
    ['{ sims(first: 1, last: 1) { totalCount } }', ['last']],
    ['{ sims(last: 501) { totalCount } }', ['last']],
    ['{ sims(after: "x") { totalCount } }', ['after']],
    ['{ sims(before: "x") { totalCount } }', ['before']],
    ['{ sims(filter: { groups: ["a", "\\u0000"] }) { totalCount } }', ['filter', 'groups', 1]],
    ['{ fleet(filter: { search: "\\u0000" }) { total } }', ['filter', 'search']],
    [`{ sim(by: { id: "${group}" }) { iccid } }`, ['by', 'id']],
    [`{ simsByRef(refs: [{ iccid: "${special.E210}" }, { id: "x" }]) { iccid } }`, ['refs', 1, 'id']],
    ['{ node(id: "x") { id } }', ['id']],
    [`{ nodes(ids: ["${simId(special.E210)}", "x"]) { id } }`, ['ids', 1]],
    ['{ bulkOperation(id: "x") { id } }', ['id']],
    ['{ auditLog(actor: "\\u0000") { totalCount } }', ['actor']],
    [`{ sim(by: { iccid: "${special.E210}" }) { alerts(first: 0) { totalCount } } }`, ['first']],
    [
      `{ sim(by: { iccid: "${special.E210}" }) { sessions(from: "2026-03-01T00:00:00Z", to: "2026-02-01T00:00:00Z") { totalCount } } }`,
      ['from'],
    ],
  ])('%s', async (query, path) => {
    expect(await pathsOf(query)).toEqual([path]);
  });

  test.each<[string, string, object, Step[]]>([
    ['setSimName', 'SetSimNameInput', { sim: live, name: '' }, ['name']],
    ['setSimName', 'SetSimNameInput', { sim: { id: 'x' }, name: 'a' }, ['sim', 'id']],
    ['setSimName', 'SetSimNameInput', { sim: live, name: 'a', idempotencyKey: 'ä' }, ['idempotencyKey']],
    ['setSimsGroup', 'SetSimsGroupInput', { sims: [], group: 'a' }, ['sims']],
    [
      'setSimDataLimit',
      'SetSimDataLimitInput',
      { sim: live, limit: { megabytes: 0 } },
      ['limit', 'megabytes'],
    ],
    [
      'setSimsDataLimit',
      'SetSimsDataLimitInput',
      { sims: [live], limit: { unlimited: false } },
      ['limit', 'unlimited'],
    ],
    ['closeSim', 'CloseSimInput', { sim: live, confirmIccid: special.E211 }, ['confirmIccid']],
    ['sendSms', 'SendSmsInput', { sims: [live], text: ' ' }, ['text']],
    ['changeEsimProfile', 'EsimProfileInput', { sims: [live], profile: '', action: 'ENABLE' }, ['profile']],
    ['markAlertsRead', 'MarkAlertsReadInput', { scope: { group: '' } }, ['scope', 'group']],
    ['markAlertsRead', 'MarkAlertsReadInput', { scope: { sim: { id: 'x' } } }, ['scope', 'sim', 'id']],
    ['cancelBulkOperation', 'CancelBulkOperationInput', { id: 'x' }, ['id']],
    [
      'startBulkOperation',
      'StartBulkOperationInput',
      { action: 'SUSPEND', target: { sims: [live, { id: 'x' }] } },
      ['target', 'sims', 1, 'id'],
    ],
    [
      'startBulkOperation',
      'StartBulkOperationInput',
      { action: 'SUSPEND', target: { filter: {} } },
      ['target', 'filter'],
    ],
    [
      'startBulkOperation',
      'StartBulkOperationInput',
      { action: 'SUSPEND', target: { list: 'abc' } },
      ['target', 'list'],
    ],
    [
      'startBulkOperation',
      'StartBulkOperationInput',
      { action: 'SET_NAME', target: { sims: [live] } },
      ['params', 'name'],
    ],
    [
      'startBulkOperation',
      'StartBulkOperationInput',
      { action: 'SEND_SMS', target: { sims: [live] }, params: { text: '' } },
      ['params', 'text'],
    ],
    [
      'startBulkOperation',
      'StartBulkOperationInput',
      { action: 'SET_DATA_LIMIT', target: { sims: [live] }, params: { dataLimit: { megabytes: 0 } } },
      ['params', 'dataLimit', 'megabytes'],
    ],
    [
      'startBulkOperation',
      'StartBulkOperationInput',
      { action: 'SET_DATA_LIMIT', target: { sims: [live] }, params: { dataLimit: { unlimited: false } } },
      ['params', 'dataLimit', 'unlimited'],
    ],
    [
      'startBulkOperation',
      'StartBulkOperationInput',
      { action: 'SUSPEND', target: { sims: [live] }, expectedCount: 0 },
      ['expectedCount'],
    ],
  ])('%s(input: %s): %j', async (name, type, input, path) => {
    const query = `mutation ($input: ${type}!) { change: ${name}(input: $input) { __typename } }`;
    expect(await pathsOf(query, { input })).toEqual([['input', ...path]]);
  });

  test('for a variable of another name, inside of a literal, in a fragment, and for an argument without a value', async () => {
    const inLiteral =
      'mutation ($chosen: [SimRef!]!) { suspendSims(input: { sims: $chosen }) { succeeded } }';
    expect(await pathsOf(inLiteral, { chosen: [live, live, live, { iccid: '12' }] })).toEqual([
      ['input', 'sims', 3, 'iccid'],
    ]);
    expect(await pathsOf(inLiteral, {})).toEqual([['input', 'sims']]);
    const inItem =
      'query ($iccid: ICCID!) { simsByRef(refs: [{ eid: "89049032007200888000000000000000" }, { iccid: $iccid }]) { iccid } }';
    expect(await pathsOf(inItem, { iccid: 'x" at "iccid.y"; ' })).toEqual([['refs', 1, 'iccid']]);
    const inFragment = `query ($size: Int!) { ...F } fragment F on Query { account { alerts(first: $size) { totalCount } } }`;
    expect(await pathsOf(inFragment, { size: 'many' })).toEqual([['first']]);
    const inDirective = `query ($size: Int!, $on: Boolean!) { account @include(if: $on) { alerts(first: $size) { totalCount } } }`;
    expect(await pathsOf(inDirective, { size: 1, on: 'yes' })).toEqual([undefined]);
    const unset = 'query ($iccid: ICCID) { sim(by: { iccid: $iccid }) { iccid } }';
    const { errors } = await running.gateway.ask(unset, {});
    expect(errors[0]?.extensions.code).toMatch(/^(?:BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED)$/);
  });

  test('and again if the answer is replayed', async () => {
    const input = { sim: live, confirmIccid: special.E211 };
    const query = 'mutation ($input: CloseSimInput!) { closeSim(input: $input) { outcome } }';
    const closing = () => askWith(running.gateway, { 'idempotency-key': 'close-1' }, query, { input });
    const [first, second] = [await closing(), await closing()];
    expect(first.errors).toMatchObject([{ extensions: { argumentPath: ['input', 'confirmIccid'] } }]);
    expect(second.errors[0]?.extensions.argumentPath).toEqual(['input', 'confirmIccid']);
  });

  test('and not for a rule about the request or about something else', async () => {
    const { errors } = await askWith(
      running.gateway,
      { 'idempotency-key': 'two' },
      `mutation { a: resetSim(input: { sim: { iccid: "${special.E210}" } }) { outcome } b: resetSim(input: { sim: { iccid: "${special.E211}" } }) { outcome } }`,
    );
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(errors[0]?.extensions).not.toHaveProperty('argumentPath');
    const missing = await running.gateway.ask(`{ sim(by: { iccid: "${special.E002}" }) { iccid } }`);
    expect(missing.errors[0]?.extensions).not.toHaveProperty('argumentPath');
  });
});

describe('the message of a refused value', () => {
  const text = 'a private text';
  const sendSms = 'mutation ($input: SendSmsInput!) { sendSms(input: $input) { succeeded } }';

  test.each<[string, string, object, string]>([
    [
      'a wrong field of a variable has its place and its rule, and not the other fields',
      sendSms,
      { input: { sims: [{ iccid: 'x' }], text } },
      'Variable "$input" got an invalid value at "input.sims[0].iccid"; Expected type "ICCID". ICCID must be a string of 18 to 22 digits',
    ],
    [
      'a missing field does not have the others',
      sendSms,
      { input: { text } },
      'Variable "$input" got an invalid value; Field "sims" of required type "[SimRef!]!" was not provided.',
    ],
    [
      'a place that the value itself contains is not the place',
      'query ($first: Int) { sims(first: $first) { totalCount } }',
      { first: ' at "there"; ' },
      'Variable "$first" got an invalid value; Int cannot represent non-integer value: " at \\"there\\"; "',
    ],
    [
      'an argument that a variable makes invalid does not have its literals',
      `mutation ($sims: [SimRef!] = []) { sendSms(input: { sims: $sims, text: "${text}" }) { succeeded } }`,
      { sims: null },
      'Argument "input" has an invalid value.',
    ],
  ])('about %s', async (_, query, variables, message) => {
    expect((await running.gateway.ask(query, variables)).errors).toMatchObject([{ message }]);
  });

  test('quotes only the beginning of a long one', async () => {
    const first = text.repeat(1000);
    const query = 'query ($first: Int) { sims(first: $first) { totalCount } }';
    const [error] = (await running.gateway.ask(query, { first })).errors;
    expect(error?.message).toMatch(/^Variable "\$first" got an invalid value; Int cannot represent .*…$/);
    expect(error?.message.length).toBe(301);
    const filter = encodeURIComponent(JSON.stringify({ states: [first.slice(0, 5000)] }));
    const answer = await running.gateway.fetch(`/export/sims.csv?filter=${filter}`);
    const { errors } = (await answer.json()) as { errors: { message: string }[] };
    expect(errors[0]?.message.length).toBe(301);
  });
});
