import type { SimKey } from '../changes/index.ts';
import type { SimStatus } from '../store/index.ts';

/** A chunk of a bulk operation that this gateway leases. */
export interface LeasedChunk {
  readonly operationId: string;
  /** -1 stands for the enumeration of a group, or the count of the SIMs that the caller named. */
  readonly number: number;
  /** The fencing token of this lease. */
  readonly leaseToken: string;
  readonly tenant: string;
  readonly actor: string;
  /** ICCIDs and EIDs, in the order of the positions. */
  readonly refs: readonly string[];
  readonly status: 'WAITING' | 'SETTLING';
  /** Whether its SIMs are written to change_sim. */
  readonly isExpanded: boolean;
  readonly isCanceled: boolean;
  /** Number of reschedules or polls in a row; the exponent of the backoff. */
  readonly tries: number;
  /** Number of turns in a row in which reads of some SIMs failed in a way that has a limit of retries; see `ReadSims`. */
  readonly malformedReads: number;
  /** For chunk -1: offset in the group's list, or number of the chunk to count next. */
  readonly nextOffset: number;
  /** Positions of accepted SIMs that have not settled yet. */
  readonly settling: readonly number[];
  /** Positions of SIMs that the last polls saw settled in another state, once for each such poll in a row. */
  readonly divergedOnce: readonly number[];
  /** The `Change`, read from JSON. */
  readonly change: unknown;
  readonly groupName: string | null;
  readonly expectedCount: number | null;
  /** Only SIMs of these groups are changed; null: all. */
  readonly onlyGroups: readonly string[] | null;
  readonly waitsUntilSettled: boolean;
  readonly requestId: string;
}

/** Positions that each chunk reserves, and its maximum number of SIMs. */
export const positionsPerChunk = 1000;

/** A row of change_sim. */
export interface ChunkSim {
  readonly position: number;
  /** Null if it was named by an EID that leads to no SIM. */
  readonly iccid: string | null;
  readonly status: SimStatus;
  /** Whether a call for it was claimed. */
  readonly isSent: boolean;
}

/** Whether a key is an EID, which has 32 digits; an ICCID is shorter. */
export function isEid(ref: string): boolean {
  return ref.length === 32;
}

export function refOf(ref: string): SimKey {
  return isEid(ref) ? { eid: ref } : { iccid: ref };
}
