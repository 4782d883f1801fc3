import { GatewayError, releasesKey, serializeError } from '../errors/index.ts';
import type { AbandonedEntry, Completion, EntryRow } from './entry.ts';
import type { LedgerStore } from './ledger.store.ts';
import { completionOf, type Outcome, succeeded } from './outcome.ts';

/** Reads SIMs that a change may have reached, and returns those that show it. Sends no change. */
export type FindEffect = (
  change: Pick<AbandonedEntry, 'action' | 'arguments' | 'requestId'>,
  iccids: readonly string[],
) => Promise<ReadonlySet<string>>;

/**
 * Ends an entry that was taken over. UNKNOWN SIMs are read back: those that show the change become SUCCEEDED, the others stay UNKNOWN.
 * Errors: StoreUnavailable; the entry is taken over again when its lease expires.
 */
export async function recover(
  entry: AbandonedEntry,
  store: LedgerStore,
  findEffect: FindEffect,
): Promise<void> {
  const sims = await store.sims(entry.id);
  const end = async (completion: Completion, outcomes: [number, Outcome][] = []) => {
    await store.recordOutcomes(entry.id, outcomes, completion);
  };
  if (entry.action === 'MARK_ALERTS_READ') return end(completionOfMarking());
  // The gateway stopped before it had written the SIMs.
  if (sims.length === 0) return end({ outcome: 'FAILED', errorCode: 'GATEWAY_STOPPED', freesKey: true });
  const none: ReadonlySet<string | null> = new Set();
  const uncertain = sims.flatMap(({ iccid, status }) =>
    status === 'UNKNOWN' && iccid !== null ? iccid : [],
  );
  const seen: ReadonlySet<string | null> =
    uncertain.length === 0 ? none : await findEffect(entry, uncertain).catch(() => none);
  const outcomes = sims.flatMap(({ iccid, status }, position): [number, Outcome][] =>
    status === 'UNKNOWN' && seen.has(iccid) ? [[position, succeeded]] : [],
  );
  const recorded = sims.map((sim) => recoveredOutcome(sim, seen));
  const freesKey = recorded.every(
    ({ status, code }) => (status === 'NOT_SENT' || status === 'FAILED') && releasesKey(code),
  );
  await end({ ...completionOf(recorded), freesKey }, outcomes);
}

function recoveredOutcome(
  { iccid, status, error }: EntryRow['sims'][number],
  seen: ReadonlySet<string | null>,
) {
  return status === 'UNKNOWN' && seen.has(iccid)
    ? { status: 'SUCCEEDED' as const, code: null }
    : { status, code: error?.code ?? null };
}

/** Alerts may have been marked as read; their number is unknown. */
function completionOfMarking(): Completion {
  const error = new GatewayError('OUTCOME_UNKNOWN');
  return { outcome: 'UNKNOWN', errorCode: error.code, answer: { error: serializeError(error) } };
}
