import { badUserInput, GatewayError } from '../../errors/index.ts';
import type { SimRef } from './sim-ref.type.ts';

const maxSims = 1000;

/** Checks the number of refs. Errors: TOO_MANY_SIMS above 1000, BAD_USER_INPUT below `min`. */
export function checkRefCount(field: string, refs: readonly SimRef[], { min = 0 } = {}): void {
  if (refs.length < min) throw badUserInput(field, `must name from ${min} to ${maxSims} SIMs`);
  if (refs.length > maxSims)
    throw new GatewayError('TOO_MANY_SIMS', {
      message: `${field} names ${refs.length} SIMs, at most ${maxSims} are allowed`,
    });
}
