import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { isSimApiFailure } from '../../src/sim-api/index.ts';
import type { AnsweredError } from '../support/gateway.ts';
import { runGateway } from '../support/running.ts';
import type { FaultKind, World } from '../support/sandbox.ts';
import { createTestClient } from '../support/sim-api-client.ts';
import { waitFor } from '../support/wait-for.ts';

interface SimsAnswer {
  simsByRef: ({ iccid: string; state: string; rawState: string | null; cost?: object | null } | null)[];
}

const canary = 'CANARY-4711';
const running = runGateway({ sims: 1010, clock: { rate: 0 } });
let iccids: string[];
/** The month of the world, whose clock stands still: the month of the real clock may end at any time. */
let month: string;

beforeAll(async () => {
  const { world } = running;
  iccids = (await world.sims({ limit: 1000 })).map(({ iccid }) => iccid);
  month = new Date((await world.clock()).now).toISOString().slice(0, 7);
});
// Every path answers before each test, so that no circuit has failures of the test before.
beforeEach(async () => {
  const { world, gateway } = running;
  await waitFor(async () => {
    const { errors } = await gateway.ask(
      `{ sims(first: 1) { nodes { cost(nullIfMissing: true) { usedBytes } } }
         sim(by: { iccid: "8937204999000002107" }) { iccid } }`,
    );
    return errors.length === 0;
  });
  await world.clearCalls();
});

const byRef = (keys: readonly string[]) =>
  running.gateway.ask<SimsAnswer>(
    'query ($refs: [SimRef!]!) { simsByRef(refs: $refs) { iccid state rawState } }',
    { refs: keys.map((iccid) => ({ iccid })) },
  );

/** One read of each kind: its path and its query. */
const reads = {
  '/get_sims': () => '{ sim(by: { iccid: "8937204999000002107" }) { iccid state dataUsage { limitBytes } } }',
  '/get_account_sims': () => '{ sims(first: 3) { totalCount nodes { iccid state name } } }',
  '/get_sim_costs': () =>
    `{ sims(first: 3) { nodes { cost(month: "${month}", nullIfMissing: true) { usedBytes cost { amount } } } } }`,
};
const paths = Object.keys(reads) as (keyof typeof reads)[];

/** The calls that the sandbox counted: those of one path, of the API, and token calls. */
async function counted(world: World, path: string) {
  const { byPath, total } = await world.calls();
  const tokens = byPath['/oauth/token'] ?? 0;
  return { ofPath: byPath[path] ?? 0, calls: total - tokens, tokens };
}

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toUTCString();

describe.each(paths)('a read that fails once at %s', (path) => {
  test.each<[string, FaultKind]>([
    ['500', { kind: 'status', status: 500, body: 'oops' }],
    ['503 with a page', { kind: 'status', status: 503, body: '<html>' }],
    ['E000', { kind: 'error', code: 'E000' }],
    ['a connection reset', { kind: 'reset' }],
    ['an answer cut in the middle', { kind: 'cut' }],
    ['broken JSON', { kind: 'garbage' }],
    ['an empty answer', { kind: 'empty' }],
    ['a page of HTML', { kind: 'html' }],
    ['404 without a code', { kind: 'status', status: 404, body: 'not here' }],
    ['429 without a wait', { kind: 'tooManyRequests', retryAfter: 0 }],
    ['429 until a moment past', { kind: 'tooManyRequests', retryAfter: inSeconds(-3600) }],
    ['401', { kind: 'unauthorized' }],
  ])(
    'with %s is answered completely after one more call, and the cost counts every call',
    async (_, fault) => {
      const { world, gateway } = running;
      const { data: expected } = await gateway.ask(reads[path]());
      await world.clearCalls();
      await world.addFaults({ path, times: 1, ...fault });
      const { data, errors, extensions } = await gateway.ask(reads[path]());
      expect(errors).toEqual([]);
      expect(data).toEqual(expected);
      const { ofPath, calls, tokens } = await counted(world, path);
      expect(ofPath).toBe(2);
      expect(tokens).toBe(fault.kind === 'unauthorized' ? 1 : 0);
      expect(extensions.cost.upstreamCalls).toBe(calls);
    },
  );
});

