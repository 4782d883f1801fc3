import { type Broken, named, struck } from './broken.ts';

/** SIM APIs with deviating tokens, errors, statuses and headers. */
export const brokenTransport: readonly Broken[] = [
  {
    what: 'issues no token',
    arrange: struck('/oauth/token', { kind: 'status', status: 500 }),
    fails: [
      'token.password-grant-form-body',
      'token.type-is-bearer',
      'token.expires-in-is-seconds',
      'token.answer-has-every-field',
      'token.second-login',
      'token.refresh-grant',
      'token.old-token-after-refresh',
      'token.bad-credentials-are-401',
      'token.bad-credentials-have-oauth-body',
    ],
  },
  {
    what: 'issues a malformed first token',
    tamper: named('/oauth/token', ({ json, before }) => {
      if (before === 0)
        Object.assign(json, { access_token: 'a b', token_type: 'mac', expires_in: 'soon', scope: undefined });
    }),
    fails: [
      'token.password-grant-form-body',
      'token.type-is-bearer',
      'token.expires-in-is-seconds',
      'token.answer-has-every-field',
      'token.old-token-after-refresh',
      'decoding.token-readable',
    ],
  },
  {
    what: 'refuses a token with another status and body',
    tamper: (answer) => {
      if (answer.status === 401)
        Object.assign(answer, { status: 400, json: { error_code: 'E401', message: 'no' } });
    },
    fails: [
      'token.none-is-401',
      'token.unknown-is-401',
      'token.unknown-has-oauth-body',
      'token.bad-credentials-are-401',
      'token.bad-credentials-have-oauth-body',
      'errors.codes-known',
      'errors.description-and-timestamp',
      'times.errors-in-milliseconds',
    ],
  },
  {
    what: 'ends the old token with a refresh',
    tamper: (answer) => {
      const { path, before } = answer;
      if (path === '/get_account_groups' && before === 0)
        Object.assign(answer, { status: 401, json: { error: 'invalid_token' } });
    },
    fails: ['token.old-token-after-refresh'],
  },
  {
    what: 'cuts the connection',
    arrange: struck('/diagnostics', { kind: 'reset' }),
    fails: ['diagnostics.is-an-object-or-refused', 'diagnostics.of-an-unused-sim-are-e103'],
    remark: ['diagnostics.is-an-object-or-refused', 'no answer (UND_ERR_SOCKET)'],
  },
  {
    what: 'refuses with an unknown code',
    arrange: struck('/get_account_balance', { kind: 'error', code: 'E999' }),
    fails: [
      'get-account-balance.tells-of-use',
      'get-account-balance.of-the-month-asked',
      'get-account-balance.default-is-this-month',
      'get-account-balance.long-ago-is-e102',
      'errors.codes-known',
    ],
    remark: ['errors.codes-known', 'unknown: E999'],
  },
  {
    what: 'refuses with a word instead of a code',
    arrange: struck('/get_sim', { kind: 'status', status: 404, body: { error_code: 'NOT_FOUND' } }),
    fails: [
      'get-sim.by-iccid',
      'get-sim.by-eid',
      'get-sim.fields-as-in-lists',
      'get-sim.unknown-sim-is-e002',
      'errors.codes-known',
      'errors.form-of-the-code',
      'errors.description-and-timestamp',
      'times.errors-in-milliseconds',
      'decoding.answers-understood',
    ],
  },
  {
    what: 'refuses with the status 200',
    arrange: (world) => world.setBehaviour({ errorStatus: 200, times: 'seconds' }),
    fails: ['errors.http-status', 'times.errors-in-milliseconds', 'times.sims-in-milliseconds'],
  },
  {
    what: 'has another status for E003',
    arrange: struck('/get_available_profiles', {
      kind: 'status',
      status: 409,
      body: { error_code: 'E003', error_description: 'No', timestamp: 1.7e12 },
    }),
    fails: ['errors.e003-is-403'],
  },
  {
    what: 'sends rate limit headers, another media type and a wrong Date',
    tamper: ({ headers }) =>
      Object.assign(headers, {
        'x-ratelimit-remaining': '9',
        'content-type': 'text/plain',
        date: 'Tue, 01 Jan 2030 00:00:00 GMT',
      }),
    fails: ['answers.json-media-type', 'answers.rate-limit-headers', 'answers.clock'],
  },
];
