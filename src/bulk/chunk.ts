import type { SimKey } from '../changes/index.ts';
import type { SimStatus } from '../store/index.ts';

/** A chunk of a bulk operation, taken by this gateway. */
export interface LeasedChunk {
  readonly operationId: string;
  /** -1 stands for the walk through a group. */
  readonly number: number;
  /** This taking of it, and no other. */
  readonly leaseToken: string;
  readonly tenant: string;
  readonly actor: string;
  /** ICCIDs and EIDs. */
  readonly refs: readonly string[];
  readonly status: 'WAITING' | 'SETTLING';
  readonly isExpanded: boolean;
  readonly isCanceled: boolean;
  /** How often it was put off, or looked at, in a row. */
  readonly tries: number;
  /** How often in a row some of its SIMs could not be read for an answer that made no sense. */
  readonly malformedReads: number;
  readonly nextOffset: number;
  readonly settling: readonly number[];
  /** Positions of SIMs that were last seen settled elsewhere, once for each look in a row. */
  readonly divergedOnce: readonly number[];
  /** What is asked of each SIM, in JSON. */
  readonly change: unknown;
  readonly groupName: string | null;
  readonly expectedCount: number | null;
  readonly waitsUntilSettled: boolean;
  readonly requestId: string;
}

/** Positions of one chunk; a chunk holds so many SIMs at most. */
export const positionsPerChunk = 1000;

/** A SIM of a chunk as it is written down. */
export interface ChunkSim {
  readonly position: number;
  /** Null where it was named by an EID that leads to none. */
  readonly iccid: string | null;
  readonly status: SimStatus;
  /** Whether a call that names it has been claimed. */
  readonly isSent: boolean;
}

/** The EID among keys of SIMs: an ICCID is shorter. */
export function isEid(ref: string): boolean {
  return ref.length === 32;
}

/** The SIM that a key names. */
export function refOf(ref: string): SimKey {
  return isEid(ref) ? { eid: ref } : { iccid: ref };
}
