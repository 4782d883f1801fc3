import type { ZodType } from 'zod';
import { textFault } from '../../base/text-fault.ts';
import type { ApiRequest, InferredRows } from '../endpoints.ts';
import { offlineReasonOf, type SimState } from '../sim-state.ts';
import type { Sim } from '../wire/sim.wire.ts';

/** How the effect of a change can be verified and repeated; decides what the gateway may do after a refusal or an unclear answer. */
export type ChangeKind =
  /** A read of the SIM shows whether it was carried out. */
  | 'verifiable'
  /** No read shows it; a repeat changes nothing. */
  | 'idempotent'
  /** No read shows it; a repeat is harmless. */
  | 'harmless'
  /** No read shows it; it must be carried out at most once. */
  | 'atMostOnce';

/** A value that breaks a rule. */
export interface ValueFault {
  readonly field: string;
  /** For example `must not be empty`. */
  readonly rule: string;
}

/** A field of a SIM that can decide whether a change is sent. */
export type DecidingField =
  | 'state'
  | 'isTransitioning'
  | 'legacyStatus'
  | 'eid'
  | 'name'
  | 'groupName'
  | 'dataLimitMegabytes'
  | 'hasDataLimitField'
  | 'activeProfile'
  | 'downloadedProfiles'
  | 'hasProfilesField';

/** How the decision about a SIM depends on one of its fields. */
export interface Dependence {
  readonly field: DecidingField;
  /** If given, all other values of the field lead to the decision to which null leads. */
  readonly value?: string;
}

/** Everything that the gateway knows about one action. Source: docs/sim-api.md "Changes". */
export interface ActionSpec<C extends { readonly action: string }> {
  /** The request to the SIM API; `inferred` are the rows from the settings. */
  readonly request: (change: C, inferred: InferredRows) => ApiRequest;
  /** Maximum SIMs in one call, if lower than for other calls. */
  readonly maxSims?: (limits: { readonly smsSimsPerCall: number }) => number;
  readonly kind: ChangeKind;
  /**
   * Whether a SIM shows the effect of the change, or is in transition to it; null if no read shows the effect, or if doing the change twice
   * differs from doing it once.
   */
  readonly isApplied: (sim: Sim, change: C) => boolean | null;
  /**
   * Everything on which `isApplied`, `isCertainlyRefused` and the availability of the action depend. Of an EID only its presence counts.
   * SIMs with equal values here are counted together.
   */
  readonly dependsOn: (change: C) => readonly Dependence[];
  /**
   * The SIM right after the change was accepted: in transition to its new state, or with its new value; unchanged if no read shows the
   * effect. Null if this cannot be predicted.
   */
  readonly predictedSim: (sim: Sim, change: C) => Sim | null;
  /** The first value of the change that breaks a rule; null if none does. */
  readonly fault: (change: C) => ValueFault | null;
  /** Arguments of the change as the audit log stores and shows them, in JSON; of a message only the length of its text. */
  readonly toStored: (change: C) => object;
  /** Parses the result of `toStored` with the action added; null if no read shows the effect of the change. */
  readonly fromStored: ZodType<C> | null;
  /** Situations in which the action makes sense. Source: docs/sim-api.md "Status and state". */
  readonly from: readonly Situation[];
  /** Further condition for the action to make sense. */
  readonly isFor?: (sim: Sim) => boolean;
}

/** A state of a SIM; the legacy pair divides OFFLINE into OFFLINE and SUSPENDED. CLOSED and UNKNOWN allow no action. */
export type Situation = Exclude<SimState, 'CLOSED' | 'UNKNOWN'> | 'SUSPENDED';

/** Situations of a SIM that is in use, or was until it was suspended. */
export const inUse = ['LIVE', 'TEST', 'ACTIVE_READY', 'SUSPENDED'] as const satisfies readonly Situation[];

export const open = [...inUse, 'OFFLINE', 'SHIPPING'] as const satisfies readonly Situation[];

/** The situation of a SIM; for CLOSED and UNKNOWN, its state. */
export function situationOf(sim: Sim): Situation | SimState {
  return offlineReasonOf(sim) === 'SUSPENDED' ? 'SUSPENDED' : sim.state;
}

/** The dependence of an action on the whole state of a SIM. */
export const wholeState: readonly Dependence[] = [
  { field: 'state' },
  { field: 'isTransitioning' },
  { field: 'legacyStatus' },
];

/** Parts of the spec of an action whose effect no read shows. */
export const unseen = { isApplied: () => null, predictedSim: (sim: Sim) => sim, fromStored: null } as const;

/** Parts of the spec of an action without arguments. */
export const noValues = { fault: () => null, toStored: () => ({}) } as const;

const maxCharacters = 255;

export function textValueFault(field: string, text: string, maxLength = maxCharacters): ValueFault | null {
  const rule =
    text.trim() === ''
      ? 'must not be empty'
      : (textFault(text) ??
        (text.length > maxLength ? `must not have more than ${maxLength} characters` : null));
  return rule === null ? null : { field, rule };
}
