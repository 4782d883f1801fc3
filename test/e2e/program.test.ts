import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { OneSimDocument } from '../support/operations.ts';
import { createWorld } from '../support/sandbox.ts';
import { waitFor } from '../support/wait-for.ts';

const leftovers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of leftovers.splice(0).reverse()) await close();
});

async function started(
  env: Record<string, string> = {},
): Promise<RunningGateway & { world: Awaited<ReturnType<typeof createWorld>> }> {
  const world = await createWorld({ sims: 20 });
  const gateway = await startGateway({ world, env });
  leftovers.push(() => world.remove(), gateway.stop);
  return { ...gateway, world };
}

describe('start', () => {
  test('without settings it says which are missing', async () => {
    await expect(startGateway()).rejects.toThrow(
      /SIM_API_URL is missing[\s\S]*SIM_API_USERNAME[\s\S]*SIM_API_PASSWORD/,
    );
  });

  test('every fault in the settings is listed at once, and no value is shown', async () => {
    const env = {
      SIM_API_URL: 'ftp://somewhere',
      SIM_API_USERNAME: 'me',
      SIM_API_PASSWORD: 'hunter2',
      PORT: '70000',
      SIM_API_MAX_SIMS_PER_CALL: '1001',
      LOG_LEVEL: 'loud',
    };
    const error = await startGateway({ env }).catch((thrown: Error) => thrown);
    const message = error instanceof Error ? error.message : '';
    expect(message).toContain('SIM_API_URL must be an http or https address');
    expect(message).toContain('PORT must be a whole number from 0 to 65535');
    expect(message).toContain('SIM_API_MAX_SIMS_PER_CALL must be a whole number from 1 to 1000');
    expect(message).toContain('LOG_LEVEL must be one of debug, info, warn, error, silent');
    expect(message).not.toContain('hunter2');
  });

  test('a taken port is told as such', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    leftovers.push(() => squatter.close());
    const { port } = squatter.address() as AddressInfo;
    await expect(started({ PORT: String(port) })).rejects.toThrow(
      /another program listens there already[\s\S]*PORT/,
    );
  });
});

describe('stop', () => {
  test('a request that runs is answered, new ones are not taken, and the program ends by itself', async () => {
    const { world, ...gateway } = await started();
    const [sim] = await world.sims({ limit: 1 });
    await world.addFaults({ path: '/get_sims', kind: 'delay', ms: 700 });
    const running = gateway.run(OneSimDocument, { by: { iccid: sim?.iccid ?? '' } });
    await waitFor(async () => (await world.calls()).byPath['/get_sims'] === 1);
    gateway.process.kill('SIGTERM');
    await waitFor(() =>
      gateway.fetch('/health/live').then(
        () => false,
        () => true,
      ),
    );
    expect((await running).data.sim?.iccid).toBe(sim?.iccid);
    if (gateway.process.exitCode === null) await once(gateway.process, 'exit');
    expect(gateway.process.exitCode).toBe(0);
  });
});

describe('the log', () => {
  test('holds neither the password nor a token, and one JSON object a line', async () => {
    const { world, ...gateway } = await started();
    await world.killTokens();
    await gateway.run(OneSimDocument, { by: { iccid: '8937204999000002107' } });
    await gateway.stop();
    const text = JSON.stringify(gateway.logged());
    expect(text).toContain('gateway listens');
    expect(text).not.toContain(`"${world.password}"`);
    expect(text).not.toMatch(/bearer/i);
  });
});
