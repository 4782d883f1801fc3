import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { createRelayedStore, type RelayedStore } from './database-relay.ts';
import { createPool } from './fleet.ts';
import { type RunningGateway, startGateway } from './gateway.ts';
import { createWorld, type World } from './sandbox.ts';

/** A world, a store that outlives gateways, and a gateway on both, for all tests of one file. */
export interface Changing {
  world: World;
  /** The gateway connects through a relay. */
  store: RelayedStore;
  gateway: RunningGateway;
  /** ICCIDs of `count` LIVE SIMs; each SIM is returned only once in a file. */
  live(count: number): Promise<string[]>;
  /** Starts another gateway on the same world and store; the test stops it. */
  startReplica(more?: Readonly<Record<string, string>>): Promise<RunningGateway>;
}

/** Gives the tests of a file one world of `sims` SIMs, one store and one gateway; clears calls, effects and faults before each test. */
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
