import { GatewayError } from '../errors/index.ts';
import type { Change, SimApi } from '../sim-api/index.ts';
import { isEid, positionsPerChunk } from './chunk.ts';

/** SIMs of one bulk operation at most. */
export const maxSims = 1_000_000;

/** Says why a target with so many SIMs is refused; null where it is not. */
export function totalCheck(expectedCount: number | null): (total: number) => GatewayError | null {
  return (total) => {
    if (expectedCount !== null && total !== expectedCount) return mismatch(`${total}`, expectedCount);
    return total > maxSims ? tooMany(total) : null;
  };
}

/** Whether only reading the SIMs tells how many they are: an EID may lead to a SIM that is named by its ICCID too, or to none. */
export function isCountedLater(expectedCount: number | null, refs: readonly string[]): boolean {
  return expectedCount !== null && refs.some(isEid);
}

/** Says why a target that names these SIMs is refused before any of them is read; null if it is not. */
export function namesCheck(expectedCount: number | null, refs: readonly string[]): GatewayError | null {
  if (expectedCount === null || !isCountedLater(expectedCount, refs))
    return totalCheck(expectedCount)(refs.length);
  const minCount = refs.filter((ref) => !isEid(ref)).length;
  const isPossible = expectedCount >= minCount && expectedCount <= refs.length;
  return isPossible ? null : mismatch(`${minCount} to ${refs.length}`, expectedCount);
}

function mismatch(total: string, expectedCount: number): GatewayError {
  return new GatewayError('EXPECTED_COUNT_MISMATCH', {
    message: `target holds ${total} SIMs, and expectedCount says ${expectedCount}`,
  });
}

/** A target holds more SIMs than an operation may have. */
export function tooMany(count: number): GatewayError {
  return new GatewayError('TOO_MANY_SIMS', {
    message: `target holds ${count} SIMs, at most ${maxSims} are allowed`,
  });
}

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
export function longerRef(refs: readonly string[], initial = ''): string {
  return refs.reduce((found, ref) => (ref.length > found.length ? ref : found), initial);
}
