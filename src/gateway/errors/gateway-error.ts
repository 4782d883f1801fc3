import { Garbled, Rejected, type SimApiFailure, type Unreachable } from '../../sim-api/index.ts';
import { codeOfSimApi, type ErrorCode, errorTable } from './table.ts';

/** What is known beside the code. */
interface Details {
  /** Replaces the table's message; names the field and the rule. Never holds text of the upstream. */
  readonly message?: string;
  /** SIMs that the error is about. */
  readonly iccids?: readonly string[];
  readonly retryAfterSeconds?: number | null;
  /** The refusal behind it. */
  readonly rejected?: Rejected;
}

/** An error that a client is meant to see, with a code of the table. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly iccids: readonly string[];
  readonly retryAfterSeconds: number | null;
  readonly rejected: Rejected | null;

  constructor(
    readonly code: ErrorCode,
    details: Details = {},
  ) {
    super(details.message ?? errorTable[code].message);
    this.iccids = details.iccids ?? [];
    this.retryAfterSeconds = details.retryAfterSeconds ?? null;
    this.rejected = details.rejected ?? null;
  }

  /** The fields of `errors[].extensions`, all but the request id. */
  get extensions(): Record<string, unknown> {
    const { code, iccids, retryAfterSeconds, rejected } = this;
    return {
      code,
      retryable: errorTable[code].retryable,
      ...(iccids.length > 0 && { iccids }),
      ...(retryAfterSeconds !== null && { retryAfterSeconds }),
      ...(rejected !== null && {
        simApi: {
          code: rejected.code,
          description: rejected.description,
          httpStatus: rejected.httpStatus,
          timestamp: rejected.timestamp?.toISOString() ?? null,
          operation: rejected.operation,
        },
      }),
    };
  }
}

/** A failure of the SIM API as the client sees it, about these SIMs. */
export function fromSimApi(failure: SimApiFailure, iccids: readonly string[] = []): GatewayError {
  if (failure instanceof Rejected)
    return new GatewayError(codeOfSimApi(failure.code), { iccids, rejected: failure });
  if (failure instanceof Garbled) return new GatewayError('UPSTREAM_UNAVAILABLE', { iccids });
  return new GatewayError(codeOfReason[failure.reason], {
    iccids,
    retryAfterSeconds: failure.retryAfterSeconds,
  });
}

const codeOfReason = {
  timeout: 'UPSTREAM_TIMEOUT',
  unavailable: 'UPSTREAM_UNAVAILABLE',
  credentials: 'UPSTREAM_AUTH_FAILED',
  overloaded: 'OVERLOADED',
  budget: 'CALL_BUDGET_SPENT',
  // Nobody is left to read it.
  aborted: 'UPSTREAM_TIMEOUT',
} as const satisfies Record<Unreachable['reason'], ErrorCode>;

/** Bad input: says which field breaks which rule. */
export function badUserInput(field: string, rule: string): GatewayError {
  return new GatewayError('BAD_USER_INPUT', { message: `${field} ${rule}` });
}
