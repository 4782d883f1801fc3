import type { Span } from './screen.ts';
import type { Session } from './session.ts';
import { readSettings } from './settings.ts';
import type { SimChange, SimOrder } from './sim-changes.ts';
import { isIccid } from './sim-list.ts';
import type { SimNow } from './watch-sims.ts';
import { codeText } from './words.ts';

/** The outcome of the change of one SIM. */
export interface ChangeResult {
  /** Null if it is not known. */
  readonly iccid: string | null;
  readonly outcome: string;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly retryable: boolean;
    /** Null if the SIM API did not answer with a code. */
    readonly simApi: { readonly code: string } | null;
  } | null;
  /** The SIM after the change; null or absent if it could not be read. */
  readonly sim?: SimNow | null;
}

const STYLES: Readonly<Record<string, Span['style']>> = { SUCCEEDED: 'good', FAILED: 'bad' };

/** Prints the outcome: a line, or one object as JSON. */
export async function printResult(
  { screen, isJson }: Session,
  { action, to }: SimChange,
  { target }: SimOrder,
  result: ChangeResult,
): Promise<void> {
  const { iccid, outcome, error, sim = null } = result;
  if (isJson) {
    await screen.printJson({
      iccid: iccid ?? (isIccid(target.list) ? target.list : null),
      eid: isIccid(target.list) ? null : target.list,
      action,
      outcome,
      error,
      name: sim?.name ?? null,
      state: sim?.state ?? null,
      pendingState: sim?.pendingState ?? null,
      offlineReason: sim?.offlineReason ?? null,
    });
    return;
  }
  const key = iccid ?? target.list;
  const why =
    error === null
      ? ''
      : `  ${codeText(error)}: ${error.message}${error.retryable ? ' A retry may succeed.' : ''}`;
  await screen.print([
    { text: `${action} of ${key}${sim?.name ? ` (${sim.name})` : ''}: ` },
    { text: outcome, style: STYLES[outcome] ?? 'warn' },
    { text: to === undefined || sim === null || outcome === 'UNKNOWN' ? '' : `, ${stateWords(sim)}` },
    { text: why },
  ]);
  if (outcome === 'UNKNOWN')
    screen.say(`Read the SIM before you send the change again: ${readSettings().program} sim ${key}`);
  if (to !== undefined && sim?.pendingState)
    screen.say(`To follow it: ${readSettings().program} watch ${key}`);
}

function stateWords({ state, pendingState, offlineReason }: SimNow): string {
  const reason = offlineReason === null ? '' : ` (${offlineReason})`;
  return pendingState === null ? `${state}${reason}` : `in transition to ${pendingState}${reason}`;
}
