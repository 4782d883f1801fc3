import { describe, expect, test } from '@jest/globals';
import { endOf, makeGroup, startBulk } from '../support/bulk.ts';
import { stepFleet } from '../support/fleet-steps.ts';
import { indexed } from '../support/fleet-sync.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';

const fleet = stepFleet({ sims: 150, behaviour: { pageSize: 50 } });

/** SIMs in the order of the list, without the special ones. */
const listed = async () =>
  (await fleet.world.sims({ limit: 1000 })).filter(({ iccid }) => !String(iccid).startsWith('8937204999'));

async function unreadableOf(gateway: RunningGateway) {
  const { data, errors } = await gateway.ask<{
    sims: { totalCount: number; unreadableSims: number };
    fleet: { total: number; unreadableSims: number; isComplete: boolean };
  }>('{ sims(first: 500) { totalCount unreadableSims } fleet { total unreadableSims isComplete } }');
  expect(errors).toEqual([]);
  return data;
}

const warnings = () => fleet.gateway.logged().filter(({ msg }) => /without a valid ICCID/.test(String(msg)));

describe('SIMs that the SIM API lists without a valid ICCID', () => {
  test('are counted in every answer of the index, and logged when their number changes', async () => {
    const { world, gateway } = fleet;
    const all = await world.sims({ limit: 1000 });
    // The last rows of a page are read again with the next page.
    const broken = [all[12], all[47], all[49]].map((sim) => sim?.iccid ?? '');
    for (const [index, iccid] of broken.entries())
      await world.patchSim(iccid, { iccid: ['', 'unreadable', 12][index] });
    await fleet.forget();
    await fleet.fullSync();
    await fleet.fullSync();
    expect(await unreadableOf(gateway)).toEqual({
      sims: { totalCount: 147, unreadableSims: 3 },
      fleet: { total: 147, unreadableSims: 3, isComplete: true },
    });
    const file = await gateway.fetch('/export/sims.csv', { method: 'HEAD' });
    expect(file.headers.get('x-fleet-unreadable-sims')).toBe('3');
    expect(warnings()).toMatchObject([{ level: 40, sims: 3 }]);

    for (const iccid of broken) await world.patchSim(iccid, { iccid });
    await fleet.fullSync();
    await fleet.fullSync();
    expect(await unreadableOf(gateway)).toEqual({
      sims: { totalCount: 150, unreadableSims: 0 },
      fleet: { total: 150, unreadableSims: 0, isComplete: true },
    });
    expect(warnings()).toHaveLength(1);
  });

  test('are counted in a list that comes from the SIM API', async () => {
    const [, broken] = await fleet.world.sims({ limit: 2 });
    const iccid = broken?.iccid ?? '';
    await fleet.world.patchSim(iccid, { iccid: null });
    const without = await startGateway({ world: fleet.world });
    try {
      const { data } = await without.ask<{ sims: object }>(
        '{ sims(first: 500) { unreadableSims nodes { iccid } } }',
      );
      expect(data.sims).toMatchObject({ unreadableSims: 1 });
    } finally {
      await without.stop();
      await fleet.world.patchSim(iccid, { iccid });
    }
  });

  test('in a group are not changed by a bulk operation on the group, which reports it', async () => {
    const iccids = (await listed()).slice(60, 63).map(({ iccid }) => iccid);
    await makeGroup(fleet.world, 'One is unreadable', iccids);
    await fleet.world.patchSim(iccids[1] ?? '', { iccid: 'unreadable' });
    const { id } = await startBulk(fleet.gateway, {
      action: 'SET_NAME',
      params: { name: 'Renamed' },
      target: { group: 'One is unreadable' },
      expectedCount: 3,
    });
    expect(await endOf(fleet.gateway, id)).toMatchObject({
      status: 'COMPLETED_WITH_ERRORS',
      total: 3,
      succeeded: 2,
      failed: 0,
      notSent: 1,
    });
    const { data } = await fleet.gateway.ask('{ auditLog(first: 1) { nodes { action outcome errorCode } } }');
    expect(data).toEqual({
      auditLog: {
        nodes: [{ action: 'START_BULK_OPERATION', outcome: 'PARTIAL', errorCode: 'UPSTREAM_UNAVAILABLE' }],
      },
    });
    await fleet.world.patchSim(iccids[1] ?? '', { iccid: iccids[1] });
  });
});

describe('an ICCID', () => {
  // The sandbox sends these digits unquoted, and the number exceeds the safe integers of JavaScript.
  const asNumber = Number('893720401600001200');

  test.each([
    ['that is followed by the filler F', (iccid: string) => ({ sent: `${iccid}F`, iccid })],
    ['that is followed by the filler f', (iccid: string) => ({ sent: `${iccid}f`, iccid })],
    ['that is a JSON number', () => ({ sent: asNumber, iccid: String(asNumber) })],
  ])('%s is read', async (_, of) => {
    const own = (await listed())[70]?.iccid ?? '';
    const { sent, iccid } = of(own);
    await fleet.world.patchSim(own, { iccid: sent, name: 'Odd ICCID' });
    await fleet.fullSync();
    await fleet.fullSync();
    expect((await unreadableOf(fleet.gateway)).fleet).toMatchObject({ total: 150, unreadableSims: 0 });
    expect(await indexed(fleet.gateway, iccid)).toMatchObject({ iccid, name: 'Odd ICCID' });
    if (iccid === own) {
      const { data } = await fleet.gateway.ask(
        `mutation { setSimName(input: { sim: { iccid: "${iccid}" }, name: "By its digits" }) { outcome sim { iccid } } }`,
      );
      expect(data).toEqual({ setSimName: { outcome: 'SUCCEEDED', sim: { iccid } } });
    }
    await fleet.world.patchSim(own, { iccid: own });
    await fleet.fullSync();
    await fleet.fullSync();
  });
});
