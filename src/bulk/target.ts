import { GatewayError } from '../errors/index.ts';
import type { Change, SimApi } from '../sim-api/index.ts';
import { isEid, positionsPerChunk } from './chunk.ts';

/** Maximum number of SIMs of one bulk operation. */
export const maxSims = 1_000_000;

/** Creates a check of the number of SIMs of a target. It returns the error if the number is refused, otherwise null. */
export function totalCheck(expectedCount: number | null): (total: number) => GatewayError | null {
  return (total) => {
    if (expectedCount !== null && total !== expectedCount) return mismatch(`${total}`, expectedCount);
    return total > maxSims ? tooMany(total) : null;
  };
}

/** Whether the expected count can be checked only after the SIMs are read: an EID may lead to a SIM that is also named by its ICCID, or to none. */
export function isCountedLater(expectedCount: number | null, refs: readonly string[]): boolean {
  return expectedCount !== null && refs.some(isEid);
}

/** The error if a target with these keys is refused before any of its SIMs is read; otherwise null. */
export function namesCheck(expectedCount: number | null, refs: readonly string[]): GatewayError | null {
  if (expectedCount === null || !isCountedLater(expectedCount, refs))
    return totalCheck(expectedCount)(refs.length);
  const minCount = refs.filter((ref) => !isEid(ref)).length;
  const isPossible = expectedCount >= minCount && expectedCount <= refs.length;
  return isPossible ? null : mismatch(`${minCount} to ${refs.length}`, expectedCount);
}

function mismatch(total: string, expectedCount: number): GatewayError {
  return new GatewayError('EXPECTED_COUNT_MISMATCH', {
    message: `target holds ${total} SIMs, but expectedCount is ${expectedCount}`,
  });
}

export function tooMany(count: number): GatewayError {
  return new GatewayError('TOO_MANY_SIMS', {
    message: `target holds ${count} SIMs, at most ${maxSims} are allowed`,
  });
}

/**
 * Number of SIMs of a chunk, 1 to 1000: a multiple of the number of SIMs of one call, so that every call of a full chunk is full. The
 * number of SIMs of one call is the smaller limit of reads and changes. `ref` is the longest key of the SIMs.
 */
export function chunkSizeFor(simApi: SimApi, change: Change, ref: string): number {
  const read = simApi.sims.perCall(isEid(ref) ? 'eid' : 'iccid', ref);
  const sent = simApi.control.simsPerCall(change, ref);
  // A call that sends a message takes one SIM, so only the reads determine the size.
  const call = Math.min(positionsPerChunk, sent === 1 ? read : Math.min(read, sent));
  return call * Math.floor(positionsPerChunk / call);
}

/** The longest text among the keys and `initial`. */
export function longerRef(refs: readonly string[], initial = ''): string {
  return refs.reduce((found, ref) => (ref.length > found.length ? ref : found), initial);
}
