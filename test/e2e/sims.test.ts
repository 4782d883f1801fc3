import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { FirstHundredSimsDocument } from '../support/operations.ts';
import { createWorld, type World } from '../support/sandbox.ts';

let world: World;
let gateway: RunningGateway;

beforeAll(async () => {
  world = await createWorld({ sims: 1200 });
  gateway = await startGateway({ world });
});
afterAll(() => gateway.stop());
beforeEach(() => world.clearCalls());

describe('sims', () => {
  test('a hundred SIMs with their cost take two upstream calls', async () => {
    const { data, errors, extensions } = await gateway.run(FirstHundredSimsDocument, { first: 100 });
    expect(errors).toEqual([]);
    expect(data.sims.nodes).toHaveLength(100);
    expect(extensions.cost.upstreamCalls).toBe(2);
    expect((await world.calls()).byPath).toMatchObject({ '/get_account_sims': 1, '/get_sim_costs': 1 });
  });
});
