import { beforeAll, describe, expect, test } from '@jest/globals';
import { runGateway } from '../support/running.ts';

// Changes under way do not settle: every test takes SIMs that no other one has touched.
const running = runGateway({ sims: 5000, manners: { settleMs: { min: 3_600_000, max: 3_600_000 } } });
const locked = '8937204999000002024';

interface Payload {
  succeeded: number;
  failed: number;
  unknown: number;
  notSent: number;
  results: {
    iccid: string;
    outcome: string;
    error: { code: string; simApi: { code: string } | null } | null;
  }[];
}

const live: string[] = [];
const shipping: string[] = [];
beforeAll(async () => {
  const { world } = running;
  const iccids = async (query: object) =>
    (await world.sims({ limit: 5000, ...query })).map(({ iccid }) => iccid);
  live.push(
    ...(await iccids({ state: 'LIVE', primary: 'ON' })).filter((iccid) => !iccid.startsWith('8937204999')),
  );
  shipping.push(...(await iccids({ state: 'SHIPPING' })));
});

async function change(mutation: string, sims: readonly string[], fields = ''): Promise<Payload> {
  const { data, errors } = await running.gateway.ask<{ payload: Payload }>(
    `mutation ($sims: [SimRef!]!) {
      payload: ${mutation}(input: { sims: $sims${fields} }) {
        succeeded failed unknown notSent
        results { iccid outcome error { code simApi { code } } }
      }
    }`,
    { sims: sims.map((iccid) => ({ iccid })) },
  );
  expect(errors).toEqual([]);
  return data.payload;
}

/** SIMs that may be changed with misfits strewn among them. */
function strewn(good: readonly string[], misfits: readonly string[]): string[] {
  const sims = [...good];
  for (const [index, misfit] of misfits.entries()) sims.splice((index * 37) % sims.length, 0, misfit);
  return sims;
}

const outcomes = ({ results }: Payload) =>
  results.map(({ iccid, outcome, error }) => [iccid, outcome, error?.code]);

describe.each(['changesNothing', 'changesThoseBefore'] as const)('where a refused call %s', (refusedBulk) => {
  test.each([1, 7, 60])(
    'each of %d misfits among 200 SIMs is told its own code, the others are changed once',
    async (count) => {
      const { world } = running;
      await world.setManners({ refusedBulk });
      await world.clearEffects();
      const misfits = [locked, ...shipping.slice(0, count - 1)];
      const sims = strewn(live.splice(0, 200), misfits);
      const payload = await change('deactivateSims', sims);
      expect(outcomes(payload)).toEqual(
        sims.map((iccid) => {
          if (iccid === locked) return [iccid, 'FAILED', 'SIM_LOCKED_BY_ADMIN'];
          return shipping.includes(iccid)
            ? [iccid, 'FAILED', 'TRANSITION_NOT_ALLOWED']
            : [iccid, 'SUCCEEDED', undefined];
        }),
      );
      expect(payload).toMatchObject({ succeeded: 200, failed: count, unknown: 0, notSent: 0 });
      const changed = await world.effectCounts();
      expect(Object.keys(changed).sort()).toEqual(sims.filter((iccid) => !misfits.includes(iccid)).sort());
      expect(Object.values(changed).every((times) => times === 1)).toBe(true);
    },
  );

  test('one misfit in 200 is found in about 2 log 200 calls more', async () => {
    const { world, gateway } = running;
    await world.setManners({ refusedBulk });
    const sims = strewn(live.splice(0, 200), [locked]);
    const before = (await world.calls()).total;
    await change('suspendSims', sims);
    expect((await world.calls()).total - before).toBeLessThanOrEqual(2 + 3 * Math.ceil(Math.log2(201)));
    expect(gateway.logged().filter(({ level }) => level === 50)).toEqual([]);
  });
});

test('a SIM that is CLOSED is refused without a call', async () => {
  const { world } = running;
  const [closed] = await world.sims({ state: 'CLOSED', primary: 'DELETED' });
  const payload = await change('activateSims', [closed?.iccid ?? '']);
  expect(payload.results[0]).toMatchObject({
    outcome: 'FAILED',
    error: { code: 'TRANSITION_NOT_ALLOWED', simApi: null },
  });
  expect((await world.calls()).byPath).toEqual({ '/get_sims': 1 });
});

test('a refusal that blames the argument stands for every SIM, and nobody is asked again', async () => {
  const { world } = running;
  const payload = await change('setSimsGroup', live.slice(0, 50), ', group: "forbidden"');
  expect(payload.failed).toBe(50);
  expect(new Set(payload.results.map(({ error }) => error?.code))).toEqual(new Set(['GROUP_NAME_FORBIDDEN']));
  expect((await world.calls()).byPath).toEqual({ '/get_sims': 1, '/set_group': 1 });
});

test.each(['reset', 'cut'] as const)(
  'a call for 100 SIMs that is carried out and then ends in a %s is settled by reading back, and not sent again',
  async (kind) => {
    const { world } = running;
    await world.clearEffects();
    await world.addFaults({ path: '/deactivate', times: 1, kind, acts: true });
    const payload = await change('deactivateSims', live.splice(0, 100));
    expect(payload).toMatchObject({ succeeded: 100, failed: 0, unknown: 0 });
    expect((await world.calls()).byPath['/deactivate']).toBe(1);
  },
);

test('a call that is not carried out and gets no clear answer leaves its SIMs UNKNOWN, and is not sent again', async () => {
  const { world } = running;
  await world.addFaults({ path: '/deactivate', times: 1, kind: 'reset' });
  const payload = await change('deactivateSims', live.splice(0, 20));
  expect(payload).toMatchObject({ succeeded: 0, failed: 0, unknown: 20 });
  expect(new Set(payload.results.map(({ error }) => error?.code))).toEqual(new Set(['OUTCOME_UNKNOWN']));
  expect((await world.calls()).byPath['/deactivate']).toBe(1);
});

test('a reset that is refused for one SIM is sent to each of the others alone', async () => {
  const { world } = running;
  await world.setManners({ refusedBulk: 'changesNothing' });
  await world.clearEffects();
  const good = live.splice(0, 10);
  const misfit = shipping[0] ?? '';
  await world.patchSim(misfit, { state: 'LIVE', status: { primary: 'ON', secondary: 'LIVE' } });
  const payload = await change('resetSims', [...good, misfit]);
  expect(payload).toMatchObject({ succeeded: 10, failed: 1, unknown: 0 });
  expect(await world.effectCounts({ path: '/reset' })).toEqual(
    Object.fromEntries(good.map((iccid) => [iccid, 1])),
  );
});
