import { type RawBuilder, sql } from 'kysely';
import type { Dependence, SimState } from '../../sim-api/index.ts';
import type { Store } from '../../store/index.ts';
import type { SimRow } from '../sim-row.ts';
import { exportRows } from './export.store.ts';
import { countsMatch, type FleetScope, matches } from './filter.store.ts';
import { hasConditions } from './filter-logic.ts';
import type { ListParts } from './keyset-ranges.store.ts';
import { KnownCounts } from './known-counts.ts';
import { type SearchPlan, selectPage } from './page.store.ts';
import type { SimOrder } from './sim-query.ts';
import { type FleetState, readSnapshot, type Snapshot } from './snapshot.store.ts';
import { type SimKeys, simsByKeys, type TallyQuery, tallySims } from './tally.store.ts';

/** A page of a list, read in one snapshot of the index. */
export interface FleetPage {
  readonly state: FleetState;
  /** Number of SIMs in the scope; null if it was not asked for. */
  readonly count: number | null;
  readonly rows: readonly SimRow[];
}

/** Counts over the SIMs with the same group and state. */
export interface FleetCount {
  readonly groupName: string | null;
  readonly state: SimState;
  readonly count: number;
  readonly transitioning: number;
  readonly overDataLimit: number;
  readonly usedBytes: number;
}

/** Queries of the fleet index. Errors of every method: StoreUnavailable. */
export type FleetStore = ReturnType<typeof createFleetStore>;

/** Thresholds that select the search plan of a page. */
export interface ScanLimits {
  /** If more SIMs match, the list is scanned in order first, because sorting them would take more than a few milliseconds. */
  readonly maxSorted: number;
  /** Rows scanned in order in each part of a list. If they do not fill the page, all SIMs that match are sorted. */
  readonly maxScanned: number;
}

const defaultLimits: ScanLimits = { maxSorted: 5000, maxScanned: 5000 };

/** Time for which a count chooses search plans. The index may have another number of SIMs by then; a page is right with any plan. */
const planCountMaxAgeMs = 60_000;

/**
 * The number of rows to scan in order in search of a page, 0 if the `count` SIMs that match are to be sorted instead. Of few SIMs no more
 * rows are scanned than would be sorted, and only if the page is full by then, provided that they are spread evenly over the list.
 */
function scanLimit(count: number, total: number, limit: number, limits: ScanLimits): number {
  if (count > limits.maxSorted) return limits.maxScanned;
  if ((limit * total) / count > count) return 0;
  // A power of two, so that the statements have few different texts.
  return Math.min(limits.maxScanned, 2 ** Math.ceil(Math.log2(count)));
}

