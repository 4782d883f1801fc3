import type { Change } from './change.ts';

/** What is known of a change, which decides what may be done where its call was refused or got no clear answer. */
export type ChangeKind =
  /** A SIM shows whether it was carried out. */
  | 'visible'
  /** It leaves no trace, but twice is the same as once. */
  | 'repeatable'
  /** It leaves no trace, but twice does no harm. */
  | 'traceless'
  /** It leaves no trace, and twice is once too often. */
  | 'once';

/** The kind of a change. */
export function kindOf({ action }: Change): ChangeKind {
  if (action === 'SEND_SMS') return 'once';
  if (action === 'SET_IMEI_LOCK') return 'repeatable';
  return action === 'RESET' ? 'traceless' : 'visible';
}

/** Codes that blame the argument of a call, and so stand for all its SIMs. Source: docs/sim-api.md "Error codes". */
const argumentCodes: readonly string[] = ['E220'];

/** Whether a refusal of a call for many SIMs may be the fault of only some of them. */
export function mayBlameSome(code: string): boolean {
  return !argumentCodes.includes(code);
}
