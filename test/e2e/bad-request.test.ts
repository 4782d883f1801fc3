import { describe, expect, test } from '@jest/globals';
import { stableIccids } from '../support/bulk.ts';
import { special } from '../support/fleet.ts';
import { runGateway } from '../support/running.ts';

const running = runGateway({ sims: 100, clock: { rate: 0 } });
const badRequest = { kind: 'status', status: 400, body: { error: 'bad_request' } } as const;
const outOfOrder = { code: 'UPSTREAM_BAD_REQUEST', retryable: false };

describe('400 without an error code', () => {
  test.each([
    ['/get_sims', `{ sim(by: { iccid: "${special.E210}" }) { iccid } }`],
    ['/get_account_sims', '{ sims(first: 1) { nodes { iccid } } }'],
    ['/get_sim_cost', `{ sim(by: { iccid: "${special.E210}" }) { cost { usedBytes } } }`],
    ['/get_account_balance', '{ account { balance { usedBytes } } }'],
    ['/diagnostics', `{ sim(by: { iccid: "${special.E210}" }) { diagnostics { imei } } }`],
  ])(
    'of %s is not an outage: the call is sent once, not retried, and no circuit opens',
    async (path, query) => {
      const { world, gateway } = running;
      await world.addFaults({ path, ...badRequest });
      const reads = 12;
      for (let asked = 0; asked < reads; asked++) {
        const { errors } = await gateway.ask(query);
        expect(errors).toMatchObject([{ extensions: outOfOrder }]);
      }
      expect((await world.calls()).byPath[path]).toBe(reads);
      await world.clearFaults();
      expect((await gateway.ask(query)).errors).toEqual([]);
    },
  );

  test.each([
    ['not carried out', false, 'UNKNOWN'],
    ['carried out all the same', true, 'SUCCEEDED'],
  ])(
    'of a change that was %s is resolved by reading the SIM back, and the change is sent once',
    async (_, acts, outcome) => {
      const { world, gateway } = running;
      const [iccid] = await stableIccids(world, 1);
      await world.addFaults({ path: '/suspend', acts, ...badRequest });
      const { data, errors } = await gateway.ask(
        `mutation { suspendSim(input: { sim: { iccid: "${iccid}" } }) { outcome } }`,
      );
      expect(errors).toEqual([]);
      expect(data).toEqual({ suspendSim: { outcome } });
      expect((await world.calls()).byPath['/suspend']).toBe(1);
      expect(await world.effects({ path: '/suspend', iccid: iccid ?? '' })).toHaveLength(acts ? 1 : 0);
    },
  );

  test('of a message leaves it UNKNOWN, and it is not sent again', async () => {
    const { world, gateway } = running;
    const [iccid] = await stableIccids(world, 1);
    await world.addFaults({ path: '/sendSms', ...badRequest });
    const { data } = await gateway.ask(
      `mutation { sendSms(input: { sims: [{ iccid: "${iccid}" }], text: "once" }) { results { outcome error { code } } } }`,
    );
    expect(data).toEqual({
      sendSms: { results: [{ outcome: 'UNKNOWN', error: { code: 'OUTCOME_UNKNOWN' } }] },
    });
    expect((await world.calls()).byPath['/sendSms']).toBe(1);
  });
});
