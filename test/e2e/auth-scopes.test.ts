import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Scope, scopes } from '../../src/auth/principal.ts';
import { guardedFields } from '../../src/gateway/common/access.ts';
import { createSchema } from '../../src/gateway/schema.ts';
import { adminToken, as, createKey, keyEnv } from '../support/api-keys.ts';
import { parseCsv } from '../support/csv.ts';
import { readOnceEnv, whenWhole } from '../support/fleet-index.ts';
import type { RunningGateway } from '../support/gateway.ts';
import { startGateway } from '../support/gateway.ts';
import { midMonthNow } from '../support/mid-month.ts';
import { createWorld, type World } from '../support/sandbox.ts';

const iccid = '$iccid';
const sim = `{ iccid: "${iccid}" }`;
const one = `input: { sim: ${sim} }`;
const many = `input: { sims: [${sim}] }`;
const onSim = (selection: string) => `{ sim(by: ${sim}) { ${selection} } }`;

/** A document for one guarded field, and scopes that the fields above it need. */
interface Guarded {
  readonly document: string;
  readonly above?: readonly Scope[];
}

const changes = Object.fromEntries(
  ['activate', 'deactivate', 'suspend', 'resume', 'test', 'activeReady', 'reset'].flatMap((verb) => [
    [`Mutation.${verb}Sim`, { document: `mutation { ${verb}Sim(${one}) { iccid } }` }],
    [`Mutation.${verb}Sims`, { document: `mutation { ${verb}Sims(${many}) { succeeded } }` }],
  ]),
);
const change = (name: string, input: string, selection: string): Record<string, Guarded> => ({
  [`Mutation.${name}`]: { document: `mutation { ${name}(input: { ${input} }) { ${selection} } }` },
});
const bulk = `{ action: SUSPEND, target: { sims: [${sim}] } }`;

/** One for each guarded field. */
const documents: Readonly<Record<string, Guarded>> = {
  'Query.account': { document: '{ account { groups { name } } }' },
  'Query.auditLog': { document: '{ auditLog(first: 1) { nodes { id } } }' },
  'Query.bulkOperation': { document: '{ bulkOperation(id: "x") { id } }' },
  'Query.bulkOperations': { document: '{ bulkOperations { totalCount } }' },
  'Query.previewChange': { document: `{ previewChange(input: ${bulk}) { total } }` },
  'Query.errorCatalog': { document: '{ errorCatalog { code } }' },
  'Query.fleet': { document: '{ fleet { total } }' },
  'Query.group': { document: '{ group(name: "x") { id } }' },
  'Query.node': { document: '{ node(id: "x") { id } }' },
  'Query.nodes': { document: '{ nodes(ids: ["x"]) { id } }' },
  'Query.sim': { document: onSim('iccid') },
  'Query.simsByRef': { document: `{ simsByRef(refs: [${sim}]) { iccid } }` },
  'Query.sims': { document: '{ sims(first: 1) { totalCount } }' },
  'Query.viewer': { document: '{ viewer { actor } }' },
  'SimGroup.sims': { document: '{ account { groups { sims(first: 1) { totalCount } } } }', above: ['READ'] },
  'Sim.msisdn': { document: onSim('msisdn'), above: ['READ'] },
  'Sim.imsi': { document: onSim('imsi'), above: ['READ'] },
  'Sim.imei': { document: onSim('imei'), above: ['READ'] },
  'Sim.cost': { document: onSim('cost(nullIfMissing: true) { cost { amount } }'), above: ['READ'] },
  'SimDiagnostics.imei': { document: onSim('diagnostics { imei }'), above: ['READ'] },
  'SimDiagnostics.location': { document: onSim('diagnostics { location { latitude } }'), above: ['READ'] },
  'DataSession.cost': { document: onSim('sessions { nodes { cost { amount } } }'), above: ['READ'] },
  'BulkOperation.results': {
    document: `mutation { startBulkOperation(input: ${bulk}) { bulkOperation { results { totalCount } } } }`,
    above: ['CONTROL'],
  },
  'SimResult.sim': {
    document: `mutation { resetSims(${many}) { results { sim { iccid } } } }`,
    above: ['CONTROL'],
  },
  'SimPayload.sim': { document: `mutation { resetSim(${one}) { sim { iccid } } }`, above: ['CONTROL'] },
  'Account.balance': {
    document: '{ account { balance(nullIfMissing: true) { usedBytes } } }',
    above: ['READ'],
  },
  'Account.availableProfiles': { document: '{ account { availableProfiles } }', above: ['READ'] },
  'Account.alerts': { document: '{ account { alerts { totalCount } } }', above: ['READ'] },
  'AuditEntry.bulkOperation': {
    document: '{ auditLog(first: 1) { nodes { bulkOperation { id } } } }',
    above: ['AUDIT'],
  },
  ...changes,
  ...change('markAlertsRead', `scope: { sim: ${sim} }`, 'marked'),
  'Mutation.startBulkOperation': {
    document: `mutation { startBulkOperation(input: ${bulk}) { bulkOperation { id } } }`,
  },
  ...change('cancelBulkOperation', 'id: "x"', 'bulkOperation { id }'),
  ...change('changeEsimProfile', `sims: [${sim}], profile: "x", action: ENABLE`, 'succeeded'),
  ...change('sendSms', `sims: [${sim}], text: "x", idempotencyKey: "$unique"`, 'succeeded'),
  ...change('setSimName', `sim: ${sim}, name: "x"`, 'iccid'),
  ...change('setSimGroup', `sim: ${sim}, group: "x"`, 'iccid'),
  ...change('setSimsGroup', `sims: [${sim}], group: "x"`, 'succeeded'),
  ...change('setSimDataLimit', `sim: ${sim}, limit: { unlimited: true }`, 'iccid'),
  ...change('setSimsDataLimit', `sims: [${sim}], limit: { unlimited: true }`, 'succeeded'),
  ...change('setSimImeiLock', `sim: ${sim}, locked: false`, 'iccid'),
  ...change('setSimsImeiLock', `sims: [${sim}], locked: false`, 'succeeded'),
  ...change('closeSim', `sim: ${sim}, confirmIccid: "${iccid}"`, 'iccid'),
};

