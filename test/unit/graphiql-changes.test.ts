import { describe, expect, test } from '@jest/globals';
import { changeOf } from '../../src/graphiql/changes.ts';
import { confirmChange, currentQuestion } from '../../src/graphiql/question.ts';
import { examples } from '../support/examples.ts';

describe('The question of GraphiQL before a mutation', () => {
  test('comes for every example that is a mutation, and for no other', () => {
    const asked = examples.filter(
      ({ text, name }) => changeOf({ query: text, operationName: name }) !== null,
    );
    expect(asked.map(({ name }) => name)).toEqual(
      examples.filter(({ text }) => /^mutation\b/m.test(text)).map(({ name }) => name),
    );
    expect(asked.length).toBeGreaterThan(20);
  });

  test('comes for the operation that runs, and for any mutation if the request names no operation', () => {
    const query =
      'query Read { __typename } mutation Write { resetSim(input: { sim: { eid: "1" } }) { iccid } }';
    expect(changeOf({ query, operationName: 'Read' })).toBeNull();
    expect(changeOf({ query, operationName: 'Write' })?.operation).toBe('Write');
    expect(changeOf({ query })?.operation).toBe('Write');
    expect(changeOf({ query: 'mutation {' })).toBeNull();
  });

  test('names the fields of fragments', () => {
    const query = `
      mutation { ...A ... on Mutation { b: sendSms(input: { sims: [], text: "" }) { succeeded } } }
      fragment A on Mutation { ...A closeSim(input: { sim: { iccid: "1" }, confirmIccid: "1" }) { iccid } }`;
    expect(changeOf({ query })).toEqual({
      operation: null,
      fields: [
        { name: 'closeSim', target: '1 SIM: 1', isIrreversible: true },
        { name: 'sendSms', target: '0 SIMs', isIrreversible: false },
      ],
    });
  });

  test.each([
    [
      'suspendSims',
      '{ sims: $sims }',
      { sims: [{ iccid: '1' }, { eid: '2' }, { id: '3' }] },
      '3 SIMs: 1, 2, 3',
    ],
    ['suspendSims', '{ sims: $sims }', {}, '1 SIM: 1'],
    ['suspendSims', '{ sims: $sims }', { sims: { iccid: '2' } }, '1 SIM: 2'],
    ['suspendSims', '{ sims: { iccid: "3" } }', {}, '1 SIM: 3'],
    ['setSimsGroup', '{ sims: $sims, group: "B" }', { sims: [] }, '0 SIMs'],
    ['markAlertsRead', '{ scope: { wholeAccount: true } }', {}, 'the whole account'],
    ['cancelBulkOperation', '{ id: "x" }', {}, 'operation x'],
    ['renameGroup', '{ id: "x", name: "A" }', {}, 'id x'],
    ['startBulkOperation', '{ target: { list: "1, 2\\n3;4 5" } }', {}, '5 SIMs: 1, 2, 3 and 2 more'],
    ['startBulkOperation', '{ target: { group: "A" } }', {}, 'all SIMs of the group A'],
    [
      'startBulkOperation',
      '{ target: { filter: { states: [LIVE] } }, expectedCount: 7 }',
      {},
      'all SIMs that match the filter, if exactly 7',
    ],
    ['suspendSims', '$undefined', { sims: 1 }, null],
  ])('names the SIMs of %s(input: %s) with the variables %j', (field, input, variables, target) => {
    const query = `mutation ($sims: [SimRef!]! = [{ iccid: "1" }]) { ${field}(input: ${input}) { __typename } }`;
    expect(changeOf({ query, variables })?.fields).toEqual([{ name: field, target, isIrreversible: false }]);
  });

  test('closes when the user stops the operation, and does not open after that', async () => {
    const change = { operation: null, fields: [] };
    const stop = new AbortController();
    const isConfirmed = confirmChange({ change, environment: 'LIVE' }, stop.signal);
    expect(currentQuestion()).toMatchObject({ change, environment: 'LIVE' });
    stop.abort();
    expect(currentQuestion()).toBeNull();
    const isConfirmedLater = confirmChange({ change, environment: 'LIVE' }, stop.signal);
    expect(currentQuestion()).toBeNull();
    expect(await Promise.all([isConfirmed, isConfirmedLater])).toEqual([false, false]);
  });

  test('says that a bulk operation with CLOSE cannot be undone', () => {
    const query =
      'mutation ($action: SimAction!) { startBulkOperation(input: { action: $action, target: { sims: [] } }) { __typename } }';
    expect(changeOf({ query, variables: { action: 'CLOSE' } })?.fields).toEqual([
      { name: 'startBulkOperation CLOSE', target: '0 SIMs', isIrreversible: true },
    ]);
  });
});