/** Creates the queries of the index of one account. */
export function createFleetStore(store: Store, account: string, limits: ScanLimits = defaultLimits) {
  const known = new KnownCounts();

  return {
    /** Null if the account was never synced; rows in the index, if any, then belong to another account. */
    async state(tenant: string): Promise<FleetState | null> {
      const query = { tenant, account, count: null, rows: null, isPrepared: true };
      return (await readSnapshot(store, query))?.state ?? null;
    },

    /**
     * Up to `limit` SIMs of a list in the order of its parts, with the number of SIMs in the scope if `isCounted`. Null if the account was
     * never synced. Takes one round trip. Each of these takes one more: the scope was not read in the last minute; few of the SIMs scanned
     * match; the index has changed since SIMs with conditions that `fleet_count` does not have were counted.
     */
    async page(
      scope: FleetScope,
      parts: ListParts,
      limit: number,
      isCounted: boolean,
    ): Promise<FleetPage | null> {
      const find = (searchPlan: SearchPlan, maxScanned: number) => {
        const rows = selectPage(scope, parts, searchPlan, limit, maxScanned);
        return read(scope, isCounted, rows, searchPlan !== 'filterThenSort');
      };
      if (scope.group === null && !hasConditions(scope.filter)) return find('indexScan', 0);
      const whole = { tenant: scope.tenant, group: null, filter: null };
      const [count, total] = await Promise.all([
        approximateCount(scope, isCounted),
        approximateCount(whole, false),
      ]);
      const maxScanned = scanLimit(count, total, limit, limits);
      if (maxScanned === 0) return find('filterThenSort', 0);
      const page = await find('boundedScan', maxScanned);
      return page !== null && page.rows.length < limit ? find('filterThenSort', 0) : page;
    },

    /** Counts by group and state, of the named groups or of all. */
    async counts(scope: FleetScope, groups: readonly string[] | null): Promise<FleetCount[]> {
      const counted = countsMatch(scope);
      const named = groups === null ? sql`` : sql`and group_name = any(${[...groups]}::text[])`;
      const { rows } = await store.runOnReadPool((db) =>
        (counted === null
          ? sql<FleetCount>`
              select group_name, state, count(*)::int as count,
                (count(*) filter (where is_transitioning))::int as transitioning,
                (count(*) filter (where used_percent > 100))::int as over_data_limit,
                coalesce(sum(used_bytes), 0)::double precision as used_bytes
              from fleet_sim where ${matches(scope)} ${named} group by group_name, state`
          : sql<FleetCount>`
              select nullif(group_name, '') as group_name, state, total as count, transitioning, over_data_limit,
                used_bytes::double precision as used_bytes
              from fleet_count where ${counted} ${named} and total > 0`
        ).execute(db),
      );
      return rows;
    },

    /** The ICCIDs of the SIMs in the scope, ascending, at most `limit`. */
    async iccids(scope: FleetScope, limit: number): Promise<string[]> {
      const { rows } = await store.runOnReadPool((db) =>
        // One string: a million rows would take 100 MB.
        sql<{ list: string | null }>`
          select string_agg(iccid, ',' order by iccid) as list from (
            select iccid from fleet_sim where ${matches(scope)} order by iccid limit ${limit}) as meant`.execute(
          db,
        ),
      );
      const list = rows[0]?.list;
      return list == null ? [] : list.split(',');
    },

    /** See `tallySims`. */
    tally: (query: TallyQuery) => tallySims(store, query),

    /** The SIMs with one of these keys; only their keys and the fields that were asked for have values. */
    byKeys: (tenant: string, keys: SimKeys, fields: readonly Dependence[]) =>
      simsByKeys(store, tenant, keys, fields),

    export: (scope: FleetScope, order: SimOrder, take: (rows: readonly SimRow[]) => Promise<void>) =>
      exportRows(store, scope, order, take),
  };

  /** Reads a snapshot. The SIMs are counted only if the index has changed since they were counted last. */
  async function read(
    scope: FleetScope,
    isCounted: boolean,
    rows: RawBuilder<unknown> | null,
    isPlanFixed: boolean,
  ): Promise<FleetPage | null> {
    const query = { tenant: scope.tenant, account, rows };
    const readUncounted = () => readSnapshot(store, { ...query, count: null, isPrepared: isPlanFixed });
    if (!isCounted) return readUncounted();
    const before = known.get(scope);
    const withCount = ({ state, rows, version }: Snapshot, count: number): FleetPage => {
      known.set(scope, { count, version, atMs: performance.now() });
      return { state, rows, count };
    };
    const fromCounts = countsMatch(scope);
    if (fromCounts === null && isPlanFixed && before?.version != null) {
      // The best plan of a count over SIMs depends on the filter, so a statement with one cannot be prepared. This one has none.
      const snapshot = await readUncounted();
      if (snapshot === null) return null;
      if (snapshot.version === before.version) return withCount(snapshot, before.count);
    }
    const statement =
      fromCounts === null
        ? sql`select count(*)::int from fleet_sim where ${matches(scope)}`
        : sql`select coalesce(sum(total), 0)::int from fleet_count where ${fromCounts}`;
    const snapshot = await readSnapshot(store, {
      ...query,
      count: { statement, unlessVersion: before?.version ?? null },
      isPrepared: isPlanFixed && fromCounts !== null,
    });
    return snapshot && withCount(snapshot, snapshot.count ?? before?.count ?? 0);
  }

  /** The number of SIMs in a scope: of the last minute, exact or estimated. */
  async function approximateCount(scope: FleetScope, isCounted: boolean): Promise<number> {
    const before = known.get(scope);
    if (before !== undefined && performance.now() - before.atMs < planCountMaxAgeMs) return before.count;
    if (isCounted) return (await read(scope, true, null, true))?.count ?? 0;
    const count = await estimate(scope);
    known.set(scope, { count, version: null, atMs: performance.now() });
    return count;
  }

  /** Estimates the number of SIMs in the scope from the planner's statistics. */
  async function estimate(scope: FleetScope): Promise<number> {
    const { rows } = await store.runOnReadPool((db) =>
      sql<Record<string, [{ Plan: { 'Plan Rows': number } }]>>`
        explain (format json) select from fleet_sim where ${matches(scope)}`.execute(db),
    );
    const [plan] = Object.values(rows[0] ?? {});
    return plan?.[0].Plan['Plan Rows'] ?? 0;
  }
}
