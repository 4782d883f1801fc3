/** One line of the error table: everything there is to say about a code. */
export interface ErrorRow {
  /** The SIM API's own code for it, where there is one. */
  readonly simApiCode?: string;
  /** What is so, for documentation and for the GraphQL description. */
  readonly description: string;
  /** What a client reads; the upstream's words never stand here. */
  readonly message: string;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** HTTP status of a request that is refused as a whole; 500 if absent. Errors of fields leave the status at 200. */
  readonly status?: number;
}

/** THE error table: the one place where an error code is known. Source: docs/sim-api.md "Error codes". */
export const errorTable = {
  SIM_API_ERROR: {
    simApiCode: 'E000',
    description: 'The SIM API reported an error of its own.',
    message: 'The SIM API had an error of its own.',
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
      'The feature is not enabled: this SIM does not support it, it is an add-on that has to be ordered, or it is switched off in this gateway.',
    message: 'This feature is not enabled for the SIM or for the account.',
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
    description: 'The present status of the SIM prohibits the wanted state.',
    message: 'The SIM cannot go from its present state to the wanted one.',
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
      'Refused by the gateway before sending: more SIMs than one query or mutation takes. (It splits calls itself, so E230 should never come through.)',
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
    description: 'Connection refused, circuit open, or an answer that is no SIM API answer.',
    message: 'The SIM API cannot be reached or does not make sense.',
    retryable: true,
  },
  UPSTREAM_BAD_REQUEST: {
    description:
      'The SIM API, or a proxy before it, answered HTTP 400 without an error code: it does not take this request as it is.',
    message: 'The SIM API does not take this request as it is.',
    retryable: false,
  },
  UPSTREAM_AUTH_FAILED: {
    description: "The SIM API refused the gateway's own credentials.",
    message: "The SIM API refused the gateway's credentials: whoever runs the gateway has to correct them.",
    retryable: false,
  },
  UNAUTHENTICATED: {
    description: 'The request carries no credentials that the gateway accepts.',
    message: 'Credentials are missing or not valid.',
    retryable: false,
  },
  FORBIDDEN: {
    description: 'The caller lacks a scope that this field needs.',
    message: 'The caller may not do this.',
    retryable: false,
  },
  BAD_USER_INPUT: {
    description: 'An argument breaks a rule; the message names the argument and the rule.',
    message: 'An argument is not valid.',
    retryable: false,
    status: 400,
  },
  QUERY_TOO_COMPLEX: {
    description:
      'The operation is deeper, longer or more repetitive than the gateway allows, or could answer more objects or take more calls of the SIM API; the message has both numbers.',
    message: 'The operation is too complex.',
    retryable: false,
    status: 400,
  },
  RATE_LIMITED: {
    description: 'The caller sends more than the gateway allows it; wait retryAfterSeconds.',
    message: 'Too many requests.',
    retryable: true,
  },
  OUTCOME_UNKNOWN: {
    description:
      'The change was sent and no clear answer came, or an error that leaves open whether it was carried out: then simApi has it. Read the SIM, do not just send it again.',
    message: 'The change was sent and no clear answer came: read the SIM before sending it again.',
    retryable: false,
  },
  STATE_NOT_REACHED: {
    description: 'The SIM settled in a state other than the one asked for.',
    message: 'The SIM settled in another state than the one asked for.',
    retryable: false,
  },
  IDEMPOTENCY_CONFLICT: {
    description: 'The same idempotency key came with other arguments.',
    message: 'This idempotency key was used with other arguments.',
    retryable: false,
  },
  FLEET_INCOMPLETE: {
    description:
      'The gateway reads the fleet for the first time, and a filter would miss the SIMs that it has not met yet.',
    message: 'The gateway has not read the whole fleet yet.',
    retryable: true,
  },
  EXPECTED_COUNT_MISMATCH: {
    description: 'The target does not hold as many SIMs as expectedCount says.',
    message: 'The target does not hold as many SIMs as expected.',
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
      'Not sent: finding out who was refused would have taken more upstream calls than one operation may make.',
    message: 'Too many SIMs were refused to find them all in one operation: ask for fewer.',
    retryable: true,
  },
  NOT_FOUND: {
    description: 'There is no such thing here.',
    message: 'There is no such thing here.',
    retryable: false,
    status: 404,
  },
  OVERLOADED: {
    description: 'The gateway has more to do than it can; wait retryAfterSeconds.',
    message: 'The gateway has more to do than it can just now.',
    retryable: true,
    status: 503,
  },
  STORE_UNAVAILABLE: {
    description:
      "The gateway's own database does not answer; changes are refused until it does, and so is what only the index of the fleet can answer.",
    message: "The gateway's database does not answer.",
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
    description: 'This gateway takes no persisted queries.',
    message: 'PersistedQueryNotSupported',
    retryable: false,
  },
  GRAPHQL_PARSE_FAILED: {
    description: 'The text is no GraphQL document.',
    message: 'The text is no GraphQL document.',
    retryable: false,
    status: 400,
  },
  GRAPHQL_VALIDATION_FAILED: {
    description: 'The document does not fit the schema.',
    message: 'The document does not fit the schema.',
    retryable: false,
    status: 400,
  },
  OPERATION_RESOLUTION_FAILURE: {
    description: 'The document does not say which of its operations to run.',
    message: 'The document does not say which of its operations to run.',
    retryable: false,
    status: 400,
  },
  BAD_REQUEST: {
    description:
      'The HTTP request is no GraphQL request, none that its path takes, or sent to a name that this gateway does not serve (ALLOWED_HOSTS).',
    message: 'The HTTP request is no GraphQL request.',
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

/** Every code that can stand in `extensions.code`. */
export type ErrorCode = keyof typeof errorTable;

/** The codes, in the order of the table. */
export const errorCodes: readonly ErrorCode[] = Object.keys(errorTable).filter(isErrorCode);

/** Whether a text is a code of the table. */
export function isErrorCode(text: unknown): text is ErrorCode {
  return typeof text === 'string' && Object.hasOwn(errorTable, text);
}

const codeBySimApiCode: ReadonlyMap<string, ErrorCode> = new Map(
  Object.entries(errorTable).flatMap(([code, row]) =>
    'simApiCode' in row && isErrorCode(code) ? [[row.simApiCode, code]] : [],
  ),
);

/** Whether the same call may succeed later. A code that is not of the table may not. */
function isRetryable(code: string | null): boolean {
  return isErrorCode(code) && errorTable[code].retryable;
}

/** Not retryable, since a caller cannot know when; the same call succeeds when the gateway or the network before it has been put right. */
const untilPutRight: ReadonlySet<string> = new Set<ErrorCode>([
  'UPSTREAM_BAD_REQUEST',
  'UPSTREAM_AUTH_FAILED',
]);

/** Whether a change that was not sent for this error may be asked for again under the same key. */
export function leavesKeyFree(code: string | null): boolean {
  return isRetryable(code) || (code !== null && untilPutRight.has(code));
}

/** Our code for one of the SIM API's. */
export function codeOfSimApi(simApiCode: string): ErrorCode {
  return codeBySimApiCode.get(simApiCode) ?? 'UNKNOWN_SIM_API_ERROR';
}
