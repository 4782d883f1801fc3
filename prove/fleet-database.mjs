import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

/** Reads the tables of the index over a new connection, which the caller ends. */
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
    /** When the last completed full sync began, in epoch milliseconds; null before the first. */
    syncedAt,
    /** Waits for the end of a full sync that began after `sinceMs`; returns when it began and when its end was observed. */
    async syncedAfter(sinceMs, timeoutMs = 1_800_000) {
      const startedAt = performance.now();
      for (;;) {
        const at = await syncedAt();
        if (at !== null && (sinceMs === null || at > sinceMs)) return { beganAt: at, endedAt: Date.now() };
        if (performance.now() - startedAt > timeoutMs)
          throw new Error(
            `no full sync has ended since ${new Date(sinceMs).toISOString()}, the last began at ${new Date(at).toISOString()}`,
          );
        await pause(performance.now() - startedAt < 10_000 ? 20 : 200);
      }
    },
    /** SIM rows written since the database was created, and bytes of its WAL. PostgreSQL updates these statistics with a delay. */
    async written() {
      await pause(11_000);
      const [row] = await rowsOf(
        `select n_tup_ins::int as inserted, n_tup_upd::int as updated, n_tup_del::int as deleted,
           pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 as log_bytes
         from pg_stat_user_tables where relname = 'fleet_sim'`,
      );
      return row;
    },
    /** Disk usage in MB: all tables, the SIM table, and each of its indexes. */
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
    /** The leading gateway by the application_name of its connection; null if none leads. */
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
