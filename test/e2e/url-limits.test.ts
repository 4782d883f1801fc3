import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Cancellation } from '../../src/base/cancellation.ts';
import type { SimApiOptions } from '../../src/sim-api/index.ts';
import { runGateway } from '../support/running.ts';
import { createTestClient, type TestClient } from '../support/sim-api-client.ts';
import { waitFor } from '../support/wait-for.ts';

const running = runGateway({ sims: 1000, clock: { rate: 0 } });
const defaults = { maxUrlBytes: 65_536, maxUrlStatus: 414 } as const;
let iccids: string[];
/** The month of the world, whose clock stands still. */
let month: string;

beforeAll(async () => {
  const { world } = running;
  iccids = (await world.sims({ limit: 1000 })).map(({ iccid }) => iccid);
  month = new Date((await world.clock()).now).toISOString().slice(0, 7);
});
beforeEach(() => running.world.setBehaviour(defaults));

/** The calls that the sandbox has received since they were last cleared. */
async function received() {
  const { calls, maxInFlight } = await running.world.calls();
  const of = (path: string) => calls.filter((call) => call.path === path);
  return {
    sims: of('/get_sims'),
    simCosts: of('/get_sim_costs'),
    refused: calls.filter(({ httpStatus }) => httpStatus === 414 || httpStatus === 431),
    maxInFlight,
  };
}

/** Reads all 1000 SIMs and their costs through the gateway; returns the calls that the sandbox received. */
async function readByGateway() {
  await running.world.clearCalls();
  const { data, errors } = await running.gateway.ask<{ simsByRef: { iccid: string; cost: object | null }[] }>(
    `query ($refs: [SimRef!]!, $month: YearMonth) {
      simsByRef(refs: $refs) { iccid cost(month: $month, nullIfMissing: true) { usedBytes } }
    }`,
    { refs: iccids.map((iccid) => ({ iccid })), month },
  );
  expect(errors).toEqual([]);
  expect(data.simsByRef.map(({ iccid }) => iccid)).toEqual(iccids);
  return { costs: data.simsByRef.map(({ cost }) => cost), ...(await received()) };
}

/** The same with a client alone. */
async function readByClient({ forRequest }: TestClient) {
  await running.world.clearCalls();
  const simApi = forRequest();
  const [sims, costs] = [await simApi.sims.byKey('iccid', iccids), await simApi.costs.byIccid(iccids, month)];
  for (const iccid of iccids) expect(sims.get(iccid)).toMatchObject({ iccid });
  return { costs, ...(await received()) };
}

async function onClient(
  options: Partial<SimApiOptions>,
  run: (client: TestClient) => Promise<void>,
): Promise<void> {
  const client = createTestClient(running.world, options);
  try {
    await run(client);
  } finally {
    await client.client.stop();
  }
}

describe('1000 SIMs', () => {
  test('take three calls by default', async () => {
    // Some ICCIDs have 20 digits: the limit must hold for them too.
    expect(iccids.some((iccid) => iccid.length === 20)).toBe(true);
    await running.world.setBehaviour({ maxUrlBytes: 7500 });
    const { sims, simCosts, refused } = await readByGateway();
    expect([sims.length, simCosts.length]).toEqual([3, 3]);
    expect(refused).toEqual([]);
  });

  test('take one call if URLs may be long enough', async () => {
    await onClient({ maxUrlBytes: 30_000 }, async (client) => {
      const { sims, simCosts } = await readByClient(client);
      expect([sims.length, simCosts.length]).toEqual([1, 1]);
      expect(sims[0]?.sims).toBe(1000);
    });
  });

  test('never exceed SIM_API_MAX_SIMS_PER_CALL in a call', async () => {
    await onClient({ maxSimsPerCall: 150 }, async (client) => {
      const { sims, simCosts } = await readByClient(client);
      expect([sims.length, simCosts.length]).toEqual([7, 7]);
      for (const call of [...sims, ...simCosts]) expect(call.sims).toBeLessThanOrEqual(150);
    });
  });

  test('take exactly SIM_API_CONCURRENCY concurrent calls', async () => {
    await onClient({ concurrency: 4, maxSimsPerCall: 20 }, async (client) => {
      const { world } = running;
      const { sims, maxInFlight } = await readByClient(client);
      expect(sims).toHaveLength(50);
      expect(maxInFlight).toBeLessThanOrEqual(4);
      await world.clearCalls();
      await world.addFaults({ path: '/get_sims', kind: 'hang' });
      const leaving = new Cancellation();
      const read = client.forRequest(leaving).sims.byKey('iccid', iccids);
      await waitFor(async () => (await received()).maxInFlight === 4);
      leaving.cancel();
      await read;
      expect((await received()).sims).toHaveLength(4);
    });
  });
});

