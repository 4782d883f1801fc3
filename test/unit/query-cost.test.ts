import 'reflect-metadata';
import { describe, expect, test } from '@jest/globals';
import { getNamedType, getNullableType, isCompositeType, isListType, isObjectType, parse } from 'graphql';
import { costFactsOf } from '../../src/gateway/common/field-cost.ts';
import { costOf } from '../../src/gateway/http/operation-cost.ts';
import { createSchema } from '../../src/gateway/schema.ts';

const schema = createSchema();

function costOfText(text: string, variables: Record<string, unknown> = {}, groups = 100) {
  const document = parse(text);
  const [operation] = document.definitions;
  if (operation?.kind !== 'OperationDefinition') throw new Error('the first definition is not an operation');
  return costOf({ schema, document, operation, variables }, { groups });
}

const ref = '{ iccid: "8937204999000002107" }';

describe('the estimate of an operation', () => {
  test.each<[string, string, { nodes: number; upstreamCalls: number }]>([
    [
      'a single SIM',
      `{ sim(by: ${ref}) { iccid cost { cost { amount } } } }`,
      { nodes: 3, upstreamCalls: 0 },
    ],
    ['a page', '{ sims(first: 200) { totalCount nodes { iccid } } }', { nodes: 221, upstreamCalls: 0 }],
    ['a page from the end', '{ sims(last: 7) { nodes { iccid } } }', { nodes: 8, upstreamCalls: 0 }],
    ['a page of the default size', '{ sims { nodes { iccid } } }', { nodes: 56, upstreamCalls: 0 }],
    ['the default of another list', '{ bulkOperations { nodes { id } } }', { nodes: 23, upstreamCalls: 0 }],
    ['null as a size', '{ sims(first: null) { nodes { iccid } } }', { nodes: 56, upstreamCalls: 0 }],
    [
      'a size that is refused later',
      '{ sims(first: 1000000) { nodes { iccid } } }',
      { nodes: 551, upstreamCalls: 0 },
    ],
    [
      'edges',
      '{ sims(first: 10) { pageInfo { endCursor } edges { node { iccid } } } }',
      { nodes: 23, upstreamCalls: 0 },
    ],
    [
      'a call for each SIM, twice',
      '{ sims(first: 500) { nodes { sessions { totalCount } diagnostics { imei } } } }',
      { nodes: 1601, upstreamCalls: 1000 },
    ],
    [
      'reads in batches',
      '{ sims(first: 500) { nodes { cost { usedBytes } } } }',
      { nodes: 1051, upstreamCalls: 0 },
    ],
    [
      'lists in lists',
      '{ sims(first: 10) { nodes { alerts(first: 20) { nodes { sim { iccid } } } } } }',
      { nodes: 1 + 10 + 10 + 200 + 200 + 20, upstreamCalls: 10 },
    ],
    ['the groups of the account', '{ account { groups { name } } }', { nodes: 111, upstreamCalls: 1 }],
    [
      'the same field in two fragments',
      '{ ...A ...B } fragment A on Query { account { groups { name } } } fragment B on Query { account { groups { id } } }',
      { nodes: 121, upstreamCalls: 1 },
    ],
    [
      'the most expensive type of a node',
      '{ node(id: "x") { ... on Sim { cost { cost { amount } } } ... on SimGroup { fleet { total } } } }',
      { nodes: 3, upstreamCalls: 0 },
    ],
    [
      'a skipped field',
      '{ errorCatalog @skip(if: true) { code } account { balance { usedBytes } } }',
      { nodes: 2, upstreamCalls: 1 },
    ],
    [
      'a mutation of several SIMs',
      `mutation { suspendSims(input: { sims: [${ref}, ${ref}] }) { results { sim { iccid } } } }`,
      { nodes: 5, upstreamCalls: 0 },
    ],
    [
      'texts of a paged list',
      '{ auditLog(first: 3) { nodes { iccids(first: 100) } } }',
      { nodes: 34, upstreamCalls: 0 },
    ],
    [
      'introspection',
      '{ __schema { types { fields { name } } } __typename }',
      { nodes: 0, upstreamCalls: 0 },
    ],
  ])('counts %s', (_, text, cost) => {
    expect(costOfText(text)).toEqual(cost);
  });

  test.each<[string, Record<string, unknown>, number]>([
    ['a number', { count: 30 }, 34],
    ['its default', {}, 45],
    ['null', { count: null }, 56],
  ])('takes a page size from a variable: %s', (_, variables, nodes) => {
    const text = 'query ($count: Int = 40) { sims(first: $count) { nodes { iccid } } }';
    expect(costOfText(text, variables)?.nodes).toBe(nodes);
  });

  test.each<[string, unknown, number]>([
    ['a list', Array.from({ length: 900 }, () => ({ iccid: '8937204999000002107' })), 990],
    ['one entry, which GraphQL takes for a list', { iccid: '8937204999000002107' }, 1],
    ['no list at all', undefined, 0],
  ])('counts refs in a variable: %s', (_, refs, nodes) => {
    const text = 'query ($refs: [SimRef!]!) { simsByRef(refs: $refs) { iccid } }';
    expect(costOfText(text, { refs })?.nodes).toBe(nodes);
  });

  test('counts the entries of an input in a variable', () => {
    const text = 'mutation ($input: SimsInput!) { resetSims(input: $input) { results { outcome } } }';
    expect(costOfText(text, { input: { sims: [{}, {}, {}] } })?.nodes).toBe(4);
  });

  test('counts the fields next to a directive that cannot be evaluated', () => {
    const text = `query ($is: Boolean = true) { sim(by: ${ref}) { iccid @include(if: $is) } sims { nodes { iccid } } }`;
    expect(costOfText(text, { is: null })?.nodes).toBe(1 + 56);
  });

  test.each<[string, string, Record<string, unknown>, Record<string, unknown>]>([
    ['a page size', 'query ($n: Int) { sims(first: $n) { nodes { iccid } } }', { n: 1 }, { n: 500 }],
    [
      'a list of an input',
      'mutation ($sims: [SimRef!]!) { resetSims(input: { sims: $sims }) { results { outcome } } }',
      { sims: [{}] },
      { sims: [{}, {}, {}] },
    ],
    [
      'a directive',
      `query ($is: Boolean!) { sim(by: ${ref}) { iccid } ... on Query @include(if: $is) { sims { nodes { iccid } } } }`,
      { is: false },
      { is: true },
    ],
  ])('estimates a parsed document for each set of variables: %s', (_, text, small, large) => {
    const document = parse(text);
    const [operation] = document.definitions;
    if (operation?.kind !== 'OperationDefinition')
      throw new Error('the first definition is not an operation');
    const nodesWith = (variables: Record<string, unknown>) =>
      costOf({ schema, document, operation, variables })?.nodes ?? Number.NaN;
    const nodes = nodesWith(small);
    expect(nodesWith(large)).toBeGreaterThan(nodes);
    expect(nodesWith(small)).toBe(nodes);
  });

  test('estimates a parsed document for each number of groups', () => {
    const document = parse('{ account { groups { alerts { totalCount } } } }');
    const [operation] = document.definitions;
    if (operation?.kind !== 'OperationDefinition')
      throw new Error('the first definition is not an operation');
    const callsWith = (groups: number) =>
      costOf({ schema, document, operation, variables: {} }, { groups })?.upstreamCalls;
    expect([100, 300, 100].map(callsWith)).toEqual([101, 301, 101]);
  });

  test('uses the number of groups of the account', () => {
    const text = '{ account { groups { alerts { totalCount } } } fleet { byGroup { count } } }';
    expect(costOfText(text, {}, 30)?.upstreamCalls).toBe(1 + 30);
    expect(costOfText(text, {}, 30)?.nodes).toBe(1 + 30 + 30 + 3 + 1 + 30 + 3);
  });

  test('stays a number for deep nesting', () => {
    const deep = 'group { alerts(first: 500) { nodes { sim { ';
    const text = `{ sim(by: ${ref}) { ${deep.repeat(30)} iccid ${'} '.repeat(4 * 30)} } }`;
    expect(costOfText(text)?.nodes).toBeGreaterThan(500 ** 30);
  });

  test('is undefined for fragments that refer to one another twice', () => {
    const fragments = Array.from(
      { length: 40 },
      (_, n) =>
        `fragment F${n} on Sim { a: group { sims { nodes { ...F${n + 1} } } } b: group { sims { nodes { ...F${n + 1} } } } }`,
    );
    const text = `{ sim(by: ${ref}) { ...F0 } } ${fragments.join(' ')} fragment F40 on Sim { iccid }`;
    expect(costOfText(text)).toBeUndefined();
  });
});

test('every list of objects has a size: declared on the list, or on each field that returns its parent type', () => {
  const objects = Object.values(schema.getTypeMap()).filter(
    (type) => isObjectType(type) && !type.name.startsWith('__'),
  );
  const fields = objects.flatMap((type) =>
    isObjectType(type) ? Object.values(type.getFields()).map((field) => ({ type, field })) : [],
  );
  const isSized = (field: (typeof fields)[number]['field']) =>
    costFactsOf(field).listSize !== undefined || field.args.some(({ name }) => name === 'first');
  const lists = fields.filter(
    ({ field }) => isListType(getNullableType(field.type)) && isCompositeType(getNamedType(field.type)),
  );
  expect(lists.length).toBeGreaterThan(15);
  const unsized = lists.filter(({ type, field }) => {
    const answering = fields.filter((other) => getNamedType(other.field.type) === type);
    return !isSized(field) && !(answering.length > 0 && answering.every((other) => isSized(other.field)));
  });
  expect(unsized.map(({ type, field }) => `${type.name}.${field.name}`)).toEqual([]);
});
