import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

/** What the tables of the index say, over a connection of the proof's own, to be ended. */
export async function openIndex(url) {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  const rowsOf = async (text, values) => (await client.query(text, values)).rows;
  const syncedAt = async () =>
    (await rowsOf('select extract(epoch from synced_at)::float8 * 1000 as at from fleet_sync'))[0]?.at ??
    null;
  return {
    client,
    end: () => client.end().catch(() => undefined),
    /** When the last walk that has ended began, in milliseconds since 1970; null before. */
    syncedAt,
    /** Waits for the end of a walk that began after this; gives when it began and when its end was seen. */
    async syncedAfter(sinceMs, timeoutMs = 1_800_000) {
      const startedAt = performance.now();
      for (;;) {
        const at = await syncedAt();
        if (at !== null && (sinceMs === null || at > sinceMs)) return { beganAt: at, endedAt: Date.now() };
        if (performance.now() - startedAt > timeoutMs)
          throw new Error(
            `no walk has ended since ${new Date(sinceMs).toISOString()}, the last began at ${new Date(at).toISOString()}`,
          );
        await pause(performance.now() - startedAt < 10_000 ? 20 : 200);
      }
    },
    /** Rows of SIMs written since the database was made, and bytes of its log. The database counts with a delay. */
    async written() {
      await pause(11_000);
      const [row] = await rowsOf(
        `select n_tup_ins::int as inserted, n_tup_upd::int as updated, n_tup_del::int as deleted,
           pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 as log_bytes
         from pg_stat_user_tables where relname = 'fleet_sim'`,
      );
      return row;
    },
    /** Megabytes on disk: of all tables, of the table of SIMs, and of each of its indexes. */
    async sizes() {
      const [whole] = await rowsOf(
        `select pg_database_size(current_database())::float8 / 1e6 as database,
           pg_table_size('fleet_sim')::float8 / 1e6 as sims`,
      );
      const indexes = await rowsOf(
        `select indexrelname as name, pg_relation_size(indexrelid)::float8 / 1e6 as megabytes
         from pg_stat_user_indexes where relname = 'fleet_sim' order by 2 desc`,
      );
      return { ...whole, indexes };
    },
    /** The gateway that leads, by the application_name of its connection; null while none does. */
    async leader() {
      const [row] = await rowsOf(
        `select application_name as name from pg_locks join pg_stat_activity using (pid)
         where locktype = 'advisory' and granted
           and (classid::bigint << 32) | objid::bigint
             = hashtextextended('sim-gateway fleet default in ' || current_schema(), 0)`,
      );
      return row?.name ?? null;
    },
  };
}
