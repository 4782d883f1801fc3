import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Cancellation } from '../../src/base/cancellation.ts';
import { isSimApiFailure, type SimApiOptions } from '../../src/sim-api/index.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import { createTestClient, type TestClient } from '../support/sim-api-client.ts';
import { waitFor } from '../support/wait-for.ts';

const month = '2026-11';
let world: World;
let relay: Relay;
let iccids: string[];

beforeAll(async () => {
  world = await createWorld({ sims: 400 });
  relay = await startRelay(world.origin);
  iccids = (await world.sims({ limit: 400 })).map(({ iccid }) => iccid);
});
beforeEach(async () => {
  relay.openAll();
  await world.clearFaults();
  await world.setBehaviour({ missingSims: 'omit' });
  await world.clearCalls();
});
afterAll(async () => {
  await relay.stop();
  await world.remove();
});

/** Runs a test with a client that has logged in. */
async function withClient(
  run: (client: TestClient) => Promise<void>,
  options: Partial<SimApiOptions> = {},
): Promise<void> {
  const client = createTestClient(world, { url: `${relay.url}/v1`, ...options });
  try {
    await client.client.logIn();
    await run(client);
  } finally {
    relay.openAll();
    await client.client.stop();
  }
}

/** The reads of SIMs that the sandbox received. */
const received = async (from: World = world) =>
  (await from.calls()).calls.filter((call) => call.path === '/get_sims');
const calls = async (path = '/get_sims') => (await world.calls()).byPath[path] ?? 0;

/** Starts one request for each ICCID in the same turn; each resolves with its name of the SIM or the failure. */
function readEach(
  client: TestClient,
  keys: readonly string[],
  cancellationOf?: (index: number) => Cancellation,
) {
  const requests = keys.map((iccid, index) => {
    const { simApi, trace } = client.forTenant('acme', cancellationOf?.(index));
    return { trace, answer: simApi.sims.byKey('iccid', [iccid]).then((found) => [...found]) };
  });
  return {
    traces: requests.map(({ trace }) => trace),
    answers: Promise.all(requests.map(({ answer }) => answer)),
  };
}

/** The ICCIDs of SIMs in an answer, or the class of the failure. */
const shown = (answer: [string, object][]) =>
  answer.map(([key, item]) =>
    isSimApiFailure(item) ? item.name : `${key}=${'iccid' in item && item.iccid}`,
  );

const ownOf = (keys: readonly string[]) => keys.map((iccid) => `${iccid}=${iccid}`);

describe('reads of one turn of the event loop', () => {
  test('share one call, which one request caused and the others shared', async () => {
    await withClient(async (client) => {
      const keys = iccids.slice(0, 100);
      const { answers, traces } = readEach(client, keys);
      const found = await answers;
      for (const [index, answer] of found.entries())
        expect(new Map(answer).get(keys[index] ?? '')).toMatchObject({ iccid: keys[index] });
      expect(await calls()).toBe(1);
      expect(traces.map(({ upstreamCalls, sharedCalls }) => [upstreamCalls, sharedCalls])).toEqual([
        [1, 0],
        ...Array(99).fill([0, 1]),
      ]);
    });
  });

  test('answer each request with its SIMs only', async () => {
    await withClient(async (client) => {
      const keys = iccids.slice(0, 40);
      const found = await readEach(client, keys).answers;
      expect(found.flatMap(shown)).toEqual(ownOf(keys));
    });
  });

  test('fill calls up to the limit, and read a SIM that two requests name once', async () => {
    await withClient(
      async (client) => {
        const read = async (from: number, to: number) =>
          shown([...(await client.forTenant('acme').simApi.sims.byKey('iccid', iccids.slice(from, to)))]);
        const found = await Promise.all([read(0, 30), read(10, 40), read(35, 60), read(0, 5)]);
        expect(found).toEqual([
          ownOf(iccids.slice(0, 30)),
          ownOf(iccids.slice(10, 40)),
          ownOf(iccids.slice(35, 60)),
          ownOf(iccids.slice(0, 5)),
        ]);
        expect((await received()).map(({ sims }) => sims)).toEqual([40, 20]);
      },
      { maxSimsPerCall: 40 },
    );
  });

  test.each([
    ['the balance', '/get_account_balance', ({ simApi }) => simApi.account.balance(month)],
    ['the groups', '/get_account_groups', ({ simApi }) => simApi.account.groups()],
    ['a page of the list', '/get_account_sims', ({ simApi }) => simApi.sims.accountPage(0)],
    ['the diagnostics of a SIM', '/diagnostics', ({ simApi }) => simApi.diagnostics.ofSim(iccids[0] ?? '')],
    [
      'the alerts of a SIM',
      '/get_sim_alerts',
      ({ simApi }) =>
        simApi.alerts.page({ iccid: iccids[0] ?? '' }, { unreadOnly: true, markRead: false }, 0),
    ],
  ] as [string, string, (request: ReturnType<TestClient['forTenant']>) => Promise<unknown>][])(
    'of %s share one call if they are identical',
    async (_, path, read) => {
      await withClient(async (client) => {
        const answers = await Promise.all(
          Array.from({ length: 20 }, () =>
            read(client.forTenant('acme')).catch((error: Error) => error.message),
          ),
        );
        expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
        expect(await calls(path)).toBe(1);
      });
    },
  );

  test('of costs share a call for each month', async () => {
    await withClient(async (client) => {
      const read = (iccid: string, of: string) => client.forTenant('acme').simApi.costs.byIccid([iccid], of);
      await Promise.all(iccids.slice(0, 20).flatMap((iccid) => [read(iccid, month), read(iccid, '2026-10')]));
      expect(await calls('/get_sim_costs')).toBe(2);
    });
  });
});

