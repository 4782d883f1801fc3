import type { SimState } from '../../sim-api/index.ts';

/** Which SIMs match: all given conditions must hold; what is null or missing limits nothing. The schema describes each field. */
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

/** Whether a filter limits anything; every text has an empty part. */
export function hasConditions(filter: SimFilter | null | undefined): filter is SimFilter {
  return filter != null && Object.values(filter).some((condition) => condition != null && condition !== '');
}

/** What SIMs can be sorted by. */
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

/** The order of a list of SIMs: ties are broken by ICCID, ascending either way; nulls come last either way. */
export interface SimOrder {
  readonly field: SimOrderField;
  readonly direction: 'ASC' | 'DESC';
}

/** Which way a page is read from its cursor: on with the list, or back towards its beginning. */
export type PageDirection = 'forward' | 'backward';
