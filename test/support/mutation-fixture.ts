import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { createRelayedStore, type RelayedStore } from './database-relay.ts';
import { createPool } from './fleet.ts';
import { type RunningGateway, startGateway } from './gateway.ts';
import { createWorld, type World } from './sandbox.ts';

/** A world, a store that outlives gateways, and a gateway over both, for all tests of one file. */
export interface Changing {
  world: World;
  /** The gateway reaches it by a relay. */
  store: RelayedStore;
  gateway: RunningGateway;
  /** ICCIDs of so many LIVE SIMs, each of them only once in a file. */
  live(count: number): Promise<string[]>;
  /** Starts one more gateway over both; the test stops it. */
  startReplica(more?: Readonly<Record<string, string>>): Promise<RunningGateway>;
}

/** Gives every test of a file one world of so many SIMs, one store and one gateway; calls, effects and faults are cleared before each of them. */
export function changeSims(sims: number, env: Readonly<Record<string, string>> = {}): Changing {
  const pool = createPool(() => changing.world);
  const changing = {
    live: async (count) => (await pool.take(count, { state: 'LIVE' })).map(({ iccid }) => iccid),
    startReplica: (more = {}) =>
      startGateway({ world: changing.world, store: changing.store, env: { ...env, ...more } }),
  } as Changing;
  beforeAll(async () => {
    changing.world = await createWorld({ sims, clock: { rate: 0 } });
    changing.store = await createRelayedStore();
    changing.gateway = await changing.startReplica();
  });
  beforeEach(async () => {
    await changing.world.clearFaults();
    await changing.world.clearCalls();
    await changing.world.clearEffects();
  });
  afterAll(async () => {
    await changing.gateway.stop();
    await changing.store.remove();
    await changing.world.remove();
  });
  return changing;
}
