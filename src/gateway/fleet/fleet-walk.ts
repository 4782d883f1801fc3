import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { monthOf, type Sim, type SimApi } from '../../sim-api/index.ts';
import { joinedPages } from './fleet-pages.ts';
import type { KeepStore, Told } from './keep.store.ts';
import { createMetSims } from './met-sims.ts';
import { readMonthCosts } from './month-costs.ts';
import { patiently } from './patiently.ts';
import { costMarksOf, fingerprintOf } from './sim-row.ts';
import type { SyncStore } from './sync.store.ts';

/** What a walk works with. */
export interface WalkTools {
  readonly simApi: SimApi;
  readonly sync: SyncStore;
  readonly keep: KeepStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** So many pages are taken together, so that the calls for their costs are full. */
const pagesAtOnce = 4;
const rowsAtOnce = 1000;

/** A SIM that a page told of. */
interface Met {
  readonly sim: Sim;
  readonly askedAtMs: number;
}

/**
 * Reads the whole fleet once: every page of the account's list, and the costs of SIMs that may have used something since theirs were
 * read. Writes down what is new, has those looked at that were not met, and waits for as long as the SIM API is away.
 * Errors: StoreUnavailable, AbortError, and an Error where the list does not hold still.
 */
export async function walkFleet(tools: WalkTools, signal: AbortSignal): Promise<void> {
  const { simApi, sync, clock, log } = tools;
  const { at, isFirst } = await sync.beginWalk();
  const met = createMetSims();
  let stretch = new Map<string, Met>();
  let pages = 0;
  /** One stretch is written while the next is read. */
  let written = Promise.resolve();

  async function writeStretch(): Promise<void> {
    await written;
    written = write([...stretch.values()], tools, signal);
    // Whoever waits for it hears of its failure.
    written.catch(() => undefined);
    stretch = new Map();
    pages = 0;
  }

  let askedAtMs = 0;
  const read = (offset: number) =>
    patiently(signal, log, () => {
      askedAtMs = clock.monotonicMs();
      return simApi.sims.accountPage(offset);
    });
  for await (const page of joinedPages(read)) {
    for (const sim of page.items) {
      met.add(sim.iccid);
      stretch.set(sim.iccid, { sim, askedAtMs });
    }
    if (++pages === pagesAtOnce) await writeStretch();
  }
  await writeStretch();
  await written;
  const unmet = await sync.lookForUnmet((iccid) => met.has(iccid), at);
  await sync.endWalk(at);
  if (isFirst) await sync.analyze();
  log.debug({ sims: met.size(), unmet }, 'fleet: read');
}

/** Writes down what is new of some SIMs, with their costs where those may have changed. */
async function write(sims: readonly Met[], tools: WalkTools, signal: AbortSignal): Promise<void> {
  const { simApi, sync, keep, clock, log } = tools;
  const month = monthOf(clock.now());
  const known = await sync.known(sims.map(({ sim }) => sim.iccid));
  const due = sims.filter(({ sim }) => {
    const before = known.get(sim.iccid);
    return !before?.isCostFresh || before.costMonth !== month || before.costMarks !== costMarksOf(sim);
  });
  const costs = await readMonthCosts(
    simApi,
    due.map(({ sim }) => sim.iccid),
    month,
    signal,
    log,
  );
  const told = sims.flatMap(({ sim, askedAtMs }): Told[] => {
    const cost = costs.get(sim.iccid);
    if (cost === undefined && known.get(sim.iccid)?.fingerprint === fingerprintOf(sim)) return [];
    const askedMsAgo = clock.monotonicMs() - askedAtMs;
    return [{ sim, askedMsAgo, ...(cost !== undefined && { cost: { month, cost } }) }];
  });
  for (let start = 0; start < told.length; start += rowsAtOnce)
    await keep.keep(told.slice(start, start + rowsAtOnce));
}
