import { type Kysely, sql } from 'kysely';
import type { Clock } from '../../base/clock.ts';
import type { Database, Store } from '../../store/index.ts';

/**
 * The time of the index by which reads and rows are compared: the clock of the database plus an offset. If that clock is set back, the
 * offset grows by as much, so that the time of the index never goes back. All gateways share it.
 */
export const indexNow = (tenant: string) =>
  sql<Date>`(select clock_timestamp() + clock_offset from fleet_sync where tenant = ${tenant})`;

/** Sets the offset right if the clock of the database was set back, and notes the time: every time that is stored is no later. */
export const advanceIndexClock = (tenant: string) => sql`
  update fleet_sync set
    clock_offset = clock_offset
      + make_interval(secs => greatest(0, extract(epoch from latest_at - clock_timestamp() - clock_offset))::double precision),
    latest_at = greatest(latest_at, clock_timestamp() + clock_offset)
  where tenant = ${tenant}`;

/** What a write into the index has to know. */
export interface IndexWrite {
  readonly db: Kysely<Database>;
  /** The time of the index at an instant of the gateway's monotonic clock, or a moment before it. */
  readonly timeOf: (ownMs: number) => Date;
  /** Reads that began before this are too late to change anything; null before the first sync. */
  readonly syncStartedAt: Date | null;
}

/**
 * Gives what writes into the index of one account. One writer at a time, of all gateways: each statement counts by groups and states, and
 * two would wait for each other's. Does nothing if the index is of another account. Errors: StoreUnavailable.
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
      // The database told its time between the question and its answer. An earlier comparison may be closer, unless a clock has jumped.
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
