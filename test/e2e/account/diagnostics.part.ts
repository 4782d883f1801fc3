import { afterEach, describe, expect, test } from '@jest/globals';
import { askSimApi, createPool, special } from '../../support/fleet.ts';
import { wholeMonths } from '../../support/months.ts';
import { DiagnosticsDocument } from '../../support/operations.ts';
import { describeAccount, type Running } from '../../support/running.ts';

export function diagnosticsTests(running: Running): void {
  describeAccount('diagnostics', running, { sims: 60, clock: wholeMonths() }, () => {
    const pool = createPool(() => running.world);
    const ask = (iccids: readonly string[], nullIfMissing = false) =>
      running.gateway.run(DiagnosticsDocument, { refs: iccids.map((iccid) => ({ iccid })), nullIfMissing });

    afterEach(() => running.world.setBehaviour({ diagnostics: 'ordered', times: 'milliseconds' }));

    describe('diagnostics', () => {
      test.each(['milliseconds', 'seconds'] as const)(
        'are those of the SIM API, its times in %s',
        async (times) => {
          const { world } = running;
          await world.setBehaviour({ times });
          const [sim] = await pool.take(1, { state: 'LIVE' });
          const iccid = sim?.iccid ?? '';
          const said = await askSimApi<Record<string, unknown>>(world, `/diagnostics?iccid=${iccid}`);
          const { data, errors } = await ask([iccid]);
          expect(errors).toEqual([]);
          expect(data.simsByRef?.[0]?.diagnostics).toEqual({
            imei: said.imei,
            deviceName: said.deviceName,
            inDataSession: said.inDataSession,
            lastNetworkActivityAt: new Date(
              Number(said.lastNetworkActivity) * (times === 'seconds' ? 1000 : 1),
            ).toISOString(),
            lastCountry: said.lastCountry,
            lastOperator: said.lastOperator,
            location: { latitude: said.latitude, longitude: said.longitude, radiusMeters: said.radius },
          });
        },
      );

      test('that are not available are null with NO_DIAGNOSTICS, or null without an error if the query allows null', async () => {
        const [{ iccid } = { iccid: '' }] = await pool.take(1, { state: 'LIVE' });
        const { data, errors } = await ask([iccid, special.E103]);
        expect(data.simsByRef).toMatchObject([
          { diagnostics: { imei: expect.any(String) } },
          { iccid: special.E103, diagnostics: null },
        ]);
        expect(errors).toMatchObject([
          {
            path: ['simsByRef', 1, 'diagnostics'],
            extensions: {
              code: 'NO_DIAGNOSTICS',
              retryable: false,
              iccids: [special.E103],
              simApi: { code: 'E103', operation: 'diagnostics' },
            },
          },
        ]);
        const quiet = await ask([iccid, special.E103], true);
        expect(quiet.errors).toEqual([]);
        expect(quiet.data).toEqual(data);
      });

      test('that were not ordered are FEATURE_NOT_ENABLED, even if the query allows null', async () => {
        const { data, errors } = await ask([special.E003], true);
        expect(data.simsByRef).toMatchObject([{ iccid: special.E003, diagnostics: null }]);
        expect(errors).toMatchObject([
          {
            path: ['simsByRef', 0, 'diagnostics'],
            extensions: { code: 'FEATURE_NOT_ENABLED', simApi: { code: 'E003', httpStatus: 403 } },
          },
        ]);
        await running.world.setBehaviour({ diagnostics: 'notOrdered' });
        const iccids = (await pool.take(3, { state: 'LIVE' })).map(({ iccid }) => iccid);
        const all = await ask(iccids);
        expect(all.data.simsByRef).toMatchObject(iccids.map((iccid) => ({ iccid, diagnostics: null })));
        expect(all.errors.map(({ extensions }) => extensions.iccids)).toEqual(iccids.map((iccid) => [iccid]));
      });

      test('without a position, or with half of one, have no location', async () => {
        const [{ iccid } = { iccid: '' }] = await pool.take(1, { state: 'LIVE' });
        await running.world.addFaults({
          path: '/diagnostics',
          kind: 'status',
          status: 200,
          body: { imei: null, latitude: 58.4, inDataSession: 'true' },
        });
        const { data, errors } = await ask([iccid]);
        expect(errors).toEqual([]);
        expect(data.simsByRef?.[0]?.diagnostics).toEqual({
          imei: null,
          deviceName: null,
          inDataSession: true,
          lastNetworkActivityAt: null,
          lastCountry: null,
          lastOperator: null,
          location: null,
        });
      });

      test('that fail are null and do not affect other fields', async () => {
        const { data, errors } = await running.gateway.ask<{ sim: object }>(
          `query ($iccid: ICCID!) {
        sim(by: { iccid: $iccid }) { name diagnostics { imei } sessions { totalCount } cost { usedBytes } }
      }`,
          { iccid: special.E103 },
        );
        expect(data.sim).toMatchObject({
          name: 'E103 no diagnostics',
          diagnostics: null,
          sessions: { totalCount: expect.any(Number) },
          cost: { usedBytes: expect.any(Number) },
        });
        expect(errors.map(({ path }) => path)).toEqual([['sim', 'diagnostics']]);
      });
    });
  });
}
