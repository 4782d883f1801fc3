import { Rejected } from '../sim-api/index.ts';
import { GatewayError, type SimApiWords } from './gateway-error.ts';
import { isErrorCode } from './table.ts';

/** An error as the store keeps it, in JSON; the SIM that it is about stands beside it. */
export interface StoredError {
  readonly code: string;
  readonly message: string;
  readonly retryAfterSeconds: number | null;
  readonly simApi: (Omit<SimApiWords, 'timestamp'> & { readonly timestamp: string | null }) | null;
}

/** An error as it is written down, so that a caller who asks again is told the same. */
export function serializeError({ code, message, details, simApi }: GatewayError): StoredError {
  return {
    code,
    message,
    retryAfterSeconds: details.retryAfterSeconds ?? null,
    simApi: simApi && { ...simApi, timestamp: simApi.timestamp?.toISOString() ?? null },
  };
}

/** The error that was written down; one of a newer gateway, whose code nobody here knows, is INTERNAL_SERVER_ERROR. */
export function deserializeError(
  { code, message, retryAfterSeconds, simApi }: StoredError,
  iccids: readonly string[] = [],
): GatewayError {
  const rejected =
    simApi &&
    new Rejected(
      simApi.operation,
      simApi.code,
      simApi.httpStatus,
      simApi.description,
      simApi.timestamp === null ? null : new Date(simApi.timestamp),
    );
  return new GatewayError(isErrorCode(code) ? code : 'INTERNAL_SERVER_ERROR', {
    message,
    iccids,
    retryAfterSeconds,
    ...(rejected && { rejected }),
  });
}
