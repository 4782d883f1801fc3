import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { special } from '../support/fleet.ts';
import { DeactivateSimDocument } from '../support/operations.ts';
import { runGateway } from '../support/running.ts';
import type { FaultKind, World } from '../support/sandbox.ts';
import { createTestClient } from '../support/sim-api-client.ts';
import { waitFor } from '../support/wait-for.ts';

const running = runGateway({ sims: 400, clock: { rate: 0 } });
let live: string[];

/** ICCIDs of ordinary LIVE SIMs. */
async function liveSims(world: World): Promise<string[]> {
  const sims = await world.sims({ state: 'LIVE', primary: 'ON', limit: 400 });
  return sims.map(({ iccid }) => iccid).filter((iccid) => !iccid.startsWith('8937204999'));
}

beforeAll(async () => {
  live = await liveSims(running.world);
});
// Every path answers before each test (a refusal is an answer), so that no circuit has failures of the test before.
beforeEach(async () => {
  const { world, gateway } = running;
  await waitFor(async () => {
    const { errors } = await gateway.ask(
      `mutation { deactivateSim(input: { sim: { iccid: "${special.E202}" } }) { outcome } }`,
    );
    const { data } = await gateway.ask<{ sim: object | null }>(
      `{ sim(by: { iccid: "${special.E202}" }) { iccid } }`,
    );
    return errors[0]?.extensions.code === 'SIM_LOCKED_BY_ADMIN' && data.sim !== null;
  });
  await world.clearCalls();
});

function aLiveSim(): string {
  const iccid = live.pop();
  if (iccid === undefined) throw new Error('the world has no more LIVE SIMs');
  return iccid;
}

/** Deactivates a SIM; returns the answer, the PUTs that the sandbox received and the changes that it carried out. */
async function deactivate(iccid: string) {
  const { world, gateway } = running;
  const { data, errors } = await gateway.run(DeactivateSimDocument, { sim: { iccid } });
  const { byPath } = await world.calls();
  const done = await world.effects({ iccid });
  return {
    payload: data.deactivateSim,
    errors,
    puts: byPath['/deactivate'] ?? 0,
    effects: done.length,
    tokens: byPath['/oauth/token'] ?? 0,
  };
}

/** Not carried out, which no read can prove: the SIM read back is unchanged. */
const unknown = { outcome: 'UNKNOWN', sim: { state: 'LIVE', pendingState: null } };
/** Carried out: the SIM read back is in transition. */
const succeeded = { outcome: 'SUCCEEDED', sim: { state: 'OFFLINE', pendingState: 'OFFLINE' } };

const unclear: [string, FaultKind][] = [
  ['500', { kind: 'status', status: 500, body: 'oops' }],
  ['503', { kind: 'status', status: 503 }],
  ['E000', { kind: 'error', code: 'E000' }],
  ['a reset', { kind: 'reset' }],
  ['an answer cut in the middle', { kind: 'cut', acts: false }],
  ['broken JSON', { kind: 'garbage' }],
  ['a page of HTML', { kind: 'html' }],
  ['an error without a code, and 200', { kind: 'status', status: 200, body: { error: 'server_error' } }],
  ['null', { kind: 'status', status: 200, body: null }],
  ['404 without a code', { kind: 'status', status: 404, body: 'no' }],
  ['another SIM', { kind: 'status', status: 200, body: { iccid: '8937204999000002107', state: 'OFFLINE' } }],
  ['no SIM in its list', { kind: 'status', status: 200, body: { sims: [] } }],
  ["a proxy's own error code", { kind: 'status', status: 502, body: { error_code: 502 } }],
];

