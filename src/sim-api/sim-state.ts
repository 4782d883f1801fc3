/** States of a SIM as the 1oT Terminal names them, and UNKNOWN for what no table has. Source: docs/sim-api.md "Status and state". */
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

/** What the SIM API says of a SIM's state, made one. */
export interface StateReading {
  /** While a change is under way it already names the target. */
  readonly state: SimState;
  /** The target of the change under way; null when settled. */
  readonly pendingState: SimState | null;
  readonly isTransitioning: boolean;
  /** The upstream's own words: its `state`, else its status pair. */
  readonly rawState: string | null;
  readonly legacyStatus: {
    readonly primary: LegacyPrimary;
    readonly secondary: LegacySecondary | null;
  } | null;
}

/** A second half of the status pair -> the state it stands for. */
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
 * The state that `state` and the status pair tell together, each of which may be missing or unheard of.
 * Where they disagree, `state` names the state, and the pair says whether it is under way.
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

/** A state by the upstream's word; SLEEP is what an older edition calls OFFLINE. */
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
