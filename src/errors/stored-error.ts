import { Rejected } from '../sim-api/index.ts';
import { type ArgumentPath, GatewayError, type SimApiWords } from './gateway-error.ts';
import { isErrorCode } from './table.ts';

/** The stored JSON form of an error. The SIM that it is about is in another column of the row. */
export interface StoredError {
  readonly code: string;
  readonly message: string;
  readonly retryAfterSeconds: number | null;
  /** Missing if the error is not about an argument. */
  readonly argumentPath?: ArgumentPath;
  readonly simApi: (Omit<SimApiWords, 'timestamp'> & { readonly timestamp: string | null }) | null;
}

/** Converts an error to its stored form, so that a replay returns the same error. */
export function serializeError({ code, message, details, simApi }: GatewayError): StoredError {
  return {
    code,
    message,
    retryAfterSeconds: details.retryAfterSeconds ?? null,
    ...(details.argumentPath && { argumentPath: details.argumentPath }),
    simApi: simApi && { ...simApi, timestamp: simApi.timestamp?.toISOString() ?? null },
  };
}

/** Restores a stored error. A code that this version does not know, of a newer gateway, becomes INTERNAL_SERVER_ERROR. */
export function deserializeError(
  { code, message, retryAfterSeconds, argumentPath, simApi }: StoredError,
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
    ...(argumentPath && { argumentPath }),
    ...(rejected && { rejected }),
  });
}
