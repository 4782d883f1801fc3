import type { GraphQLResolveInfo } from 'graphql';
import type { YearMonth } from '../sim-api/index.ts';
import { startCosts } from './cost/cost.look-ahead.ts';
import type { Loaders } from './loaders.ts';

/**
 * Starts the batched reads that the selection below SIMs needs, in parallel with the read of the SIMs: saves one round trip.
 * Only for SIMs that the caller names by ICCID, since these need no read to find the ICCID.
 */
export type LookAhead = (info: GraphQLResolveInfo, iccids: readonly string[]) => void;

export function createLookAhead(loaders: Loaders, thisMonth: YearMonth): LookAhead {
  return (info, iccids) => {
    if (iccids.length === 0) return;
    try {
      startCosts(loaders.costs, info, iccids, thisMonth);
    } catch {
      // The execution of the selection reports what is wrong with it.
    }
  };
}