describe('a change that gets no clear answer', () => {
  test.each(unclear)('%s: is sent once; not carried out, it is UNKNOWN', async (_, fault) => {
    const iccid = aLiveSim();
    await running.world.addFaults({ path: '/deactivate', ...fault });
    const { payload, errors, puts, effects } = await deactivate(iccid);
    expect(errors).toEqual([]);
    expect(payload).toMatchObject({ iccid, ...unknown });
    expect([puts, effects]).toEqual([1, 0]);
  });

  test.each(unclear)('%s: is sent once; carried out nevertheless, it SUCCEEDED', async (_, fault) => {
    const iccid = aLiveSim();
    const acting = { ...fault, acts: true } as FaultKind;
    await running.world.addFaults({ path: '/deactivate', ...acting });
    const { payload, errors, puts, effects } = await deactivate(iccid);
    expect(errors).toEqual([]);
    expect(payload).toMatchObject({ iccid, ...succeeded });
    expect([puts, effects]).toEqual([1, 1]);
  });

  test('and cannot be read back either is UNKNOWN, with an error in place of the SIM', async () => {
    const { world } = running;
    const iccid = aLiveSim();
    await world.addFaults(
      { path: '/deactivate', kind: 'reset', acts: true },
      { path: '/get_sims', skip: 1, kind: 'garbage' },
    );
    const { payload, errors, puts } = await deactivate(iccid);
    expect(payload).toMatchObject({ iccid, outcome: 'UNKNOWN', sim: null });
    expect(errors).toMatchObject([
      { path: ['deactivateSim', 'sim'], extensions: { code: 'UPSTREAM_UNAVAILABLE', iccids: [iccid] } },
    ]);
    expect(puts).toBe(1);
  });

  test('and whose SIM has left the account is UNKNOWN', async () => {
    const { world } = running;
    const iccid = aLiveSim();
    await world.addFaults(
      { path: '/deactivate', kind: 'reset' },
      { path: '/get_sims', skip: 1, kind: 'tamper', omit: [iccid] },
    );
    const { payload, errors } = await deactivate(iccid);
    expect(payload).toMatchObject({ iccid, outcome: 'UNKNOWN', sim: null });
    expect(errors).toMatchObject([{ extensions: { code: 'SIM_NOT_FOUND' } }]);
  });
});

describe('a change that is accepted', () => {
  const ways = (['sim', 'message', 'ok', 'empty'] as const).flatMap((putAnswer) =>
    ([200, 202] as const).map((putStatus) => [putAnswer, putStatus] as const),
  );

  test.each(ways)('with %s and %d is sent once and never shown as settled', async (putAnswer, putStatus) => {
    const { world } = running;
    await world.setBehaviour({ putAnswer, putStatus });
    const iccid = aLiveSim();
    const { payload, errors, puts, effects } = await deactivate(iccid);
    await world.setBehaviour({ putAnswer: 'sim', putStatus: 200 });
    expect(errors).toEqual([]);
    expect(payload).toMatchObject({ iccid, ...succeeded });
    expect(payload?.sim?.isTransitioning).toBe(true);
    expect([puts, effects]).toEqual([1, 1]);
  });

  test('but not yet begun shows the actual SIM, not the requested state', async () => {
    const iccid = aLiveSim();
    await running.world.addFaults({ path: '/deactivate', kind: 'status', status: 202 });
    const { payload, effects } = await deactivate(iccid);
    expect(payload).toMatchObject({ outcome: 'SUCCEEDED', sim: { state: 'LIVE', isTransitioning: false } });
    expect(effects).toBe(0);
  });
});

