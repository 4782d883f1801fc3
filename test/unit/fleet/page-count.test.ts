import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../../src/base/clock.ts';
import { createUpsertStore, type UpsertStore } from '../../../src/fleet-index/ingest/upsert.store.ts';
import { createFleetStore, type FleetStore } from '../../../src/fleet-index/query/fleet.store.ts';
import { listParts } from '../../../src/fleet-index/query/keyset-ranges.store.ts';
import type { SimFilter } from '../../../src/fleet-index/query/sim-query.ts';
import { createSyncStore } from '../../../src/fleet-index/sync/sync.store.ts';
import type { Sim } from '../../../src/sim-api/index.ts';
import { decodeSim } from '../../../src/sim-api/wire/sim.wire.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { silentLog } from '../../support/silent-log.ts';
import { createStore, type TestStore } from '../../support/store.ts';

const tenant = 'tenant';
const account = 'an account';
const live: SimFilter = { states: ['LIVE'] };
/** Only SIMs themselves can be counted by this filter, not the counts by group and state. */
const named: SimFilter = { search: 'scooter' };
const filters: SimFilter[] = [{}, live, named];

let database: TestStore;
let store: Store;
/** The index as two gateways see it; the second one scans the list in order before it sorts. */
let index: FleetStore;
let otherIndex: FleetStore;
let upserts: UpsertStore;

beforeAll(async () => {
  database = await createStore();
});
afterAll(() => database.remove());
beforeEach(async () => {
  const options = { dataDir: '', url: database.url, migrationUrl: null, maxConnections: 4 };
  store = await openStore(options, silentLog);
  await database.query('truncate fleet_sim, fleet_count, fleet_read, fleet_sync');
  await createSyncStore(store, tenant, systemClock).open(account);
  upserts = createUpsertStore(store, tenant, account, systemClock, silentLog);
  index = createFleetStore(store, account);
  otherIndex = createFleetStore(store, account, { maxSorted: 0, maxScanned: 100 });
});
afterEach(() => store.stop());

const iccidOf = (number: number) => `89${String(number).padStart(17, '0')}`;
const simOf = (number: number, state = 'LIVE') =>
  decodeSim({ iccid: iccidOf(number), name: `Scooter ${number}`, state }) as Sim;
const write = (...sims: Sim[]) => upserts.upsert(sims.map((sim) => ({ sim, askedAtMs: performance.now() })));

/** Reads the first page of a list; returns its count and the number of its SIMs. */
async function read(reader: FleetStore, filter: SimFilter): Promise<readonly [number | null, number]> {
  const parts = listParts({ field: 'NAME', direction: 'ASC' }, 'forward', null);
  const page = await reader.page({ tenant, group: null, filter }, parts, 100, true);
  return [page?.count ?? null, page?.rows.length ?? 0];
}

/** Checks the counts of all filters, as either gateway reads them; twice, because the second count is a known one. */
async function expectCounts(counts: readonly number[]): Promise<void> {
  for (const reader of [index, otherIndex, index])
    for (const [position, filter] of filters.entries())
      expect(await read(reader, filter)).toEqual([counts[position], counts[position]]);
}

describe('the count of a list', () => {
  test('is right immediately after SIMs were added, changed and removed', async () => {
    await expectCounts([0, 0, 0]);
    await write(simOf(1), simOf(2), simOf(3));
    await expectCounts([3, 3, 3]);
    await write(simOf(2, 'OFFLINE'));
    await expectCounts([3, 2, 3]);
    await upserts.change([{ before: simOf(3), after: { ...simOf(3), name: 'Tracker', state: 'OFFLINE' } }]);
    await expectCounts([3, 1, 2]);
    await upserts.remove([iccidOf(1)], performance.now());
    await expectCounts([2, 0, 1]);
  });

  test('is right while the clock of the database was set back', async () => {
    await write(simOf(1));
    // As after a step of an hour: the index clock stands still until the next write.
    await database.query(`update fleet_sync set latest_at = clock_timestamp() + interval '1 hour'`);
    await expectCounts([1, 1, 1]);
    await write(simOf(2));
    await expectCounts([2, 2, 2]);
    await write(simOf(3));
    await expectCounts([3, 3, 3]);
  });

  test('is not known to a gateway whose account the index no longer belongs to, and is right when it belongs to it again', async () => {
    await write(simOf(1), simOf(2));
    await expectCounts([2, 2, 2]);
    const sync = createSyncStore(store, tenant, systemClock);
    await sync.open('another account');
    for (const filter of filters) expect(await read(index, filter)).toEqual([null, 0]);
    await sync.open(account);
    await expectCounts([0, 0, 0]);
    await write(simOf(1));
    await expectCounts([1, 1, 1]);
  });

  test('belongs to the same moment as the SIMs, while SIMs come and go', async () => {
    let isWriting = true;
    const sims = Array.from({ length: 20 }, (_, number) => simOf(number));
    const writing = (async () => {
      for (let round = 0; round < 15; round++) {
        await write(...sims);
        await upserts.remove(
          sims.map(({ iccid }) => iccid),
          performance.now(),
        );
      }
      isWriting = false;
    })();
    const seen: (readonly [number | null, number])[] = [];
    while (isWriting) for (const filter of filters) seen.push(await read(index, filter));
    await writing;
    expect(seen.filter(([count, rows]) => count !== rows)).toEqual([]);
  });
});
