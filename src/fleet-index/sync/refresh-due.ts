import type { Clock } from '../../base/clock.ts';
import { Garbled, isSimApiFailure, type Sim, type SimApi, Unreachable } from '../../sim-api/index.ts';
import type { UpsertStore } from '../ingest/upsert.store.ts';
import type { SyncStore } from './sync.store.ts';

export interface RefreshTools {
  readonly simApi: SimApi;
  readonly sync: SyncStore;
  readonly upserts: UpsertStore;
  readonly clock: Clock;
}

interface RefreshResult {
  /** Number of SIMs that were asked for, including those that could not be read. */
  readonly asked: number;
  /** ICCIDs of the SIMs that could not be read. */
  readonly unanswered: readonly string[];
  /** Why the SIM API could not be reached for some of them. */
  readonly failure: Unreachable | null;
}

const batchSize = 1000;
/** Maximum SIMs of one answer that are read again, each in its own call. */
const maxAlone = 20;

/**
 * Refreshes the SIMs whose poll is due: SIMs in transition until they have settled, SIMs whose change has an uncertain outcome, and SIMs
 * that may have left the account. A SIM that cannot be read is polled again later. Errors: StoreUnavailable.
 */
export async function refreshDue(tools: RefreshTools): Promise<RefreshResult> {
  return refreshSims(await tools.sync.takeDue(batchSize), tools);
}

/**
 * Reads SIMs by ICCID; writes those that exist and removes those that do not from the index. `notBefore` is a time of the index clock that
 * has certainly passed. Errors: StoreUnavailable.
 */
export async function refreshSims(
  iccids: readonly string[],
  { simApi, sync, upserts, clock }: RefreshTools,
  notBefore?: Date,
): Promise<RefreshResult> {
  if (iccids.length === 0) return { asked: 0, unanswered: [], failure: null };
  const askedAtMs = clock.monotonicMs();
  const found = new Map(await simApi.sims.byKey('iccid', iccids));
  // An item without a valid ICCID may be any of the missing SIMs. A read of each SIM alone shows which of them exist.
  const ambiguous = iccids.filter((iccid) => found.get(iccid) instanceof Garbled);
  if (iccids.length > 1)
    for (const iccid of ambiguous.slice(0, maxAlone)) {
      const [alone] = [...(await simApi.sims.byKey('iccid', [iccid])).values()];
      if (alone === undefined) found.delete(iccid);
      else found.set(iccid, alone);
    }
  const gone: string[] = [];
  const sims: Sim[] = [];
  const unanswered: string[] = [];
  let failure: Unreachable | null = null;
  for (const iccid of iccids) {
    const sim = found.get(iccid);
    if (sim === undefined) gone.push(iccid);
    else if (!isSimApiFailure(sim)) sims.push(sim);
    else {
      unanswered.push(iccid);
      if (sim instanceof Unreachable) failure = sim;
    }
  }
  await upserts.upsert(sims.map((sim) => ({ sim, askedAtMs, notBefore })));
  await sync.stopPolling(sims.filter(({ isTransitioning }) => !isTransitioning).map(({ iccid }) => iccid));
  await upserts.remove(gone, askedAtMs, notBefore);
  return { asked: iccids.length, unanswered, failure };
}
