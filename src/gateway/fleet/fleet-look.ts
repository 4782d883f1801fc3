import type { Clock } from '../../base/clock.ts';
import { isSimApiFailure, type SimApi, type SimApiFailure } from '../../sim-api/index.ts';
import type { KeepStore } from './keep.store.ts';
import type { SyncStore } from './sync.store.ts';

/** What a look works with. */
export interface LookTools {
  readonly simApi: SimApi;
  readonly sync: SyncStore;
  readonly keep: KeepStore;
  readonly clock: Clock;
}

const mostAtOnce = 1000;

/**
 * Looks at the SIMs that are due: those under way until they have settled, and those that may have left the account. Gives how many
 * were due, and why some could not be read; they are due again a little later. Errors: StoreUnavailable.
 */
export async function lookAtDue({ simApi, sync, keep, clock }: LookTools): Promise<{
  readonly due: number;
  readonly failure: SimApiFailure | null;
}> {
  const iccids = await sync.takeDue(mostAtOnce);
  if (iccids.length === 0) return { due: 0, failure: null };
  const askedAtMs = clock.monotonicMs();
  const found = await simApi.sims.byKey('iccid', iccids);
  const askedMsAgo = clock.monotonicMs() - askedAtMs;
  const gone: string[] = [];
  const sims = [];
  let failure: SimApiFailure | null = null;
  for (const iccid of iccids) {
    const sim = found.get(iccid);
    if (sim === undefined) gone.push(iccid);
    else if (isSimApiFailure(sim)) failure = sim;
    else sims.push(sim);
  }
  await keep.keep(sims.map((sim) => ({ sim, askedMsAgo })));
  await sync.lookedAt(sims.filter(({ isTransitioning }) => !isTransitioning).map(({ iccid }) => iccid));
  await sync.remove(gone, askedMsAgo);
  return { due: iccids.length, failure };
}