describe.each([414, 431] as const)('a proxy that answers %d to long URLs', (maxUrlStatus) => {
  test.each([6000, 3000, 900])(
    'of more than %d bytes is detected once, and remembered',
    async (maxUrlBytes) => {
      await onClient({}, async (client) => {
        const { costs: expected } = await readByClient(client);
        await running.world.setBehaviour({ maxUrlBytes, maxUrlStatus });
        const first = await readByClient(client);
        expect(first.refused.length).toBeGreaterThan(0);
        expect(first.costs).toEqual(expected);
        const second = await readByClient(client);
        expect(second.refused).toEqual([]);
        expect(second.costs).toEqual(expected);
        for (const { sims } of second.sims) expect(sims * 20).toBeLessThan(maxUrlBytes);
      });
    },
  );
});

describe.each([414, 431] as const)('a proxy that answers %d', (maxUrlStatus) => {
  test('to long URLs temporarily is tried again with the configured length within 30 s', async () => {
    await onClient({}, async (client) => {
      const { world } = running;
      await world.setBehaviour({ maxUrlBytes: 900, maxUrlStatus });
      await readByClient(client);
      await world.setBehaviour(defaults);
      expect((await readByClient(client)).sims.length).toBeGreaterThan(20);
      client.advance(30_000);
      expect((await readByClient(client)).sims).toHaveLength(3);
    });
  });

  test('to long URLs permanently costs a refused call each 30 s', async () => {
    await onClient({}, async (client) => {
      await running.world.setBehaviour({ maxUrlBytes: 3000, maxUrlStatus });
      await readByClient(client);
      client.advance(29_999);
      expect((await readByClient(client)).refused).toEqual([]);
      client.advance(1);
      const { refused, sims } = await readByClient(client);
      expect(refused.length).toBeGreaterThan(0);
      expect(refused.length).toBeLessThanOrEqual(sims.length);
      expect((await readByClient(client)).refused).toEqual([]);
    });
  });

  test.each([
    ['a list', '{ sims(first: 1) { nodes { iccid } } }'],
    ['groups', '{ account { groups { name } } }'],
    ['balance', '{ account { balance { usedBytes } } }'],
    ['a group', '{ group(name: "Meters") { sims(first: 1) { totalCount } } }'],
    ['diagnostics', 'SIM { diagnostics { imei } }'],
    ['sessions', 'SIM { sessions(first: 1) { totalCount } }'],
    ['alerts', 'SIM { alerts(first: 1) { totalCount } }'],
  ])('to a call for %s, which names no list of SIMs, is an error of the SIM API', async (_, query) => {
    const { world, gateway } = running;
    // Reads of SIMs pass: these tests are about the other calls.
    const paths = [
      'account_sims',
      'account_groups',
      'account_balance',
      'group_sims',
      'sim_sessions',
      'sim_alerts',
    ];
    for (const path of [...paths.map((name) => `/get_${name}`), '/diagnostics'])
      await world.addFaults({ path, kind: 'status', status: maxUrlStatus, body: 'too long' });
    const { errors } = await gateway.ask(
      query.replace('SIM', `{ sim(by: { iccid: "${iccids[5]}" })`) + (query.startsWith('SIM') ? ' }' : ''),
    );
    expect(errors).not.toEqual([]);
    for (const { extensions } of errors)
      expect(extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });
  });

  test('to the marking of alerts leaves them unchanged, with an error of the SIM API', async () => {
    const { world, gateway } = running;
    await world.addFaults({ path: '/get_account_alerts', kind: 'status', status: maxUrlStatus });
    const { errors } = await gateway.ask(
      'mutation { markAlertsRead(input: { scope: { wholeAccount: true } }) { marked } }',
    );
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  });
});

describe('a gateway behind a proxy', () => {
  test('that refuses long URLs still reads, and later calls stay below that length', async () => {
    const { costs: expected } = await readByGateway();
    await running.world.setBehaviour({ maxUrlBytes: 3000, maxUrlStatus: 414 });
    const first = await readByGateway();
    expect(first.refused.length).toBeGreaterThan(0);
    expect(first.costs).toEqual(expected);
    const second = await readByGateway();
    expect(second.refused).toEqual([]);
    expect(second.costs).toEqual(expected);
  });

  test.each([414, 431] as const)(
    'that answers %d to even one SIM returns an error, and bisects no further',
    async (maxUrlStatus) => {
      const { world, gateway } = running;
      await world.setBehaviour({ maxUrlBytes: 20, maxUrlStatus });
      const { data, errors } = await gateway.ask(
        `{ simsByRef(refs: [{ iccid: "${iccids[0]}" }, { iccid: "${iccids[1]}" }]) { iccid } }`,
      );
      expect(data).toEqual({ simsByRef: [null, null] });
      for (const error of errors) expect(error.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
      expect((await world.calls()).byPath['/get_sims']).toBeLessThanOrEqual(9);
    },
  );
});
