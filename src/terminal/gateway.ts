import { setTimeout as pause } from 'node:timers/promises';
import { request } from 'undici';

/** A GraphQL error of the gateway. */
export interface GatewayError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: {
    readonly code?: string;
    readonly retryable?: boolean;
    /** Scopes that the caller lacks. */
    readonly requiredScopes?: readonly string[];
    readonly [name: string]: unknown;
  };
}

/** Refusals after which the request may have been carried out. */
const UNCLEAR = new Set(['OUTCOME_UNKNOWN', 'STORE_UNAVAILABLE', 'OVERLOADED', 'INTERNAL_SERVER_ERROR']);

/** The gateway refused a request: the response has no data, or null in every field. `message` is that of the first error. */
export class Refused extends Error {
  readonly code: string;
  /** The same request may succeed later. */
  readonly isRetryable: boolean;
  /** The scopes that the caller lacks, if that is why. */
  readonly requiredScopes: readonly string[];
  readonly extensions: NonNullable<GatewayError['extensions']>;
  readonly path: GatewayError['path'];
  /** Whether this or an earlier attempt of the same request may have been carried out. */
  mayHaveArrived: boolean;

  constructor({ message, extensions = {}, path }: GatewayError) {
    super(message);
    this.code = extensions.code ?? 'INTERNAL_SERVER_ERROR';
    this.isRetryable = extensions.retryable ?? this.code === 'INTERNAL_SERVER_ERROR';
    this.requiredScopes = extensions.requiredScopes ?? [];
    this.extensions = extensions;
    this.path = path;
    this.mayHaveArrived = UNCLEAR.has(this.code);
  }

  /** The error code of the SIM API, if it answered with one. */
  get simApi(): { readonly code: string } | null {
    const { simApi } = this.extensions;
    const code = typeof simApi === 'object' && simApi !== null && 'code' in simApi ? simApi.code : undefined;
    return typeof code === 'string' ? { code } : null;
  }

  /** Whether the gateway did not accept the key or token, or it lacks a scope. */
  get isUnauthorized(): boolean {
    return this.code === 'UNAUTHENTICATED' || this.code === 'FORBIDDEN';
  }
}

/** No gateway answered. `message` gives the reason. */
export class Unreachable extends Error {
  /** Whether this or an earlier attempt of the same request may have been carried out. */
  mayHaveArrived: boolean;

  constructor(message: string, { mayHaveArrived }: { mayHaveArrived: boolean }) {
    super(message);
    this.mayHaveArrived = mayHaveArrived;
  }
}

/** A response with data in at least one field. Fields that could not be read are null; `errors` has an error for each. */
export interface Answer<Data> {
  readonly data: Data;
  readonly errors: readonly GatewayError[];
}

export interface AskOptions {
  /** Aborts the request. */
  readonly signal?: AbortSignal;
  /** Maximum attempts; default 1. */
  readonly tries?: number;
  /** Which refusals are retried; default none. A request without an answer is retried in any case, up to `tries`. */
  readonly isRetried?: (refusal: Refused) => boolean;
  /** Whether an earlier request with the same idempotency key may have been carried out; default false. */
  readonly mayHaveArrived?: boolean;
  /** Timeout of each attempt; default 60 s. */
  readonly timeoutMs?: number;
}

export interface Gateway {
  readonly url: string;
  /** Runs a GraphQL operation. Errors: Refused if the response has no data, Unreachable if there is no response. */
  ask<Data>(query: string, variables: object, options?: AskOptions): Promise<Answer<Data>>;
}

// An order of a million SIMs has 20 MB, and a page with costs may wait for the SIM API.
const TIMEOUT_MS = 60_000;
const FIRST_WAIT_MS = 500;

/** Creates a client of the gateway at `url`, with the API key or token of the caller. Sends nothing yet. */
export function createGateway(url: string, key?: string): Gateway {
  return {
    url,
    async ask(query, variables, { tries = 1, isRetried = () => false, ...options } = {}) {
      let { mayHaveArrived = false } = options;
      for (let tried = 1; ; tried += 1) {
        try {
          return await askOnce({ url, key }, query, variables, options);
        } catch (error) {
          if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
          mayHaveArrived ||= error.mayHaveArrived;
          error.mayHaveArrived = mayHaveArrived;
          if (tried >= tries || (error instanceof Refused && !isRetried(error))) throw error;
          await pause(FIRST_WAIT_MS * 2 ** (tried - 1), undefined, options);
        }
      }
    },
  };
}

async function askOnce<Data>(
  { url, key }: { readonly url: string; readonly key: string | undefined },
  query: string,
  variables: object,
  { signal, timeoutMs = TIMEOUT_MS }: AskOptions,
): Promise<Answer<Data>> {
  const tooLong = AbortSignal.timeout(timeoutMs);
  let status: number;
  let text: string;
  try {
    const response = await request(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify({ query, variables }),
      signal: signal ? AbortSignal.any([signal, tooLong]) : tooLong,
    });
    status = response.statusCode;
    text = await response.body.text();
  } catch (error) {
    signal?.throwIfAborted();
    if (tooLong.aborted) {
      throw new Unreachable(`no answer within ${timeoutMs / 1000} s`, { mayHaveArrived: true });
    }
    throw unreachable(error);
  }
  return answerOf<Data>(status, text);
}

function answerOf<Data>(status: number, text: string): Answer<Data> {
  const body = parsed(text) as Partial<Answer<Data | null>> | undefined;
  const errors = Array.isArray(body?.errors) ? body.errors : [];
  const [first] = errors;
  const isNull = body?.data != null && Object.values(body.data).every((value) => value === null);
  if (body?.data && !(isNull && first !== undefined)) return { data: body.data, errors };
  if (first === undefined) {
    const message = `HTTP ${status}, which is not a GraphQL response`;
    throw new Unreachable(message, { mayHaveArrived: status >= 500 });
  }
  throw new Refused(first);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}

/** If a host name has several addresses, the error holds one error for each of them. */
export function unreachable(error: unknown): Unreachable {
  const { code, message, errors } = error as { code?: string; message?: string; errors?: unknown[] };
  if (code === 'ECONNREFUSED') return new Unreachable('connection refused', { mayHaveArrived: false });
  if (code === 'ENOTFOUND') {
    return new Unreachable('there is no host with that name', { mayHaveArrived: false });
  }
  if (code === 'EPROTO' || code?.startsWith('ERR_SSL')) {
    return new Unreachable('the server does not use TLS: is the URL http, not https?', {
      mayHaveArrived: false,
    });
  }
  const [first] = errors ?? [];
  const why = message || (first instanceof Error ? first.message : code) || 'the connection broke';
  return new Unreachable(why, { mayHaveArrived: true });
}
