import { sql } from 'kysely';
import type { Clock } from '../../base/clock.ts';
import type { Store } from '../../store/index.ts';
import { advanceIndexClock, createIndexWriter, indexNow } from '../ingest/index-clock.store.ts';
import { noCostVersion } from '../sim-row.ts';

/** What the index knows of a SIM that is met again. */
export interface KnownSim {
  readonly iccid: string;
  readonly fingerprint: string;
  readonly costMonth: string | null;
  readonly costVersion: string | null;
  /** Whether the cost was read lately enough to be believed while its marks stay. */
  readonly isCostFresh: boolean;
}

/** The SQL of reading the fleet: how far a walk is, and which SIMs are to be looked at. Errors of all: StoreUnavailable. */
export type SyncStore = ReturnType<typeof createSyncStore>;

/** A cost whose marks stay is read again after this all the same, sooner where there are no marks that could change. */
const maxCostAge = sql`case when starts_with(cost_version, ${noCostVersion}) then interval '1 hour' else interval '6 hours' end`;
const batchSize = 20_000;
const rowsDeletedAtOnce = 20_000;

/** The state of reading one account, whose SIMs are those of a tenant. */
export function createSyncStore(store: Store, tenant: string, clock: Clock) {
  const now = indexNow(tenant);
  /** How soon a SIM is looked at again: the longer that goes on, the later. */
  const nextPollAt = sql`${now} + least(greatest((${now} - coalesce(polling_since, ${now})) / 2,
    interval '2 seconds'), interval '60 seconds')`;
  const write = createIndexWriter(store, tenant, null, clock);

  /** Deletes the rows of a table that fit a condition, some at a time. */
  async function deleteRows(table: 'fleet_sim' | 'fleet_read', condition = sql`true`): Promise<void> {
    const name = sql.table(table);
    for (let deleted = 1n; deleted > 0n; ) {
      const { numAffectedRows = 0n } = await store.run((db) =>
        sql`
          delete from ${name} where tenant = ${tenant} and iccid in (
            select iccid from ${name} where tenant = ${tenant} and ${condition} order by iccid limit ${rowsDeletedAtOnce})`.execute(
          db,
        ),
      );
      deleted = numAffectedRows;
    }
  }

  return {
    /** Begins to read an account; what is known of another one is forgotten first, and never shown as the new one's. */
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
     * The time of the index at which a walk begins; and whether none was ended before. From now on no read that began earlier changes
     * anything: the walk finds out what it would tell.
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
      if (begun === undefined) throw new Error('a walk began before the account was opened');
      await deleteRows('fleet_read', sql`read_at < ${begun.at}`);
      return begun;
    },

    /**
     * Ends a walk that began then and could not identify this many SIMs: the index is no older. Gives whether the walk before could not
     * identify another number of them.
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

    /** Has the database look at what it holds, so that it plans well; who may not order that waits until it does so by itself. */
    async analyze(): Promise<void> {
      await store.run((db) => sql`analyze fleet_sim`.execute(db));
    },

    /** What is known of some SIMs. */
    async known(iccids: readonly string[]): Promise<Map<string, KnownSim>> {
      const { rows } = await store.run((db) =>
        sql<KnownSim>`
          select iccid, fingerprint, cost_month, cost_version,
            coalesce(cost_asked_at > ${now} - ${maxCostAge}, false) as is_cost_fresh
          from fleet_sim where tenant = ${tenant} and iccid = any(${[...iccids]}::text[])`.execute(db),
      );
      return new Map(rows.map((row) => [row.iccid, row]));
    },

    /** SIMs that no walk since then has met, some at a time. */
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

    /** Takes SIMs that are due to be looked at; they are due again a little later, unless they have settled by then. */
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

    /** These SIMs need not be looked at any more. */
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