const guarded = guardedFields(createSchema()).map(({ type, field, rule }) => ({
  name: `${type}.${field.name}`,
  // SUSPEND is the action of the documents of bulk operations.
  needs: rule.ofArguments !== undefined && rule.scopes.length > 1 ? (['CONTROL'] as const) : rule.scopes,
}));

let world: World;
let gateway: RunningGateway;
let sims: string[];
const keys = new Map<string, Promise<{ key: string }>>();
let count = 0;

beforeAll(async () => {
  world = await createWorld({ sims: 60, clock: { startAt: midMonthNow(), rate: 0 } });
  gateway = await startGateway({ world, env: { ...readOnceEnv, ...keyEnv } });
  await whenWhole(await callerWith(scopes));
  sims = (await world.sims({ limit: 60 })).map((each) => each.iccid);
});

afterAll(async () => {
  await gateway?.stop();
  await world?.remove();
});

/** The gateway for a caller with these scopes. */
async function callerWith(list: readonly Scope[]): Promise<RunningGateway> {
  const own = scopes.filter((scope) => list.includes(scope));
  const id = own.join();
  const made = keys.get(id) ?? createKey(gateway, { scopes: own });
  keys.set(id, made);
  return as(gateway, (await made).key);
}

/** Sends a document with the next SIM and a new idempotency key. */
async function send(caller: RunningGateway, document: string) {
  count++;
  const own = document
    .replaceAll('$iccid', sims[count % sims.length] ?? '')
    .replaceAll('$unique', `matrix-${count}`);
  return caller.ask<Record<string, unknown> | undefined>(own);
}

interface Sent {
  status: number;
  data: Record<string, unknown> | undefined;
  errors: { message: string; extensions: { code: string; requiredScopes?: string[] } }[];
  extensions: { cost: { upstreamCalls: number } };
}

/** Checks one cell: whether an answer is refused, or has a null for what needs PERSONAL. */
function check(name: string, needs: readonly Scope[], owned: readonly Scope[], sent: Sent): void {
  const refusals = sent.errors.filter(({ extensions }) => extensions.code === 'FORBIDDEN');
  const isAllowed = needs.length === 0 || needs.some((scope) => owned.includes(scope));
  if (isAllowed) {
    expect([name, owned, refusals]).toEqual([name, owned, []]);
    return;
  }
  expect([name, owned, refusals]).toEqual([
    name,
    owned,
    [
      expect.objectContaining({
        message: expect.stringContaining(name),
        extensions: expect.objectContaining({ requiredScopes: [...needs], retryable: false }),
      }),
    ],
  ]);
  if (needs.includes('PERSONAL')) {
    expect(sent.status).toBe(200);
    return;
  }
  expect([sent.status, sent.data, sent.extensions?.cost.upstreamCalls ?? 0]).toEqual([403, undefined, 0]);
}

