import { sql } from 'kysely';
import type { SimState } from '../../sim-api/index.ts';
import type { Store } from '../../store/index.ts';
import type { SimRow } from '../sim-row.ts';
import { exportRows } from './export.store.ts';
import { countsMatch, type FleetScope, matches } from './filter.store.ts';
import type { ListParts } from './keyset-ranges.store.ts';
import { type SearchPlan, selectPage } from './page.store.ts';
import { hasConditions, type SimOrder } from './sim-query.ts';

/** Freshness and completeness of the index of an account. */
export interface FleetState {
  /** Every row was read after this time, by the clock of the database. */
  readonly asOf: Date;
  /** False until the first full sync has ended. */
  readonly isComplete: boolean;
  /** SIMs that the SIM API lists without a valid ICCID. They are missing from the index. */
  readonly unreadableSims: number;
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
  /** If at most this many SIMs match, all of them are sorted, which takes a few milliseconds. */
  readonly maxSorted: number;
  /** Rows scanned in order in each part of a list. If they do not fill the page, all SIMs that match are sorted. */
  readonly maxScanned: number;
}

const defaultLimits: ScanLimits = { maxSorted: 5000, maxScanned: 5000 };

/** Creates the queries of the index of one account. */
export function createFleetStore(store: Store, account: string, limits: ScanLimits = defaultLimits) {
  return {
    /** Null if the account was never synced; rows in the index, if any, then belong to another account. */
    async state(tenant: string): Promise<FleetState | null> {
      const { rows } = await store.runOnReadPool((db) =>
        sql<FleetState>`
          select least(coalesce(synced_at, first_sync_started_at) - clock_offset, clock_timestamp()) as as_of, synced_at is not null as is_complete,
            unreadable_sims
          from fleet_sync where tenant = ${tenant} and account = ${account}`.execute(db),
      );
      return rows[0] ?? null;
    },

    /**
     * Returns up to `limit` SIMs of a list, in the order of its parts. `knownCount`, the number of SIMs in the scope, selects the search
     * plan; if it is null, the planner's estimate does.
     */
    async page(
      scope: FleetScope,
      parts: ListParts,
      limit: number,
      knownCount: number | null,
    ): Promise<SimRow[]> {
      const find = async (searchPlan: SearchPlan) => {
        const statement = selectPage(scope, parts, searchPlan, limit, limits.maxScanned);
        return (await store.runOnReadPool((db) => sql<SimRow>`${statement}`.execute(db))).rows;
      };
      if (scope.group === null && !hasConditions(scope.filter)) return find('indexScan');
      if ((knownCount ?? (await estimate(scope))) <= limits.maxSorted) return find('filterThenSort');
      const boundedScan = await find('boundedScan');
      return boundedScan.length < limit ? find('filterThenSort') : boundedScan;
    },

    async count(scope: FleetScope): Promise<number> {
      const counted = countsMatch(scope);
      const { rows } = await store.runOnReadPool((db) =>
        (counted === null
          ? sql<{ count: number }>`select count(*)::int as count from fleet_sim where ${matches(scope)}`
          : sql<{
              count: number;
            }>`select coalesce(sum(total), 0)::int as count from fleet_count where ${counted}`
        ).execute(db),
      );
      return rows[0]?.count ?? 0;
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

    export: (scope: FleetScope, order: SimOrder, take: (rows: readonly SimRow[]) => Promise<void>) =>
      exportRows(store, scope, order, take),
  };

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
