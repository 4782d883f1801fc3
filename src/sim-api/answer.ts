import { BadRequest, Garbled, Rejected, Unreachable } from './errors.ts';
import type { WireAnswer, WireRequest } from './transport.ts';
import { instantOf, isRecord, textOf } from './wire/value.wire.ts';

/** The token was refused. Never leaves the client: it logs in again and repeats the call once. */
export class TokenRefused extends Error {}

/** The request was too long on its way (414, 431). Never leaves the client: a list of SIMs is divided, any other call is Unreachable. */
export class TooLong extends Error {}

/** Come back later (429). Never leaves the client: everybody waits. */
export class TooManyRequests extends Error {
  constructor(
    readonly retryAfter: string | undefined,
    /** The server's own time, which a date in Retry-After is measured against. */
    readonly date: string | undefined,
  ) {
    super('429');
  }
}

/**
 * What an HTTP answer says: the decoded JSON of a read, whatever a change answered, or a failure thrown.
 * The error code is trusted before the HTTP status. Source: docs/sim-api.md "Transport".
 */
export function interpret(request: WireRequest, answer: WireAnswer): unknown {
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

/** Throws where the server was too busy or too broken to answer: 429 and every 5xx. */
export function refuseBusy(request: WireRequest, answer: WireAnswer): void {
  if (answer.status === 429) {
    throw new TooManyRequests(headerOf(answer, 'retry-after'), headerOf(answer, 'date'));
  }
  if (answer.status >= 500)
    throw new Unreachable(request.operation, 'unavailable', false, `HTTP ${answer.status}`);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(hasLongNumber.test(body) ? withLongNumbersAsTexts(body) : body);
  } catch {
    return undefined;
  }
}

/** JavaScript keeps no whole number of so many digits exactly, and ICCIDs, EIDs and IMEIs may be sent as numbers. */
const hasLongNumber = /[:,[]\s*\d{16}/;

/** JSON with whole numbers of 16 digits or more as texts of their digits; what stands inside of texts is left as it is. */
function withLongNumbersAsTexts(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/gs, (token) =>
    /^\d{16,}$/.test(token) ? `"${token}"` : token,
  );
}

/** A change is answered by the SIMs, by a message, by `OK` as plain text, or by nothing at all. An `error` without a code is none of these. */
function isConsent(body: string, json: unknown): boolean {
  if (json === undefined) return /^\s*(ok)?\s*$/i.test(body);
  return Array.isArray(json) || (isRecord(json) && json.error === undefined);
}

function faultOf(body: string, json: unknown): string {
  if (json !== undefined) return 'JSON that says nothing';
  return body === '' ? 'an empty body' : 'a body that is not JSON';
}

function rejectionOf(
  operation: string,
  status: number,
  json: Readonly<Record<string, unknown>>,
): Rejected | undefined {
  const code = textOf(json.error_code) ?? '';
  // Whoever stands in between may have codes of its own; only one of the SIM API's form is a refusal by it.
  if (!/^E\d{1,9}$/.test(code)) return undefined;
  return new Rejected(operation, code, status, descriptionOf(json), instantOf(json.timestamp));
}

function descriptionOf(json: Readonly<Record<string, unknown>>): string | null {
  const text = textOf(json.error_description);
  return text === null ? null : printable(text).slice(0, 300);
}

/** Text without control characters, line separators and the like: it ends up on screens and in logs. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

/** One header of an answer; the first where it came more than once. */
function headerOf(answer: WireAnswer, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
