import { describe, expect, test } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { badUserInput, fromSimApi, GatewayError } from '../../src/errors/gateway-error.ts';
import { codeOfSimApi, errorTable } from '../../src/errors/table.ts';
import { isUnexpected, presentError } from '../../src/gateway/errors/present.ts';
import { RequestRefused } from '../../src/gateway/http/answer.ts';
import { Garbled, Rejected, Unreachable } from '../../src/sim-api/index.ts';
import { LeaseLost } from '../../src/store/lease-lost.ts';
import { StoreUnavailable } from '../../src/store/store-unavailable.ts';

/** Wraps an error as graphql-js does when a resolver throws it. */
const thrown = (originalError: Error) =>
  new GraphQLError(originalError.message, { path: ['sim'], originalError });
const present = (error: GraphQLError) => presentError(error.toJSON(), error);

describe('an error in a response', () => {
  test('is masked if it is not meant for clients, since its message may contain a secret', () => {
    const error = thrown(new Error('password hunter2 at /home/me'));
    expect(JSON.stringify(present(error))).not.toContain('hunter2');
    expect(present(error)).toMatchObject({
      path: ['sim'],
      extensions: { code: 'INTERNAL_SERVER_ERROR', retryable: false },
    });
    expect(isUnexpected(error)).toBe(true);
  });

  test('is masked if its code comes from a library', () => {
    const error = thrown(new GraphQLError('hunter2', { extensions: { code: 'SOME_CODE' } }));
    expect(JSON.stringify(present(error))).not.toContain('hunter2');
  });

  test('for bad input names the field and the rule', () => {
    const error = thrown(badUserInput('first', 'must be from 1 to 500'));
    expect(present(error)).toMatchObject({
      message: 'first must be from 1 to 500',
      extensions: { code: 'BAD_USER_INPUT' },
    });
    expect(isUnexpected(error)).toBe(false);
  });

  test('about a feature or the access names what the account may have to switch on or to allow', () => {
    const { FEATURE_NOT_ENABLED, UPSTREAM_AUTH_FAILED, UPSTREAM_UNAVAILABLE } = errorTable;
    for (const text of [FEATURE_NOT_ENABLED.message, FEATURE_NOT_ENABLED.description])
      expect(text).toContain('App Store of the Terminal');
    for (const text of [
      UPSTREAM_AUTH_FAILED.message,
      UPSTREAM_AUTH_FAILED.description,
      UPSTREAM_UNAVAILABLE.description,
    ])
      expect(text).toContain('IP address');
  });

  test('for a refusal of the SIM API has its text in simApi, and the message of the error table', () => {
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
  ])('for %s has the code %s', (failure, code, retryable) => {
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
])('the SIM API code %s becomes %s', (simApiCode, code) => {
  expect(codeOfSimApi(simApiCode)).toBe(code);
});
