import { sql } from 'kysely';
import type { Clock } from '../../base/clock.ts';
import type { Store } from '../../store/index.ts';
import { advanceIndexClock, createIndexWriter, indexNow } from '../ingest/index-clock.store.ts';
import { noCostVersion } from '../sim-row.ts';

/** The stored values that decide whether a listed SIM is new or changed, and whether its cost must be read. */
export interface KnownSim {
  readonly iccid: string;
  readonly fingerprint: string;
  readonly costMonth: string | null;
  readonly costVersion: string | null;
  /** Whether the cost is recent enough to be reused while the cost version is unchanged. */
  readonly isCostFresh: boolean;
}

/** State of the full sync and schedule of the polls. Errors of every method: StoreUnavailable. */
export type SyncStore = ReturnType<typeof createSyncStore>;

/** A cost is read again after this time even if its version is unchanged; sooner if the version has no usage times that could change. */
const maxCostAge = sql`case when starts_with(cost_version, ${noCostVersion}) then interval '1 hour' else interval '6 hours' end`;
const batchSize = 20_000;
const deleteBatchSize = 20_000;

/** Creates the sync state of the account of one tenant. */
export function createSyncStore(store: Store, tenant: string, clock: Clock) {
  const now = indexNow(tenant);
  /** The next poll is due after half of the time since `polling_since`, at least 2 s and at most 60 s. */
  const nextPollAt = sql`${now} + least(greatest((${now} - coalesce(polling_since, ${now})) / 2,
    interval '2 seconds'), interval '60 seconds')`;
  const write = createIndexWriter(store, tenant, null, clock);

  /** Deletes the rows of a table that match a condition, in batches. */
  async function deleteRows(table: 'fleet_sim' | 'fleet_read', condition = sql`true`): Promise<void> {
    const name = sql.table(table);
    for (let deleted = 1n; deleted > 0n; ) {
      const { numAffectedRows = 0n } = await store.run((db) =>
        sql`
          delete from ${name} where tenant = ${tenant} and iccid in (
            select iccid from ${name} where tenant = ${tenant} and ${condition} order by iccid limit ${deleteBatchSize})`.execute(
          db,
        ),
      );
      deleted = numAffectedRows;
    }
  }

  return {
    /** Assigns the index to an account. Deletes the rows of another account first, so that they are never shown as SIMs of this one. */
    async open(account: string): Promise<void> {
      const { rows } = await store.run((db) =>
        sql`select from fleet_sync where tenant = ${tenant} and account = ${account}`.execute(db),
      );
      if (rows.length > 0) return;
      await store.run((db) => sql`delete from fleet_sync where tenant = ${tenant}`.execute(db));
      await deleteRows('fleet_sim');
      await deleteRows('fleet_read');
      await store.run((db) =>
        sql`
          insert into fleet_sync (tenant, account, first_sync_started_at) values (${tenant}, ${account}, clock_timestamp())
          on conflict do nothing`.execute(db),
      );
    },

    /**
     * Starts a full sync. Returns its start by the index clock, and whether no full sync has ended before. From now on, reads that began
     * earlier are discarded: the full sync reads the same SIMs.
     */
    async beginSync(): Promise<{ at: Date; isFirst: boolean }> {
      let begun: { at: Date; isFirst: boolean } | undefined;
      await write(async ({ db }) => {
        const { rows } = await sql<{ at: Date; isFirst: boolean }>`
          update fleet_sync set sync_started_at = date_trunc('milliseconds', clock_timestamp() + clock_offset)
          where tenant = ${tenant} returning sync_started_at as at, synced_at is null as is_first`.execute(
          db,
        );
        begun = rows[0];
      });
      if (begun === undefined) throw new Error('a full sync began before the account was opened');
      await deleteRows('fleet_read', sql`read_at < ${begun.at}`);
      return begun;
    },

    /**
     * Ends a full sync that began at `at`: every row is at least as recent. Returns whether `unreadableSims`, the number of SIMs without a
     * valid ICCID, differs from that of the previous full sync.
     */
    async endSync(at: Date, unreadableSims: number): Promise<boolean> {
      const { rows } = await store.run((db) =>
        sql<{ isOther: boolean }>`
          update fleet_sync set synced_at = ${at}, unreadable_sims = ${unreadableSims}
          from (select unreadable_sims from fleet_sync where tenant = ${tenant}) as before
          where tenant = ${tenant} and (synced_at is null or synced_at < ${at})
          returning before.unreadable_sims <> ${unreadableSims} as is_other`.execute(db),
      );
      return rows[0]?.isOther ?? false;
    },

    /** Updates the planner's statistics. A database role without the privilege gets them later, from autovacuum. */
    async analyze(): Promise<void> {
      await store.run((db) => sql`analyze fleet_sim`.execute(db));
    },

    async known(iccids: readonly string[]): Promise<Map<string, KnownSim>> {
      const { rows } = await store.run((db) =>
        sql<KnownSim>`
          select iccid, fingerprint, cost_month, cost_version,
            coalesce(cost_asked_at > ${now} - ${maxCostAge}, false) as is_cost_fresh
          from fleet_sim where tenant = ${tenant} and iccid = any(${[...iccids]}::text[])`.execute(db),
      );
      return new Map(rows.map((row) => [row.iccid, row]));
    },

    /** Yields, in batches, the SIMs whose rows are older than `since` and for which `wasSeen` is false. */
    async *unseen(wasSeen: (iccid: string) => boolean, since: Date): AsyncGenerator<string[]> {
      for (let behind = ''; ; ) {
        const { rows } = await store.run((db) =>
          sql<{ iccid: string; isOlder: boolean }>`
            select iccid, observed_at < ${since} as is_older from fleet_sim
            where tenant = ${tenant} and iccid > ${behind} order by iccid limit ${batchSize}`.execute(db),
        );
        yield rows.filter(({ iccid, isOlder }) => isOlder && !wasSeen(iccid)).map(({ iccid }) => iccid);
        const last = rows.at(-1);
        if (last === undefined || rows.length < batchSize) return;
        behind = last.iccid;
      }
    },

    scheduleRefresh,

    /** Returns up to `limit` SIMs whose poll is due, and schedules their next poll; `stopPolling` ends the polls of settled SIMs. */
    async takeDue(limit: number): Promise<string[]> {
      await store.run((db) =>
        sql`${advanceIndexClock(tenant)} and latest_at > clock_timestamp() + clock_offset`.execute(db),
      );
      const { rows } = await store.run((db) =>
        sql<{ iccid: string }>`
          update fleet_sim set next_poll_at = ${nextPollAt}
          where tenant = ${tenant} and iccid in (
            select iccid from fleet_sim where tenant = ${tenant} and next_poll_at <= ${now}
            order by next_poll_at limit ${limit} for update skip locked)
          returning iccid`.execute(db),
      );
      if (rows.length > 0) await store.run((db) => advanceIndexClock(tenant).execute(db));
      return rows.map(({ iccid }) => iccid);
    },

    /** Ends the polls of SIMs that are not in transition. */
    async stopPolling(stableIccids: readonly string[]): Promise<void> {
      if (stableIccids.length === 0) return;
      await store.run((db) =>
        sql`
          update fleet_sim set next_poll_at = null, polling_since = null
          where tenant = ${tenant} and iccid in (
            select iccid from fleet_sim
            where tenant = ${tenant} and iccid = any(${[...stableIccids]}::text[]) and next_poll_at is not null and not is_transitioning
            order by iccid for update)`.execute(db),
      );
    },
  };

  async function scheduleRefresh(iccids: readonly string[]): Promise<void> {
    await store.run((db) =>
      sql`
        update fleet_sim set next_poll_at = ${now}, polling_since = coalesce(polling_since, ${now})
        where tenant = ${tenant} and iccid in (
          select iccid from fleet_sim
          where tenant = ${tenant} and iccid = any(${[...iccids]}::text[]) and (next_poll_at is null or next_poll_at > ${now})
          order by iccid for update)`.execute(db),
    );
    await store.run((db) => advanceIndexClock(tenant).execute(db));
  }
}
