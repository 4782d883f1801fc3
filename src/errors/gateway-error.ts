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

/** What is known beside the code. */
interface Details {
  /** Replaces the table's message; names the field and the rule. Never holds text of the upstream. */
  readonly message?: string;
  /** SIMs that the error is about. */
  readonly iccids?: readonly string[];
  /** Global id of the bulk operation that the error is about. */
  readonly bulkOperationId?: string;
  readonly retryAfterSeconds?: number | null;
  /** An answer came, and made no sense. */
  readonly isGarbled?: boolean;
  /** The refusal behind it. */
  readonly rejected?: Rejected;
}

/** The words of the SIM API behind an error; see SimApiError in the schema. */
export type SimApiWords = Pick<Rejected, 'code' | 'description' | 'httpStatus' | 'timestamp' | 'operation'>;

/** An error that a client is meant to see, with a code of the table. */
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

  /** HTTP status of a request that is refused with it. */
  get status(): number {
    const { status = 500 }: ErrorRow = errorTable[this.code];
    return status;
  }

  /** What the SIM API said; null where it said nothing. */
  get simApi(): SimApiWords | null {
    const { rejected } = this.details;
    if (rejected === undefined) return null;
    const { code, description, httpStatus, timestamp, operation } = rejected;
    return { code, description, httpStatus, timestamp, operation };
  }

  /** The fields of `errors[].extensions`, all but the request id. */
  get extensions(): Record<string, unknown> {
    const { iccids = [], bulkOperationId, retryAfterSeconds = null } = this.details;
    const { simApi } = this;
    return {
      code: this.code,
      retryable: this.retryable,
      ...(iccids.length > 0 && { iccids }),
      ...(bulkOperationId !== undefined && { bulkOperationId }),
      ...(retryAfterSeconds !== null && { retryAfterSeconds }),
      ...(simApi !== null && {
        simApi: { ...simApi, timestamp: simApi.timestamp?.toISOString() ?? null },
      }),
    };
  }
}

/** The gateway's own error behind whatever was thrown, or undefined where it was not meant for clients. */
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

/** A failure of the SIM API as the client sees it, about these SIMs. */
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

/** The refusal behind an error, if there is one. */
export function rejectedBy(refusal: Rejected | null | undefined): Pick<Details, 'rejected'> {
  return refusal ? { rejected: refusal } : {};
}

/** What was read under a key, as it is or as an error about these SIMs: `absentCode` if the SIM API left the key out of its answer. */
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

/** Whatever a read was rejected with, as an error about these SIMs. A fault of our own stays what it is. */
export function fromFailure(error: unknown, iccids: readonly string[] = []): Error {
  if (isSimApiFailure(error)) return fromSimApi(error, iccids);
  if (error instanceof GatewayError && iccids.length > 0)
    return new GatewayError(error.code, { ...error.details, iccids });
  return error instanceof Error ? error : new Error('rejected with what is no error', { cause: error });
}

const codeOfReason = {
  timeout: 'UPSTREAM_TIMEOUT',
  unavailable: 'UPSTREAM_UNAVAILABLE',
  credentials: 'UPSTREAM_AUTH_FAILED',
  overloaded: 'OVERLOADED',
  length: 'UPSTREAM_UNAVAILABLE',
  budget: 'CALL_BUDGET_SPENT',
  // The client that left reads no answer, so this is for a gateway that stops.
  aborted: 'GATEWAY_STOPPED',
  withheld: 'STORE_UNAVAILABLE',
} as const satisfies Record<Unreachable['reason'], ErrorCode>;

/** Bad input: says which field breaks which rule. */
export function badUserInput(field: string, rule: string): GatewayError {
  return new GatewayError('BAD_USER_INPUT', { message: `${field} ${rule}` });
}
