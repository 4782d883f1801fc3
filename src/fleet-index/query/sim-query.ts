import type { SimState } from '../../sim-api/index.ts';

/** All given conditions must hold; a null or missing one is ignored. The schema describes each field. */
export interface SimFilter {
  readonly states?: readonly SimState[] | null;
  readonly isTransitioning?: boolean | null;
  readonly groups?: readonly string[] | null;
  readonly inNoGroup?: boolean | null;
  readonly search?: string | null;
  readonly types?: readonly string[] | null;
  readonly isEsim?: boolean | null;
  readonly usedPercentAtLeast?: number | null;
  readonly lastDataSessionBefore?: Date | null;
  readonly lastDataSessionAfter?: Date | null;
}

/** Whether a filter has a condition. An empty `search` is none: every text contains the empty text. */
export function hasConditions(filter: SimFilter | null | undefined): filter is SimFilter {
  return filter != null && Object.values(filter).some((condition) => condition != null && condition !== '');
}

export const simOrderFields = [
  'ICCID',
  'NAME',
  'GROUP',
  'STATE',
  'USED_BYTES',
  'USED_PERCENT',
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