describe('a change that was surely not carried out', () => {
  test.each<[string, FaultKind, number]>([
    ['429 without a wait', { kind: 'tooManyRequests', retryAfter: 0 }, 0],
    ['429 until a date', { kind: 'tooManyRequests', retryAfter: 'Wed, 21 Oct 2015 07:28:00 GMT' }, 0],
    ['429 without Retry-After', { kind: 'tooManyRequests' }, 0],
    ['429 with an invalid Retry-After', { kind: 'tooManyRequests', retryAfter: 'soon' }, 0],
    ['401', { kind: 'unauthorized' }, 1],
  ])('is sent again: %s', async (_, fault, tokens) => {
    const iccid = aLiveSim();
    await running.world.addFaults({ path: '/deactivate', times: 1, ...fault });
    const done = await deactivate(iccid);
    expect(done.errors).toEqual([]);
    expect(done.payload).toMatchObject({ iccid, ...succeeded });
    expect(done).toMatchObject({ puts: 2, effects: 1, tokens });
  });

  test.each<[string, FaultKind, string, boolean]>([
    ['414', { kind: 'status', status: 414 }, 'UPSTREAM_UNAVAILABLE', true],
    ['431', { kind: 'status', status: 431 }, 'UPSTREAM_UNAVAILABLE', true],
    ['401 permanently', { kind: 'unauthorized' }, 'UPSTREAM_AUTH_FAILED', false],
    ['a refusal', { kind: 'error', code: 'E211' }, 'DATA_LIMIT_REACHED', false],
    ['a refusal with an unknown code', { kind: 'error', code: 'E999' }, 'UNKNOWN_SIM_API_ERROR', false],
  ])('is an error, not an unknown outcome: %s', async (_, fault, code, retryable) => {
    const iccid = aLiveSim();
    await running.world.addFaults({ path: '/deactivate', ...fault });
    const { payload, errors, effects } = await deactivate(iccid);
    expect(payload).toBeNull();
    expect(errors).toMatchObject([
      { path: ['deactivateSim'], extensions: { code, retryable, iccids: [iccid] } },
    ]);
    expect(effects).toBe(0);
  });

  test.each<[string, FaultKind]>([
    ['fails', { kind: 'status', status: 503 }],
    ['is cut off', { kind: 'reset' }],
    ['is not valid', { kind: 'html' }],
  ])('because no token was available (the token call %s) is an error too', async (_, fault) => {
    const { world } = running;
    const iccid = aLiveSim();
    await world.killTokens();
    await world.addFaults({ path: '/oauth/token', ...fault });
    const { payload, errors, effects } = await deactivate(iccid);
    expect(payload).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE', retryable: true } }]);
    expect(effects).toBe(0);
    await world.clearFaults();
  });

  test('counts as an answer: refusals between failures keep the circuit of the path closed', async () => {
    const { world } = running;
    const { client, forRequest } = createTestClient(world);
    const change = () =>
      forRequest().control.send(
        { action: 'ACTIVATE' },
        [special.E211],
        async () => true,
        async () => {},
      );
    try {
      for (let round = 0; round < 12; round++) {
        await world.addFaults({ path: '/activate', kind: 'reset', times: 1 });
        await change();
        await change();
      }
      expect((await world.calls()).byPath['/activate']).toBe(24);
      await world.addFaults({ path: '/activate', kind: 'reset' });
      for (let round = 0; round < 12; round++) await change();
      expect((await world.calls()).byPath['/activate']).toBe(34);
    } finally {
      await client.stop();
    }
  });
});

describe('a redirect', () => {
  const canary = 'CANARY-0815';
  let other: Server;
  let seen: IncomingMessage[];
  let location: string;

  beforeAll(async () => {
    other = createServer((request, response) => {
      seen.push(request);
      response.end('{}');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    location = `http://127.0.0.1:${(other.address() as AddressInfo).port}/${canary}`;
  });
  beforeEach(() => {
    seen = [];
  });
  afterAll(async () => {
    await new Promise((resolve) => other.close(resolve));
  });

  test.each([301, 302, 303, 307, 308])(
    'with %d is followed by no read, no change, no login',
    async (status) => {
      const { world, gateway } = running;
      const fault = { kind: 'status', status, headers: { location } } as const;
      const iccid = aLiveSim();
      await world.addFaults({ path: '/get_sims', ...fault });
      const read = await gateway.ask(`{ sim(by: { iccid: "${iccid}" }) { iccid } }`);
      expect(read.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
      await world.clearFaults();
      await world.addFaults({ path: '/deactivate', ...fault });
      const { payload, puts, effects } = await deactivate(iccid);
      expect(payload).toMatchObject({ outcome: 'UNKNOWN' });
      expect([puts, effects]).toEqual([1, 0]);
      await world.clearFaults();
      await world.killTokens();
      await world.addFaults({ path: '/oauth/token', ...fault });
      const refused = await gateway.ask(`{ sim(by: { iccid: "${iccid}" }) { iccid } }`);
      expect(refused.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
      await world.clearFaults();
      expect(seen).toEqual([]);
      expect(JSON.stringify([read, refused, gateway.logged()])).not.toContain(canary);
    },
  );
});