describe('reads never share a call', () => {
  test('with another tenant', async () => {
    await withClient(async (client) => {
      const read = (tenant: string, iccid = '') =>
        client.forTenant(tenant).simApi.sims.byKey('iccid', [iccid]);
      await Promise.all([
        read('a', iccids[0]),
        read('b', iccids[1]),
        read('a', iccids[2]),
        read('b', iccids[0]),
      ]);
      expect((await received()).map(({ query }) => query).sort()).toEqual(
        [`iccid=${iccids[0]},${iccids[2]}`, `iccid=${iccids[1]},${iccids[0]}`].sort(),
      );
    });
  });

  test('with other credentials', async () => {
    const other = await createWorld({ sims: 10 });
    try {
      await withClient(async (client) => {
        const second = createTestClient(other);
        try {
          const common = (await other.sims()).find(({ iccid }) => iccids.includes(iccid))?.iccid ?? '';
          await world.patchSim(common, { name: 'ours' });
          await other.patchSim(common, { name: 'theirs' });
          const read = async (from: TestClient) =>
            (await from.forTenant('acme').simApi.sims.byKey('iccid', [common])).get(common);
          const found = await Promise.all([read(client), read(second), read(client), read(second)]);
          expect(found).toMatchObject(['ours', 'theirs', 'ours', 'theirs'].map((name) => ({ name })));
          expect([await received(), await received(other)]).toMatchObject([[{ sims: 1 }], [{ sims: 1 }]]);
        } finally {
          await second.client.stop();
        }
      });
    } finally {
      await other.remove();
    }
  });

  test('if they have no tenant', async () => {
    await withClient(async (client) => {
      await Promise.all(iccids.slice(0, 5).map((iccid) => client.sims(iccid)));
      expect(await calls()).toBe(5);
    });
  });

  test('that was sent before: the answer is not older than the request', async () => {
    await withClient(async (client) => {
      const [iccid = ''] = iccids;
      const gate = relay.gate('/get_sims', { holds: 'answer' });
      const read = async () => {
        const found = await client.forTenant('acme').simApi.sims.byKey('iccid', [iccid]);
        return found.get(iccid);
      };
      const first = read();
      await gate.holds(1);
      await world.patchSim(iccid, { name: 'renamed' });
      const second = read();
      await gate.holds(2);
      gate.open();
      expect(await second).toMatchObject({ name: 'renamed' });
      expect(await first).not.toMatchObject({ name: 'renamed' });
    });
  });

  test('if they mark alerts as read', async () => {
    await withClient(async (client) => {
      const flags = { unreadOnly: true, markRead: true };
      await Promise.all(
        [1, 2, 3].map(() => client.forTenant('acme').simApi.alerts.page({ account: true }, flags, 0)),
      );
      expect(await calls('/get_account_alerts')).toBe(3);
    });
  });
});

test('reads that wait for a running call share the next one', async () => {
  await withClient(
    async (client) => {
      const gate = relay.gate('/get_sims');
      const first = readEach(client, iccids.slice(0, 1)).answers;
      await gate.holds(1);
      const waiting = [];
      for (const iccid of iccids.slice(1, 31)) {
        waiting.push(readEach(client, [iccid]).answers);
        await new Promise((resolve) => setImmediate(resolve));
      }
      gate.open();
      expect((await first).flatMap(shown)).toEqual(ownOf(iccids.slice(0, 1)));
      expect((await Promise.all(waiting)).flat().flatMap(shown)).toEqual(ownOf(iccids.slice(1, 31)));
      expect(await calls()).toBe(2);
    },
    { concurrency: 1 },
  );
});

