import { expect, test } from '@jest/globals';
import { stepFleet } from '../support/fleet-steps.ts';
import { fleetOf, iccidsOf, indexed, shownBy } from '../support/fleet-sync.ts';

const fleet = stepFleet({ sims: 150 });

test('a SIM that is missing in the list, and whose every read fails, does not prevent the sync from ending', async () => {
  const { world, gateway } = fleet;
  const [omitted = ''] = (await iccidsOf(fleet.gateway)).slice(50);
  const before = await fleetOf(gateway);
  await world.addFaults(
    { path: '/get_account_sims', kind: 'tamper', omit: [omitted] },
    { path: '/get_sims', iccid: omitted, kind: 'status', status: 500 },
  );
  await fleet.fullSync();
  expect((await fleetOf(gateway)).asOf > before.asOf).toBe(true);
  expect((await indexed(gateway, omitted))?.iccid).toBe(omitted);
  await world.clearFaults();
  await fleet.whenPollingEnds();
  expect(await shownBy(gateway)).toEqual(await fleet.truth());
});
