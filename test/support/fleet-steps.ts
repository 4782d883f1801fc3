import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { createQuietWorld, relayedEnv, type ShownSim, truthOf, whenComplete } from './fleet-sync.ts';
import { type RunningGateway, startGateway } from './gateway.ts';
import { midMonthEnv } from './mid-month.ts';
import { type Held, type Relay, startRelay } from './relay.ts';
import type { World, WorldOptions } from './sandbox.ts';
import { createStore, type TestStore } from './store.ts';
import { waitFor } from './wait-for.ts';

/** What a world received during one walk. */
type Calls = Awaited<ReturnType<World['calls']>>;

/** A gateway that reads the fleet when the test says so, and never else. */
export interface SteppedFleet {
  world: World;
  store: TestStore;
  /** Stands between the gateway and the SIM API; it holds back the first page of every walk. */
  relay: Relay;
  /** Settings of the gateway; with them another one works on the same account. */
  env: Readonly<Record<string, string>>;
  gateway: RunningGateway;
  /** Has the fleet read once, from its first page to the end. Gives what the SIM API was asked meanwhile. */
  fullSync(): Promise<Calls>;
  /** Empties the index, which is incomplete from then on, until the walk that follows has ended. */
  forget(): Promise<void>;
  /** The time by the clock of the database, by which the index says how old it is. */
  databaseNow(): Promise<string>;
  /** What the index has to show. Errors: one where the clock of the world was moved since the fleet was last read. */
  truth(): Promise<ShownSim[]>;
  /** Waits until the gateway looks at no SIM by itself any more. */
  whenPollingEnds(): Promise<void>;
}

/** The world of a stepped fleet. */
export interface SteppedOptions extends WorldOptions {
  /** Makes the world; by default no SIM of it is under way. */
  readonly make?: (options: WorldOptions) => Promise<World>;
  /** What is done to the world before the gateway reads it. */
  readonly prepare?: (world: World) => Promise<void>;
  /** What is done to the database before the gateway opens it. */
  readonly prepareStore?: (store: TestStore) => Promise<void>;
}

const firstPage = '/get_account_sims?offset=0';

/** Walks follow each other, each held back at its first page; none of them may end because it is held for long. */
const stepEnv: Readonly<Record<string, string>> = {
  ...midMonthEnv,
  FLEET_SYNC_INTERVAL_MS: '1',
  FLEET_CALLS_PER_SECOND: '100000',
  CHANGE_LEASE_MS: '600000',
};

/**
 * Gives every test of a file one world and one gateway whose walks wait for the test; the index is whole when the first test begins.
 * Faults and calls are cleared before each test.
 */
export function stepFleet({
  make = createQuietWorld,
  prepare,
  prepareStore,
  ...options
}: SteppedOptions = {}): SteppedFleet {
  const fleet = {} as SteppedFleet;
  /** The next walk, from when it is asked for. */
  let next: Held | undefined;
  let held: Held | undefined;
  let readAt = 0;

  async function fullSync(): Promise<Calls> {
    await fleet.world.clearCalls();
    // After a test that failed the next walk may be waited for already.
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
    const env = { ...stepEnv, ...relayedEnv(relay) };
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
          throw new Error('the clock of the world was moved since the fleet was read');
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
