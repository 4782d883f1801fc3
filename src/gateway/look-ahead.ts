import type { GraphQLResolveInfo } from 'graphql';
import type { YearMonth } from '../sim-api/index.ts';
import { startCosts } from './cost/cost.look-ahead.ts';
import type { Loaders } from './loaders.ts';

/**
 * Starts, beside the read of SIMs themselves, the batched reads that the selection below them will need: one round trip less.
 * Only for SIMs that are named by ICCID, since it is known without a read.
 */
export type LookAhead = (info: GraphQLResolveInfo, iccids: readonly string[]) => void;

/** The look-ahead of one request. */
export function createLookAhead(loaders: Loaders, thisMonth: YearMonth): LookAhead {
  return (info, iccids) => {
    if (iccids.length === 0) return;
    try {
      startCosts(loaders.costs, info, iccids, thisMonth);
    } catch {
      // What is wrong with a selection is told where it is executed, not here.
    }
  };
}