test('every guarded field of the schema has a document', () => {
  expect(guarded.map(({ name }) => name).sort()).toEqual(Object.keys(documents).sort());
});

describe.each(guarded)('$name', ({ name, needs }) => {
  const { document, above = [] } = documents[name] ?? { document: '' };

  test.each(scopes)('with no scope but %s and those of the fields above it', async (scope) => {
    const owned = [...new Set([...above, scope])];
    check(name, needs, owned, (await send(await callerWith(owned), document)) as Sent);
  });

  test.each(scopes)('with every scope but %s', async (scope) => {
    const owned = scopes.filter((each) => each !== scope);
    // Then the field above it is refused.
    if (above.includes(scope)) return;
    check(name, needs, owned, (await send(await callerWith(owned), document)) as Sent);
  });
});

describe('a bulk operation and its preview need the scope of the action', () => {
  const actions: readonly (readonly [action: string, params: string, scope: Scope])[] = [
    ['RESET', '', 'CONTROL'],
    ['SET_NAME', ', params: { name: "x" }', 'CONTROL'],
    ['SEND_SMS', ', params: { text: "x" }', 'SMS'],
    ['CLOSE', ', expectedCount: 1', 'CLOSE'],
  ];
  test.each(actions)('%s', async (action, params, needed) => {
    const input = `{ action: ${action}, target: { sims: [${sim}] }${params} }`;
    for (const scope of ['CONTROL', 'SMS', 'CLOSE'] as const)
      for (const [name, document] of [
        ['Query.previewChange', `{ previewChange(input: ${input}) { total } }`],
        [
          'Mutation.startBulkOperation',
          `mutation { startBulkOperation(input: ${input}) { bulkOperation { id } } }`,
        ],
      ] as const)
        check(name, [needed], [scope], (await send(await callerWith([scope]), document)) as Sent);
  });

  test('also if the action, the input or a part of it is in a variable', async () => {
    const caller = await callerWith(['CONTROL']);
    const start = (definition: string, input: string) =>
      `mutation (${definition}) { startBulkOperation(input: ${input}) { bulkOperation { id } } }`;
    const target = { sims: [{ iccid: sims[0] }] };
    const tries: readonly (readonly [string, object])[] = [
      [
        start('$input: StartBulkOperationInput!', '$input'),
        { input: { action: 'CLOSE', target, expectedCount: 1 } },
      ],
      [
        start('$a: SimAction!', `{ action: $a, target: { sims: [${sim}] }, expectedCount: 1 }`),
        { a: 'CLOSE' },
      ],
      [start('$a: SimAction! = CLOSE', `{ action: $a, target: { sims: [${sim}] }, expectedCount: 1 }`), {}],
    ];
    for (const [query, variables] of tries) {
      const { status, errors } = await caller.ask(query.replaceAll('$iccid', sims[0] ?? ''), variables);
      expect([status, errors.map(({ extensions }) => extensions.code)]).toEqual([403, ['FORBIDDEN']]);
    }
  });
});

