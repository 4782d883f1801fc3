import 'reflect-metadata';
import { coerceInputValue, isInputObjectType } from 'graphql';
import type { Log } from '../../src/base/log.ts';
import { createFleetStore, type ScanLimits } from '../../src/fleet-index/query/fleet.store.ts';
import { windowOf } from '../../src/gateway/common/paging.ts';
import { createFleetLoader } from '../../src/gateway/fleet/fleet.loader.ts';
import type { Loaders } from '../../src/gateway/loaders.ts';
import { createSchema } from '../../src/gateway/schema.ts';
import type { SimFilter } from '../../src/gateway/sim/sim-filter.type.ts';
import type { SimOrder } from '../../src/gateway/sim/sim-order.type.ts';
import { openStore } from '../../src/store/store.ts';
import type { SimsArguments, SimsPage } from './fleet-index.ts';
import type { TestStore } from './store.ts';

const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Reads pages of an index inside the test process, with scan limits set by the test. */
export interface IndexPages {
  /** One page, as the query `sims` returns it; `totalCount` is 0 if `isCounted` is false. */
  page(args: SimsArguments, limits: ScanLimits, isCounted: boolean): Promise<SimsPage>;
  close(): Promise<void>;
}

/** Opens the index that a gateway has written into `database`. */
export async function openIndexPages(database: TestStore): Promise<IndexPages> {
  const store = await openStore(
    { dataDir: '', url: database.url, migrationUrl: null, maxConnections: 4 },
    silent,
  );
  const [read] = await database.query<{ account: string }>('select account from fleet_sync');
  // The index answers every page here, so the loader is not used.
  // Reading a page of the index only primes costs, so the other loaders are left out.
  const loaders = { costs: { prime: () => undefined } } as unknown as Loaders;
  return {
    async page({ filter, orderBy, ...window }, limits, isCounted) {
      const index = createFleetStore(store, read?.account ?? '', limits);
      const { totalCount, isComplete, edges, pageInfo } = await createFleetLoader(
        index,
        loaders,
        'default',
        '2000-01',
        null,
      ).page({
        filter: filter == null ? null : parsedFilter(filter),
        orderBy: orderBy == null ? null : ({ field: 'ICCID', direction: 'ASC', ...orderBy } as SimOrder),
        window: windowOf(window),
        group: null,
        isCounted,
      });
      return { totalCount, isComplete, edges: edges.map(({ cursor, node }) => ({ cursor, node })), pageInfo };
    },
    close: () => store.stop(),
  };
}

const type = createSchema().getType('SimFilter');

/** Parses a filter as the schema does. */
function parsedFilter(filter: object): SimFilter {
  if (!isInputObjectType(type)) throw new Error('the schema has no SimFilter');
  return coerceInputValue(filter, type) as SimFilter;
}
