import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Sim, SimApi } from '../../sim-api/index.ts';
import type { ObservedSim, UpsertStore } from '../ingest/upsert.store.ts';
import { costVersionOf, fingerprintOf } from '../sim-row.ts';
import { createFirstSyncLog } from './first-sync-log.ts';
import { createIccidSet, type IccidSet } from './iccid-set.ts';
import { joinedPages } from './list-pages.ts';
import { createMonthCosts, type MonthCosts } from './month-costs.ts';
import { refreshSims } from './refresh-due.ts';
import type { SyncStore } from './sync.store.ts';
import { withBackoff } from './with-backoff.ts';

export interface SyncTools {
  readonly simApi: SimApi;
  readonly sync: SyncStore;
  readonly upserts: UpsertStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** Pages that are written together, so that the calls for their costs are full. */
const pageBatchSize = 4;

/** Maximum number of attempts to read SIMs that cannot be read while others can. */
const maxReadings = 3;

interface SyncRun {
  readonly seen: IccidSet;
  readonly costs: MonthCosts;
  /** Start by the index clock: everything that the full sync reads is newer. */
  readonly at: Date;
  /** Called after each page with the total of the list. */
  readonly onPage: (total: number) => void;
}

/** A SIM on a page of the list. `askedAtMs` is the start of the read of that page, by the monotonic clock. */
interface ListedSim {
  readonly sim: Sim;
  readonly askedAtMs: number;
}

/**
 * Reads the whole fleet once: every page of the account's list, and the costs of SIMs that may have used data since their cost was read.
 * Writes new and changed SIMs, and refreshes the unseen ones. Retries without a deadline while the SIM API is away.
 * Errors: StoreUnavailable; AbortError; Error if the list changes faster than it can be read.
 */
export async function syncFleet(tools: SyncTools, signal: AbortSignal): Promise<void> {
  const { sync, log } = tools;
  const { at, isFirst } = await sync.beginSync();
  const seen = createIccidSet();
  const costs = createMonthCosts(tools, signal);
  const firstSync = isFirst ? createFirstSyncLog(seen.size, tools) : null;
  const run: SyncRun = { seen, costs, at, onPage: (total) => firstSync?.page(total) };
  let { listed, unreadable, sample } = await readList(run, tools, signal);
  // A list that changes while it is read may show fewer SIMs than its total. Only the first full sync has no earlier rows of these SIMs.
  if (isFirst && seen.size() + unreadable < listed)
    ({ listed, unreadable, sample } = await readList(run, tools, signal));
  let unseen = 0;
  // These reads make every row as recent as the start of the full sync, and remove the SIMs that have left the account.
  for await (const iccids of sync.unseen((iccid) => seen.has(iccid), at)) {
    unseen += iccids.length;
    await refreshUnseen(iccids, sample, at, tools, signal);
  }
  if ((await sync.endSync(at, unreadable)) && unreadable > 0)
    log.warn(
      { sims: unreadable },
      'fleet: the SIM API lists SIMs without a valid ICCID; they are missing from the index',
    );
  if (isFirst) await sync.analyze();
  firstSync?.completed();
  log.debug({ sims: seen.size(), listed, unreadable, unseen }, 'fleet: full sync completed');
}

/**
 * Reads unseen SIMs by ICCID. `control` is a SIM of the list: if it can be read while others cannot, this is no outage. After `maxReadings`
 * such attempts the others are scheduled for a later poll, and the full sync continues.
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

/** Reads the whole list. Returns its total, the number of items without a valid ICCID, and the ICCID of one SIM. */
async function readList(
  run: SyncRun,
  tools: SyncTools,
  signal: AbortSignal,
): Promise<{ listed: number; unreadable: number; sample: string | null }> {
  const { simApi, clock, log } = tools;
  let batch = new Map<string, ListedSim>();
  let pages = 0;
  let listed = 0;
  let sample: string | null = null;
  /** Positions of items without a valid ICCID; a set, because pages overlap. */
  const unreadable = new Set<number>();
  /** The write of the previous batch, which runs while the next pages are read. */
  let written = Promise.resolve();

  async function writeBatch(): Promise<void> {
    await written;
    written = write([...batch.values()], run, tools);
    // A failure is reported where `written` is awaited.
    written.catch(() => undefined);
    batch = new Map();
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
        batch.set(sim.iccid, { sim, askedAtMs });
      }
      listed = page.total;
      run.onPage(page.total);
      for (const place of page.unreadable) unreadable.add(place);
      if (++pages === pageBatchSize) await writeBatch();
    }
    await writeBatch();
  } finally {
    await written;
  }
  return { listed, unreadable: unreadable.size, sample };
}

/** Writes the SIMs that are new or changed, with their costs if those may have changed. */
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
    // The cost of an earlier month is cleared even if the cost of this month cannot be read.
    const isOutdated = before !== undefined && before.costMonth !== null && before.costMonth !== costs.month;
    const isCostNew = cost !== undefined || isOutdated;
    if (!isCostNew && before?.fingerprint === fingerprintOf(sim)) return [];
    return [{ sim, askedAtMs, notBefore: at, ...(isCostNew && { cost: { month: costs.month, cost } }) }];
  });
  await upserts.upsert(observed);
}
