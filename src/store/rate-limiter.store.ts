import { sql } from 'kysely';
import type { Store } from './store.ts';

/** No gateway stands further back in the row, whatever was done to the clock of the database. */
const longestRow = sql`interval '10 seconds'`;

/** The SQL of the pace that all gateways keep together. */
export type PaceStore = ReturnType<typeof createPaceStore>;

/** The pace over a store. */
export function createPaceStore(store: Store) {
  return {
    /** Takes the next `calls` places in the row of an account, `perSecond` of them a second. Gives the milliseconds to the first. */
    async reserve(tenant: string, calls: number, perSecond: number): Promise<number> {
      const length = sql`make_interval(secs => ${calls / perSecond})`;
      const { rows } = await store.run((db) =>
        sql<{ waitMs: number }>`
          insert into upstream_pace as pace (tenant, next_at) values (${tenant}, clock_timestamp() + ${length})
          on conflict (tenant) do update
            set next_at = greatest(least(pace.next_at, clock_timestamp() + ${longestRow}), clock_timestamp()) + ${length}
          returning (extract(epoch from next_at - ${length} - clock_timestamp()) * 1000)::float8 as wait_ms`.execute(
          db,
        ),
      );
      return Math.max(0, rows[0]?.waitMs ?? 0);
    },
  };
}
