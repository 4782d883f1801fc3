import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery, parse } from 'graphql';
import { examples } from '../support/examples.ts';
import { special } from '../support/fleet.ts';
import { whenComplete } from '../support/fleet-sync.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { wholeMonths } from '../support/months.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import { createStore, type TestStore } from '../support/store.ts';

let world: World;
let store: TestStore;
/** Executes operations with the planned executor. */
let planned: RunningGateway;
/** Executes operations with graphql-js, on the same account and database. */
let reference: RunningGateway;

beforeAll(async () => {
  world = await createWorld({ clock: wholeMonths() });
  store = await createStore();
  const start = (executor: string) =>
    startGateway({ world, store, env: { FLEET_SYNC_INTERVAL_MS: '3600000', EXECUTOR: executor } });
  planned = await start('planned');
  await whenComplete(planned);
  reference = await start('graphql-js');
});
afterAll(async () => {
  await planned?.stop();
  await reference?.stop();
  await store?.remove();
  await world?.remove();
});

const queries = examples.filter(({ text }) =>
  parse(text).definitions.every(
    (definition) => definition.kind !== 'OperationDefinition' || definition.operation === 'query',
  ),
);

const sim = `sim(by: { iccid: "${special.E210}" })`;
const month = 'query Q($month: YearMonth!) { sims(first: 2) { nodes { cost(month: $month) { month } } } }';
const when =
  'query Q($yes: Boolean!, $no: Boolean = false) { sims(first: 3) { nodes { iccid @include(if: $yes) name @skip(if: $no) } } }';
const by = 'query Q($by: [SimRef!]!) { simsByRef(refs: $by) { iccid name } }';

/** Requests that are refused, that fail in part, or whose variables matter. */
const requests: [string, object][] = [
  ['no variable', { query: month }],
  ['a null variable', { query: month, variables: { month: null } }],
  ['an invalid scalar', { query: month, variables: { month: '2026-13' } }],
  ['a valid scalar', { query: month, variables: { month: '2026-01' } }],
  ['variables that are no object', { query: month, variables: 'month' }],
  ['included', { query: when, variables: { yes: true } }],
  ['not included', { query: when, variables: { yes: false, no: null } }],
  ['skipped', { query: when, variables: { yes: true, no: true } }],
  ['a condition that is no boolean', { query: when, variables: { yes: 'yes' } }],
  [
    'a reference',
    { query: by, variables: { by: [{ iccid: special.E210 }, { iccid: '8900000000000000000' }] } },
  ],
  ['a reference that is no list', { query: by, variables: { by: { iccid: special.E210 } } }],
  ['two keys', { query: by, variables: { by: [{ iccid: special.E210, id: 'x' }] } }],
  ['no key', { query: by, variables: { by: [{}, { iccid: null }] } }],
  ['an unknown key', { query: by, variables: { by: [{ icid: special.E210 }] } }],
  [
    'many invalid values',
    { query: by, variables: { by: Array.from({ length: 60 }, () => ({ iccid: 'x' })) } },
  ],
  [
    'aliases and fragments',
    {
      query: `{ a: ${sim} { ...F ... on Sim { b: iccid } } c: ${sim} { ...F __typename } } fragment F on Sim { iccid name }`,
    },
  ],
  ['an interface', { query: '{ sims(first: 2) { nodes { id } } } ' }],
  [
    'an id that names nothing',
    { query: '{ node(id: "x") { id __typename } nodes(ids: ["x", "y"]) { id } }' },
  ],
  ['a null key', { query: '{ __proto__: __typename constructor: __typename toString: __typename }' }],
  [
    'a mutation that is refused',
    {
      query:
        'mutation M { a: resetSim(input: { sim: { iccid: "8900000000000000000" } }) { outcome } b: resetSim(input: { sim: { iccid: "8900000000000000001" } }) { outcome } }',
    },
  ],
  ['no operation name', { query: 'query A { __typename } query B { __typename }' }],
  ['an operation name', { query: 'query A { __typename } query B { a: __typename }', operationName: 'B' }],
  [
    'an unknown operation name',
    { query: 'query A { __typename } query B { a: __typename }', operationName: 'C' },
  ],
  ['a subscription', { query: 'subscription { __typename }' }],
  ['a syntax error', { query: '{' }],
  ['an unknown field', { query: '{ unknown }' }],
  ['no query', {}],
  ['introspection', { query: getIntrospectionQuery({ specifiedByUrl: true }) }],
  ...queries.map(({ name, text }): [string, object] => [`the example ${name}`, { query: text }]),
];

async function answerOf(gateway: RunningGateway, body: object) {
  const response = await gateway.fetch('/graphql', {
    method: 'POST',
    // The length of a compressed answer depends on its request id.
    headers: { 'content-type': 'application/json', 'accept-encoding': 'identity' },
    body: JSON.stringify(body),
  });
  const headers = Object.fromEntries(response.headers);
  delete headers.date;
  delete headers['x-request-id'];
  const text = await response.text();
  return {
    status: response.status,
    headers,
    text: text.replaceAll(/"requestId":"[^"]*"/g, '"requestId":""'),
  };
}

describe('both executors', () => {
  // The second answer comes from the plan that the first has made.
  test.each(requests)('answer %s with the same status, headers and text, twice', async (_, body) => {
    for (let time = 0; time < 2; time++)
      expect(await answerOf(planned, body)).toEqual(await answerOf(reference, body));
  });
});
