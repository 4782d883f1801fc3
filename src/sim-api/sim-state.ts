/** States of a SIM as the 1oT Terminal names them; UNKNOWN for any other value. Source: docs/sim-api.md "Status and state". */
export const simStates = [
  'LIVE',
  'TEST',
  'ACTIVE_READY',
  'OFFLINE',
  'SHIPPING',
  'CLOSED',
  'UNKNOWN',
] as const;
export type SimState = (typeof simStates)[number];

/** First half of the legacy status pair. */
export const legacyPrimaries = ['ON', 'OFF', 'PENDING', 'DELETED', 'UNKNOWN'] as const;
export type LegacyPrimary = (typeof legacyPrimaries)[number];

/** Second half of the legacy status pair; under PENDING it is the target. */
export const legacySecondaries = [
  'LIVE',
  'TEST',
  'ACTIVE_READY',
  'SUSPENDED',
  'OFF',
  'DELETED',
  'UNKNOWN',
] as const;
export type LegacySecondary = (typeof legacySecondaries)[number];

/** Why a SIM is OFFLINE. */
export const offlineReasons = ['SUSPENDED', 'DEACTIVATED'] as const;
export type OfflineReason = (typeof offlineReasons)[number];

/** State of a SIM, combined from the forms that the SIM API reports. */
export interface StateReading {
  /** During a transition, already the target. */
  readonly state: SimState;
  /** Target of the transition; null when settled. */
  readonly pendingState: SimState | null;
  readonly isTransitioning: boolean;
  /** The upstream value: `state`, or else the status pair. */
  readonly rawState: string | null;
  readonly legacyStatus: {
    readonly primary: LegacyPrimary;
    readonly secondary: LegacySecondary | null;
  } | null;
}

/** Second half of the status pair -> state. */
const stateOfSecondary: Readonly<Record<LegacySecondary, SimState>> = {
  LIVE: 'LIVE',
  TEST: 'TEST',
  ACTIVE_READY: 'ACTIVE_READY',
  SUSPENDED: 'OFFLINE',
  OFF: 'OFFLINE',
  DELETED: 'CLOSED',
  UNKNOWN: 'UNKNOWN',
};

/**
 * Combines `state` and the status pair; each of them may be missing or unknown. If they disagree, `state` is the state, and the pair shows
 * whether a transition is under way.
 */
export function readState(
  state: string | null,
  primary: string | null,
  secondary: string | null,
): StateReading {
  const legacyStatus = primary === null ? null : legacyPair(primary, secondary);
  const named = state === null ? derive(legacyStatus) : stateNamed(state);
  const isTransitioning = legacyStatus?.primary === 'PENDING';
  return {
    state: named,
    pendingState: isTransitioning ? named : null,
    isTransitioning,
    rawState: state ?? ([primary, secondary].filter((word) => word !== null).join(' ') || null),
    legacyStatus,
  };
}

function legacyPair(primary: string, secondary: string | null) {
  return {
    primary: oneOf(legacyPrimaries, primary),
    secondary: secondary === null ? null : oneOf(legacySecondaries, secondary),
  };
}

function derive(pair: StateReading['legacyStatus']): SimState {
  if (pair === null) return 'UNKNOWN';
  if (pair.primary === 'OFF') return 'OFFLINE';
  if (pair.primary === 'DELETED') return 'CLOSED';
  if (pair.primary === 'UNKNOWN' || pair.secondary === null) return 'UNKNOWN';
  if (pair.primary === 'ON' && (pair.secondary === 'OFF' || pair.secondary === 'DELETED')) return 'UNKNOWN';
  return stateOfSecondary[pair.secondary];
}

/** Maps an upstream value to a state; an older edition of the API calls OFFLINE SLEEP. */
function stateNamed(word: string): SimState {
  return word === 'SLEEP' ? 'OFFLINE' : oneOf(simStates, word);
}

function oneOf<const W extends string>(words: readonly W[], word: string): W | 'UNKNOWN' {
  return words.find((known) => known === word) ?? 'UNKNOWN';
}

/** Whether the legacy pair says that the data service is off until it is resumed. */
export function isSuspended({ legacyStatus }: Pick<StateReading, 'legacyStatus'>): boolean {
  return legacyStatus?.secondary === 'SUSPENDED';
}

/**
 * Why a SIM is OFFLINE, or will be when its transition has ended. Null if it is in another state, or if the legacy pair is missing or names
 * neither reason. The condition on `offlineReasons` of the fleet index is the same rule in SQL.
 */
export function offlineReasonOf({ state, legacyStatus }: StateReading): OfflineReason | null {
  if (state !== 'OFFLINE' || legacyStatus === null) return null;
  if (isSuspended({ legacyStatus })) return 'SUSPENDED';
  return legacyStatus.primary === 'OFF' || legacyStatus.secondary === 'OFF' ? 'DEACTIVATED' : null;
}
