import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { createPool, special } from '../support/fleet.ts';
import { startGateway } from '../support/gateway.ts';
import type { Running } from '../support/running.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import { createStore, type TestStore } from '../support/store.ts';
import { waitFor } from '../support/wait-for.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A gateway that has completed a full sync and starts no other one during the tests. */
export interface FilterFixture extends Running {
  store: TestStore;
  /** ICCIDs of the fixture SIMs by name, Attic-1 to Attic-7. */
  iccids: Readonly<Record<string, string>>;
}

/**
 * Runs a gateway with a fleet index for the tests of a file. Seven SIMs of the fleet have known values in all fields that can be filtered
 * by, and unique names: Attic-1 to Attic-7.
 */
export function runFilterFixture(): FilterFixture {
  const filterFixture = {} as FilterFixture;
  beforeAll(async () => {
    filterFixture.world = await createWorld({
      sims: 200,
      // An hour ahead: the SIMs have usage of this month, and of the next one if that begins during the tests.
      clock: { startAt: Date.now() + HOUR_MS, rate: 0 },
      behaviour: { settleMs: { min: 0, max: 0 } },
    });
    filterFixture.store = await createStore();
    filterFixture.iccids = await furnish(filterFixture.world);
    filterFixture.gateway = await startGateway({
      world: filterFixture.world,
      store: filterFixture.store,
      env: { FLEET_SYNC_INTERVAL_MS: String(DAY_MS), FLEET_CALLS_PER_SECOND: '1000' },
    });
    await waitFor(async () => {
      const { data } = await filterFixture.gateway.ask<{ fleet: { isComplete: boolean } }>(
        '{ fleet { isComplete } }',
      );
      return data.fleet.isComplete;
    });
  });
  beforeEach(() => filterFixture.world.clearEffects());
  afterAll(async () => {
    await filterFixture.gateway.stop();
    await filterFixture.store.remove();
    await filterFixture.world.remove();
  });
  return filterFixture;
}

async function furnish(world: World): Promise<Record<string, string>> {
  const pool = createPool(() => world);
  const live = await pool.take(4, { state: 'LIVE', esim: false });
  const offline = await pool.take(1, { state: 'OFFLINE', esim: false });
  const esim = await pool.take(1, { state: 'OFFLINE', esim: true });
  const [one, two, three, seven, four, five] = [...live, ...offline, ...esim].map(({ iccid }) => iccid);
  const sims: [string | undefined, string | null, number | null, object?][] = [
    [one, 'Attic', 40 * DAY_MS],
    [two, 'Cellar', 20 * DAY_MS],
    [three, 'Attic', null],
    [four, 'Attic', 50 * DAY_MS],
    [five, null, 2 * HOUR_MS],
    // This SIM has used 25 MB.
    [special.E210, 'Attic', 3 * HOUR_MS, { data_limit: 30 }],
    [seven, 'Cellar', HOUR_MS, { status: { primary: 'PENDING', secondary: 'LIVE' } }],
  ];
  const iccids: Record<string, string> = {};
  for (const [index, [iccid = '', group, silentMs, fields]] of sims.entries()) {
    const name = `Attic-${index + 1}`;
    await world.patchSim(iccid, {
      name,
      lastDataSessionMillis: silentMs === null ? 0 : Date.now() - silentMs,
      data_limit: 0,
      ...(group === null ? { $remove: ['group'] } : { group }),
      ...fields,
    });
    iccids[name] = iccid;
  }
  return iccids;
}
