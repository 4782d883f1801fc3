import { expect, test } from '@jest/globals';
import { argumentsOf, type Change, changeFrom } from '../../../src/sim-api/actions/registry.ts';

/** The stored form in existing databases: a newer gateway must write the same form and read it back. */
const stored: readonly [Change, string, isReadBack: boolean][] = [
  [{ action: 'ACTIVATE' }, '{}', true],
  [{ action: 'CLOSE' }, '{}', true],
  [{ action: 'RESET' }, '{}', false],
  [{ action: 'SET_NAME', name: 'a' }, '{"name":"a"}', true],
  [{ action: 'SET_GROUP', group: 'a' }, '{"group":"a"}', true],
  [{ action: 'SET_DATA_LIMIT', limitMegabytes: 5 }, '{"megabytes":5}', true],
  [{ action: 'SET_DATA_LIMIT', limitMegabytes: null }, '{"unlimited":true}', true],
  [{ action: 'SET_IMEI_LOCK', locked: true }, '{"locked":true}', false],
  [{ action: 'SEND_SMS', text: 'secret' }, '{"textLength":6}', false],
  [
    { action: 'ESIM_PROFILE', profile: 'a', profileAction: 'download_and_enable' },
    '{"profile":"a","profileAction":"DOWNLOAD_AND_ENABLE"}',
    true,
  ],
];

test.each(stored)('%j is stored as %s', (change, json, isReadBack) => {
  expect(JSON.stringify(argumentsOf(change))).toBe(json);
  expect(changeFrom(change.action, JSON.parse(json))).toEqual(isReadBack ? change : null);
});

test('a stored change that no action has written is read as null', () => {
  expect(changeFrom('MARK_ALERTS_READ', {})).toBeNull();
  expect(changeFrom('toString', {})).toBeNull();
  expect(changeFrom('SET_NAME', { name: 5 })).toBeNull();
});
