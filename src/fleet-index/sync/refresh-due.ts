import type { Clock } from '../../base/clock.ts';
import { Garbled, isSimApiFailure, type Sim, type SimApi, Unreachable } from '../../sim-api/index.ts';
import type { UpsertStore } from '../ingest/upsert.store.ts';
import type { SyncStore } from './sync.store.ts';

/** What a look works with. */
export interface RefreshTools {
  readonly simApi: SimApi;
  readonly sync: SyncStore;
  readonly upserts: UpsertStore;
  readonly clock: Clock;
}

/** What came of looking at some SIMs. */
interface RefreshResult {
  /** How many there were. */
  readonly asked: number;
  /** Those that could not be read. */
  readonly unanswered: readonly string[];
  /** Why some could not be asked for at all. */
  readonly failure: Unreachable | null;
}

const batchSize = 1000;
/** So many SIMs of one answer are asked for once more each by itself. */
const maxAlone = 20;

/**
 * Looks at the SIMs that are due: those under way until they have settled, and those that may have left the account. One that cannot be
 * read is due again a little later. Errors: StoreUnavailable.
 */
export async function refreshDue(tools: RefreshTools): Promise<RefreshResult> {
  return refreshSims(await tools.sync.takeDue(batchSize), tools);
}

/**
 * Asks for SIMs by their ICCIDs: what is there is written down, what is not leaves the index. `notBefore` is a time of the index that has
 * passed for certain. Errors: StoreUnavailable.
 */
export async function refreshSims(
  iccids: readonly string[],
  { simApi, sync, upserts, clock }: RefreshTools,
  notBefore?: Date,
): Promise<RefreshResult> {
  if (iccids.length === 0) return { asked: 0, unanswered: [], failure: null };
  const askedAtMs = clock.monotonicMs();
  const found = new Map(await simApi.sims.byKey('iccid', iccids));
  // One item that cannot be read may be that of any SIM that is missing: asked for alone, the others are not there.
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
