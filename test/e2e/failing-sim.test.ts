import { beforeAll, describe, expect, test } from '@jest/globals';
import { allResults, endOf, runBulkGateway, startBulk } from '../support/bulk.ts';
import { askWith, type ManyAnswer, mutation, refs } from '../support/graphql-client.ts';
import type { FaultKind } from '../support/sandbox.ts';
import { waitFor } from '../support/wait-for.ts';

const running = runBulkGateway({ sims: 1010 });
let iccids: string[];
beforeAll(async () => {
  iccids = (await running.world.sims({ limit: 1000 })).map(({ iccid }) => iccid);
});

/** Reads all SIMs; returns those that failed, with their codes, and the calls that it took. */
async function readAll() {
  const { data, errors } = await running.gateway.ask<{ simsByRef: ({ iccid: string } | null)[] }>(
    'query ($refs: [SimRef!]!) { simsByRef(refs: $refs) { iccid } }',
    { refs: refs(iccids) },
  );
  expect(data.simsByRef.filter((sim) => sim !== null)).toHaveLength(iccids.length - errors.length);
  const { byPath } = await running.world.calls();
  return {
    failed: errors.map(({ extensions: { code, iccids: named } }) => [code, ...(named ?? [])]),
    calls: byPath['/get_sims'] ?? 0,
  };
}

const failures: [string, FaultKind, string][] = [
  ['500', { kind: 'status', status: 500 }, 'UPSTREAM_UNAVAILABLE'],
  ['a connection reset', { kind: 'reset' }, 'UPSTREAM_UNAVAILABLE'],
  ['E000', { kind: 'error', code: 'E000' }, 'SIM_API_ERROR'],
  ['broken JSON', { kind: 'garbage' }, 'UPSTREAM_UNAVAILABLE'],
  ['400 without a code', { kind: 'status', status: 400 }, 'UPSTREAM_BAD_REQUEST'],
  ['an unknown code', { kind: 'error', code: 'E999' }, 'UNKNOWN_SIM_API_ERROR'],
];

describe('a SIM that makes reads fail', () => {
  test.each(failures)('with %s has its own error, and 999 others are read', async (_, fault, code) => {
    const bad = iccids[417] ?? '';
    await running.world.addFaults({ path: '/get_sims', iccid: bad, ...fault });
    const { failed, calls } = await readAll();
    expect(failed).toEqual([[code, bad]]);
    // Three calls, four tries of one of them, and two calls for each of nine bisections.
    expect(calls).toBeLessThanOrEqual(3 + 3 + 2 * 9);
  });

  test('is found together with two more of them', async () => {
    const bad = [3, 340, 999].map((index) => iccids[index] ?? '');
    for (const iccid of bad)
      await running.world.addFaults({ path: '/get_sims', iccid, kind: 'error', code: 'E000' });
    const { failed } = await readAll();
    expect(failed).toEqual(bad.map((iccid) => ['SIM_API_ERROR', iccid]));
  });

  test('does not affect the change of other SIMs', async () => {
    const { world, gateway } = running;
    const [bad = '', ...others] = await running.iccids(50);
    await world.addFaults({ path: '/get_sims', iccid: bad, kind: 'status', status: 500 });
    const { data } = await askWith<{ suspendSims: ManyAnswer }>(
      gateway,
      {},
      mutation('suspendSims', 'SimsInput'),
      { input: { sims: refs([...others.slice(0, 20), bad, ...others.slice(20)]) } },
    );
    expect(data.suspendSims).toMatchObject({ succeeded: 49, failed: 1, unknown: 0, notSent: 0 });
    expect(data.suspendSims.results[20]).toMatchObject({
      iccid: bad,
      outcome: 'FAILED',
      error: { code: 'UPSTREAM_UNAVAILABLE' },
    });
  });

  test.each(['status', 'error'] as const)(
    '(%s) does not prevent a bulk operation from ending',
    async (kind) => {
      const { world, gateway, store } = running;
      const [bad = '', ...others] = await running.iccids(40);
      const fault = kind === 'status' ? { kind, status: 500 } : { kind, code: 'E000' };
      await world.addFaults({ path: '/get_sims', iccid: bad, ...fault });
      const list = [...others.slice(0, 20), bad, ...others.slice(20)].join();
      const { id } = await startBulk(gateway, {
        action: 'SET_NAME',
        params: { name: kind },
        target: { list },
      });
      // From the second time on it is read alone, next to a SIM that can be read.
      const malformed_reads = async () =>
        (
          await store.query<{ malformed_reads: number }>(
            'select max(malformed_reads) as malformed_reads from bulk_chunk',
          )
        )[0]?.malformed_reads;
      await waitFor(async () => Number(await malformed_reads()) >= 2);
      // Skips the delays of the tries in between.
      await waitFor(async () => {
        const skipped = await store.query(
          "update bulk_chunk set malformed_reads = 20 where status = 'WAITING' and lease_token is null returning number",
        );
        return skipped.length > 0;
      });
      expect(await endOf(gateway, id)).toMatchObject({ succeeded: 39, failed: 1, unknown: 0, notSent: 0 });
      const code = kind === 'status' ? 'UPSTREAM_UNAVAILABLE' : 'SIM_API_ERROR';
      expect(await allResults(gateway, id, { outcomes: ['FAILED'] })).toMatchObject([
        { iccid: bad, outcome: 'FAILED', error: { code } },
      ]);
    },
  );
});

describe('a SIM API whose every read fails', () => {
  test.each(failures)(
    'with %s is not asked much more often for many SIMs than for one',
    async (_, fault, code) => {
      await running.world.addFaults({ path: '/get_sims', ...fault });
      const { failed, calls } = await readAll();
      expect(failed).toEqual(iccids.map((iccid) => [code, iccid]));
      // Three calls with four tries each, and those of the bisection: until seven calls in a row have failed, and two more halves
      // for each of the three, which are bisected concurrently.
      expect(calls).toBeLessThanOrEqual(3 * 4 + 9);
      await running.world.clearFaults();
      // The circuit closes before the next test.
      await waitFor(async () => (await readAll()).failed.length === 0);
    },
  );
});
