import { sql } from 'kysely';
import type { Store } from '../../store/index.ts';
import type { SimRow } from '../sim-row.ts';
import type { FleetScope } from './filter.store.ts';
import { listParts } from './keyset-ranges.store.ts';
import { selectAll } from './page.store.ts';
import type { SimOrder } from './sim-query.ts';

const batchSize = 1000;
/**
 * The share of the rows for whose sake a plan is chosen. The first are to come at once, rather than all of them be sorted before;
 * a still smaller share would have the whole fleet looked through in its order for the few SIMs that a search finds.
 */
const shareWanted = 0.01;

/**
 * All SIMs that are meant, as they are at this moment, so many at a time; the next are read when the last were taken, which must not
 * wait for a client. Has one of the connections for such for as long as that goes on. Errors: StoreUnavailable; what `take` fails with, which ends it.
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
        const { rows } = await sql<SimRow>`fetch ${sql.lit(batchSize)} from sims`.execute(db);
        if (rows.length > 0) await take(rows);
        isMore = rows.length === batchSize;
      }
      await sql`close sims`.execute(db);
    }
  });
}
