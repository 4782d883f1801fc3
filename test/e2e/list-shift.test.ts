import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startTamperingProxy } from '../contract/tampering-proxy.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import { createTestClient } from '../support/sim-api-client.ts';

let world: World;
let relay: Relay;
let gateway: RunningGateway;

beforeAll(async () => {
  world = await createWorld({ sims: 60, clock: { rate: 0 }, behaviour: { pageSize: 20 } });
  relay = await startRelay(world.origin);
  gateway = await startGateway({ world, env: { SIM_API_URL: `${relay.url}/v1` } });
});
afterAll(async () => {
  await gateway.stop();
  await relay.stop();
  await world.remove();
});
beforeEach(() => world.clearFaults());

const upstream = async () => (await world.sims({ limit: 1000 })).map(({ iccid }) => iccid);

let endCursor: string;
async function list(first: number, after?: string): Promise<string[]> {
  const { data, errors } = await gateway.ask<{
    sims: { nodes: { iccid: string }[]; pageInfo: { endCursor: string } };
  }>(
    'query ($first: Int, $after: String) { sims(first: $first, after: $after) { nodes { iccid } pageInfo { endCursor } } }',
    { first, after },
  );
  expect(errors).toEqual([]);
  endCursor = data.sims.pageInfo.endCursor;
  return data.sims.nodes.map(({ iccid }) => iccid);
}

test('an answer for some SIMs that comes in pages and contains one several times hides none of the others', async () => {
  const [first, ...others] = (await world.sims({ limit: 3 })).map(({ iccid }) => iccid);
  let all: { iccid: string }[] = [];
  const proxy = await startTamperingProxy(world.apiUrl, ({ path, before, json }) => {
    if (path !== '/get_sims') return;
    if (before === 0) all = json.sims;
    const isFirst = ({ iccid }: { iccid: string }) => iccid === first;
    const one = all.find(isFirst);
    json.sims = before === 0 ? [one, one, one] : all.filter((sim) => !isFirst(sim));
    json.total = 5;
  });
  try {
    const found = await createTestClient({ ...world, apiUrl: proxy.url }).sims(first ?? '', ...others);
    expect([...found.keys()].sort()).toEqual([first, ...others].sort());
  } finally {
    await proxy.stop();
  }
});

describe('a list that shifts while it is read', () => {
  test('loses no SIM that stays when others leave between two pages of the SIM API', async () => {
    const before = await upstream();
    const second = relay.hold('offset=20');
    const listed = list(50);
    await second.arrived;
    for (const gone of [before[0], before[5]]) await world.removeSim(gone ?? '');
    second.release();
    const found = await listed;
    const staying = new Set(await upstream());
    const stayed = before.slice(0, 50).filter((iccid) => staying.has(iccid));
    expect(found.filter((iccid) => staying.has(iccid)).slice(0, stayed.length)).toEqual(stayed);
    expect(new Set(found).size).toBe(found.length);
  });

  test('returns a SIM once that the SIM API lists twice', async () => {
    const all = await upstream();
    await world.addFaults({ path: '/get_account_sims', times: 1, kind: 'tamper', duplicate: [all[3] ?? ''] });
    const found = await list(10);
    expect(new Set(found).size).toBe(found.length);
    expect(found).toEqual(all.slice(0, found.length));
  });

  test('loses no SIM that stays when a whole page has left before the next one is read', async () => {
    const page = await list(5);
    for (const gone of page) await world.removeSim(gone);
    const [next] = await upstream();
    expect(await list(5, endCursor)).toContain(next);
  });
});
