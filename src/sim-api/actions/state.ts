import * as z from 'zod';
import { type InferredRows, put } from '../endpoints.ts';
import {
  isSuspended,
  type LegacySecondary,
  readState,
  type SimState,
  type StateReading,
} from '../sim-state.ts';
import { type ActionSpec, inUse, noValues, open, type Situation, wholeState } from './spec.ts';

export type StateAction =
  | 'ACTIVATE'
  | 'DEACTIVATE'
  | 'SUSPEND'
  | 'RESUME'
  | 'TEST'
  | 'ACTIVE_READY'
  | 'CLOSE';

export type StateChange<A extends StateAction = StateAction> = A extends StateAction
  ? { readonly action: A }
  : never;

/** The transition table. Source: docs/sim-api.md "Changes", "Status and state". */
const transitions: Readonly<
  Record<
    StateAction,
    {
      readonly path: string | ((inferred: InferredRows) => string);
      readonly to: SimState;
      /** Second half of the legacy pair that stands for the target under PENDING. */
      readonly secondary: LegacySecondary;
      readonly from: readonly Situation[];
    }
  >
> = {
  ACTIVATE: {
    path: '/activate',
    to: 'LIVE',
    secondary: 'LIVE',
    from: ['TEST', 'ACTIVE_READY', 'SUSPENDED', 'OFFLINE', 'SHIPPING'],
  },
  DEACTIVATE: { path: '/deactivate', to: 'OFFLINE', secondary: 'OFF', from: inUse },
  SUSPEND: {
    path: '/suspend',
    to: 'OFFLINE',
    secondary: 'SUSPENDED',
    from: ['LIVE', 'TEST', 'ACTIVE_READY'],
  },
  RESUME: { path: '/resume', to: 'LIVE', secondary: 'LIVE', from: ['SUSPENDED'] },
  TEST: { path: '/test', to: 'TEST', secondary: 'TEST', from: ['ACTIVE_READY', 'OFFLINE', 'SHIPPING'] },
  ACTIVE_READY: {
    path: ({ activeReadyPath }) => activeReadyPath,
    to: 'ACTIVE_READY',
    secondary: 'ACTIVE_READY',
    from: ['OFFLINE', 'SHIPPING'],
  },
  CLOSE: { path: '/close', to: 'CLOSED', secondary: 'DELETED', from: open },
};

/** State of a SIM right after its change was accepted: in transition to the target. */
function readingAfter(action: StateAction): StateReading {
  const { to, secondary } = transitions[action];
  return readState(to, 'PENDING', secondary);
}

export function isStateAction(action: string): action is StateAction {
  return Object.hasOwn(transitions, action);
}

/**
 * Whether a SIM has the target state of a change, or is in transition to it. SUSPEND and DEACTIVATE both end in OFFLINE; the legacy pair,
 * if present, distinguishes them.
 */
export function hasReached({ state, legacyStatus }: StateReading, action: StateAction): boolean {
  if (state !== transitions[action].to) return false;
  if (action === 'SUSPEND') return legacyStatus === null || isSuspended({ legacyStatus });
  return action !== 'DEACTIVATE' || !isSuspended({ legacyStatus });
}

export function stateAction<A extends StateAction>(action: A): ActionSpec<{ readonly action: A }> {
  const { path, from } = transitions[action];
  return {
    request: (_, inferred) => put(typeof path === 'string' ? path : path(inferred)),
    kind: 'verifiable',
    isApplied: (sim) => hasReached(sim, action),
    dependsOn: () => wholeState,
    predictedSim: (sim) => (hasReached(sim, action) ? sim : { ...sim, ...readingAfter(action) }),
    ...noValues,
    fromStored: z.object({ action: z.literal(action) }) as z.ZodType<{ readonly action: A }>,
    from,
  };
}
