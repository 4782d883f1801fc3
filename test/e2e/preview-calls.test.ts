import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fastEnv, makeGroup, runBulk, stableIccids } from '../support/bulk.ts';
import { indexFleet } from '../support/fleet-index.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { askForPreview, countsOf, preview } from '../support/preview.ts';
import type { WireSim, World } from '../support/sandbox.ts';
import { createStore, type TestStore } from '../support/store.ts';
import { waitFor } from '../support/wait-for.ts';

/** Chunks of 960 SIMs, calls for up to 80. */
const env = { ...fastEnv, SIM_API_MAX_SIMS_PER_CALL: '80' };
/** Two SIMs with the EID of the first. The SIM API finds the second by its former EID. */
let twins: { shared: string; former: string };

async function prepare(world: World): Promise<void> {
  const [first, second] = (await world.sims({ state: 'SHIPPING', esim: true })).slice(0, 2);
  twins = { shared: first?.eid ?? '', former: second?.eid ?? '' };
  await world.patchSim(second?.iccid ?? '', { eid: twins.shared });
}

const fixture = indexFleet({
  prepare,
  sims: 3000,
  special: false,
  // A page of a list has more SIMs than a call names, as in the SIM API.
  behaviour: { settleMs: { min: 0, max: 0 }, pageSize: 300 },
  env,
});
/** A gateway without an index, which may read SIMs in at most 40 calls. */
let plain: { gateway: RunningGateway; store: TestStore };
let iccids: string[];
/** SIMs in transition. */
let moving: string[];
let esims: Required<Pick<WireSim, 'iccid' | 'eid'>>[];

beforeAll(async () => {
  const store = await createStore();
  const gateway = await startGateway({
    world: fixture.world,
    store,
    env: { ...env, FLEET_SYNC_INTERVAL_MS: '0', QUERY_MAX_UPSTREAM_CALLS: '40' },
  });
  plain = { gateway, store };
  moving = (await fixture.world.sims({ primary: 'PENDING', limit: 3000 })).map(({ iccid }) => iccid);
  iccids = await stableIccids(fixture.world, 1200);
  esims = (await fixture.world.sims({ state: 'LIVE', esim: true, limit: 3000 }))
    .filter(({ status }) => status.primary !== 'PENDING')
    .flatMap(({ iccid, eid }) => (eid === undefined ? [] : { iccid, eid }));
  await makeGroup(fixture.world, 'Previewed', iccids);
});
afterAll(async () => {
  await plain?.gateway.stop();
  await plain?.store.remove();
});

let names = 0;
/** A change that no SIM refuses, and that no earlier test made. */
const newName = () => ({ action: 'SET_NAME', params: { name: `previewed ${++names}` } });

/** Number of reads and changes of an operation. The index polls SIMs in transition meanwhile; no target here has them. */
async function callsOfBulk(gateway: RunningGateway, input: object): Promise<number> {
  await fixture.world.clearCalls();
  const { status } = await runBulk(gateway, { ...input, waitUntilSettled: false });
  expect(status).toBe('COMPLETED');
  const isPoll = (query: string) => moving.some((iccid) => query.includes(iccid));
  const { calls } = await fixture.world.calls();
  return calls.filter(({ path, query }) => path !== '/oauth/token' && !isPoll(query)).length;
}

describe('upstreamCalls of a preview is the number of calls of the operation', () => {
  test.each([
    ['a list', () => ({ list: iccids.join() })],
    ['a list with EIDs', () => ({ list: [...iccids, ...esims.slice(0, 200).map(({ eid }) => eid)].join() })],
    ['references', () => ({ sims: iccids.slice(0, 500).map((iccid) => ({ iccid })) })],
    ['a group', () => ({ group: 'Previewed' })],
    ['a filter', () => ({ filter: { states: ['LIVE'], isTransitioning: false } })],
  ])('for %s', async (_, targetOf) => {
    const input = { ...newName(), target: targetOf() };
    const { upstreamCalls, refused } = await preview(fixture.gateway, input);
    expect(refused).toBe(0);
    expect(await callsOfBulk(fixture.gateway, input)).toBe(upstreamCalls);
  });

  test('if the SIMs of EIDs are counted before the first is sent', async () => {
    const eids = esims.slice(0, 100);
    const list = [...eids.map(({ eid }) => eid), ...eids.slice(0, 30).map(({ iccid }) => iccid)].join();
    const input = { ...newName(), target: { list }, expectedCount: 100 };
    const { upstreamCalls, total } = await preview(fixture.gateway, input);
    expect(total).toBe(100);
    expect(await callsOfBulk(fixture.gateway, input)).toBe(upstreamCalls);
  });

  test('if only some SIMs of each chunk of a filter are sent', async () => {
    const { gateway } = fixture;
    const target = { filter: { states: ['LIVE'], isTransitioning: false } };
    const change = newName();
    // A chunk has SIMs in the order of their ICCIDs. One call takes the rest of the first chunk, another one the rest of the others.
    const left = iccids.toSorted().filter((_, at) => at < 10 || at >= iccids.length - 10);
    await runBulk(gateway, { ...change, target });
    await runBulk(gateway, { ...newName(), target: { list: left.join() } });
    const input = { ...change, target };
    await waitFor(async () => (await preview(gateway, input)).toSend === left.length);
    const { upstreamCalls } = await preview(gateway, input);
    expect(await callsOfBulk(gateway, input)).toBe(upstreamCalls);
  });

  test('if only some SIMs of each chunk are sent, and SIMs are sent apart whose state makes a refusal likely', async () => {
    const some = iccids.filter((_, index) => index % 7 === 0);
    const change = newName();
    await runBulk(fixture.gateway, { ...change, target: { list: some.join() } });
    // They are reported as CLOSED, but accept a name.
    const closed = (await stableIccids(fixture.world, 1205)).slice(1200);
    for (const iccid of closed) await fixture.world.patchSim(iccid, { state: 'CLOSED' });
    const all = [...iccids, ...closed];
    const input = { ...change, target: { list: all.join() } };
    const { upstreamCalls, alreadyApplied, toSend, likelyRefused } = await preview(plain.gateway, input);
    expect([alreadyApplied, toSend]).toEqual([some.length, all.length - some.length]);
    expect(likelyRefused).toBe(closed.length);
    expect(await callsOfBulk(plain.gateway, input)).toBe(upstreamCalls);
  });

  test('if messages take a call each', async () => {
    const input = {
      action: 'SEND_SMS',
      params: { text: 'a' },
      target: { list: iccids.slice(0, 90).join() },
    };
    expect(await preview(fixture.gateway, input)).toMatchObject({ upstreamCalls: 2 + 90 });
    expect(await callsOfBulk(fixture.gateway, input)).toBe(2 + 90);
  });
});

