import { sql } from 'kysely';
import type { SimState } from '../../sim-api/index.ts';
import type { Store } from '../../store/index.ts';
import type { SimRow } from '../sim-row.ts';
import { exportRows } from './export.store.ts';
import { countsMatch, type FleetScope, matches } from './filter.store.ts';
import type { ListParts } from './keyset-ranges.store.ts';
import { type SearchPlan, selectPage } from './page.store.ts';
import { hasConditions, type SimOrder } from './sim-query.ts';

/** How far the gateway knows the fleet of an account. */
export interface FleetState {
  /** Since then every SIM was read, or as many of them as there are rows. */
  readonly asOf: Date;
  /** False while the fleet is read for the first time. */
  readonly isComplete: boolean;
  /** SIMs that the SIM API lists without an ICCID that can be read: they are missing. */
  readonly unreadableSims: number;
}

/** SIMs that have group and state in common. */
export interface FleetCount {
  readonly groupName: string | null;
  readonly state: SimState;
  readonly count: number;
  readonly transitioning: number;
  readonly overDataLimit: number;
  readonly usedBytes: number;
}

/** The SQL that asks the index of the fleet. Errors of all: StoreUnavailable. */
export type FleetStore = ReturnType<typeof createFleetStore>;

/** How much work a page of SIMs may be before the gateway finds its SIMs in another way. */
export interface ScanLimits {
  /** If at most this many SIMs match, all of them are sorted: that takes a few milliseconds. */
  readonly maxSorted: number;
  /** Rows of each part of a list that are scanned in its order; if they do not fill the page, all SIMs that match are sorted. */
  readonly maxScanned: number;
}

const defaultLimits: ScanLimits = { maxSorted: 5000, maxScanned: 5000 };

/** The index over a store, of one account. */
export function createFleetStore(store: Store, account: string, limits: ScanLimits = defaultLimits) {
  return {
    /** Null where nothing of the account was ever read: then what stands in the index is nothing of its. */
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
     * SIMs behind a place, or ahead of it and then in reverse. Where the count of all that are meant is known, it tells how best to find
     * them.
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
      if (scope.group === null && !hasConditions(scope.filter)) return find('along');
      if ((knownCount ?? (await estimate(scope))) <= limits.maxSorted) return find('all');
      const boundedScan = await find('near');
      return boundedScan.length < limit ? find('all') : boundedScan;
    },

    /** How many SIMs are meant. */
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

    /** Counts by group and state; of the groups that are named, or of all. */
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

    /** The ICCIDs of all SIMs that are meant, in their order, up to so many. */
    async iccids(scope: FleetScope, limit: number): Promise<string[]> {
      const { rows } = await store.runOnReadPool((db) =>
        // One text: a row for each of a million would be a hundred megabytes.
        sql<{ list: string | null }>`
          select string_agg(iccid, ',' order by iccid) as list from (
            select iccid from fleet_sim where ${matches(scope)} order by iccid limit ${limit}) as meant`.execute(
          db,
        ),
      );
      const list = rows[0]?.list;
      return list == null ? [] : list.split(',');
    },

    /** See `exportRows`. */
    export: (scope: FleetScope, order: SimOrder, take: (rows: readonly SimRow[]) => Promise<void>) =>
      exportRows(store, scope, order, take),
  };

  /** About how many SIMs are meant, by what the database knows of its rows. */
  async function estimate(scope: FleetScope): Promise<number> {
    const { rows } = await store.runOnReadPool((db) =>
      sql<Record<string, [{ Plan: { 'Plan Rows': number } }]>>`
        explain (format json) select from fleet_sim where ${matches(scope)}`.execute(db),
    );
    const [plan] = Object.values(rows[0] ?? {});
    return plan?.[0].Plan['Plan Rows'] ?? 0;
  }
}