describe('a variable with the name of a property of every object is read like any other', () => {
  const odd = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__', 'plain'] as const;
  /** `$v` stands for the variable; each document is refused to a caller without the scope. */
  const tries: readonly (readonly [document: string, without: Scope])[] = [
    [
      'mutation ($v: StartBulkOperationInput! = { action: CLOSE, expectedCount: 1, target: { sims: [{ iccid: "$iccid" }] } }) { startBulkOperation(input: $v) { bulkOperation { id } } }',
      'CLOSE',
    ],
    [
      'mutation ($v: SimAction! = SEND_SMS) { startBulkOperation(input: { action: $v, params: { text: "x" }, target: { sims: [{ iccid: "$iccid" }] } }) { bulkOperation { id } } }',
      'SMS',
    ],
    ['query ($v: SimFilter = { costAtLeast: 0.01 }) { sims(filter: $v) { totalCount } }', 'COST'],
    ['query ($v: SimOrder = { field: COST }) { sims(orderBy: $v) { totalCount } }', 'COST'],
    ['query ($v: SimOrderField! = MSISDN) { sims(orderBy: { field: $v }) { totalCount } }', 'PERSONAL'],
    ['query ($v: Boolean! = true) { sims(first: 1) { nodes { cost @include(if: $v) { month } } } }', 'COST'],
  ];

  test.each(tries)('%s', async (document, without) => {
    const caller = await callerWith(scopes.filter((scope) => scope !== without));
    for (const name of odd) {
      const { status, data } = await send(caller, document.replaceAll('$v', `$${name}`));
      // graphql-js ignores a variable named __proto__: the operation is not valid, or runs without the value.
      if (name === '__proto__' && status === 400) continue;
      expect([name, status, data]).toEqual([name, 403, undefined]);
    }
  });

  test('also in the estimate of the cost', async () => {
    const caller = await callerWith(scopes);
    for (const name of odd.filter((each) => each !== '__proto__')) {
      const { errors } = await send(
        caller,
        `query ($v: Int = 500) { sims(first: $v) { nodes { group { sims(first: $v) { nodes { iccid } } } } } }`.replaceAll(
          '$v',
          `$${name}`,
        ),
      );
      expect([name, errors.map(({ extensions }) => extensions.code)]).toEqual([name, ['QUERY_TOO_COMPLEX']]);
    }
  });
});

