import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { type RunningGateway, startGateway } from './gateway.ts';
import { createWorld, type World, type WorldOptions } from './sandbox.ts';

/** A world and a gateway on it, for all tests of one file. */
export interface Running {
  world: World;
  gateway: RunningGateway;
}

/** Gives every test of a file one world and one gateway; calls and faults are cleared before each of them. */
export function runGateway(options: WorldOptions = {}, env: Readonly<Record<string, string>> = {}): Running {
  const running = {} as Running;
  beforeAll(async () => {
    running.world = await createWorld(options);
    running.gateway = await startGateway({ world: running.world, env });
  });
  beforeEach(async () => {
    await running.world.clearFaults();
    await running.world.clearCalls();
  });
  afterAll(async () => {
    await running.gateway.stop();
    await running.world.remove();
  });
  return running;
}
