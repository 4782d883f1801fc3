import type { ZodType } from 'zod';
import { textFault } from '../../base/text-fault.ts';
import type { ApiRequest, InferredRows } from '../endpoints.ts';
import { isSuspended, type SimState } from '../sim-state.ts';
import type { Sim } from '../wire/sim.wire.ts';

/** What is known of a change, which decides what may be done if its call was refused or got no clear answer. */
export type ChangeKind =
  /** A SIM shows whether it was carried out. */
  | 'visible'
  /** It leaves no trace, but twice is the same as once. */
  | 'repeatable'
  /** It leaves no trace, but twice does no harm. */
  | 'traceless'
  /** It leaves no trace, and twice is once too often. */
  | 'once';

/** A value that breaks a rule, and the rule. */
export interface ValueFault {
  readonly field: string;
  /** For example `must not be empty`. */
  readonly rule: string;
}

/** Everything that the gateway knows of one action. Source: docs/sim-api.md "Changes". */
export interface ActionSpec<C extends { readonly action: string }> {
  /** What the SIM API is asked, the inferred rows as the settings say. */
  readonly request: (change: C, inferred: InferredRows) => ApiRequest;
  /** SIMs of one call, if fewer than of other calls. */
  readonly maxSims?: (limits: { readonly smsSimsPerCall: number }) => number;
  readonly kind: ChangeKind;
  /**
   * Whether a SIM is as the change would make it, or on its way there; null if a SIM does not show what the change does, or a change
   * done twice is not the same as done once.
   */
  readonly isApplied: (sim: Sim, change: C) => boolean | null;
  /**
   * The SIM as it is once the change was accepted: under way to its new state, or with its new value; as it was if the change does not
   * show. Null if that cannot be known beforehand.
   */
  readonly predictedSim: (sim: Sim, change: C) => Sim | null;
  /** The first value of the change that breaks a rule; null if none does. */
  readonly fault: (change: C) => ValueFault | null;
  /** The values of the change as the audit log stores and shows them, in JSON; of a message only the length of its text. */
  readonly toStored: (change: C) => object;
  /** Reads what `toStored` gave, with the action in it; null if the effect of the change cannot be seen on a SIM anyway. */
  readonly fromStored: ZodType<C> | null;
  /** Where the action makes sense. Source: docs/sim-api.md "Status and state". */
  readonly from: readonly Situation[];
  /** What else has to hold. */
  readonly isFor?: (sim: Sim) => boolean;
}

/** A state of a SIM, and what the legacy pair adds to OFFLINE. From an unknown state nothing is certain. */
export type Situation = Exclude<SimState, 'CLOSED' | 'UNKNOWN'> | 'SUSPENDED';

/** A SIM is in use, or was until it was suspended. */
export const inUse = ['LIVE', 'TEST', 'ACTIVE_READY', 'SUSPENDED'] as const satisfies readonly Situation[];

/** All situations. */
export const open = [...inUse, 'OFFLINE', 'SHIPPING'] as const satisfies readonly Situation[];

/** The situation of a SIM; its state where that lets nothing happen. */
export function situationOf(sim: Sim): Situation | SimState {
  return sim.state === 'OFFLINE' && isSuspended(sim) ? 'SUSPENDED' : sim.state;
}

/** The parts of an action that no SIM shows. */
export const unseen = { isApplied: () => null, predictedSim: (sim: Sim) => sim, fromStored: null } as const;

/** The parts of an action without values. */
export const noValues = { fault: () => null, toStored: () => ({}) } as const;

const maxCharacters = 255;

/** Checks a text that is one of the values of a change. */
export function textValueFault(field: string, text: string, maxLength = maxCharacters): ValueFault | null {
  const rule =
    text.trim() === ''
      ? 'must not be empty'
      : (textFault(text) ??
        (text.length > maxLength ? `must not have more than ${maxLength} characters` : null));
  return rule === null ? null : { field, rule };
}
