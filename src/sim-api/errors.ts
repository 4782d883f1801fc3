/**
 * Failure of a call to the SIM API, by what a caller can do about it: Rejected is an answer with an error code, Unreachable is no answer,
 * Garbled is an answer outside the API contract.
 */
export type SimApiFailure = Rejected | Unreachable | Garbled;

/** The SIM API answered with an error code. The gateway trusts the code, not the HTTP status. */
export class Rejected extends Error {
  override readonly name = 'Rejected';
  constructor(
    /** Upstream path without slash, for example `activate`. */
    readonly operation: string,
    /** For example E201; may be an undocumented code. */
    readonly code: string,
    readonly httpStatus: number,
    /** Upstream text, at most 300 characters, without control characters. */
    readonly description: string | null,
    readonly timestamp: Date | null,
  ) {
    super(`${operation} was refused with ${code}`);
  }
}

/** Why the SIM API gave no answer. */
export type UnreachableReason =
  /** No answer within the timeout or the deadline. */
  | 'timeout'
  /** Connection refused or reset, a 5xx without an error code, a 429 that outlasts the deadline, or an open circuit. */
  | 'unavailable'
  /** The queue of waiting calls is full. */
  | 'overloaded'
  /** A URL with one SIM or none was refused as too long (414, 431). */
  | 'length'
  /** Isolating the SIMs that a read was refused for would have taken too many calls. */
  | 'budget'
  /** The gateway's credentials were refused. */
  | 'credentials'
  /** The client disconnected, or the gateway stops. */
  | 'aborted'
  /** `beforeSend` withheld the change: it could not be recorded before it was sent. */
  | 'withheld';

export class Unreachable extends Error {
  override readonly name = 'Unreachable';
  constructor(
    readonly operation: string,
    readonly reason: UnreachableReason,
    /** True if the SIM API certainly did not begin to carry out the request. */
    readonly surelyNotSent: boolean,
    /** For the log only: socket error code or HTTP status, never upstream text. */
    readonly detail: string,
    /** Seconds to wait before a retry, after a 429, an open breaker, a full queue or refused credentials; otherwise null. */
    readonly retryAfterSeconds: number | null = null,
    /** With reason `budget`: the refusal that would have taken too many calls to bisect. */
    readonly refusal: Rejected | null = null,
  ) {
    super(`${operation} got no answer: ${reason} (${detail})`);
  }
}

/** An answer that docs/sim-api.md does not describe. After a change it is unknown whether the change was carried out. */
export class Garbled extends Error {
  override readonly name = 'Garbled';
  constructor(
    readonly operation: string,
    /** For the log only: what is wrong with the answer, never upstream text. */
    readonly detail: string,
  ) {
    super(`${operation} got an invalid answer: ${detail}`);
  }
}

/** An answer with several SIMs for one key, such as an EID: it is unknown which of them is meant. */
export class Ambiguous extends Garbled {
  constructor(operation: string) {
    super(operation, 'several SIMs under one key');
  }
}

/**
 * HTTP 400 without an error code: the SIM API, or a proxy before it, does not accept the form of the request. It is not a refusal, not even
 * of a change: only an error code is.
 */
export class BadRequest extends Garbled {
  constructor(operation: string) {
    super(operation, 'HTTP 400 without an error code');
  }
}

/** Whether an error is a refusal. E000 is not: a server that failed may already have carried out the request. */
export function isRefusal(error: unknown): error is Rejected {
  return error instanceof Rejected && error.code !== 'E000';
}

export function isSimApiFailure(error: unknown): error is SimApiFailure {
  return error instanceof Rejected || error instanceof Unreachable || error instanceof Garbled;
}

/** Codes about the argument of a call: they apply to all its SIMs. Source: docs/sim-api.md "Error codes". */
const argumentCodes: readonly string[] = ['E220'];

/** Whether only some SIMs of a call may have caused its refusal. */
export function mayBlameSome(code: string): boolean {
  return !argumentCodes.includes(code);
}
