import {
  Ambiguous,
  BadRequest,
  type ByKey,
  Garbled,
  isSimApiFailure,
  Rejected,
  type SimApiFailure,
  type Unreachable,
} from '../sim-api/index.ts';
import { CommitUnclear, LeaseLost, StoreUnavailable } from '../store/index.ts';
import { codeOfSimApi, type ErrorCode, type ErrorRow, errorTable } from './table.ts';

/** Names of arguments and input fields, and indices of lists. */
export type ArgumentPath = readonly (string | number)[];

interface Details {
  /** Replaces the message of the table; names the field and the rule. Never contains text of the SIM API. */
  readonly message?: string;
  /** The value that breaks a rule: its path from the arguments of the field on, or inside the argument `input`. */
  readonly argumentPath?: ArgumentPath;
  /** SIMs that the error is about. */
  readonly iccids?: readonly string[];
  /** Global id of the bulk operation that the error is about. */
  readonly bulkOperationId?: string;
  readonly retryAfterSeconds?: number | null;
  /** Scopes of which the caller needs one. */
  readonly requiredScopes?: readonly string[];
  /** The SIM API sent a malformed answer. */
  readonly isGarbled?: boolean;
  /** The refusal of the SIM API that caused the error. */
  readonly rejected?: Rejected;
}

/** The error as the SIM API reported it; see SimApiError in the schema. */
export type SimApiWords = Pick<Rejected, 'code' | 'description' | 'httpStatus' | 'timestamp' | 'operation'>;

/** An error for clients, with a code of the table. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';

  constructor(
    readonly code: ErrorCode,
    readonly details: Details = {},
  ) {
    super(details.message ?? errorTable[code].message);
  }

  /** Whether the same call may succeed later. */
  get retryable(): boolean {
    return errorTable[this.code].retryable;
  }

  /** HTTP status of a request that is refused with this error. */
  get status(): number {
    const { status = 500 }: ErrorRow = errorTable[this.code];
    return status;
  }

  /** The error as the SIM API reported it; null if it reported none. */
  get simApi(): SimApiWords | null {
    const { rejected } = this.details;
    if (rejected === undefined) return null;
    const { code, description, httpStatus, timestamp, operation } = rejected;
    return { code, description, httpStatus, timestamp, operation };
  }

  /** The fields of `errors[].extensions` without the request id. */
  get extensions(): Record<string, unknown> {
    const {
      argumentPath,
      iccids = [],
      bulkOperationId,
      retryAfterSeconds = null,
      requiredScopes,
    } = this.details;
    const { simApi } = this;
    return {
      code: this.code,
      retryable: this.retryable,
      ...(argumentPath !== undefined && { argumentPath }),
      ...(iccids.length > 0 && { iccids }),
      ...(bulkOperationId !== undefined && { bulkOperationId }),
      ...(retryAfterSeconds !== null && { retryAfterSeconds }),
      ...(requiredScopes !== undefined && { requiredScopes }),
      ...(simApi !== null && {
        simApi: { ...simApi, timestamp: simApi.timestamp?.toISOString() ?? null },
      }),
    };
  }
}

/** Converts a thrown value to the error for clients; undefined if it is not meant for them. */
export function gatewayErrorOf(error: unknown): GatewayError | undefined {
  if (error instanceof GatewayError) return error;
  if (isSimApiFailure(error)) return fromSimApi(error);
  if (error instanceof CommitUnclear)
    return new GatewayError('STORE_UNAVAILABLE', {
      message: "The gateway's database was lost before it confirmed the change, which may have taken effect.",
    });
  if (error instanceof StoreUnavailable || error instanceof LeaseLost)
    return new GatewayError('STORE_UNAVAILABLE');
  return undefined;
}

/** Converts a failure of the SIM API to an error about these SIMs. */
export function fromSimApi(failure: SimApiFailure, iccids: readonly string[] = []): GatewayError {
  if (failure instanceof Rejected)
    return new GatewayError(codeOfSimApi(failure.code), { iccids, rejected: failure });
  if (failure instanceof Ambiguous)
    return new GatewayError('BAD_USER_INPUT', {
      message: 'Several SIMs of the account have this EID: name the SIM by its ICCID.',
      iccids,
    });
  if (failure instanceof Garbled)
    return new GatewayError(failure instanceof BadRequest ? 'UPSTREAM_BAD_REQUEST' : 'UPSTREAM_UNAVAILABLE', {
      iccids,
      isGarbled: true,
    });
  return new GatewayError(codeOfReason[failure.reason], {
    iccids,
    retryAfterSeconds: failure.retryAfterSeconds,
    ...rejectedBy(failure.refusal),
  });
}

export function rejectedBy(refusal: Rejected | null | undefined): Pick<Details, 'rejected'> {
  return refusal ? { rejected: refusal } : {};
}

/** The item of a key, or an error about these SIMs: `absentCode` if the SIM API left the key out of its answer. */
export function itemOf<T>(
  found: ByKey<T>,
  key: string,
  absentCode: ErrorCode,
  iccids: readonly string[],
): T | GatewayError {
  const item = found.get(key) ?? found.absences.get(key);
  if (item === undefined) return new GatewayError(absentCode, { iccids });
  return isSimApiFailure(item) ? fromSimApi(item, iccids) : item;
}

/** Converts the rejection of a read to an error about these SIMs. A bug of the gateway passes unchanged. */
export function fromFailure(error: unknown, iccids: readonly string[] = []): Error {
  if (isSimApiFailure(error)) return fromSimApi(error, iccids);
  if (error instanceof GatewayError && iccids.length > 0)
    return new GatewayError(error.code, { ...error.details, iccids });
  return error instanceof Error ? error : new Error('rejected with a non-error', { cause: error });
}

const codeOfReason = {
  timeout: 'UPSTREAM_TIMEOUT',
  unavailable: 'UPSTREAM_UNAVAILABLE',
  credentials: 'UPSTREAM_AUTH_FAILED',
  overloaded: 'OVERLOADED',
  length: 'UPSTREAM_UNAVAILABLE',
  budget: 'CALL_BUDGET_SPENT',
  // A client that disconnected reads no answer, so this code is for a gateway that stops.
  aborted: 'GATEWAY_STOPPED',
  withheld: 'STORE_UNAVAILABLE',
} as const satisfies Record<Unreachable['reason'], ErrorCode>;

/**
 * BAD_USER_INPUT whose message names the value and the rule that it breaks. `field` is the path of the value from the arguments of the field
 * on, or inside the argument `input`, for example `target.sims[3].id`.
 */
export function badUserInput(field: string, rule: string): GatewayError {
  return new GatewayError('BAD_USER_INPUT', {
    message: `${field} ${rule}`,
    ...(pathPattern.test(field) && { argumentPath: argumentPathOf(field) }),
  });
}

const pathPattern = /^\w+(?:\.\w+|\[\d+\])*$/;

/** The steps of a path such as `sims[3].id`. */
export function argumentPathOf(field: string): ArgumentPath {
  return (field.match(/\w+|\[\d+\]/g) ?? []).map((step) =>
    step.startsWith('[') ? Number(step.slice(1, -1)) : step,
  );
}
