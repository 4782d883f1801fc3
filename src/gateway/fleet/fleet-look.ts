import type { Clock } from '../../base/clock.ts';
import { isSimApiFailure, type Sim, type SimApi } from '../../sim-api/index.ts';
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
 * Looks at the SIMs that are due: those under way until they have settled, and those that may have left the account. One that cannot be
 * read is due again a little later. Gives how many were due and how many of them could be read. Errors: StoreUnavailable.
 */
export async function lookAtDue({ simApi, sync, keep, clock }: LookTools): Promise<{
  readonly due: number;
  readonly answered: number;
}> {
  const iccids = await sync.takeDue(mostAtOnce);
  if (iccids.length === 0) return { due: 0, answered: 0 };
  const askedAtMs = clock.monotonicMs();
  const found = await simApi.sims.byKey('iccid', iccids);
  const gone: string[] = [];
  const sims: Sim[] = [];
  for (const iccid of iccids) {
    const sim = found.get(iccid);
    if (sim === undefined) gone.push(iccid);
    else if (!isSimApiFailure(sim)) sims.push(sim);
  }
  await keep.keep(sims.map((sim) => ({ sim, askedAtMs })));
  await sync.lookedAt(sims.filter(({ isTransitioning }) => !isTransitioning).map(({ iccid }) => iccid));
  await keep.remove(gone, askedAtMs);
  return { due: iccids.length, answered: sims.length + gone.length };
}
