import { beforeAll, describe, expect, test } from '@jest/globals';
import { runGateway } from '../support/running.ts';

const running = runGateway({ sims: 1010, clock: { rate: 0 } });
let iccids: string[];
/** One in the middle; which one does not matter. */
const culprit = 617;

interface Sims {
  simsByRef: ({ iccid: string } & Record<string, unknown>)[];
}
const ask = (fields: string) =>
  running.gateway.ask<Sims>(`query ($refs: [SimRef!]!) { simsByRef(refs: $refs) { iccid ${fields} } }`, {
    refs: iccids.map((iccid) => ({ iccid })),
  });

beforeAll(async () => {
  iccids = (await running.world.sims({ limit: 1000 })).map(({ iccid }) => iccid);
});

describe('of a thousand SIMs', () => {
  test.each([
    ['E003', { kind: 'error', code: 'E003' }, 'FEATURE_NOT_ENABLED', false, 1000],
    ['a server error that stays', { kind: 'error', code: 'E000' }, 'SIM_API_ERROR', true, 1003],
    ['an answer that makes no sense', { kind: 'garbage' }, 'UPSTREAM_UNAVAILABLE', true, 1001],
  ] as const)(
    '999 have sessions where one call fails with %s, and there is one error at its path',
    async (_, fault, code, retryable, calls) => {
      const { world } = running;
      const iccid = iccids[culprit] ?? '';
      await world.addFaults({ path: '/get_sim_sessions', iccid, ...fault });
      const { data, errors, status } = await ask('sessions(first: 2) { totalCount nodes { id } }');
      expect(status).toBe(200);
      expect(errors).toHaveLength(1);
      expect(errors).toMatchObject([
        { path: ['simsByRef', culprit, 'sessions'], extensions: { code, retryable, iccids: [iccid] } },
      ]);
      expect(data.simsByRef.map((sim) => sim.iccid)).toEqual(iccids);
      expect(data.simsByRef.flatMap(({ sessions }, index) => (sessions === null ? [index] : []))).toEqual([
        culprit,
      ]);
      expect((await world.calls()).byPath['/get_sim_sessions']).toBe(calls);
    },
  );

  test('each keeps what it has where diagnostics of one and costs of another fail', async () => {
    const { world } = running;
    await world.setManners({ costsWithoutHistory: 'refuse' });
    const { data, errors } = await running.gateway.ask<Sims>(
      'query ($refs: [SimRef!]!) { simsByRef(refs: $refs) { iccid name dataUsage { usedBytes } cost { usedBytes } diagnostics { imei } } }',
      { refs: ['8937204999000001034', iccids[0], '8937204999000001018'].map((iccid) => ({ iccid })) },
    );
    await world.setManners({ costsWithoutHistory: 'omit' });
    expect(errors.map(({ path, extensions }) => [path?.join('.'), extensions.code])).toEqual(
      expect.arrayContaining([
        ['simsByRef.0.diagnostics', 'NO_DIAGNOSTICS'],
        ['simsByRef.2.cost', 'NO_COST_HISTORY'],
      ]),
    );
    expect(data.simsByRef).toMatchObject([
      { cost: { usedBytes: expect.any(Number) }, diagnostics: null },
      { iccid: iccids[0] },
      { cost: null, dataUsage: { usedBytes: null }, diagnostics: { imei: expect.any(String) } },
    ]);
  });
});
