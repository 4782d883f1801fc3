import { type Kysely, type Migration, sql } from 'kysely';

/** What keeps the index of the fleet in order when reads arrive late, and when the clock of the database is set back. */
export const fleetClock: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  // The time of the index is the clock of the database plus `clock_offset`, and never before `latest_at`. No read that began before
  // `sync_started_at` changes the index. `unreadable_sims` are those that the last sync could not identify.
  `alter table fleet_sync
    add clock_offset interval not null default interval '0',
    add latest_at timestamptz not null default clock_timestamp(),
    add sync_started_at timestamptz(3),
    add unreadable_sims integer not null default 0`,
  // The clock may have been set back before this change.
  `update fleet_sync set latest_at = greatest(latest_at, begun_at, walked_at,
    (select max(seen_at) from fleet_sim where fleet_sim.tenant = fleet_sync.tenant))`,

  // When SIMs were last read, if that changed nothing in the table of SIMs: those that were as they are known, and those that were not
  // there. Rows from before the last sync began are of no use.
  `create table fleet_read (
    tenant text not null,
    iccid text collate "C" not null,
    read_at timestamptz not null,
    primary key (tenant, iccid)
  )`,
];
