import type { Change, SimApi } from '../sim-api/index.ts';
import { isEid } from './chunk.ts';
import { positionsPerChunk } from './targets.store.ts';

/**
 * SIMs of a chunk: as many as fill whole calls, those that read the SIMs and those that change them. `ref` is the longest of them:
 * a chunk that does not quite fit takes a call more, half empty.
 */
export function chunkSizeFor(simApi: SimApi, change: Change, ref: string): number {
  const read = simApi.sims.perCall(isEid(ref) ? 'eid' : 'iccid', ref);
  const sent = simApi.control.simsPerCall(change, ref);
  // Of a message each call takes one SIM, however many a chunk has.
  const call = Math.min(positionsPerChunk, sent === 1 ? read : Math.min(read, sent));
  return call * Math.floor(positionsPerChunk / call);
}

/** The longest of some keys of SIMs; the empty text where there are none. */
export function longestOf(refs: readonly string[], atLeast = ''): string {
  return refs.reduce((longest, ref) => (ref.length > longest.length ? ref : longest), atLeast);
}
