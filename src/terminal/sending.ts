import { EXIT, type ExitCode } from './exit-codes.ts';
import { type AskOptions, Refused, Unreachable } from './gateway.ts';
import { reportFailure, type Session } from './session.ts';

const RETRIED = new Set(['OUTCOME_UNKNOWN', 'STORE_UNAVAILABLE', 'OVERLOADED', 'ISSUER_UNAVAILABLE']);

/**
 * How a change with an idempotency key is sent. Retries are safe: with one key it is made at most once. If every attempt fails at once, five
 * attempts take about 8 s with the delays between them.
 */
export const WITH_RETRIES: AskOptions = { tries: 5, isRetried: ({ code }) => RETRIED.has(code) };

/**
 * Refusals that only come after the gateway has looked up the idempotency key: no attempt with that key has made the change. Any other code
 * may come before the lookup, and then says nothing about an earlier attempt.
 */
export const FINAL_CODES: ReadonlySet<string> = new Set([
  'SIM_API_ERROR',
  'SIM_NOT_FOUND',
  'FEATURE_NOT_ENABLED',
  'TRANSITION_NOT_ALLOWED',
  'SIM_LOCKED_BY_ADMIN',
  'IMEI_LOCK_REFUSED',
  'DATA_LIMIT_BELOW_USAGE',
  'DATA_LIMIT_REACHED',
  'GROUP_NAME_FORBIDDEN',
  'SMS_NOT_ALLOWED',
  'UNKNOWN_SIM_API_ERROR',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_BAD_REQUEST',
  'UPSTREAM_AUTH_FAILED',
  'IDEMPOTENCY_CONFLICT',
  'FLEET_INCOMPLETE',
  'EXPECTED_COUNT_MISMATCH',
  'GATEWAY_STOPPED',
]);

/** Whether the change may be made although its request failed. */
export function mayHaveStarted(error: unknown): boolean {
  if (error instanceof Refused) return error.mayHaveArrived && !FINAL_CODES.has(error.code);
  return error instanceof Unreachable && error.mayHaveArrived;
}

/** Prints an error after which the change with this key may be made, and how to find out. Rethrows other errors than Refused and Unreachable. */
export function reportUnknown(
  session: Session,
  error: unknown,
  idempotencyKey: string,
  howToFindOut: string,
): ExitCode {
  reportFailure(session, error, idempotencyKey);
  session.screen.say(howToFindOut);
  return EXIT.notAll;
}
