import { type Kysely, sql } from 'kysely';
import type { Clock } from '../../base/clock.ts';
import type { Database, Store } from '../../store/index.ts';

/**
 * The index clock, by which reads and rows are compared: the clock of the database plus an offset. If the database clock is set back, the
 * offset grows by the same amount, so that the index clock never goes back. All gateways share it.
 */
export const indexNow = (tenant: string) =>
  sql<Date>`(select clock_timestamp() + clock_offset from fleet_sync where tenant = ${tenant})`;

/** Grows the offset if the database clock was set back, and stores the present time as the upper bound of all stored times. */
export const advanceIndexClock = (tenant: string) => sql`
  update fleet_sync set
    clock_offset = clock_offset
      + make_interval(secs => greatest(0, extract(epoch from latest_at - clock_timestamp() - clock_offset))::double precision),
    latest_at = greatest(latest_at, clock_timestamp() + clock_offset)
  where tenant = ${tenant}`;

export interface IndexWrite {
  readonly db: Kysely<Database>;
  /** Converts the gateway's monotonic clock to the index clock; the result may be slightly early. */
  readonly timeOf: (ownMs: number) => Date;
  /** Reads that began before this time are discarded; null before the first full sync. */
  readonly syncStartedAt: Date | null;
}

/**
 * Creates a function that runs statements in a write transaction on the index of one account. A lock serializes the writers of all
 * gateways: each statement also updates the counts by group and state, and two writers that update them in different order would deadlock. Does nothing if the index
 * belongs to another account; a null account skips this check. Errors: StoreUnavailable.
 */
export function createIndexWriter(store: Store, tenant: string, account: string | null, clock: Clock) {
  let offsetMs: number | undefined;

  return async (statements: (write: IndexWrite) => Promise<void>): Promise<void> =>
    store.transaction(async (db) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${`sim-gateway writing down the fleet ${tenant} in `} || current_schema(), 0))`.execute(
        db,
      );
      const ofAccount = account === null ? sql`` : sql`and account = ${account}`;
      const askedMs = clock.monotonicMs();
      const { rows } = await sql<{ now: Date; syncStartedAt: Date | null }>`
        ${advanceIndexClock(tenant)} ${ofAccount}
        returning clock_timestamp() + clock_offset as now, sync_started_at`.execute(db);
      const [row] = rows;
      if (row === undefined) return;
      // The database read its clock between our query and its answer, which bounds the offset. An earlier estimate within the bounds may be
      // closer; one outside them means that a clock has jumped.
      const minOffsetMs = row.now.getTime() - clock.monotonicMs();
      const maxOffsetMs = row.now.getTime() - askedMs;
      if (offsetMs === undefined || offsetMs < minOffsetMs || offsetMs > maxOffsetMs) offsetMs = minOffsetMs;
      const comparedMs = offsetMs;
      await statements({
        db,
        timeOf: (ownMs) => new Date(ownMs + comparedMs),
        syncStartedAt: row.syncStartedAt,
      });
    });
}
