import { type Kysely, type Migration, sql } from 'kysely';

/**
 * Names columns by what they hold. A gateway of 0.1 fails on them: it cannot lease a chunk, sync the fleet or claim a SIM for sending, so
 * it sends no change. Every gateway has to be stopped before the first one of this version starts.
 */
export const columnNames: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const [table, columns] of Object.entries(renamed))
      for (const [from, to] of Object.entries(columns))
        await sql`alter table ${sql.table(table)} rename column ${sql.ref(from)} to ${sql.ref(to)}`.execute(
          db,
        );
  },
};

const renamed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  change_sim: {
    sent_at: 'first_sent_at',
    settled_at: 'recorded_at',
  },
  bulk_operation: {
    follows: 'waits_until_settled',
  },
  bulk_chunk: {
    hand: 'lease_token',
    is_begun: 'is_expanded',
    walked_to: 'next_offset',
    puzzles: 'malformed_reads',
    strayed: 'diverged_once',
  },
  fleet_sim: {
    is_limit_told: 'has_data_limit_field',
    are_profiles_told: 'has_profiles_field',
    cost_marks: 'cost_version',
    seen_at: 'observed_at',
    watched_since: 'polling_since',
    look_at: 'next_poll_at',
  },
  fleet_sync: {
    begun_at: 'first_sync_started_at',
    walked_at: 'synced_at',
  },
};
