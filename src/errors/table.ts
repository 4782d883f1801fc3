export interface ErrorRow {
  /** The corresponding code of the SIM API, if there is one. */
  readonly simApiCode?: string;
  /** The meaning, for the documentation and the GraphQL description. */
  readonly description: string;
  /** The message to the client. Never contains text of the SIM API. */
  readonly message: string;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** HTTP status of a request that is refused as a whole; 500 if absent. Errors of fields leave the status at 200. */
  readonly status?: number;
}

/** All error codes, defined only here. Source: docs/sim-api.md "Error codes". */
export const errorTable = {
  SIM_API_ERROR: {
    simApiCode: 'E000',
    description: 'The SIM API reported an internal error.',
    message: 'The SIM API had an internal error.',
    retryable: true,
  },
  SIM_NOT_FOUND: {
    simApiCode: 'E002',
    description: 'The account has no such SIM.',
    message: 'The account has no such SIM.',
    retryable: false,
  },
  FEATURE_NOT_ENABLED: {
    simApiCode: 'E003',
    description:
      'The feature is not enabled: this SIM does not support it, it is a paid app that the account has not switched on in the App Store of the Terminal (API, Diagnostics), or it is switched off in this gateway.',
    message:
      'This feature is not enabled for the SIM or for the account. Paid apps are switched on in the App Store of the Terminal.',
    retryable: false,
    status: 501,
  },
  NO_COST_HISTORY: {
    simApiCode: 'E101',
    description: 'The SIM has no cost history in that month.',
    message: 'The SIM has no cost history in that month.',
    retryable: false,
  },
  NO_BALANCE_HISTORY: {
    simApiCode: 'E102',
    description: 'The account has no balance history in that month.',
    message: 'The account has no balance history in that month.',
    retryable: false,
  },
  NO_DIAGNOSTICS: {
    simApiCode: 'E103',
    description: 'No diagnostics are available for this SIM.',
    message: 'No diagnostics are available for this SIM.',
    retryable: false,
  },
  TRANSITION_NOT_ALLOWED: {
    simApiCode: 'E201',
    description: 'The current state of the SIM does not allow the requested action.',
    message: 'The current state of the SIM does not allow the requested action.',
    retryable: false,
  },
  SIM_LOCKED_BY_ADMIN: {
    simApiCode: 'E202',
    description: 'An administrator locked the status of the SIM.',
    message: 'An administrator locked the status of this SIM.',
    retryable: false,
  },
  IMEI_LOCK_REFUSED: {
    simApiCode: 'E203',
    description: 'The IMEI lock of the SIM cannot be changed.',
    message: 'The IMEI lock of this SIM cannot be changed.',
    retryable: false,
  },
  DATA_LIMIT_BELOW_USAGE: {
    simApiCode: 'E210',
    description: 'The new data limit is below what the SIM has already used.',
    message: 'The new data limit is below what the SIM has already used.',
    retryable: false,
  },
  DATA_LIMIT_REACHED: {
    simApiCode: 'E211',
    description: 'The SIM has used up its data limit, so it cannot be activated or resumed.',
    message: 'The SIM has used up its data limit: raise the limit first.',
    retryable: false,
  },
  GROUP_NAME_FORBIDDEN: {
    simApiCode: 'E220',
    description: 'The name of the group is forbidden.',
    message: 'No group may have this name.',
    retryable: false,
  },
  TOO_MANY_SIMS: {
    simApiCode: 'E230',
    description:
      'One query or mutation names more SIMs than it may: the gateway refuses it and sends nothing. (The gateway splits its calls, so the SIM API should never report E230.)',
    message: 'More than 1000 SIMs were named at once.',
    retryable: false,
  },
  SMS_NOT_ALLOWED: {
    simApiCode: 'E240',
    description: 'The SIM may not be sent an SMS.',
    message: 'This SIM may not be sent an SMS.',
    retryable: false,
  },
  UNKNOWN_SIM_API_ERROR: {
    description: 'A code that this gateway version does not know; see simApi.code.',
    message: 'The SIM API refused with a code this gateway does not know.',
    retryable: false,
  },
  UPSTREAM_TIMEOUT: {
    description:
      'No answer in time. A change of a SIM that fails with this code was not sent; if it may have been sent, its outcome is UNKNOWN with OUTCOME_UNKNOWN.',
    message: 'The SIM API did not answer in time.',
    retryable: true,
  },
  UPSTREAM_UNAVAILABLE: {
    description:
      'The SIM API cannot be reached, the circuit breaker of the gateway is open, or the answer is not a valid SIM API answer. If the account is limited to certain IP addresses, calls from other addresses may fail so too.',
    message: 'The SIM API cannot be reached, or its answer is not valid.',
    retryable: true,
  },
  UPSTREAM_BAD_REQUEST: {
    description:
      'The SIM API, or a proxy before it, answered HTTP 400 without an error code: it does not accept this request.',
    message: 'The SIM API does not accept this request.',
    retryable: false,
  },
  UPSTREAM_AUTH_FAILED: {
    description:
      "The SIM API refused the gateway's credentials. If the account is limited to certain IP addresses, the gateway's address may be the reason.",
    message:
      "The SIM API refused the gateway's credentials: the operator of the gateway must correct them, or allow its IP address if the account is limited to some.",
    retryable: false,
  },
  UNAUTHENTICATED: {
    description: 'The request carries no credentials that the gateway accepts.',
    message: 'Credentials are missing or not valid.',
    retryable: false,
    status: 401,
  },
  FORBIDDEN: {
    description:
      'The caller lacks a scope; requiredScopes names it. The operation did not run, unless the only scope missing is PERSONAL: then fields with personal data are null. Or the key of the caller is limited to some groups, and this concerns others.',
    message: 'The caller may not do this.',
    retryable: false,
    status: 403,
  },
  BAD_USER_INPUT: {
    description: 'An argument breaks a rule; the message names the argument and the rule.',
    message: 'An argument is not valid.',
    retryable: false,
    status: 400,
  },
  QUERY_TOO_COMPLEX: {
    description:
      'The operation is deeper, longer or more repetitive than the gateway allows, or it could return too many objects or take too many calls of the SIM API. For objects and calls, the message has the number and the limit.',
    message: 'The operation is too complex.',
    retryable: false,
    status: 400,
  },
  RATE_LIMITED: {
    description:
      'Reserved: this version of the gateway never returns it. The caller sends more requests than the gateway allows; retry after retryAfterSeconds.',
    message: 'Too many requests.',
    retryable: true,
  },
  OUTCOME_UNKNOWN: {
    description:
      'The change was sent and got no clear answer, or an error that does not say whether it took effect (see simApi). Read the SIM before sending the change again.',
    message: 'The change was sent and no clear answer came: read the SIM before sending it again.',
    retryable: false,
  },
  STATE_NOT_REACHED: {
    description: 'The transition of the SIM ended in a state other than the requested one.',
    message: 'The SIM settled in a state other than the requested one.',
    retryable: false,
  },
  IDEMPOTENCY_CONFLICT: {
    description: 'The same idempotency key was used with other arguments.',
    message: 'This idempotency key was used with other arguments.',
    retryable: false,
  },
  FLEET_INCOMPLETE: {
    description:
      'The first full sync of the fleet is in progress: a filter would miss the SIMs that it has not listed yet. For a filter by usage or cost: the first full sync of the month is in progress.',
    message: 'The gateway has not read the whole fleet yet.',
    retryable: true,
  },
  EXPECTED_COUNT_MISMATCH: {
    description: 'The number of SIMs of the target is not expectedCount.',
    message: 'The number of SIMs in the target differs from the expected one.',
    retryable: false,
  },
  OPERATION_CANCELED: {
    description: 'Not sent: the operation was cancelled before this SIM.',
    message: 'Not sent: the operation was cancelled before this SIM.',
    retryable: false,
  },
  GATEWAY_STOPPED: {
    description: 'The gateway stopped, or crashed, before it could do this. Nothing was changed.',
    message: 'The gateway stopped before it could do this; nothing was changed.',
    retryable: true,
  },
  CALL_BUDGET_SPENT: {
    description:
      'Not sent: finding the refused SIMs would have taken more calls of the SIM API than one operation may make.',
    message: 'Too many SIMs were refused to find all of them in one operation: send fewer SIMs.',
    retryable: true,
  },
  NOT_FOUND: {
    description: 'The requested object or path does not exist.',
    message: 'The requested object or path does not exist.',
    retryable: false,
    status: 404,
  },
  OVERLOADED: {
    description: 'The gateway is overloaded; retry after retryAfterSeconds.',
    message: 'The gateway is overloaded.',
    retryable: true,
    status: 503,
  },
  STORE_UNAVAILABLE: {
    description:
      "The gateway's database does not answer. Until it does, the gateway refuses changes, and queries that only the fleet index can answer.",
    message: "The gateway's database does not answer.",
    retryable: true,
    status: 503,
  },
  ISSUER_UNAVAILABLE: {
    description:
      'The gateway has not been able to read the keys of the token issuer (JWT_ISSUER) yet, so it can verify no token.',
    message: 'The keys of the token issuer cannot be read.',
    retryable: true,
    status: 503,
  },
  TRUSTED_DOCUMENT_REQUIRED: {
    description: 'This gateway runs only operations that were registered with it.',
    message: 'Only registered operations run here.',
    retryable: false,
  },
  PERSISTED_QUERY_NOT_FOUND: {
    description: 'The gateway has not seen the query of this hash: send it once in full.',
    message: 'PersistedQueryNotFound',
    retryable: true,
  },
  PERSISTED_QUERY_NOT_SUPPORTED: {
    description: 'This gateway does not accept persisted queries.',
    message: 'PersistedQueryNotSupported',
    retryable: false,
  },
  GRAPHQL_PARSE_FAILED: {
    description: 'The text is not a GraphQL document.',
    message: 'The text is not a GraphQL document.',
    retryable: false,
    status: 400,
  },
  GRAPHQL_VALIDATION_FAILED: {
    description: 'The document does not match the schema.',
    message: 'The document does not match the schema.',
    retryable: false,
    status: 400,
  },
  OPERATION_RESOLUTION_FAILURE: {
    description: 'The request does not select one of the operations of the document.',
    message: 'The document does not say which of its operations to run.',
    retryable: false,
    status: 400,
  },
  BAD_REQUEST: {
    description:
      'The HTTP request is not a GraphQL request, is not accepted at its path, or names a host that this gateway does not serve (ALLOWED_HOSTS).',
    message: 'The HTTP request is not a GraphQL request.',
    retryable: false,
    status: 400,
  },
  INTERNAL_SERVER_ERROR: {
    description: 'The gateway itself failed. Its log has the reason under the request id.',
    message: 'The gateway failed. Its log has the reason under this request id.',
    retryable: false,
    status: 500,
  },
} as const satisfies Record<string, ErrorRow>;

