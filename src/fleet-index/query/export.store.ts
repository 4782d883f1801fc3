import { sql } from 'kysely';
import type { Store } from '../../store/index.ts';
import type { SimRow } from '../sim-row.ts';
import type { FleetScope } from './filter.store.ts';
import { listParts } from './keyset-ranges.store.ts';
import { selectAll } from './page.store.ts';
import { type StoredRow, toSimRow } from './row.store.ts';
import type { SimOrder } from './sim-query.ts';

const batchSize = 1000;
/**
 * `cursor_tuple_fraction`: the share of the rows that the planner optimizes for. With a small share the first rows come at once, without
 * sorting all of them. With a still smaller one, a search with few matches would scan the whole fleet in order.
 */
const shareWanted = 0.01;

/**
 * Passes all SIMs in the scope, as of one snapshot, to `take` in batches of 1000. The next batch is read when `take` resolves, so `take`
 * must not wait for a client. Occupies a connection for snapshots until it ends. Errors: StoreUnavailable; an error of `take`, which ends
 * the export.
 */
export async function exportRows(
  store: Store,
  scope: FleetScope,
  order: SimOrder,
  take: (rows: readonly SimRow[]) => Promise<void>,
): Promise<void> {
  const parts = listParts(order, 'forward', null);
  await store.snapshot(async (db) => {
    await sql`set local cursor_tuple_fraction = ${sql.lit(shareWanted)}`.execute(db);
    for (const statement of selectAll(scope, parts)) {
      await sql`declare sims no scroll cursor for ${statement}`.execute(db);
      for (let isMore = true; isMore; ) {
        const { rows } = await sql<StoredRow>`fetch ${sql.lit(batchSize)} from sims`.execute(db);
        if (rows.length > 0) await take(rows.map(toSimRow));
        isMore = rows.length === batchSize;
      }
      await sql`close sims`.execute(db);
    }
  });
}
