import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Sim, SimApi } from '../../sim-api/index.ts';
import type { ObservedSim, UpsertStore } from '../ingest/upsert.store.ts';
import { costVersionOf, fingerprintOf } from '../sim-row.ts';
import { createIccidSet, type IccidSet } from './iccid-set.ts';
import { joinedPages } from './list-pages.ts';
import { createMonthCosts, type MonthCosts } from './month-costs.ts';
import { refreshSims } from './refresh-due.ts';
import type { SyncStore } from './sync.store.ts';
import { withBackoff } from './with-backoff.ts';

/** What a walk works with. */
export interface SyncTools {
  readonly simApi: SimApi;
  readonly sync: SyncStore;
  readonly upserts: UpsertStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** So many pages are taken together, so that the calls for their costs are full. */
const pageBatchSize = 4;

/** SIMs that cannot be read while others are read are asked for so often. */
const maxReadings = 3;

/** A walk as it is under way. */
interface SyncRun {
  readonly seen: IccidSet;
  readonly costs: MonthCosts;
  /** When it began, by the time of the index: everything that it reads is newer. */
  readonly at: Date;
}

/** A SIM that a page told of. */
interface ListedSim {
  readonly sim: Sim;
  readonly askedAtMs: number;
}

/**
 * Reads the whole fleet once: every page of the account's list, and the costs of SIMs that may have used something since theirs were
 * read. Writes down what is new, has those looked at that were not met, and waits for as long as the SIM API is away.
 * Errors: StoreUnavailable, AbortError, and an Error where the list does not hold still.
 */
export async function syncFleet(tools: SyncTools, signal: AbortSignal): Promise<void> {
  const { sync, log } = tools;
  const { at, isFirst } = await sync.beginSync();
  const seen = createIccidSet();
  const costs = createMonthCosts(tools, signal);
  const run: SyncRun = { seen, costs, at };
  let { listed, unreadable, sample } = await readList(run, tools, signal);
  // A list that does not hold still may tell of more SIMs than it shows; the first time nobody else would know of them.
  if (isFirst && seen.size() + unreadable < listed)
    ({ listed, unreadable, sample } = await readList(run, tools, signal));
  let unseen = 0;
  // Those that could be read are known now, those that are gone are gone: only then is the index no older than the walk.
  for await (const iccids of sync.unseen((iccid) => seen.has(iccid), at)) {
    unseen += iccids.length;
    await refreshUnseen(iccids, sample, at, tools, signal);
  }
  if ((await sync.endSync(at, unreadable)) && unreadable > 0)
    log.warn(
      { sims: unreadable },
      'fleet: the SIM API lists SIMs without an ICCID that can be read; they are missing from the index',
    );
  if (isFirst) await sync.analyze();
  log.debug({ sims: seen.size(), listed, unreadable, unseen }, 'fleet: read');
}

/**
 * Reads SIMs that were not met; one that cannot be read is read again later. `control` is a SIM that was met: while it is read and others are
 * not, this is no outage, and the sync does not wait for them.
 */
async function refreshUnseen(
  iccids: readonly string[],
  control: string | null,
  syncStartedAt: Date,
  tools: SyncTools,
  signal: AbortSignal,
): Promise<void> {
  let rest = iccids;
  let hasFailed = false;
  let answeredReadings = 0;
  await withBackoff(signal, tools.log, async () => {
    const asked = hasFailed && control !== null ? [...rest, control] : rest;
    const { unanswered, failure } = await refreshSims(asked, tools, syncStartedAt);
    rest = unanswered.filter((iccid) => iccid !== control);
    hasFailed = true;
    if (unanswered.length < asked.length) answeredReadings++;
    if (rest.length > 0 && failure !== null && answeredReadings < maxReadings) throw failure;
  });
  if (rest.length > 0) await tools.sync.scheduleRefresh(rest);
}

/** Reads the list from its beginning to its end. Gives how many SIMs it has by its own account, how many could not be read, and one that could. */
async function readList(
  run: SyncRun,
  tools: SyncTools,
  signal: AbortSignal,
): Promise<{ listed: number; unreadable: number; sample: string | null }> {
  const { simApi, clock, log } = tools;
  let stretch = new Map<string, ListedSim>();
  let pages = 0;
  let listed = 0;
  let sample: string | null = null;
  /** Their places: pages overlap. */
  const unreadable = new Set<number>();
  /** One stretch is written while the next is read. */
  let written = Promise.resolve();

  async function writeStretch(): Promise<void> {
    await written;
    written = write([...stretch.values()], run, tools);
    // Whoever waits for it hears of its failure.
    written.catch(() => undefined);
    stretch = new Map();
    pages = 0;
  }

  let askedAtMs = 0;
  const read = (offset: number) =>
    withBackoff(signal, log, () => {
      askedAtMs = clock.monotonicMs();
      return simApi.sims.accountPage(offset);
    });
  try {
    for await (const page of joinedPages(read)) {
      for (const sim of page.items) {
        run.seen.add(sim.iccid);
        sample = sim.iccid;
        stretch.set(sim.iccid, { sim, askedAtMs });
      }
      listed = page.total;
      for (const place of page.unreadable) unreadable.add(place);
      if (++pages === pageBatchSize) await writeStretch();
    }
    await writeStretch();
  } finally {
    await written;
  }
  return { listed, unreadable: unreadable.size, sample };
}

/** Writes down what is new of some SIMs, with their costs where those may have changed. */
async function write(
  sims: readonly ListedSim[],
  { costs, at }: SyncRun,
  { sync, upserts }: SyncTools,
): Promise<void> {
  const known = await sync.known(sims.map(({ sim }) => sim.iccid));
  const due = sims.filter(({ sim }) => {
    const before = known.get(sim.iccid);
    return (
      !before?.isCostFresh || before.costMonth !== costs.month || before.costVersion !== costVersionOf(sim)
    );
  });
  const found = await costs.read(due.map(({ sim }) => sim.iccid));
  const observed = sims.flatMap(({ sim, askedAtMs }): ObservedSim[] => {
    const before = known.get(sim.iccid);
    const cost = found.get(sim.iccid);
    // What was used last month is not what was used this month, also where that is not told.
    const isOutdated = before !== undefined && before.costMonth !== null && before.costMonth !== costs.month;
    const isCostNew = cost !== undefined || isOutdated;
    if (!isCostNew && before?.fingerprint === fingerprintOf(sim)) return [];
    return [{ sim, askedAtMs, notBefore: at, ...(isCostNew && { cost: { month: costs.month, cost } }) }];
  });
  await upserts.upsert(observed);
}
