import type { EntryOutcome, SimStatus } from '../store/database.ts';
import type { Ending } from './entry.ts';

/** What a change came to, from what became of its SIMs. Shape: no SIM may be under way any more. */
export function endingOf(
  sims: readonly { readonly status: SimStatus; readonly code: string | null }[],
): Ending {
  const statuses = new Set(sims.map(({ status }) => (status === 'NOT_SENT' ? 'FAILED' : status)));
  const codes = new Set(sims.flatMap(({ code }) => code ?? []));
  const [only] = statuses;
  const outcome: Ending['outcome'] = statuses.size === 1 && isEnding(only) ? only : 'PARTIAL';
  const [code = null] = codes;
  return { outcome, errorCode: codes.size === 1 ? code : null };
}

function isEnding(status: SimStatus | undefined): status is Exclude<EntryOutcome, 'OPEN' | 'PARTIAL'> {
  return status === 'SUCCEEDED' || status === 'FAILED' || status === 'UNKNOWN';
}
