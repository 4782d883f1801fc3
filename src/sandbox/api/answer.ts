import { type ErrorCode, errorDescriptions } from './errors.ts';

/** An answer of the SIM API before it is sent. */
export interface Answer {
  readonly status: number;
  /** Sent as JSON. If it is `undefined`, `text` is sent. */
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The code, if the answer is an error of the SIM API. */
  readonly errorCode?: string;
}

export function ok(json: unknown): Answer {
  return { status: 200, json };
}

/** An error of the SIM API. `timestamp` is in the unit of the world's times; E003 always has the status 403. */
export function refused(code: string, status: number, timestamp: number): Answer {
  const description = code in errorDescriptions ? errorDescriptions[code as ErrorCode] : 'Unknown error';
  return {
    status: code === 'E003' ? 403 : status,
    json: { error_code: code, error_description: description, timestamp },
    errorCode: code,
  };
}

/** An error in the style of OAuth, without an error code of the SIM API. */
export function plainError(status: number, error: string, description: string): Answer {
  return { status, json: { error, error_description: description } };
}

/** The answer to a call whose access token is missing, expired or unknown. */
export function unauthorized(description: string): Answer {
  return {
    ...plainError(401, 'invalid_token', description),
    headers: { 'www-authenticate': 'Bearer realm="oauth", error="invalid_token"' },
  };
}