describe('a document is checked as a whole, before anything runs', () => {
  test('a mutation without its scope keeps the ones before it from running', async () => {
    await world.clearCalls();
    const caller = await callerWith(['CONTROL']);
    const { status, errors } = await send(
      caller,
      `mutation { a: setSimName(input: { sim: ${sim}, name: "first" }) { iccid }
        b: closeSim(input: { sim: ${sim}, confirmIccid: "${iccid}" }) { iccid } }`,
    );
    expect([status, errors.map(({ message }) => message)]).toEqual([
      403,
      ['Mutation.closeSim needs the scope CLOSE: the caller does not have it.'],
    ]);
    // The gateway polls SIMs that earlier tests have changed.
    expect((await world.calls()).calls.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  test('in fragments, under aliases, in inline fragments and below node', async () => {
    const caller = await callerWith(['READ']);
    const tries = [
      `{ x: sim(by: ${sim}) { y: cost { month } } }`,
      `{ sim(by: ${sim}) { ...F } } fragment F on Sim { ...G } fragment G on Sim { cost { month } }`,
      `{ sim(by: ${sim}) { ... { ... on Sim { cost { month } } } } }`,
      '{ node(id: "x") { ... on Sim { cost { month } } } }',
      '{ node(id: "x") { ... on Node { ... on Sim { cost { month } } } } }',
      '{ sims { edges { node { group { sims { nodes { cost { month } } } } } } } }',
    ];
    for (const document of tries) {
      const { status, errors } = await send(caller, document);
      expect([document, status, errors.map(({ message }) => message)]).toEqual([
        document,
        403,
        ['Sim.cost needs the scope COST: the caller does not have it.'],
      ]);
    }
  });

  test('a field that @skip or @include leaves out needs no scope', async () => {
    const caller = await callerWith(['READ']);
    const document = `query ($withCost: Boolean! = false, $not: Boolean! = true) {
      simsByRef(refs: [${sim}]) { iccid cost @include(if: $withCost) { month } ...F @skip(if: $not) } }
      fragment F on Sim { cost { month } }`.replaceAll('$iccid', sims[0] ?? '');
    expect((await caller.ask(document)).errors).toEqual([]);
    expect((await caller.ask(document, { withCost: true })).status).toBe(403);
    expect((await caller.ask(document, { not: false })).status).toBe(403);
  });

  test('a hundred SIMs without PERSONAL have one error, with every place in the document', async () => {
    const caller = await callerWith(['READ']);
    const { data, errors } = await caller.ask<{ sims: { nodes: Record<string, unknown>[] } }>(
      '{ sims(first: 100) { nodes { iccid msisdn number: msisdn imsi imei } } }',
    );
    expect(data.sims.nodes.length).toBe(60);
    for (const { msisdn, number, imsi, imei } of data.sims.nodes)
      expect([msisdn, number, imsi, imei]).toEqual([null, null, null, null]);
    expect(errors).toEqual([
      expect.objectContaining({
        message: 'Sim.msisdn, Sim.imsi, Sim.imei: null, because the caller lacks the scope PERSONAL.',
        locations: expect.arrayContaining([{ line: 1, column: expect.any(Number) }]),
        extensions: expect.objectContaining({ code: 'FORBIDDEN', requiredScopes: ['PERSONAL'] }),
      }),
    ]);
  });
});

test('an error lists at most 10 of the places where a document repeats a field', async () => {
  const caller = await callerWith(['READ']);
  const { errors } = await caller.ask(`{ sims(first: 1) { nodes { iccid ${'imei '.repeat(100)} } } }`);
  expect(errors.map((error) => (error as unknown as { locations: unknown[] }).locations.length)).toEqual([
    10,
  ]);
});

describe('personal data has no other way out', () => {
  test('by any list, by any key, after a change, below alerts and in diagnostics', async () => {
    const caller = await callerWith(scopes.filter((scope) => scope !== 'PERSONAL'));
    const personal = 'msisdn imsi imei';
    const tries = [
      onSim(personal),
      `{ simsByRef(refs: [${sim}, { eid: "$eid" }]) { ${personal} } }`,
      `{ nodes(ids: ["$id"]) { ... on Sim { ${personal} } } }`,
      `{ sims(first: 3) { nodes { ${personal} } } fleet { byGroup { group { sims(first: 3) { nodes { ${personal} } } } } } }`,
      `mutation { setSimName(input: { sim: ${sim}, name: "n" }) { sim { ${personal} } } }`,
      // The second change needs no call: the SIM in its answer is the one that was read for it.
      `mutation { a: setSimName(input: { sim: ${sim}, name: "m" }) { iccid } setSimName(input: { sim: ${sim}, name: "m" }) { sim { ${personal} } } }`,
      `mutation { setSimsGroup(input: { sims: [${sim}], group: "g" }) { results { sim { ${personal} } } } }`,
      `{ account { alerts { nodes { sim { ${personal} diagnostics { imei location { latitude } } } } } } }`,
    ];
    const all = await world.sims({ limit: 60 });
    const numbers = all
      .flatMap(({ msisdn, imsi, imei }) => [msisdn, imsi, imei])
      .filter((text) => text !== null);
    expect(numbers.length).toBeGreaterThan(100);
    const esim = all.find(({ eid }) => eid !== null);
    for (const document of tries) {
      const id = Buffer.from(`Sim:${sims[0]}`).toString('base64url');
      const sent = await send(caller, document.replace('$eid', esim?.eid ?? '').replace('$id', id));
      const text = JSON.stringify(sent);
      expect([document, numbers.filter((number) => text.includes(`"${number}"`))]).toEqual([document, []]);
      expect(sent.errors.filter(({ extensions }) => extensions.code === 'FORBIDDEN')).toHaveLength(1);
    }
  });

  test('a search finds names and keys, but no numbers', async () => {
    const seeing = await callerWith(['READ', 'PERSONAL']);
    const blind = await callerWith(['READ']);
    const target = (await world.sims({ limit: 60 })).find(({ msisdn, imsi, imei }) => msisdn && imsi && imei);
    const found = async (caller: RunningGateway, filter: object) => {
      const { data, errors } = await caller.ask<{ sims: { totalCount: number } }>(
        'query ($filter: SimFilter) { sims(filter: $filter) { totalCount } }',
        { filter },
      );
      expect(errors).toEqual([]);
      return data.sims.totalCount;
    };
    for (const text of [target?.msisdn, target?.imsi, target?.imei].map((number) =>
      String(number).slice(-8),
    )) {
      expect(await found(seeing, { search: text })).toBeGreaterThan(0);
      for (const filter of [{ search: text }, { or: [{ search: text }] }, { not: { not: { search: text } } }])
        expect([text, filter, await found(blind, filter)]).toEqual([text, filter, 0]);
      expect(await found(blind, { not: { search: text } })).toBe(60);
    }
    expect(await found(blind, { search: target?.iccid.slice(-9) })).toBe(1);
    const named = (await world.sims({ limit: 60 })).find(({ name }) => name !== null && name !== '');
    expect(await found(blind, { iccids: [named?.iccid], search: String(named?.name).toUpperCase() })).toBe(1);
  });

  test.each([
    ['sims(orderBy: { field: MSISDN }) { totalCount }', 'PERSONAL'],
    ['sims(orderBy: { field: COST, direction: DESC }) { totalCount }', 'COST'],
    ['sims(filter: { costAtLeast: 1 }) { totalCount }', 'COST'],
    ['sims(filter: { or: [{ not: { or: { costAtLeast: 0 } } }] }) { totalCount }', 'COST'],
    ['fleet(filter: { not: { costAtLeast: 1 } }) { total }', 'COST'],
    ['account { groups { sims(filter: { costAtLeast: 1 }) { totalCount } } }', 'COST'],
    [`previewChange(input: { action: RESET, target: { filter: { costAtLeast: 0 } } }) { total }`, 'COST'],
  ])('%s needs %s', async (field, scope) => {
    const without = await callerWith(scopes.filter((each) => each !== scope));
    const { status, errors } = await without.ask(`{ ${field} }`);
    expect([status, errors.map(({ extensions }) => extensions)]).toEqual([
      403,
      [expect.objectContaining({ code: 'FORBIDDEN', requiredScopes: [scope] })],
    ]);
    expect((await (await callerWith(scopes)).ask(`{ ${field} }`)).errors).toEqual([]);
  });
});

describe('the CSV export', () => {
  const path = '/export/sims.csv';
  const withParams = (params: object) =>
    `${path}?${Object.entries(params)
      .map(([name, value]) => `${name}=${encodeURIComponent(JSON.stringify(value))}`)
      .join('&')}`;
  const columnsOf: Readonly<Partial<Record<Scope, readonly string[]>>> = {
    COST: ['costMonth', 'costAmount', 'costCurrency', 'dataPlan'],
    PERSONAL: ['msisdn', 'imsi', 'imei'],
  };

  test('without credentials is 401, and the admin token is none', async () => {
    for (const headers of [{}, { authorization: `Bearer ${adminToken}` }]) {
      const answer = await gateway.fetch(path, { headers });
      expect([answer.status, ((await answer.json()) as Sent).errors[0]?.extensions.code]).toEqual([
        401,
        'UNAUTHENTICATED',
      ]);
    }
  });

  test.each(scopes)('with READ and %s', async (scope) => {
    const caller = await callerWith(['READ', scope]);
    const answer = await caller.fetch(path);
    expect(answer.status).toBe(200);
    const file = parseCsv(await answer.text());
    expect(file.rows).toHaveLength(60);
    const hidden = (['COST', 'PERSONAL'] as const)
      .filter((each) => each !== scope)
      .flatMap((each) => columnsOf[each] ?? []);
    expect(answer.headers.get('x-hidden-columns')?.split(', ').sort()).toEqual([...hidden].sort());
    for (const column of Object.values(columnsOf).flat()) {
      const values = file.rows.map((row) => row[column]).filter((value) => value !== '');
      expect([column, values.length > 0]).toEqual([column, !hidden.includes(column)]);
    }
  });

  test.each(scopes.filter((scope) => scope !== 'READ'))('with %s alone is refused', async (scope) => {
    const answer = await (await callerWith([scope])).fetch(path);
    const { errors } = (await answer.json()) as Sent;
    expect([answer.status, errors.map(({ extensions }) => extensions)]).toEqual([
      403,
      [expect.objectContaining({ code: 'FORBIDDEN', requiredScopes: ['READ'] })],
    ]);
  });

  test.each([
    [{ filter: { costAtLeast: 1 } }, 'COST'],
    [{ filter: { or: [{ not: { costAtLeast: 1 } }] } }, 'COST'],
    [{ orderBy: { field: 'COST' } }, 'COST'],
    [{ orderBy: { field: 'MSISDN' } }, 'PERSONAL'],
  ] as const)('with %j needs %s', async (params, scope) => {
    const answer = await (await callerWith(scopes.filter((each) => each !== scope))).fetch(
      withParams(params),
    );
    expect([answer.status, ((await answer.json()) as Sent).errors[0]?.extensions.requiredScopes]).toEqual([
      403,
      [scope],
    ]);
    expect((await (await callerWith(scopes)).fetch(withParams(params))).status).toBe(200);
  });
});
