import { badUserInput, GatewayError } from '../../errors/index.ts';
import type { SimRef } from './sim-ref.type.ts';

const mostSims = 1000;

/** Errors: TOO_MANY_SIMS above 1000 refs, BAD_USER_INPUT below the least. */
export function checkRefCount(field: string, refs: readonly SimRef[], { least = 0 } = {}): void {
  if (refs.length < least) throw badUserInput(field, `must name from ${least} to ${mostSims} SIMs`);
  if (refs.length > mostSims)
    throw new GatewayError('TOO_MANY_SIMS', {
      message: `${field} names ${refs.length} SIMs, at most ${mostSims} are allowed`,
    });
}
