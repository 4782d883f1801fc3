import { sql } from 'kysely';
import type { Store } from '../../store/store.ts';
import { noMarks } from './sim-row.ts';

/** What the index knows of a SIM that is met again. */
export interface KnownSim {
  readonly iccid: string;
  readonly fingerprint: string;
  readonly costMonth: string | null;
  readonly costMarks: string | null;
  /** Whether the cost was read lately enough to be believed while its marks stay. */
  readonly isCostFresh: boolean;
}

/** The SQL of reading the fleet: how far a walk is, and which SIMs are to be looked at. Errors of all: StoreUnavailable. */
export type SyncStore = ReturnType<typeof createSyncStore>;

/** A cost whose marks stay is read again after this all the same, sooner where there are no marks that could change. */
const longestTrust = sql`case when starts_with(cost_marks, ${noMarks}) then interval '1 hour' else interval '6 hours' end`;
const rowsAtOnce = 50_000;
const rowsDeletedAtOnce = 20_000;

/** How soon a SIM that is under way is looked at: the longer it has been, the later. */
const nextLook = sql`clock_timestamp() + least(greatest((clock_timestamp() - coalesce(moving_since, seen_at)) / 2,
  interval '2 seconds'), interval '60 seconds')`;

/** The state of reading one account, whose SIMs are those of a tenant. */
export function createSyncStore(store: Store, tenant: string) {
  return {
    /** Begins to read an account; what is known of another one is forgotten first, and never shown as the new one's. */
    async open(account: string): Promise<void> {
      const { rows } = await store.run((db) =>
        sql`select from fleet_sync where tenant = ${tenant} and account = ${account}`.execute(db),
      );
      if (rows.length > 0) return;
      await store.run((db) => sql`delete from fleet_sync where tenant = ${tenant}`.execute(db));
      for (let deleted = 1n; deleted > 0n; ) {
        const { numAffectedRows = 0n } = await store.run((db) =>
          sql`
            delete from fleet_sim where tenant = ${tenant} and iccid in (
              select iccid from fleet_sim where tenant = ${tenant} order by iccid limit ${rowsDeletedAtOnce})`.execute(
            db,
          ),
        );
        deleted = numAffectedRows;
      }
      await store.run((db) =>
        sql`
          insert into fleet_sync (tenant, account, begun_at) values (${tenant}, ${account}, clock_timestamp())
          on conflict do nothing`.execute(db),
      );
    },

    /** The time by the clock of the database, at which a walk begins; and whether none was ended before. */
    async beginWalk(): Promise<{ at: Date; isFirst: boolean }> {
      const { rows } = await store.run((db) =>
        sql<{ at: Date; isFirst: boolean }>`
          select clock_timestamp() as at, walked_at is null as is_first from fleet_sync where tenant = ${tenant}`.execute(
          db,
        ),
      );
      const [row] = rows;
      if (row === undefined) throw new Error('a walk began before the account was opened');
      return row;
    },

    /** Ends a walk that began then: the index is no older. */
    async endWalk(at: Date): Promise<void> {
      await store.run((db) =>
        sql`
          update fleet_sync set walked_at = ${at}
          where tenant = ${tenant} and (walked_at is null or walked_at < ${at})`.execute(db),
      );
    },

    /** Has the database look at what it holds, so that it plans well; who may not order that waits until it does so by itself. */
    async analyze(): Promise<void> {
      await store.run((db) => sql`analyze fleet_sim`.execute(db));
    },

    /** What is known of some SIMs. */
    async known(iccids: readonly string[]): Promise<Map<string, KnownSim>> {
      const { rows } = await store.run((db) =>
        sql<KnownSim>`
          select iccid, fingerprint, cost_month, cost_marks,
            coalesce(cost_asked_at > clock_timestamp() - ${longestTrust}, false) as is_cost_fresh
          from fleet_sim where tenant = ${tenant} and iccid = any(${[...iccids]}::text[])`.execute(db),
      );
      return new Map(rows.map((row) => [row.iccid, row]));
    },

    /** Has those looked at that no walk since then has met. */
    async lookForUnmet(wasMet: (iccid: string) => boolean, since: Date): Promise<number> {
      let unmet = 0;
      for (let behind = ''; ; ) {
        const { rows } = await store.run((db) =>
          sql<{ iccid: string; isOlder: boolean }>`
            select iccid, seen_at < ${since} as is_older from fleet_sim
            where tenant = ${tenant} and iccid > ${behind} order by iccid limit ${rowsAtOnce}`.execute(db),
        );
        const gone = rows.filter(({ iccid, isOlder }) => isOlder && !wasMet(iccid)).map(({ iccid }) => iccid);
        if (gone.length > 0) await lookSoon(gone);
        unmet += gone.length;
        const last = rows.at(-1);
        if (last === undefined || rows.length < rowsAtOnce) return unmet;
        behind = last.iccid;
      }
    },

    lookSoon,

    /** Takes SIMs that are due to be looked at; they are due again a little later, unless they have settled by then. */
    async takeDue(most: number): Promise<string[]> {
      const { rows } = await store.run((db) =>
        sql<{ iccid: string }>`
          update fleet_sim set look_at = ${nextLook}
          where tenant = ${tenant} and iccid in (
            select iccid from fleet_sim where tenant = ${tenant} and look_at <= clock_timestamp()
            order by look_at limit ${most} for update skip locked)
          returning iccid`.execute(db),
      );
      return rows.map(({ iccid }) => iccid);
    },

    /** These SIMs need not be looked at any more. */
    async lookedAt(settled: readonly string[]): Promise<void> {
      if (settled.length === 0) return;
      await store.run((db) =>
        sql`
          update fleet_sim set look_at = null, moving_since = null
          where tenant = ${tenant} and iccid in (
            select iccid from fleet_sim
            where tenant = ${tenant} and iccid = any(${[...settled]}::text[]) and look_at is not null and not is_transitioning
            order by iccid for update)`.execute(db),
      );
    },
  };

  async function lookSoon(iccids: readonly string[]): Promise<void> {
    await store.run((db) =>
      sql`
        update fleet_sim set look_at = clock_timestamp()
        where tenant = ${tenant} and iccid in (
          select iccid from fleet_sim
          where tenant = ${tenant} and iccid = any(${[...iccids]}::text[]) and (look_at is null or look_at > clock_timestamp())
          order by iccid for update)`.execute(db),
    );
  }
}
