import { afterEach, describe, expect, test } from '@jest/globals';
import { print } from 'graphql';
import { wholeMonths } from '../../support/months.ts';
import { FirstHundredSimsDocument, OneSimDocument, SimsByRefDocument } from '../../support/operations.ts';
import { describeAccount, type Running } from '../../support/running.ts';

export function simTests(running: Running): void {
  describeAccount('SIMs', running, { sims: 1200, clock: wholeMonths() }, () => {
    const absent = '8937204999000000028';

    const simId = (iccid: string) => Buffer.from(`Sim:${iccid}`).toString('base64url');

    afterEach(() => running.world.setBehaviour({ missingSims: 'omit', order: 'stable' }));

    describe('batching', () => {
      test('a hundred SIMs with their cost take two calls of the SIM API', async () => {
        const { world, gateway } = running;
        const { data, errors, extensions } = await gateway.run(FirstHundredSimsDocument, { first: 100 });
        expect(errors).toEqual([]);
        expect(data.sims?.nodes).toHaveLength(100);
        expect(extensions.cost.upstreamCalls).toBe(2);
        expect((await world.calls()).byPath).toEqual({ '/get_account_sims': 1, '/get_sim_costs': 1 });
      });

      test('200 SIMs by ICCID with their cost take two calls of the SIM API', async () => {
        const { world, gateway } = running;
        const iccids = (await world.sims({ limit: 200 })).map(({ iccid }) => iccid);
        const { data, errors } = await gateway.run(SimsByRefDocument, {
          refs: iccids.map((iccid) => ({ iccid })),
        });
        expect(errors).toEqual([]);
        expect(data.simsByRef?.map((sim) => sim?.iccid)).toEqual(iccids);
        expect((await world.calls()).byPath).toEqual({ '/get_sims': 1, '/get_sim_costs': 1 });
      });

      test('one SIM by three aliases, by ICCID and by id, takes one call of the SIM API', async () => {
        const { world, gateway } = running;
        const [sim] = await world.sims({ limit: 1 });
        const { data, errors } = await gateway.ask<Record<string, { iccid: string }>>(
          `query ($iccid: ICCID!, $id: ID!) {
        a: sim(by: { iccid: $iccid }) { iccid }
        b: sim(by: { id: $id }) { iccid name }
        c: sim(by: { iccid: $iccid }) { iccid state }
      }`,
          { iccid: sim?.iccid, id: simId(sim?.iccid ?? '') },
        );
        expect(errors).toEqual([]);
        expect([data.a?.iccid, data.b?.iccid, data.c?.iccid]).toEqual([sim?.iccid, sim?.iccid, sim?.iccid]);
        expect((await world.calls()).total).toBe(1);
      });

      test.each([2, 3])(
        '%d SIMs with one EID match none of them: a change could reach any',
        async (count) => {
          const { world, gateway } = running;
          const esims = await world.sims({ limit: count, esim: true });
          const eids = esims.map(({ eid }) => String(eid));
          for (const { iccid } of esims) await world.patchSim(iccid, { eid: eids[0] });
          const { data, errors } = await gateway.ask<{ simsByRef: (object | null)[] }>(
            'query ($refs: [SimRef!]!) { simsByRef(refs: $refs) { iccid } }',
            { refs: eids.map((eid) => ({ eid })) },
          );
          expect(data.simsByRef).toEqual(eids.map(() => null));
          expect(errors.map(({ extensions }) => extensions.code)).toEqual([
            'BAD_USER_INPUT',
            ...eids.slice(1).map(() => 'SIM_NOT_FOUND'),
          ]);
          for (const [index, { iccid }] of esims.entries()) await world.patchSim(iccid, { eid: eids[index] });
        },
      );

      test('a SIM by its EID and the same SIM by its ICCID are one SIM', async () => {
        const { world, gateway } = running;
        const [esim] = await world.sims({ limit: 1, esim: true });
        const { data, errors } = await gateway.run(SimsByRefDocument, {
          refs: [{ eid: esim?.eid ?? '' }, { iccid: esim?.iccid ?? '' }],
        });
        expect(errors).toEqual([]);
        expect(data.simsByRef?.map((sim) => sim?.iccid)).toEqual([esim?.iccid, esim?.iccid]);
      });
    });

    describe('the requested SIMs', () => {
      test('an invalid key is refused before any call of the SIM API, and the error names it', async () => {
        const { world, gateway } = running;
        const literal = await gateway.ask('{ sim(by: { iccid: "12345" }) { name } }');
        expect(literal.status).toBe(400);
        expect(literal.errors[0]?.message).toContain('18 to 22 digits');
        expect(literal.errors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
        const variable = await gateway.run(OneSimDocument, { by: { eid: '12345' } });
        expect(variable.status).toBe(400);
        expect(variable.errors[0]?.message).toContain('"by.eid"');
        expect(variable.errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', retryable: false });
        const id = await gateway.run(OneSimDocument, { by: { id: 'bm9uZQ' } });
        expect(id.errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
        expect((await world.calls()).total).toBe(0);
      });

      test('two keys together, and no key, are refused', async () => {
        const { world, gateway } = running;
        const two = await gateway.ask(print(OneSimDocument), { by: { iccid: absent, id: simId(absent) } });
        const none = await gateway.ask(print(OneSimDocument), { by: {} });
        const nothing = await gateway.ask(print(OneSimDocument), { by: { iccid: null } });
        for (const { status, errors } of [two, none, nothing]) {
          expect(status).toBe(400);
          expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
        }
        expect((await world.calls()).total).toBe(0);
      });

      test('a missing SIM is null with SIM_NOT_FOUND at its index; order and duplicates are preserved', async () => {
        const { world, gateway } = running;
        const [first, second] = await world.sims({ limit: 2 });
        const keys = [second?.iccid, absent, first?.iccid, second?.iccid].map((iccid = '') => ({ iccid }));
        const { data, errors } = await gateway.run(SimsByRefDocument, { refs: keys });
        expect(data.simsByRef?.map((sim) => sim?.iccid ?? null)).toEqual([
          second?.iccid,
          null,
          first?.iccid,
          second?.iccid,
        ]);
        expect(errors).toMatchObject([
          {
            path: ['simsByRef', 1],
            extensions: { code: 'SIM_NOT_FOUND', retryable: false, iccids: [absent] },
          },
        ]);
      });

      test('a SIM API that refuses a whole read for one unknown SIM still returns the others', async () => {
        const { world, gateway } = running;
        await world.setBehaviour({ missingSims: 'refuse', order: 'shuffled' });
        const iccids = (await world.sims({ limit: 20 })).map(({ iccid }) => iccid);
        iccids.splice(7, 0, absent);
        const { data, errors } = await gateway.run(SimsByRefDocument, {
          refs: iccids.map((iccid) => ({ iccid })),
        });
        expect(data.simsByRef?.map((sim) => sim?.iccid ?? absent)).toEqual(iccids);
        expect(errors.map(({ path, extensions }) => [path?.[1], extensions.code])).toEqual([
          [7, 'SIM_NOT_FOUND'],
        ]);
      });

      test('more than 1000 refs are refused before any call of the SIM API', async () => {
        const { world, gateway } = running;
        const refs = Array.from({ length: 1001 }, () => ({ iccid: absent }));
        const { errors } = await gateway.run(SimsByRefDocument, { refs });
        expect(errors[0]?.message).toBe('refs names 1001 SIMs, at most 1000 are allowed');
        expect(errors[0]?.extensions.code).toBe('TOO_MANY_SIMS');
        expect((await world.calls()).total).toBe(0);
      });

      test('no refs return no SIMs and take no call', async () => {
        const { world, gateway } = running;
        const { data } = await gateway.run(SimsByRefDocument, { refs: [] });
        expect(data.simsByRef).toEqual([]);
        expect((await world.calls()).total).toBe(0);
      });
    });

    describe('the fields of a SIM', () => {
      test('every plain field has the value of the SIM API, renamed and with its unit', async () => {
        const { world, gateway } = running;
        const [sim] = await world.sims({ limit: 1, esim: true });
        if (sim === undefined) throw new Error('the world has no eSIM');
        await world.patchSim(sim.iccid, { data_limit: 250, lastNetworkActivityMillis: 1_795_000_000_000 });
        const { data } = await gateway.run(OneSimDocument, { by: { iccid: sim.iccid } });
        expect(data.sim).toMatchObject({
          id: simId(sim.iccid),
          iccid: sim.iccid,
          eid: sim.eid,
          name: sim.name,
          msisdn: sim.msisdn,
          imsi: sim.imsi,
          imei: sim.imei,
          type: sim.type,
          formFactor: sim.form,
          apn: sim.apn,
          state: sim.state,
          rawState: sim.state,
          lastNetworkActivityAt: new Date(1_795_000_000_000).toISOString(),
          lastModifiedAt: new Date(sim.lastModifiedMillis).toISOString(),
          dataUsage: { limitMegabytes: 250, limitBytes: 250_000_000 },
        });
      });

      test('a transition shows the target as the state and as pendingState', async () => {
        const { world, gateway } = running;
        const [sim] = await world.sims({ limit: 1 });
        const iccid = sim?.iccid ?? '';
        await world.patchSim(iccid, { state: 'TEST', status: { primary: 'PENDING', secondary: 'TEST' } });
        const { data } = await gateway.run(OneSimDocument, { by: { iccid } });
        expect(data.sim).toMatchObject({ state: 'TEST', pendingState: 'TEST', isTransitioning: true });
      });

      test('one unknown state among 1000 SIMs is UNKNOWN with its raw text, and affects nothing else', async () => {
        const { world, gateway } = running;
        const iccids = (await world.sims({ limit: 1000 })).map(({ iccid }) => iccid);
        const odd = iccids[500] ?? '';
        await world.patchSim(odd, { state: 'HIBERNATING', status: { primary: 'ODD' }, newField: { a: 1 } });
        const { data, errors } = await gateway.ask<{ simsByRef: { state: string; rawState: string }[] }>(
          'query ($refs: [SimRef!]!) { simsByRef(refs: $refs) { state rawState legacyStatus { primary secondary } } }',
          { refs: iccids.map((iccid) => ({ iccid })) },
        );
        expect(errors).toEqual([]);
        expect(data.simsByRef).toHaveLength(1000);
        expect(data.simsByRef?.filter(({ state }) => state === 'UNKNOWN')).toEqual([
          {
            state: 'UNKNOWN',
            rawState: 'HIBERNATING',
            legacyStatus: { primary: 'UNKNOWN', secondary: null },
          },
        ]);
      });

      test('fields that are missing, null or of another type are null', async () => {
        const { world, gateway } = running;
        const [sim] = await world.sims({ limit: 1 });
        const iccid = sim?.iccid ?? '';
        await world.patchSim(iccid, {
          name: null,
          msisdn: 372_5000_0001,
          imsi: '',
          imei: { odd: true },
          data_limit: 0,
          lastDataSessionMillis: 0,
          $remove: ['apn', 'state', 'status', 'lastUsageUpdate'],
        });
        const { data, errors } = await gateway.run(OneSimDocument, { by: { iccid } });
        expect(errors).toEqual([]);
        expect(data.sim).toMatchObject({
          name: null,
          msisdn: '37250000001',
          imsi: null,
          imei: null,
          apn: null,
          state: 'UNKNOWN',
          rawState: null,
          lastDataSessionAt: null,
          dataUsage: { limitMegabytes: null, limitBytes: null, remainingBytes: null, usedPercent: null },
        });
      });
    });
  });
}
