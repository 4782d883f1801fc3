import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { createWorld, type World } from '../support/sandbox.ts';

let world: World;
let iccids: string[];

beforeAll(async () => {
  world = await createWorld({ sims: 1000 });
  iccids = (await world.sims({ limit: 1000 })).map(({ iccid }) => iccid);
});
beforeEach(async () => {
  await world.clearFaults();
  await world.setManners({ maxUrlBytes: 65_536, maxUrlStatus: 414 });
});

async function onGateway(
  env: Record<string, string>,
  run: (gateway: RunningGateway) => Promise<void>,
): Promise<void> {
  const gateway = await startGateway({ world, env });
  try {
    await run(gateway);
  } finally {
    await gateway.stop();
  }
}

/** Reads all 1000 SIMs and their costs, and gives what the sandbox received for it. */
async function readAll(gateway: RunningGateway) {
  await world.clearCalls();
  const { data, errors } = await gateway.ask<{ simsByRef: { iccid: string; cost: object | null }[] }>(
    'query ($refs: [SimRef!]!) { simsByRef(refs: $refs) { iccid cost(nullIfMissing: true) { usedBytes } } }',
    { refs: iccids.map((iccid) => ({ iccid })) },
  );
  expect(errors).toEqual([]);
  expect(data.simsByRef.map(({ iccid }) => iccid)).toEqual(iccids);
  const { calls, maxInFlight } = await world.calls();
  const of = (path: string) => calls.filter((call) => call.path === path);
  return {
    costs: data.simsByRef.map(({ cost }) => cost),
    sims: of('/get_sims'),
    simCosts: of('/get_sim_costs'),
    refused: calls.filter(({ httpStatus }) => httpStatus === 414 || httpStatus === 431),
    maxInFlight,
  };
}

describe('1000 SIMs', () => {
  test('take three calls by default', async () => {
    // Some ICCIDs have 20 digits: the limit must hold for them too.
    expect(iccids.some((iccid) => iccid.length === 20)).toBe(true);
    await world.setManners({ maxUrlBytes: 7500 });
    await onGateway({}, async (gateway) => {
      const { sims, simCosts, refused } = await readAll(gateway);
      expect([sims.length, simCosts.length]).toEqual([3, 3]);
      expect(refused).toEqual([]);
    });
  });

  test('take one where URLs may be as long as that takes', async () => {
    await onGateway({ SIM_API_MAX_URL_BYTES: '30000' }, async (gateway) => {
      const { sims, simCosts } = await readAll(gateway);
      expect([sims.length, simCosts.length]).toEqual([1, 1]);
      expect(sims[0]?.sims).toBe(1000);
    });
  });

  test('are never more in a call than SIM_API_MAX_SIMS_PER_CALL', async () => {
    await onGateway({ SIM_API_MAX_SIMS_PER_CALL: '150' }, async (gateway) => {
      const { sims, simCosts } = await readAll(gateway);
      expect([sims.length, simCosts.length]).toEqual([7, 7]);
      for (const call of [...sims, ...simCosts]) expect(call.sims).toBeLessThanOrEqual(150);
    });
  });

  test('never have more calls under way than SIM_API_CONCURRENCY', async () => {
    await world.addFaults({ path: '*', kind: 'delay', ms: 15 });
    const env = { SIM_API_CONCURRENCY: '4', SIM_API_MAX_SIMS_PER_CALL: '20' };
    await onGateway(env, async (gateway) => {
      const { sims, maxInFlight } = await readAll(gateway);
      expect(sims).toHaveLength(50);
      expect(maxInFlight).toBe(4);
    });
  });
});

describe.each([414, 431] as const)('a proxy that answers %d to long URLs', (maxUrlStatus) => {
  test.each([6000, 3000, 900])(
    'of more than %d bytes is found out once, and remembered',
    async (maxUrlBytes) => {
      await onGateway({}, async (gateway) => {
        const { costs: expected } = await readAll(gateway);
        await world.setManners({ maxUrlBytes, maxUrlStatus });
        const first = await readAll(gateway);
        expect(first.refused.length).toBeGreaterThan(0);
        expect(first.costs).toEqual(expected);
        const second = await readAll(gateway);
        expect(second.refused).toEqual([]);
        expect(second.costs).toEqual(expected);
        for (const { sims } of second.sims) expect(sims * 20).toBeLessThan(maxUrlBytes);
      });
    },
  );

  test('of even one SIM is an error and no endless halving', async () => {
    await onGateway({}, async (gateway) => {
      await world.setManners({ maxUrlBytes: 20, maxUrlStatus });
      await world.clearCalls();
      const { data, errors } = await gateway.ask(
        `{ simsByRef(refs: [{ iccid: "${iccids[0]}" }, { iccid: "${iccids[1]}" }]) { iccid } }`,
      );
      expect(data).toEqual({ simsByRef: [null, null] });
      for (const error of errors) expect(error.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
      expect((await world.calls()).byPath['/get_sims']).toBeLessThanOrEqual(9);
    });
  });
});
