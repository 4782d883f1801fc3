import { afterAll, beforeAll, beforeEach, describe } from '@jest/globals';
import { type RunningGateway, startGateway } from './gateway.ts';
import { type Relay, startRelay } from './relay.ts';
import { createWorld, type World, type WorldOptions } from './sandbox.ts';
import { waitFor } from './wait-for.ts';

/** A world and a gateway on it, for all tests of one file. */
export interface Running {
  world: World;
  gateway: RunningGateway;
}

/** A gateway that calls the SIM API through a relay. */
export interface RelayedRunning extends Running {
  relay: Relay;
}

/** Timeouts that no healthy call of the SIM API reaches, even on a slow machine. */
const longTimeouts = { SIM_API_TIMEOUT_MS: '60000', SIM_API_DEADLINE_MS: '60000' } as const;

/** Gives the tests of a file one world and one gateway; clears calls and faults before each test. */
export function runGateway(options: WorldOptions = {}, env: Readonly<Record<string, string>> = {}): Running {
  return run({} as Running, options, async () => env);
}

/** Like `runGateway`, with a relay between the gateway and the SIM API. */
export function runRelayedGateway(
  options: WorldOptions = {},
  env: Readonly<Record<string, string>> = {},
): RelayedRunning {
  const running = {} as RelayedRunning;
  // The relay stops first: a request that it still holds would delay the stop of the gateway.
  afterAll(() => running.relay?.stop());
  return run(running, options, async ({ origin }) => {
    running.relay = await startRelay(origin);
    return { SIM_API_URL: `${running.relay.url}/v1`, ...longTimeouts, ...env };
  });
}

function run<R extends Running>(
  running: R,
  options: WorldOptions,
  envOf: (world: World) => Promise<Readonly<Record<string, string>>>,
): R {
  beforeAll(async () => {
    running.world = await createWorld(options);
    running.gateway = await startGateway({ world: running.world, env: await envOf(running.world) });
  });
  beforeEach(async () => {
    await running.world.clearFaults();
    await running.world.clearCalls();
  });
  afterAll(async () => {
    await running.gateway?.stop();
    await running.world?.remove();
  });
  return running;
}

/** Like `runGateway`, for a file whose tests are in `describeAccount`. */
export function shareGateway(): Running {
  return runGateway({ sims: 10 }, longTimeouts);
}

/**
 * Describes tests with their own account on the gateway that all tests of the file share. The world of the gateway is recreated
 * under the same name, and the gateway has logged in to it before the first test.
 */
export function describeAccount(
  name: string,
  running: Running,
  options: WorldOptions,
  tests: () => void,
): void {
  describe(name, () => {
    beforeAll(async () => {
      const { world, gateway } = running;
      await world.remove();
      running.world = await createWorld({ ...options, id: world.id });
      // If the gateway made a call while the world did not exist, it waits some seconds before it logs in again.
      await waitFor(async () => {
        const { errors } = await gateway.ask('{ account { groups { name } } }');
        if (errors.some(({ extensions }) => extensions.code !== 'UPSTREAM_AUTH_FAILED'))
          throw new Error(`the gateway has not logged in: ${JSON.stringify(errors)}`);
        return errors.length === 0;
      });
    });
    tests();
  });
}