describe('a proxy that refuses long URLs', () => {
  afterAll(() => world.setBehaviour({ maxUrlBytes: 1_000_000 }));

  test('shortens the calls that requests share', async () => {
    await withClient(async (client) => {
      const keys = iccids.slice(0, 200);
      await world.setBehaviour({ maxUrlBytes: 1500, maxUrlStatus: 414 });
      // Each refusal halves the length.
      for (const _ of [4000, 2000, 1000])
        expect((await readEach(client, keys).answers).map(shown)).toEqual(
          keys.map((iccid) => ownOf([iccid])),
        );
      await world.clearCalls();
      expect((await readEach(client, keys).answers).map(shown)).toEqual(keys.map((iccid) => ownOf([iccid])));
      const made = await received();
      expect(made.filter(({ httpStatus }) => httpStatus === 414)).toEqual([]);
      expect(made.length).toBeLessThan(20);
    });
  });
});

test('a pause that the SIM API asks for ends no sharing of calls', async () => {
  await withClient(
    async (client) => {
      await world.addFaults({ path: '/get_sims', kind: 'tooManyRequests', times: 1, retryAfter: '60' });
      const refused = await readEach(client, iccids.slice(0, 5)).answers;
      expect(refused.flat().every(([, item]) => isSimApiFailure(item))).toBe(true);
      client.advance(60_000);
      await world.clearFaults();
      await world.clearCalls();
      await readEach(client, iccids.slice(0, 50)).answers;
      expect(await calls()).toBe(1);
    },
    { deadlineMs: 1000 },
  );
});

test('SIMs that are named twice, and no SIMs, are read like others', async () => {
  await withClient(async (client) => {
    const read = async (keys: readonly string[]) =>
      shown([...(await client.forTenant('acme').simApi.sims.byKey('iccid', keys))]);
    const [one = '', other = ''] = iccids;
    expect(await Promise.all([read([one, one]), read([other]), read([]), read([])])).toEqual([
      ownOf([one]),
      ownOf([other]),
      [],
      [],
    ]);
    expect(await calls()).toBe(1);
  });
});

describe('a request that ends', () => {
  test('ends no read of another request', async () => {
    await withClient(async (client) => {
      const cancellations = [new Cancellation(), new Cancellation(), new Cancellation()];
      const gate = relay.gate('/get_sims', { holds: 'answer' });
      const [first, second, third] = cancellations.map((cancellation, index) =>
        client.forTenant('acme', cancellation).simApi.sims.byKey('iccid', [iccids[index] ?? '']),
      );
      await gate.holds(1);
      cancellations[0]?.cancel();
      await expect(first).rejects.toMatchObject({ reason: 'aborted' });
      cancellations[2]?.cancel();
      await expect(third).rejects.toMatchObject({ reason: 'aborted' });
      gate.open();
      expect(shown([...((await second) ?? [])])).toEqual(ownOf(iccids.slice(1, 2)));
      expect(await calls()).toBe(1);
    });
  });

  test('before the call is sent takes its SIMs out of it', async () => {
    await withClient(async (client) => {
      const cancellation = new Cancellation();
      const { answers } = readEach(client, iccids.slice(0, 3), (index) =>
        index === 1 ? cancellation : new Cancellation(),
      );
      cancellation.cancel();
      await expect(answers).rejects.toMatchObject({ reason: 'aborted' });
      await client.sims(iccids[9] ?? '');
      expect((await received()).map(({ query }) => query)).toContain(`iccid=${iccids[0]},${iccids[2]}`);
    });
  });

  test('as the last one ends the call', async () => {
    await withClient(
      async (client) => {
        const cancellation = new Cancellation();
        const gate = relay.gate('/get_sims', { holds: 'answer' });
        const { answers } = readEach(client, iccids.slice(0, 3), () => cancellation);
        await gate.holds(1);
        cancellation.cancel();
        await expect(answers).rejects.toMatchObject({ reason: 'aborted' });
        // The only place is free again although the answer never came.
        const next = readEach(client, iccids.slice(5, 6)).answers;
        await waitFor(async () => (await calls()) === 2);
        gate.open();
        expect((await next).flatMap(shown)).toEqual(ownOf(iccids.slice(5, 6)));
      },
      { concurrency: 1 },
    );
  });
});

