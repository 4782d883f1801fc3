import { type GraphQLResolveInfo, isObjectType } from 'graphql';
import type { YearMonth } from '../sim-api/index.ts';
import { costFactsOf } from './common/field-cost.ts';
import { selectedFields } from './common/selection.ts';
import { readCosts } from './cost/cost.look-ahead.ts';
import type { Loaders } from './loaders.ts';

/**
 * Resolves with `sims` when the batched reads that the selection below them needs have ended too. These reads run in parallel with that of
 * the SIMs, which saves one round trip, and the fields of the SIMs then answer from memory, without a promise for each field. A failed read
 * is no error here: the field reports it. Only for SIMs that the caller names by ICCID, since these need no read to find the ICCID.
 */
export type LookAhead = <T>(
  info: GraphQLResolveInfo,
  iccids: readonly string[],
  sims: Promise<T>,
) => Promise<T>;

export function createLookAhead(loaders: Loaders, thisMonth: YearMonth): LookAhead {
  return (info, iccids, sims) => {
    const reads = iccids.length === 0 ? [] : startReads(info, iccids);
    if (reads.length === 0 || callsForEachSim(info)) return sims;
    return Promise.all([sims, ...reads]).then(([found]) => found);
  };

  function startReads(info: GraphQLResolveInfo, iccids: readonly string[]) {
    try {
      return readCosts(loaders.costs, info, iccids, thisMonth);
    } catch {
      // The execution of the selection reports what is wrong with it.
      return [];
    }
  }
}

/** Whether a selected field takes a call for each SIM: these calls start when the SIMs are read, and must not wait for the costs too. */
function callsForEachSim(info: GraphQLResolveInfo): boolean {
  const type = info.schema.getType('Sim');
  if (!isObjectType(type)) return false;
  const fields = type.getFields();
  return selectedFields(info, 'Sim').some(({ name }) => {
    const field = fields[name];
    return field !== undefined && costFactsOf(field).calls !== undefined;
  });
}
