/**
 * What a call to the SIM API can fail with, told apart by what a caller can do about it:
 * Rejected, an answer with a code; Unreachable, no answer; Garbled, an answer nobody agreed on.
 */
export type SimApiFailure = Rejected | Unreachable | Garbled;

/** The SIM API answered with an error code. The code is to be trusted, the HTTP status is not. */
export class Rejected extends Error {
  override readonly name = 'Rejected';
  constructor(
    /** Upstream path without slash, for example `activate`. */
    readonly operation: string,
    /** For example E201; may be one that nobody has seen yet. */
    readonly code: string,
    readonly httpStatus: number,
    /** The upstream's own words, at most 300 characters, control characters taken out. */
    readonly description: string | null,
    readonly timestamp: Date | null,
  ) {
    super(`${operation} was refused with ${code}`);
  }
}

/** Why there is no answer of the SIM API's. */
export type UnreachableReason =
  /** Nothing within the time allowed. */
  | 'timeout'
  /** Refused, reset, a 5xx that is none of its own, a 429 that outlasts the deadline, or the circuit is open. */
  | 'unavailable'
  /** More calls wait in line here than could be made in time. */
  | 'overloaded'
  /** A URL that names one SIM, or none, was refused as too long (414, 431). */
  | 'length'
  /** Finding the SIMs that a read was refused for would have taken too many calls. */
  | 'budget'
  /** The gateway's own credentials were refused. */
  | 'credentials'
  /** The client that asked has gone away, or the gateway stops. */
  | 'aborted'
  /** Whoever asked for the change did not let it go: it could not be written down before. */
  | 'withheld';

/** The SIM API gave no answer. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
  constructor(
    readonly operation: string,
    readonly reason: UnreachableReason,
    /** True where it is certain that the SIM API never began to carry the request out. */
    readonly surelyNotSent: boolean,
    /** For the log alone: the error code of the socket or the HTTP status, never text of the upstream. */
    readonly detail: string,
    /** Seconds that the SIM API, or the breaker, asks to wait; null where neither said. */
    readonly retryAfterSeconds: number | null = null,
    /** The refusal that would have taken too many calls to divide. */
    readonly refusal: Rejected | null = null,
  ) {
    super(`${operation} got no answer: ${reason} (${detail})`);
  }
}

/** An answer came and is none that docs/sim-api.md knows. For a change this says nothing about whether it was carried out. */
export class Garbled extends Error {
  override readonly name = 'Garbled';
  constructor(
    readonly operation: string,
    /** For the log alone: what was wrong with it, never text of the upstream. */
    readonly detail: string,
  ) {
    super(`${operation} got an answer that is none of the SIM API's: ${detail}`);
  }
}

/** An answer with several SIMs for one key, such as the EID of an eUICC: which of them is meant is not known. */
export class Ambiguous extends Garbled {
  constructor(operation: string) {
    super(operation, 'several SIMs under one key');
  }
}

/**
 * HTTP 400 without an error code: the SIM API, or a proxy before it, does not take the request as it is. For a change, too, this is no
 * refusal: only a code is.
 */
export class BadRequest extends Garbled {
  constructor(operation: string) {
    super(operation, 'HTTP 400 without an error code');
  }
}

/** Whether an error is an answer that says no. E000 is none: a server that failed may have acted before. */
export function isRefusal(error: unknown): error is Rejected {
  return error instanceof Rejected && error.code !== 'E000';
}

/** Whether an error is one of the three. */
export function isSimApiFailure(error: unknown): error is SimApiFailure {
  return error instanceof Rejected || error instanceof Unreachable || error instanceof Garbled;
}

/** Codes that blame the argument of a call, and so stand for all its SIMs. Source: docs/sim-api.md "Error codes". */
const argumentCodes: readonly string[] = ['E220'];

/** Whether a refusal of a call for many SIMs may be the fault of only some of them. */
export function mayBlameSome(code: string): boolean {
  return !argumentCodes.includes(code);
}