describe('one failing SIM among those of 64 requests', () => {
  const bad = 17;
  const keys = () => iccids.slice(0, 64);
  const expected = (failure: string[]) =>
    keys().map((iccid, index) => (index === bad ? failure : ownOf([iccid])));

  test('that the SIM API refuses is found by bisection, and only its request has the failure', async () => {
    await withClient(async (client) => {
      await world.setBehaviour({ missingSims: 'refuse' });
      const missing = '8900000000000000017';
      const { answers, traces } = readEach(
        client,
        keys().map((iccid, index) => (index === bad ? missing : iccid)),
      );
      const found = await answers;
      expect(found.map(shown)).toEqual(expected([]));
      const total = await calls();
      expect(total).toBeLessThanOrEqual(1 + 2 * 6);
      expect(traces.reduce((sum, { upstreamCalls }) => sum + upstreamCalls, 0)).toBe(total);
    });
  });

  test.each([
    ['E000', { kind: 'error', code: 'E000' }, 'Rejected'],
    ['500', { kind: 'status', status: 500 }, 'Unreachable'],
    ['broken JSON', { kind: 'garbage' }, 'Garbled'],
  ] as const)('that fails with %s fails no other request', async (_, fault, failure) => {
    await withClient(async (client) => {
      await world.addFaults({ path: '/get_sims', iccid: keys()[bad] ?? '', ...fault });
      expect((await readEach(client, keys()).answers).map(shown)).toEqual(expected([failure]));
      // One joined call, one for each request, and the retries for the failing SIM.
      expect(await calls()).toBeLessThanOrEqual(1 + 64 + 3);
    });
  });

  test('is not read together with others for the next 30 s', async () => {
    await withClient(async (client) => {
      await world.addFaults({ path: '/get_sims', iccid: keys()[bad] ?? '', kind: 'error', code: 'E000' });
      await readEach(client, keys()).answers;
      await world.clearFaults();
      await world.clearCalls();
      client.advance(29_999);
      await readEach(client, keys()).answers;
      expect(await calls()).toBe(64);
      client.advance(1);
      await readEach(client, keys()).answers;
      expect(await calls()).toBe(65);
    });
  });

  test('that makes reads hang fails no other request', async () => {
    await withClient(
      async (client) => {
        const some = keys().slice(0, bad + 1);
        await world.addFaults({ path: '/get_sims', iccid: some[bad] ?? '', kind: 'hang' });
        expect((await readEach(client, some).answers).map(shown)).toEqual([
          ...ownOf(some.slice(0, bad)).map((each) => [each]),
          ['Unreachable'],
        ]);
      },
      { timeoutMs: 3000, concurrency: 100 },
    );
  });

  test.each([
    ['500', { kind: 'status', status: 500 }],
    ['a hanging call', { kind: 'hang' }],
  ] as const)(
    'with %s in ten joined calls in a row opens no circuit for other requests',
    async (_, fault) => {
      await withClient(
        async (client) => {
          const [failing = '', ...others] = keys().slice(0, 31);
          // Only the joined calls fail: reads that are made alone count for the circuit.
          await world.addFaults({ path: '/get_sims', iccid: failing, times: 10, ...fault });
          const gate = relay.gate('/get_sims');
          const bursts: ReturnType<typeof readEach>['answers'][] = [];
          for (let burst = 0; burst < 10; burst++) {
            bursts.push(readEach(client, [failing, ...others.slice(3 * burst, 3 * burst + 3)]).answers);
            await new Promise((resolve) => setImmediate(resolve));
          }
          await gate.holds(10);
          gate.open();
          const found = await Promise.all(bursts);
          expect(found.flatMap((answers) => answers.slice(1).map(shown))).toEqual(
            others.map((iccid) => ownOf([iccid])),
          );
        },
        { timeoutMs: 3000, deadlineMs: 12_000 },
      );
    },
  );

  test('that cannot be decoded does not make the missing SIM of another request uncertain', async () => {
    await withClient(async (client) => {
      const [garbled = '', missing = '8900000000000000017', plain = ''] = [iccids[70], undefined, iccids[71]];
      await world.patchSim(garbled, { $remove: ['iccid'] });
      const { answers } = readEach(client, [garbled, missing, plain]);
      expect((await answers).map(shown)).toEqual([['Garbled'], [], ownOf([plain])]);
    });
  });
});
