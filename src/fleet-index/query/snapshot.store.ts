import { type RawBuilder, sql } from 'kysely';
import type { Store } from '../../store/index.ts';
import type { SimRow } from '../sim-row.ts';
import { type StoredRow, toSimRow } from './row.store.ts';

/** Freshness and completeness of the index of an account. */
export interface FleetState {
  /** Every row was read after this time, by the clock of the database. */
  readonly asOf: Date;
  /** False until the first full sync has ended. */
  readonly isComplete: boolean;
  /** SIMs that the SIM API lists without a valid ICCID. They are missing from the index. */
  readonly unreadableSims: number;
}

/** What one statement reads besides the state of the index. */
export interface SnapshotQuery {
  readonly tenant: string;
  readonly account: string;
  /** The statement of a count, which is computed only if the index is at another version than `unlessVersion`. */
  readonly count: { readonly statement: RawBuilder<unknown>; readonly unlessVersion: string | null } | null;
  /** The statement of a list of rows with the columns `rowColumns`. */
  readonly rows: RawBuilder<unknown> | null;
  /** Whether one plan is good for all values of the parameters: see `readRows` of the store. */
  readonly isPrepared: boolean;
}

export interface Snapshot {
  readonly state: FleetState;
  /** Differs after every change of the rows. */
  readonly version: string;
  /** Null if it was not asked for, or if the index is still at `unlessVersion`. */
  readonly count: number | null;
  readonly rows: SimRow[];
}

/**
 * Reads the state of the index, a count and rows in one statement, so from one snapshot and in one round trip. Null if the account was
 * never synced; rows in the index, if any, then belong to another account. Errors: StoreUnavailable.
 *
 * Version: every transaction that writes rows also updates the row of `fleet_sync` (`advanceIndexClock`), so a snapshot that has its rows
 * has the new `xmin` too. `xmin` alone could come again on a standby that was promoted without the last transactions; `latest_at` could
 * stay the same when the clock is set back.
 *
 * Row-level security can join without a further round trip: `where tenant = set_config('…', ${tenant}, true)`. The subqueries of the select
 * list run after the row of `fleet_sync` was found, so after the setting.
 */
export async function readSnapshot(
  store: Store,
  { tenant, account, count, rows, isPrepared }: SnapshotQuery,
): Promise<Snapshot | null> {
  const countColumn =
    count === null
      ? sql`null`
      : sql`case when version is distinct from ${count.unlessVersion} then (${count.statement}) end`;
  const rowsColumn = rows === null ? sql`null` : sql`(select json_agg(page) from (${rows}) as page)`;
  const found = await store.readRows(
    sql`
      select least(coalesce(synced_at, first_sync_started_at) - clock_offset, clock_timestamp()), synced_at is not null, unreadable_sims,
        version, ${countColumn}, ${rowsColumn}
      from fleet_sync, lateral (select xmin::text || ' ' || extract(epoch from latest_at) as version) as versioned
      where tenant = ${tenant} and account = ${account}`,
    { isPrepared },
  );
  const [row] = found;
  if (row === undefined) return null;
  const [asOf, isComplete, unreadableSims, version, counted, stored] = row as [
    Date,
    boolean,
    number,
    string,
    number | null,
    StoredRow[] | null,
  ];
  return {
    state: { asOf, isComplete, unreadableSims },
    version,
    count: counted,
    rows: stored?.map(toSimRow) ?? [],
  };
}
