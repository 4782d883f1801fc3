import { createSimLoader } from '../gateway/sim/sim.loader.ts';
import type { FindEffect } from '../ledger/recovery.ts';
import { isAsAsked, type SimApiClient } from '../sim-api/index.ts';
import { changeFrom } from './change-arguments.ts';

/** Looks for the effect of a change on its SIMs, by reading them. */
export function createFindEffect(client: SimApiClient): FindEffect {
  return async ({ action, arguments: values, requestId }, iccids) => {
    const change = changeFrom(action, values);
    if (change === null) return new Set();
    const sims = createSimLoader(client.forTrace({ requestId, upstreamCalls: 0, unreadableItems: 0 }));
    const read = await sims.byRefs(iccids.map((iccid) => ({ iccid })));
    return new Set(
      read.flatMap((sim) => (!(sim instanceof Error) && isAsAsked(sim, change) ? sim.iccid : [])),
    );
  };
}
