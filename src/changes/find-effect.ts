import type { FindEffect } from '../ledger/index.ts';
import { changeFrom, isApplied, type SimApiClient } from '../sim-api/index.ts';
import { readSims } from './read-sims.ts';

/** Creates the `FindEffect` that reads SIMs to see whether they show a change. */
export function createFindEffect(client: SimApiClient): FindEffect {
  return async ({ action, arguments: values, requestId }, iccids) => {
    const change = changeFrom(action, values);
    if (change === null) return new Set();
    const simApi = client.forTrace({ requestId, upstreamCalls: 0, sharedCalls: 0, unreadableItems: 0 });
    const keys = iccids.map((iccid) => ({ iccid }));
    const read = await readSims(simApi, keys);
    return new Set(
      read.flatMap((sim) => (!(sim instanceof Error) && isApplied(sim, change) ? sim.iccid : [])),
    );
  };
}