/** A value of `extensions.code`. */
export type ErrorCode = keyof typeof errorTable;

export const errorCodes: readonly ErrorCode[] = Object.keys(errorTable).filter(isErrorCode);

export function isErrorCode(text: unknown): text is ErrorCode {
  return typeof text === 'string' && Object.hasOwn(errorTable, text);
}

const codeBySimApiCode: ReadonlyMap<string, ErrorCode> = new Map(
  Object.entries(errorTable).flatMap(([code, row]) =>
    'simApiCode' in row && isErrorCode(code) ? [[row.simApiCode, code]] : [],
  ),
);

/** Whether the same call may succeed later; false for a code that is not in the table. */
function isRetryable(code: string | null): boolean {
  return isErrorCode(code) && errorTable[code].retryable;
}

/** Codes that are not retryable, but the same call succeeds once the operator has fixed the gateway or its network. */
const untilFixed: ReadonlySet<string> = new Set<ErrorCode>(['UPSTREAM_BAD_REQUEST', 'UPSTREAM_AUTH_FAILED']);

/** Whether a change that was not sent because of this error may be repeated with the same idempotency key. */
export function releasesKey(code: string | null): boolean {
  return isRetryable(code) || (code !== null && untilFixed.has(code));
}

export function codeOfSimApi(simApiCode: string): ErrorCode {
  return codeBySimApiCode.get(simApiCode) ?? 'UNKNOWN_SIM_API_ERROR';
}