describe('without an index, a preview', () => {
  test('reads a list and a group from the SIM API and has the same counts', async () => {
    for (const target of [
      { list: iccids.join() },
      { list: [...iccids.slice(0, 50), esims[0]?.eid, '89372040000000000000'].join() },
      { group: 'Previewed' },
    ]) {
      const input = { ...newName(), target };
      const without = await preview(plain.gateway, input);
      expect(countsOf(without)).toEqual(countsOf(await preview(fixture.gateway, input)));
    }
  });

  test('needs the index for a filter', async () => {
    const { errors } = await askForPreview(plain.gateway, {
      ...newName(),
      target: { filter: { states: ['LIVE'] } },
    });
    expect(errors).toMatchObject([{ extensions: { code: 'FEATURE_NOT_ENABLED' } }]);
  });

  test('refuses to read more SIMs than the calls of one request allow, and reads none of them', async () => {
    const every = (await fixture.world.sims({ limit: 3300 })).map(({ iccid }) => iccid);
    await fixture.world.clearCalls();
    const { data, errors } = await askForPreview(plain.gateway, {
      ...newName(),
      target: {
        list: [...every, ...every.slice(0, 300).map((_, at) => `8937204${at + 10_000_000_000}`)].join(),
      },
    });
    expect(data).toEqual({ previewChange: null });
    expect(errors).toMatchObject([
      {
        message: expect.stringMatching(/42 calls .* at most 40 /),
        extensions: { code: 'QUERY_TOO_COMPLEX' },
      },
    ]);
    expect((await fixture.world.calls()).byPath).toEqual({});
  });
});

describe('a key of a target', () => {
  test('of a SIM that is newer than the index is read from the SIM API', async () => {
    const { world, gateway } = fixture;
    const added = (await world.addSims(3)).map(({ iccid }) => iccid);
    await world.clearCalls();
    const input = { ...newName(), target: { list: [...iccids, ...added].join() } };
    expect(await preview(gateway, input)).toMatchObject({ total: 1203, refused: 0, toSend: 1203 });
    expect((await world.calls()).byPath).toEqual({ '/get_sims': 1 });
  });

  test.each(['omit', 'refuse'] as const)(
    'that leads to no SIM is refused by code with an example, if the SIM API does not name it (%s)',
    async (missingSims) => {
      const { world, gateway } = fixture;
      await world.setBehaviour({ missingSims });
      const strangers = Array.from({ length: 30 }, (_, at) => `893720400000000${1000 + at}`);
      const eid = '89049032000000000000000000000017';
      const input = { ...newName(), target: { list: [...iccids.slice(0, 100), ...strangers, eid].join() } };
      expect(await preview(gateway, input)).toMatchObject({
        total: 131,
        refused: 31,
        refusals: [
          { code: 'SIM_NOT_FOUND', count: 31, exampleIccid: '8937204000000001000', exampleEid: eid },
        ],
        toSend: 100,
      });
      expect(await runBulk(gateway, input)).toMatchObject({ total: 131, failed: 31, sent: 100 });
      await world.setBehaviour({ missingSims: 'omit' });
    },
  );

  test('counts its SIM once, and an EID of several SIMs is refused', async () => {
    const { gateway } = fixture;
    const [first, second, third] = esims;
    const { shared, former } = twins;
    const keys = [first?.iccid, first?.eid, second?.eid, second?.iccid, third?.eid, shared, former];
    const input = { ...newName(), target: { list: keys.join() } };
    for (const one of [gateway, plain.gateway])
      expect(await preview(one, input)).toMatchObject({
        total: 5,
        toSend: 3,
        refusals: [
          { code: 'BAD_USER_INPUT', count: 1, exampleIccid: null, exampleEid: shared },
          { code: 'SIM_NOT_FOUND', count: 1, exampleIccid: null, exampleEid: former },
        ],
      });
    expect(await runBulk(gateway, input)).toMatchObject({ total: 5, sent: 3, failed: 2 });
    // An expected count leaves out EIDs that lead to no SIM.
    const mismatch = await askForPreview(gateway, { ...input, expectedCount: 5 });
    expect(mismatch.errors).toMatchObject([{ extensions: { code: 'EXPECTED_COUNT_MISMATCH' } }]);
    expect(await preview(gateway, { ...input, expectedCount: 3 })).toMatchObject({ total: 5 });
  });
});
