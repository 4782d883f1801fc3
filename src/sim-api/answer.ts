import { BadRequest, Garbled, Rejected, Unreachable } from './errors.ts';
import type { HttpAnswer } from './layers/transport.ts';
import { instantOf, isRecord, textOf } from './wire/value.wire.ts';

/** HTTP 401. Stays inside the client, which repeats the call with another token. */
export class TokenRefused extends Error {}

/** HTTP 414 or 431: the URL was too long. Stays inside the client: a list of SIMs is split, any other call is Unreachable. */
export class TooLong extends Error {}

/** HTTP 429. Stays inside the client: all calls pause. */
export class TooManyRequests extends Error {
  constructor(
    readonly retryAfter: string | undefined,
    /** The `Date` header: a date in Retry-After is relative to it. */
    readonly date: string | undefined,
  ) {
    super('429');
  }
}

/** What an answer belongs to: an endpoint, and the method, which decides what counts as an answer. */
export interface Asked {
  readonly operation: string;
  readonly method: 'GET' | 'PUT' | 'POST';
}

/**
 * Interprets an HTTP answer: returns the JSON of a read or the answer to a change, or throws the failure. An error code takes precedence
 * over the HTTP status. Source: docs/sim-api.md "Transport".
 */
export function interpret(request: Asked, answer: HttpAnswer): unknown {
  const { status, body } = answer;
  const json = parse(body);
  const rejected = isRecord(json) ? rejectionOf(request.operation, status, json) : undefined;
  if (rejected !== undefined) throw rejected;
  if (status === 401) throw new TokenRefused();
  if (status === 414 || status === 431) throw new TooLong();
  refuseBusy(request, answer);
  if (status === 400) throw new BadRequest(request.operation);
  if (status < 200 || status > 299)
    throw new Garbled(request.operation, `HTTP ${status} without an error code`);
  if (request.method === 'PUT' ? !isConsent(body, json) : json === undefined)
    throw new Garbled(request.operation, faultOf(body, json));
  return json;
}

/** Throws if the server was too busy or too broken to answer: 429 and every 5xx. */
export function refuseBusy(request: Asked, answer: HttpAnswer): void {
  if (answer.status === 429) {
    throw new TooManyRequests(headerOf(answer, 'retry-after'), headerOf(answer, 'date'));
  }
  if (answer.status >= 500)
    throw new Unreachable(request.operation, 'unavailable', false, `HTTP ${answer.status}`);
}

function parse(body: string): unknown {
  try {
    const json: unknown = JSON.parse(body);
    return hasRoundedNumber(json, decodedDepth) ? JSON.parse(withLongNumbersAsTexts(body)) : json;
  } catch {
    return undefined;
  }
}

/** A page, its list, an item, a field and what is in it: the decoders read nothing deeper. */
const decodedDepth = 5;

/**
 * Whether JSON has a number that JavaScript may not keep exactly: ICCIDs, EIDs and IMEIs may be sent as numbers. Walking the values takes a
 * quarter of the time of a search in the text.
 */
function hasRoundedNumber(value: unknown, depth: number): boolean {
  if (typeof value === 'number') return value > Number.MAX_SAFE_INTEGER;
  if (depth === 0 || typeof value !== 'object' || value === null) return false;
  // Most values are texts; skipping them here halves the time.
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item !== 'string' && hasRoundedNumber(item, depth - 1)) return true;
    return false;
  }
  const record = value as Readonly<Record<string, unknown>>;
  for (const name in record) {
    const field = record[name];
    if (typeof field !== 'string' && hasRoundedNumber(field, depth - 1)) return true;
  }
  return false;
}

/** Turns whole numbers of 16 or more digits into strings; existing strings stay unchanged. */
function withLongNumbersAsTexts(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/gs, (token) =>
    /^\d{16,}$/.test(token) ? `"${token}"` : token,
  );
}

/** Whether a body accepts a change: its SIMs, a message, `OK` as plain text, or nothing. An `error` without a code does not accept it. */
function isConsent(body: string, json: unknown): boolean {
  if (json === undefined) return /^\s*(ok)?\s*$/i.test(body);
  return Array.isArray(json) || (isRecord(json) && json.error === undefined);
}

function faultOf(body: string, json: unknown): string {
  if (json !== undefined) return 'unexpected JSON';
  return body === '' ? 'an empty body' : 'a body that is not JSON';
}

function rejectionOf(
  operation: string,
  status: number,
  json: Readonly<Record<string, unknown>>,
): Rejected | undefined {
  const code = textOf(json.error_code) ?? '';
  // A proxy may send other codes; only a code in the SIM API's form is a refusal by the SIM API.
  if (!/^E\d{1,9}$/.test(code)) return undefined;
  return new Rejected(operation, code, status, descriptionOf(json), instantOf(json.timestamp));
}

function descriptionOf(json: Readonly<Record<string, unknown>>): string | null {
  const text = textOf(json.error_description);
  return text === null ? null : printable(text).slice(0, 300);
}

/** Replaces control characters, line separators and similar with spaces: the text is shown on screens and in logs. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

/** Returns a header of an answer; the first one if it occurs several times. */
function headerOf(answer: HttpAnswer, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
