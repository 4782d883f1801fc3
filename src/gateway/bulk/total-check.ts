import { GatewayError } from '../errors/gateway-error.ts';

/** SIMs of one bulk operation at most. */
export const mostSims = 1_000_000;

/** Says why a target with so many SIMs is refused; null where it is not. */
export function totalCheck(expectedCount: number | null): (total: number) => GatewayError | null {
  return (total) => {
    if (expectedCount !== null && total !== expectedCount)
      return new GatewayError('EXPECTED_COUNT_MISMATCH', {
        message: `target holds ${total} SIMs, and expectedCount says ${expectedCount}`,
      });
    return total > mostSims ? tooMany(total) : null;
  };
}

/** A target holds more SIMs than an operation may have. */
export function tooMany(count: number): GatewayError {
  return new GatewayError('TOO_MANY_SIMS', {
    message: `target holds ${count} SIMs, at most ${mostSims} are allowed`,
  });
}