describe('a read that keeps failing', () => {
  const cases: [string, FaultKind, { code: string; retryable: boolean; calls: number }][] = [
    [
      '503',
      { kind: 'status', status: 503, body: canary },
      { code: 'UPSTREAM_UNAVAILABLE', retryable: true, calls: 4 },
    ],
    ['E000', { kind: 'error', code: 'E000' }, { code: 'SIM_API_ERROR', retryable: true, calls: 4 }],
    ['a reset', { kind: 'reset' }, { code: 'UPSTREAM_UNAVAILABLE', retryable: true, calls: 4 }],
    ['a cut', { kind: 'cut' }, { code: 'UPSTREAM_UNAVAILABLE', retryable: true, calls: 4 }],
    ['broken JSON', { kind: 'garbage' }, { code: 'UPSTREAM_UNAVAILABLE', retryable: true, calls: 2 }],
    ['nothing', { kind: 'empty' }, { code: 'UPSTREAM_UNAVAILABLE', retryable: true, calls: 2 }],
    ['HTML', { kind: 'html' }, { code: 'UPSTREAM_UNAVAILABLE', retryable: true, calls: 2 }],
    [
      'JSON of another kind',
      { kind: 'status', status: 200, body: { greeting: canary } },
      { code: 'UPSTREAM_UNAVAILABLE', retryable: true, calls: 1 },
    ],
    [
      'an unknown code',
      { kind: 'error', code: 'E999' },
      { code: 'UNKNOWN_SIM_API_ERROR', retryable: false, calls: 1 },
    ],
  ];

  test.each(cases)(
    'with %s is null for each SIM, with an error that has the reason',
    async (_, fault, { calls, ...extensions }) => {
      const { world } = running;
      await world.addFaults({ path: '/get_sims', ...fault });
      const asked = iccids.slice(0, 3);
      const { status, data, errors } = await byRef(asked);
      expect(status).toBe(200);
      expect(data.simsByRef).toEqual([null, null, null]);
      expect(errors).toMatchObject(
        asked.map((iccid, index) => ({
          path: ['simsByRef', index],
          extensions: { ...extensions, iccids: [iccid] },
        })),
      );
      // Each part of three SIMs is tried once more: two of them and one, then each of the two.
      expect((await counted(world, '/get_sims')).ofPath).toBe(calls + 4);
    },
  );

  test.each(cases)(
    'with %s nulls only the field that needs it',
    async (_, fault, { calls, ...extensions }) => {
      const { world, gateway } = running;
      await world.addFaults({ path: '/get_sim_costs', ...fault });
      await world.addFaults({ path: '/get_sim_cost', ...fault });
      const { data, errors } = await gateway.ask(
        '{ sims(first: 2) { nodes { state cost(nullIfMissing: true) { usedBytes } dataUsage { usedBytes } } } }',
      );
      const node = { state: expect.any(String), cost: null, dataUsage: { usedBytes: null } };
      expect(data).toEqual({ sims: { nodes: [node, node] } });
      expect(errors).toHaveLength(4);
      for (const error of errors) expect(error.extensions).toMatchObject(extensions);
      expect((await counted(world, '/get_sim_costs')).ofPath).toBe(calls);
      expect((await counted(world, '/get_sim_cost')).ofPath).toBe(2);
    },
  );

  test('stops being sent when its path has failed often enough, returns a retry time, and recovers', async () => {
    const { world, gateway } = running;
    await world.addFaults({ path: '/get_sims', kind: 'reset' });
    let refused: { errors: AnsweredError[]; extensions: { cost: { upstreamCalls: number } } };
    do refused = await byRef(iccids.slice(0, 1));
    while (refused.extensions.cost.upstreamCalls > 0);
    expect(refused.errors).toMatchObject([
      { extensions: { code: 'UPSTREAM_UNAVAILABLE', retryable: true, retryAfterSeconds: 2 } },
    ]);
    expect((await gateway.ask(reads['/get_account_sims']())).errors).toEqual([]);
    await world.clearFaults();
    await waitFor(async () => (await byRef(iccids.slice(0, 1))).errors.length === 0);
    const counts = () =>
      gateway
        .logged()
        .filter(({ operation, msg }) => operation === 'get_sims' && String(msg).includes('circuit'))
        .map(({ msg }) => msg);
    await waitFor(() => counts().length >= 2);
    expect(counts()).toEqual([
      expect.stringContaining('circuit open'),
      expect.stringContaining('circuit closed'),
    ]);
  });
});

