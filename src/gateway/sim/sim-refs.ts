import { GatewayError } from '../errors/gateway-error.ts';
import type { SimRef } from './sim.args.ts';

const mostSims = 1000;

/** Errors: TOO_MANY_SIMS above 1000 refs. */
export function checkRefCount(refs: readonly SimRef[]): void {
  if (refs.length > mostSims)
    throw new GatewayError('TOO_MANY_SIMS', {
      message: `refs names ${refs.length} SIMs, at most ${mostSims} are allowed`,
    });
}
