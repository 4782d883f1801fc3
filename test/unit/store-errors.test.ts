import { expect, test } from '@jest/globals';
import { StoreUnavailable, toStoreError } from '../../src/store/store-unavailable.ts';

/** An error as the driver throws it. */
const ofDatabase = (code: string, message: string) => Object.assign(new Error(message), { code });

test('an error about a value keeps its SQLSTATE and its stack, and does not quote the value', () => {
  const thrown = ofDatabase('22P02', 'invalid input syntax for type uuid: "one\n    at private"');
  const error = toStoreError(thrown) as Error & { code: string };
  expect(error).toMatchObject({ code: '22P02', message: 'the database refuses a value (22P02)' });
  expect(error.stack).toContain('store-errors.test');
  expect(error.stack).not.toContain('private');
});

test('an error about the statement itself is unchanged, and an outage is StoreUnavailable', () => {
  const wrong = ofDatabase('42703', 'column "colour" does not exist');
  expect(toStoreError(wrong)).toBe(wrong);
  expect(toStoreError(ofDatabase('57P01', 'terminating connection'))).toBeInstanceOf(StoreUnavailable);
});