describe('text of the SIM API', () => {
  test.each<[string, FaultKind]>([
    ['a page', { kind: 'status', status: 200, body: `<html>${canary}</html>` }],
    ['broken JSON', { kind: 'status', status: 200, body: `{"sims": [{"name": "${canary}"` }],
    ['a 500', { kind: 'status', status: 500, body: canary }],
    [
      'a 400 without a code',
      { kind: 'status', status: 400, body: { error: canary, error_description: canary } },
    ],
    ['headers', { kind: 'status', status: 418, headers: { 'x-told': canary, 'retry-after': canary } }],
    ['a 429', { kind: 'status', status: 429, body: canary, headers: { 'retry-after': '0' } }],
    ['a SIM without an ICCID', { kind: 'status', status: 200, body: { sims: [{ name: canary }] } }],
    ['an answer with another error code', { kind: 'status', status: 502, body: { error_code: canary } }],
  ])('in %s reaches neither the answer nor the log', async (_, fault) => {
    const { world, gateway } = running;
    await world.addFaults({ path: '/get_sims', times: 4, ...fault });
    const answer = await byRef(iccids.slice(0, 1));
    expect(JSON.stringify([answer.data, answer.errors, [...answer.headers]])).not.toContain(canary);
    expect(JSON.stringify(gateway.logged())).not.toContain(canary);
  });

  test('as the description of an error code is in simApi.description alone, on one line', async () => {
    const { world, gateway } = running;
    const body = {
      error_code: 'E003',
      error_description: `${canary}\r\n\u001b[31mred\u2028`,
      timestamp: 1.6e12,
    };
    await world.addFaults({ path: '/get_sims', kind: 'status', status: 500, body });
    const { errors } = await byRef(iccids.slice(0, 1));
    expect(errors).toMatchObject([
      {
        message: expect.not.stringContaining(canary),
        extensions: {
          code: 'FEATURE_NOT_ENABLED',
          simApi: {
            code: 'E003',
            httpStatus: 500,
            description: expect.stringMatching(new RegExp(`^${canary} [^\\p{Cc}\\u2028]*$`, 'u')),
            timestamp: '2020-09-13T12:26:40.000Z',
          },
        },
      },
    ]);
    expect(JSON.stringify(gateway.logged())).not.toContain(canary);
  });
});

