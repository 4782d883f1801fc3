import type { GraphQLResolveInfo } from 'graphql';
import { parseResolveInfo, type ResolveTree } from 'graphql-parse-resolve-info';
import type { YearMonth } from '../sim-api/index.ts';
import { startCosts } from './cost/cost.look-ahead.ts';
import type { Loaders } from './loaders.ts';

/**
 * Starts, beside the read of SIMs themselves, the batched reads that the selection below them will need: one round trip less.
 * Only for SIMs that are named by ICCID, since it is known without a read.
 */
export type LookAhead = (info: GraphQLResolveInfo, iccids: readonly string[]) => void;

/** The look-ahead of one request. */
export function createLookAhead({ costs }: Loaders, thisMonth: YearMonth): LookAhead {
  return (info, iccids) => {
    if (iccids.length === 0) return;
    const tree = parseResolveInfo(info);
    const fields = isTree(tree) ? tree.fieldsByTypeName.Sim : undefined;
    if (fields !== undefined) startCosts(costs, fields, iccids, thisMonth);
  };
}

function isTree(parsed: ReturnType<typeof parseResolveInfo>): parsed is ResolveTree {
  return parsed != null && typeof parsed.name === 'string';
}
