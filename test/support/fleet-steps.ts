import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { createQuietWorld, relayedEnv, type ShownSim, truthOf, whenComplete } from './fleet-sync.ts';
import { type RunningGateway, startGateway } from './gateway.ts';
import { midMonthEnv } from './mid-month.ts';
import { type Held, type Relay, startRelay } from './relay.ts';
import type { World, WorldOptions } from './sandbox.ts';
import { createStore, type TestStore } from './store.ts';
import { waitFor } from './wait-for.ts';

/** The calls that a world received during one full sync. */
type Calls = Awaited<ReturnType<World['calls']>>;

/** A gateway that runs a full sync only when the test requests it. */
export interface SteppedFleet {
  world: World;
  store: TestStore;
  /** Between the gateway and the SIM API; it holds back the first page of every full sync. */
  relay: Relay;
  /** Settings of the gateway; another gateway with the same settings uses the same account. */
  env: Readonly<Record<string, string>>;
  gateway: RunningGateway;
  /** Runs one full sync, from its first page to its end. Returns the calls that the SIM API received. */
  fullSync(): Promise<Calls>;
  /** Empties the index, which is then incomplete until the next full sync ends. */
  forget(): Promise<void>;
  /** The time of the database clock, which the index uses for asOf. */
  databaseNow(): Promise<string>;
  /** The expected content of the index. Throws if the clock of the world has moved since the last full sync. */
  truth(): Promise<ShownSim[]>;
  /** Waits until the gateway polls no SIM any more. */
  whenPollingEnds(): Promise<void>;
}

/** The options of a stepped fleet. */
export interface SteppedOptions extends WorldOptions {
  /** Creates the world; by default none of its SIMs is in transition. */
  readonly make?: (options: WorldOptions) => Promise<World>;
  /** Changes the world before the gateway reads it. */
  readonly prepare?: (world: World) => Promise<void>;
  /** Settings of the gateway beside those that the steps need. */
  readonly env?: Readonly<Record<string, string>>;
  /** Changes the database before the gateway opens it. */
  readonly prepareStore?: (store: TestStore) => Promise<void>;
}

const firstPage = '/get_account_sims?offset=0';

/** Full syncs follow one another (interval 1 ms), each held back at its first page. The long lease keeps a held sync alive. */
const stepEnv: Readonly<Record<string, string>> = {
  ...midMonthEnv,
  FLEET_SYNC_INTERVAL_MS: '1',
  FLEET_CALLS_PER_SECOND: '100000',
  CHANGE_LEASE_MS: '600000',
};

/**
 * Gives the tests of a file one world and one gateway that waits for the test before each full sync. The index is complete when the
 * first test begins. Faults and calls are cleared before each test.
 */
export function stepFleet({
  make = createQuietWorld,
  prepare,
  prepareStore,
  env: ownEnv = {},
  ...options
}: SteppedOptions = {}): SteppedFleet {
  const fleet = {} as SteppedFleet;
  /** The first page of the next full sync. */
  let next: Held | undefined;
  let held: Held | undefined;
  let readAt = 0;

  async function fullSync(): Promise<Calls> {
    await fleet.world.clearCalls();
    // After a failed test the relay may already hold the next sync.
    next ??= fleet.relay.hold(firstPage);
    held?.release();
    await next.arrived;
    [held, next] = [next, undefined];
    readAt = (await fleet.world.clock()).now;
    return fleet.world.calls();
  }

  beforeAll(async () => {
    const world = await make(options);
    await prepare?.(world);
    const [store, relay] = [await createStore(), await startRelay(world.origin)];
    await prepareStore?.(store);
    const env = { ...stepEnv, ...relayedEnv(relay), ...ownEnv };
    const gateway = await startGateway({ world, store, env });
    Object.assign(fleet, {
      ...{ world, store, relay, env, gateway, fullSync },
      async forget() {
        await store.query('delete from fleet_sim');
        await store.query('update fleet_sync set synced_at = null');
      },
      async databaseNow() {
        const [row] = await store.query<{ now: Date }>('select clock_timestamp() as now');
        return row?.now.toISOString() ?? '';
      },
      async truth() {
        if ((await world.clock()).now !== readAt)
          throw new Error('the clock of the world has moved since the last full sync');
        return truthOf(world);
      },
      async whenPollingEnds() {
        await waitFor(
          async () =>
            (await store.query('select from fleet_sim where next_poll_at is not null')).length === 0,
        );
      },
    } satisfies SteppedFleet);
    await whenComplete(gateway);
    await fullSync();
  });
  beforeEach(async () => {
    await fleet.world.clearFaults();
    await fleet.world.clearCalls();
  });
  afterAll(async () => {
    await fleet.gateway?.stop();
    await fleet.relay?.stop();
    await fleet.store?.remove();
    await fleet.world?.remove();
  });
  return fleet;
}