describe('an answer for many SIMs', () => {
  test('is matched by ICCID: omitted, duplicate, unrequested and in any order', async () => {
    const { world } = running;
    await world.setBehaviour({ order: 'shuffled' });
    const asked = iccids.slice(0, 400).reverse();
    const [missing = '', twice = ''] = [asked[7], asked[13]];
    await world.addFaults({
      path: '/get_sims',
      kind: 'tamper',
      omit: [missing],
      duplicate: [twice],
      foreign: true,
    });
    const { data, errors } = await byRef(asked);
    expect(data.simsByRef.map((sim) => sim?.iccid ?? null)).toEqual(
      asked.map((iccid) => (iccid === missing ? null : iccid)),
    );
    expect(errors).toMatchObject([
      { path: ['simsByRef', 7], extensions: { code: 'SIM_NOT_FOUND', iccids: [missing] } },
    ]);
    await world.setBehaviour({ order: 'stable' });
  });

  test('of costs is matched by ICCID too', async () => {
    const { world, gateway } = running;
    const asked = iccids.slice(0, 40).reverse();
    const ask = () =>
      gateway.ask<{ simsByRef: { iccid: string; cost: { usedBytes: number } | null }[] }>(
        `query ($refs: [SimRef!]!, $month: YearMonth) {
          simsByRef(refs: $refs) { iccid cost(month: $month, nullIfMissing: true) { usedBytes } }
        }`,
        { refs: asked.map((iccid) => ({ iccid })), month },
      );
    const expected = (await ask()).data.simsByRef;
    const counting = expected.filter(({ cost }) => cost !== null).map(({ iccid }) => iccid);
    const [missing = '', twice = ''] = counting;
    await world.addFaults({
      path: '/get_sim_costs',
      kind: 'tamper',
      omit: [missing],
      duplicate: [twice],
      foreign: true,
    });
    const { data, errors } = await ask();
    expect(errors).toEqual([]);
    expect(data.simsByRef).toEqual(
      expected.map((sim) => (sim.iccid === missing ? { ...sim, cost: null } : sim)),
    );
  });

  test('with one SIM that cannot be read does not report others as missing', async () => {
    const { world } = running;
    const [first = '', second = ''] = iccids;
    const body = { found: 2, offset: 0, total: 2, sims: [{ iccid: first, state: 'LIVE' }, { iccid: 12 }] };
    await world.addFaults({ path: '/get_sims', kind: 'status', status: 200, body });
    const { data, errors } = await byRef([first, second]);
    expect(data.simsByRef).toMatchObject([{ iccid: first }, null]);
    expect(errors).toMatchObject([
      { path: ['simsByRef', 1], extensions: { code: 'UPSTREAM_UNAVAILABLE', iccids: [second] } },
    ]);
  });

  test('with one unknown state among 1000 SIMs returns 1000 SIMs, one of them UNKNOWN, and no error', async () => {
    const { world } = running;
    const odd = iccids[500] ?? '';
    await world.patchSim(odd, { state: 'HIBERNATING', status: { primary: 'ASLEEP', secondary: 'DEEPLY' } });
    const { data, errors } = await byRef(iccids);
    expect(errors).toEqual([]);
    expect(data.simsByRef.map((sim) => sim?.iccid)).toEqual(iccids);
    const unknown = data.simsByRef.filter((sim) => sim?.state === 'UNKNOWN');
    expect(unknown).toEqual([{ iccid: odd, state: 'UNKNOWN', rawState: 'HIBERNATING' }]);
  });
});

describe('a SIM API that is busy', () => {
  test('and requests an absurd delay gets no call for ten seconds, including changes', async () => {
    const { world } = running;
    const { client, sims, forRequest, advance } = createTestClient(world, { deadlineMs: 2000 });
    const iccid = iccids[0] ?? '';
    try {
      await waitFor(async () => !isSimApiFailure((await sims(iccid)).get(iccid)));
      await world.clearCalls();
      await world.addFaults({
        path: '/get_sims',
        times: 1,
        kind: 'tooManyRequests',
        retryAfter: 99_999_999,
      });
      const refused = { reason: 'unavailable', surelyNotSent: true };
      expect((await sims(iccid)).get(iccid)).toMatchObject({ ...refused, retryAfterSeconds: 10 });
      advance(4000);
      const outcomes: object[] = [];
      await forRequest().control.send(
        { action: 'DEACTIVATE' },
        [iccid],
        async () => true,
        async (outcome) => {
          outcomes.push(outcome);
        },
      );
      expect(outcomes).toMatchObject([{ keys: [iccid], failure: { ...refused, retryAfterSeconds: 6 } }]);
      expect((await world.calls()).byPath).toEqual({ '/get_sims': 1 });
      advance(6000);
      expect((await sims(iccid)).get(iccid)).toMatchObject({ iccid });
    } finally {
      await client.stop();
    }
  });
});
