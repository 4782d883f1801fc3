import { describe, expect, test } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { badUserInput, fromSimApi, GatewayError } from '../../src/errors/gateway-error.ts';
import { codeOfSimApi, errorTable } from '../../src/errors/table.ts';
import { isUnexpected, presentError } from '../../src/gateway/errors/present.ts';
import { RequestRefused } from '../../src/gateway/http/answer.ts';
import { Garbled, Rejected, Unreachable } from '../../src/sim-api/index.ts';
import { LeaseLost } from '../../src/store/lease-lost.ts';
import { StoreUnavailable } from '../../src/store/store-unavailable.ts';

/** An error as graphql-js makes one of what a resolver throws. */
const thrown = (originalError: Error) =>
  new GraphQLError(originalError.message, { path: ['sim'], originalError });
const present = (error: GraphQLError) => presentError(error.toJSON(), error);

describe('what a client sees of an error', () => {
  test('a secret in the message of an error that nobody meant for clients is masked', () => {
    const error = thrown(new Error('password hunter2 at /home/me'));
    expect(JSON.stringify(present(error))).not.toContain('hunter2');
    expect(present(error)).toMatchObject({
      path: ['sim'],
      extensions: { code: 'INTERNAL_SERVER_ERROR', retryable: false },
    });
    expect(isUnexpected(error)).toBe(true);
  });

  test('a code that a library made up is masked like any other', () => {
    const error = thrown(new GraphQLError('hunter2', { extensions: { code: 'SOME_CODE' } }));
    expect(JSON.stringify(present(error))).not.toContain('hunter2');
  });

  test('bad input names the field and the rule', () => {
    const error = thrown(badUserInput('first', 'must be from 1 to 500'));
    expect(present(error)).toMatchObject({
      message: 'first must be from 1 to 500',
      extensions: { code: 'BAD_USER_INPUT' },
    });
    expect(isUnexpected(error)).toBe(false);
  });

  test('a refusal of the SIM API carries its own words in simApi, and ours as the message', () => {
    const rejected = new Rejected('activate', 'E201', 400, 'upstream words', new Date(0));
    expect(present(thrown(fromSimApi(rejected, ['8937204999000002107'])))).toEqual({
      message: errorTable.TRANSITION_NOT_ALLOWED.message,
      path: ['sim'],
      extensions: {
        code: 'TRANSITION_NOT_ALLOWED',
        retryable: false,
        iccids: ['8937204999000002107'],
        simApi: {
          code: 'E201',
          description: 'upstream words',
          httpStatus: 400,
          timestamp: '1970-01-01T00:00:00.000Z',
          operation: 'activate',
        },
      },
    });
  });

  test.each([
    [new Unreachable('activate', 'timeout', false, 'd'), 'UPSTREAM_TIMEOUT', true],
    [new Unreachable('activate', 'unavailable', false, 'd'), 'UPSTREAM_UNAVAILABLE', true],
    [new Unreachable('activate', 'credentials', true, 'd'), 'UPSTREAM_AUTH_FAILED', false],
    [new Garbled('activate', 'd'), 'UPSTREAM_UNAVAILABLE', true],
    [new Rejected('activate', 'E999', 400, null, null), 'UNKNOWN_SIM_API_ERROR', false],
    [new StoreUnavailable('d'), 'STORE_UNAVAILABLE', true],
    [new LeaseLost('d'), 'STORE_UNAVAILABLE', true],
  ])('%s is %s', (failure, code, retryable) => {
    expect(present(thrown(failure)).extensions).toMatchObject({ code, retryable });
  });
});

test.each([
  [badUserInput('first', 'must be 1 or more'), 400],
  [new GatewayError('NOT_FOUND'), 404],
  [new RequestRefused(415, 'The request body must be plain or gzipped'), 415],
  [new GatewayError('NO_COST_HISTORY'), 500],
  [new GatewayError('FEATURE_NOT_ENABLED'), 501],
  [new GatewayError('OVERLOADED'), 503],
  [new GatewayError('STORE_UNAVAILABLE'), 503],
])('a request that is refused with %s has HTTP status %d', (error, status) => {
  expect(error.status).toBe(status);
});

test.each([
  ['E000', 'SIM_API_ERROR'],
  ['E002', 'SIM_NOT_FOUND'],
  ['E003', 'FEATURE_NOT_ENABLED'],
  ['E101', 'NO_COST_HISTORY'],
  ['E102', 'NO_BALANCE_HISTORY'],
  ['E103', 'NO_DIAGNOSTICS'],
  ['E201', 'TRANSITION_NOT_ALLOWED'],
  ['E202', 'SIM_LOCKED_BY_ADMIN'],
  ['E203', 'IMEI_LOCK_REFUSED'],
  ['E210', 'DATA_LIMIT_BELOW_USAGE'],
  ['E211', 'DATA_LIMIT_REACHED'],
  ['E220', 'GROUP_NAME_FORBIDDEN'],
  ['E230', 'TOO_MANY_SIMS'],
  ['E240', 'SMS_NOT_ALLOWED'],
])('the SIM API says %s, a client reads %s', (simApiCode, code) => {
  expect(codeOfSimApi(simApiCode)).toBe(code);
});
