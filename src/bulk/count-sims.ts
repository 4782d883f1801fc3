import { GatewayError } from '../errors/index.ts';
import type { SimApi } from '../sim-api/index.ts';
import { isEid, type LeasedChunk, refOf } from './chunk.ts';
import type { ChunkResult } from './chunks.store.ts';
import type { CountStore } from './enumeration.store.ts';
import { readChunkSims, reschedule } from './retry-policy.ts';
import { totalCheck } from './target.ts';

/**
 * Counts the SIMs of an operation that names EIDs, chunk by chunk, from the last checkpoint on. Each EID is read and replaced by the SIM
 * that it leads to. No SIM is sent before all are counted. Returns the checkpoint to write, or null if the count has ended. Errors:
 * StoreUnavailable, LeaseLost.
 */
export async function countSims(
  chunk: LeasedChunk,
  { count, simApi, signal }: { count: CountStore; simApi: SimApi; signal: AbortSignal },
): Promise<ChunkResult | null> {
  let { malformedReads } = chunk;
  for (let number = chunk.nextOffset; ; number++) {
    const refs = await count.refsOf(chunk, number);
    if (refs === null) return null;
    if (refs.length === 0) {
      await count.end({ ...chunk, nextOffset: number }, totalCheck(chunk.expectedCount));
      return null;
    }
    const eids = refs.filter(isEid);
    const { found, waiting, isMalformed } = await readChunkSims(
      { ...chunk, malformedReads },
      simApi,
      eids.map(refOf),
    );
    if (signal.aborted) return reschedule(chunk, null);
    const awaited = found.find((sim, index) => sim instanceof GatewayError && waiting.has(index));
    if (awaited instanceof GatewayError) return { ...reschedule(chunk, awaited), isMalformed };
    malformedReads = 0;
    const byEid = new Map(eids.map((eid, index) => [eid, found[index]]));
    const sims = refs.map((ref) => byEid.get(ref) ?? ref);
    const iccids = sims.map((sim) =>
      typeof sim === 'string' ? sim : sim instanceof GatewayError ? null : sim.iccid,
    );
    const errors = sims.map((sim) => (sim instanceof GatewayError ? sim : null));
    if (!(await count.write(chunk, number, iccids, errors))) return null;
  }
}
