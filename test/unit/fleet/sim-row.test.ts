import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { systemClock } from '../../../src/base/clock.ts';
import type { Log } from '../../../src/base/log.ts';
import { createUpsertStore, type UpsertStore } from '../../../src/fleet-index/ingest/upsert.store.ts';
import { createFleetStore, type FleetStore } from '../../../src/fleet-index/query/fleet.store.ts';
import { listParts } from '../../../src/fleet-index/query/keyset-ranges.store.ts';
import { costOf, costVersionOf, fingerprintOf } from '../../../src/fleet-index/sim-row.ts';
import { createSyncStore } from '../../../src/fleet-index/sync/sync.store.ts';
import type { Sim, SimCost } from '../../../src/sim-api/index.ts';
import { decodeSim } from '../../../src/sim-api/wire/sim.wire.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { createStore, type TestStore } from '../../support/store.ts';
import '../../support/fixed-seed.ts';

const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
const tenant = 'tenant';
const account = 'an account';
let schema: TestStore;
let store: Store;
let upserts: UpsertStore;
let index: FleetStore;

beforeAll(async () => {
  schema = await createStore();
  store = await openStore({ dataDir: '', url: schema.url, migrationUrl: null, maxConnections: 2 }, silent);
  await createSyncStore(store, tenant, systemClock).open(account);
  upserts = createUpsertStore(store, tenant, account, systemClock, silent);
  index = createFleetStore(store, account);
});
afterAll(async () => {
  await store.stop();
  await schema.remove();
});

const iccid = fc.stringMatching(/^\d{18,22}$/);
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(null, undefined, 7, '', ' ', '\0', '\ud800', "'; drop", '{"a":1}', '\\', '\u001f', '名前'),
);
const instant = fc.oneof(
  fc.constantFrom(null, undefined, 0, 1, 1e10, 1e11, 253_402_300_799_999, 253_402_300_800_000, 'never', -1),
  fc.nat({ max: 2_000_000_000_000 }),
);
const word = fc.constantFrom('LIVE', 'PENDING', 'ON', 'OFF', 'SUSPENDED', 'CLOSED', 'odd\0', null, undefined);
const anySim = fc
  .record({
    iccid,
    eid: fc.oneof(fc.stringMatching(/^\d{32}$/), text),
    name: text,
    group: text,
    msisdn: text,
    imsi: text,
    imei: text,
    type: text,
    form: text,
    apn: text,
    data_limit: fc.oneof(fc.constantFrom(null, undefined, 0, 0.2, -5, 1e300), fc.nat()),
    active_profile: text,
    downloaded_profiles: fc.oneof(fc.array(text), fc.constant(undefined)),
    state: word,
    status: fc.record({ primary: word, secondary: word }),
    lastNetworkActivityMillis: instant,
    lastModifiedMillis: instant,
    lastDataSessionMillis: instant,
    lastUsageUpdate: instant,
  })
  .map((wire) => decodeSim(wire) as Sim);
const anyCost = fc.oneof(
  fc.constant(null),
  fc.record({
    dataPlan: fc.oneof(fc.string({ unit: 'binary' }), fc.constant(null)),
    usedBytes: fc.maxSafeNat(),
    cost: fc.record({
      amount: fc.double({ noNaN: true, noDefaultInfinity: true }),
      currency: fc.constantFrom('EUR', 'USD'),
    }),
  }),
);

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
const storable = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === 'string'
        ? inner.replaceAll(/[\0\p{Surrogate}]/gu, '\ufffd')
        : typeof inner === 'number'
          ? String(inner + 0)
          : inner,
    ),
  );

describe('a row of the index', () => {
  test('returns the SIM and cost that were written, for any response of the SIM API', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.record({ sim: anySim, cost: anyCost }), {
          maxLength: 8,
          selector: ({ sim }) => sim.iccid,
        }),
        async (observed) => {
          await schema.query('delete from fleet_sim');
          const month = '2026-11';
          const costs = new Map<string, SimCost | null>(
            observed.map(({ sim, cost }) => [sim.iccid, cost && { iccid: sim.iccid, month, ...cost }]),
          );
          await upserts.upsert(
            observed.map(({ sim }) => ({
              sim,
              askedAtMs: performance.now(),
              cost: { month, cost: costs.get(sim.iccid) ?? null },
            })),
          );
          const page = await index.page(
            { tenant, group: null, filter: null },
            listParts({ field: 'ICCID', direction: 'ASC' }, 'forward', null),
            100,
            false,
          );
          const rows = page?.rows ?? [];
          const sorted = observed.map(({ sim }) => sim).sort((a, b) => (a.iccid < b.iccid ? -1 : 1));
          expect(rows.map(storable)).toEqual(
            sorted.map((sim) => expect.objectContaining(storable(sim) as object)),
          );
          expect(rows.map((row) => storable(costOf(row, month) ?? null))).toEqual(
            sorted.map((sim) => storable(costs.get(sim.iccid) ?? null)),
          );
          expect(rows.map((row) => costOf(row, '2026-10'))).toEqual(rows.map(() => undefined));
        },
      ),
      { numRuns: 60 },
    );
  });
});

const sim = decodeSim({
  iccid: '8937204016020494394',
  name: 'one',
  state: 'LIVE',
  status: { primary: 'ON', secondary: 'LIVE' },
  lastDataSessionMillis: 1_700_000_000_000,
  lastUsageUpdate: 1_700_000_900_000,
}) as Sim;

describe('the fingerprint of a SIM', () => {
  const others: Partial<Sim>[] = [
    { name: null },
    { name: 'two' },
    { groupName: 'one' },
    { eid: '89049032007200888000000000000012' },
    { msisdn: '1' },
    { imsi: '1' },
    { imei: '1' },
    { type: 'esim' },
    { formFactor: 'MFF2' },
    { apn: 'iot' },
    { dataLimitMegabytes: 1 },
    { hasDataLimitField: true },
    { activeProfile: 'a' },
    { downloadedProfiles: ['a'] },
    { hasProfilesField: true },
    { state: 'TEST' },
    { isTransitioning: true },
    { pendingState: 'LIVE' },
    { rawState: 'LIVE!' },
    { legacyStatus: null },
    { lastNetworkActivityAt: new Date(1) },
    { lastModifiedAt: new Date(1) },
    { lastDataSessionAt: new Date(1) },
    { usageUpdatedAt: new Date(1) },
  ];
  test.each(others)('changes with %j', (change) => {
    expect(fingerprintOf({ ...sim, ...change })).not.toBe(fingerprintOf(sim));
  });

  test('is the same if nothing has changed', () => {
    expect(fingerprintOf({ ...sim, lastDataSessionAt: new Date(1_700_000_000_000) })).toBe(
      fingerprintOf(sim),
    );
  });
});

describe('the cost version of a SIM', () => {
  test.each<[boolean, Partial<Sim>]>([
    [true, { lastDataSessionAt: new Date(1_700_000_000_001) }],
    [true, { lastDataSessionAt: null }],
    [true, { usageUpdatedAt: new Date(1) }],
    [true, { usageUpdatedAt: null }],
    [true, { lastDataSessionAt: null, usageUpdatedAt: sim.lastDataSessionAt }],
    [true, { state: 'TEST' }],
    [true, { isTransitioning: true }],
    [false, { name: 'other', lastNetworkActivityAt: new Date(1), lastModifiedAt: new Date(1) }],
  ])('changes (%j) with %j', (has, change) => {
    expect(costVersionOf({ ...sim, ...change }) !== costVersionOf(sim)).toBe(has);
  });
});
