import type { OfflineReason, SimState } from '../../sim-api/index.ts';

/** All given conditions must hold; a null or missing one is ignored. The schema describes each field. */
export interface SimFilter {
  readonly iccids?: readonly string[] | null;
  readonly states?: readonly SimState[] | null;
  readonly offlineReasons?: readonly OfflineReason[] | null;
  readonly isTransitioning?: boolean | null;
  readonly groups?: readonly string[] | null;
  readonly inNoGroup?: boolean | null;
  readonly search?: string | null;
  /** As `search`, but only in texts that are not personal: name, ICCID and EID. Not a field of the schema. */
  readonly searchUnlessPersonal?: string | null;
  readonly types?: readonly string[] | null;
  readonly isEsim?: boolean | null;
  readonly usedBytesAtLeast?: number | null;
  readonly usedBytesAtMost?: number | null;
  readonly usedPercentAtLeast?: number | null;
  readonly overDataLimit?: boolean | null;
  readonly costAtLeast?: number | null;
  readonly neverConnected?: boolean | null;
  readonly lastNetworkActivityBefore?: Date | null;
  readonly lastNetworkActivityAfter?: Date | null;
  readonly neverHadDataSession?: boolean | null;
  readonly lastDataSessionBefore?: Date | null;
  readonly lastDataSessionAfter?: Date | null;
  readonly lastModifiedBefore?: Date | null;
  readonly lastModifiedAfter?: Date | null;
  /** Any of these; an empty list matches no SIM. */
  readonly or?: readonly SimFilter[] | null;
  /** Matches the SIMs that this filter does not match. */
  readonly not?: SimFilter | null;
}

export const simOrderFields = [
  'ICCID',
  'NAME',
  'GROUP',
  'STATE',
  'USED_BYTES',
  'USED_PERCENT',
  'COST',
  'EID',
  'MSISDN',
  'LAST_NETWORK_ACTIVITY',
  'LAST_DATA_SESSION',
  'LAST_MODIFIED',
] as const;
export type SimOrderField = (typeof simOrderFields)[number];

/** The order of a list of SIMs. In both directions ties are broken by ascending ICCID, and nulls come last. */
export interface SimOrder {
  readonly field: SimOrderField;
  readonly direction: 'ASC' | 'DESC';
}

/** From the cursor towards the end of the list, or back towards its beginning. */
export type PageDirection = 'forward' | 'backward';
