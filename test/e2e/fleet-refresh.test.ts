import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { endOf, startBulk } from '../support/bulk.ts';
import { askSimApi, createPool, special } from '../support/fleet.ts';
import { iccidsOf, indexed, listOf, syncsOnce, whenComplete } from '../support/fleet-sync.ts';
import type { Answer } from '../support/gateway.ts';
import { runRelayedGateway } from '../support/running.ts';
import { waitFor } from '../support/wait-for.ts';

// No SIM settles, and the only full sync is the first one: later updates of the index have other sources.
const running = runRelayedGateway(
  { sims: 1500, clock: { rate: 0 }, behaviour: { settleMs: { min: 60_000, max: 60_000 } } },
  syncsOnce,
);
const pool = createPool(() => running.world);
const take = async (count: number, query: { state?: string; secondary?: string; esim?: boolean }) =>
  (await pool.take(count, query)).map(({ iccid }) => iccid);
const shown = (iccid: string) => indexed(running.gateway, iccid);
const found = (filter: object) => iccidsOf(running.gateway, filter);
const refs = (iccids: readonly string[]) => ({ sims: iccids.map((iccid) => ({ iccid })) });

/**
 * Sends a change. Its answer waits at most a second for the index; on a slow machine that answers earlier, waits until the index
 * has everything that the gateway observed before.
 */
async function changing<Data>(query: string, variables: object = {}): Promise<Answer<Data>> {
  const askedAt = performance.now();
  const answer = await running.gateway.ask<Data>(query, variables);
  if (performance.now() - askedAt >= 1000) await whenKnown();
  return answer;
}

/** Waits until the write buffer is flushed: a new read is written after all earlier ones. */
async function whenKnown(): Promise<void> {
  const name = `marked ${randomUUID()}`;
  await running.world.patchSim(special.E240, { name });
  await readLive(special.E240);
  await waitFor(async () => (await shown(special.E240))?.name === name);
}

/** Sends a mutation that reads nothing back, so that the index is updated by the change alone. Returns the codes of its errors. */
async function change(name: string, input: string, sims: object, more: object = {}): Promise<string[]> {
  const isMany = 'sims' in sims;
  const { data, errors } = await changing<Record<
    string,
    { results?: { error: { code: string } | null }[] }
  > | null>(
    `mutation ($input: ${input}!) { ${name}(input: $input) { ${isMany ? 'results { error { code } }' : 'outcome'} } }`,
    { input: { ...sims, ...more } },
  );
  const results = data?.[name]?.results ?? [];
  return [
    ...errors.map(({ extensions }) => extensions.code),
    ...results.flatMap(({ error }) => error?.code ?? []),
  ];
}

const readLive = (iccid: string) =>
  running.gateway.ask<{ sim: { name: string | null } | null }>(`{ sim(by: { iccid: "${iccid}" }) { name } }`);

beforeAll(async () => {
  await whenComplete(running.gateway);
});
beforeEach(() => running.world.clearEffects());
// The gateway did not read the fleet.
afterEach(async () => expect((await running.world.calls()).byPath['/get_account_sims']).toBeUndefined());

describe('a change is in the index when it is answered:', () => {
  const stateChanges: [string, { state: string; secondary?: string }, string][] = [
    ['activate', { state: 'OFFLINE', secondary: '' }, 'LIVE'],
    ['deactivate', { state: 'LIVE' }, 'OFFLINE'],
    ['suspend', { state: 'LIVE' }, 'OFFLINE'],
    ['resume', { state: 'OFFLINE', secondary: 'SUSPENDED' }, 'LIVE'],
    ['test', { state: 'OFFLINE', secondary: '' }, 'TEST'],
    ['activeReady', { state: 'SHIPPING' }, 'ACTIVE_READY'],
  ];
  test.each(stateChanges)('%s, of one SIM and of several', async (verb, from, state) => {
    const [alone = '', ...several] = await take(6, from);
    expect(await change(`${verb}Sim`, 'SimInput', { sim: { iccid: alone } })).toEqual([]);
    const underWay = { states: [state], isTransitioning: true };
    expect(await found({ ...underWay, search: alone })).toEqual([alone]);
    expect(await change(`${verb}Sims`, 'SimsInput', refs(several))).toEqual([]);
    expect(await found(underWay)).toEqual(expect.arrayContaining([alone, ...several]));
  });

  test('close', async () => {
    const [iccid = ''] = await take(1, { state: 'LIVE' });
    expect(await change('closeSim', 'CloseSimInput', { sim: { iccid } }, { confirmIccid: iccid })).toEqual(
      [],
    );
    expect(await found({ states: ['CLOSED'], isTransitioning: true, search: iccid })).toEqual([iccid]);
  });

  test('name, group and data limit', async () => {
    const iccids = (await take(3, { state: 'LIVE' })).sort();
    const [iccid = ''] = iccids;
    expect(await change('setSimName', 'SetSimNameInput', { sim: { iccid } }, { name: 'Ärger 12' })).toEqual(
      [],
    );
    expect(await found({ search: 'äRGER' })).toEqual([iccid]);
    expect(await change('setSimsGroup', 'SetSimsGroupInput', refs(iccids), { group: 'Fresh' })).toEqual([]);
    expect(await found({ groups: ['Fresh'] })).toEqual(iccids);
    const limit = { limit: { megabytes: 123_456 } };
    expect(await change('setSimsDataLimit', 'SetSimsDataLimitInput', refs(iccids), limit)).toEqual([]);
    const { nodes } = await listOf(running.gateway, { groups: ['Fresh'] });
    expect(nodes.map(({ dataUsage }) => dataUsage.limitMegabytes)).toEqual([123_456, 123_456, 123_456]);
  });

  test('several in one request, one after the other', async () => {
    const [iccid = ''] = await take(1, { state: 'LIVE' });
    const sim = `{ iccid: "${iccid}" }`;
    const { errors } = await changing(`mutation {
      setSimName(input: { sim: ${sim}, name: "In a row" }) { outcome }
      setSimsGroup(input: { sims: [${sim}], group: "Row" }) { succeeded }
      suspendSim(input: { sim: ${sim} }) { outcome }
    }`);
    expect(errors).toEqual([]);
    expect(await shown(iccid)).toMatchObject({
      name: 'In a row',
      group: { name: 'Row' },
      state: 'OFFLINE',
      isTransitioning: true,
    });
  });

  test('two concurrent ones of one SIM', async () => {
    const [iccid = ''] = await take(1, { state: 'LIVE' });
    const [first, second] = [running.relay.hold('/set_name'), running.relay.hold('/set_group')];
    const named = change('setSimName', 'SetSimNameInput', { sim: { iccid } }, { name: 'Both' });
    const grouped = change('setSimsGroup', 'SetSimsGroupInput', refs([iccid]), { group: 'Both' });
    await Promise.all([first.arrived, second.arrived]);
    first.release();
    expect(await named).toEqual([]);
    second.release();
    expect(await grouped).toEqual([]);
    expect(await shown(iccid)).toMatchObject({ name: 'Both', group: { name: 'Both' } });
  });

  test('the accepted ones of several SIMs, and not the refused ones', async () => {
    const iccids = await take(4, { state: 'LIVE' });
    const codes = await change('suspendSims', 'SimsInput', refs([...iccids, special.E201, special.E202]));
    expect(codes).toEqual(['TRANSITION_NOT_ALLOWED', 'SIM_LOCKED_BY_ADMIN']);
    for (const iccid of iccids)
      expect(await shown(iccid)).toMatchObject({ state: 'OFFLINE', isTransitioning: true });
    expect(await shown(special.E201)).toMatchObject({ state: 'CLOSED', isTransitioning: false });
    expect(await shown(special.E202)).toMatchObject({ state: 'LIVE', isTransitioning: false });
  });

  test('nothing of a refused one', async () => {
    const before = await shown(special.E210);
    const limit = { limit: { megabytes: 10 } };
    expect(await change('setSimsDataLimit', 'SetSimsDataLimitInput', refs([special.E210]), limit)).toEqual([
      'DATA_LIMIT_BELOW_USAGE',
    ]);
    expect(await shown(special.E210)).toEqual(before);
  });

  test('one whose answer was lost, after the SIM was read back', async () => {
    const [iccid = ''] = await take(1, { state: 'LIVE' });
    await running.world.addFaults({ path: '/set_name', kind: 'reset', acts: true });
    await change('setSimName', 'SetSimNameInput', { sim: { iccid } }, { name: 'Lost answer' });
    expect(await found({ search: 'lost answer' })).toEqual([iccid]);
  });
});

test('a SIM whose change has an unknown outcome is polled as soon as possible', async () => {
  const [iccid = ''] = await take(1, { state: 'LIVE' });
  await running.world.addFaults(
    { path: '/set_name', kind: 'reset', acts: true },
    { path: '/get_sims', iccid, kind: 'error', code: 'E003', skip: 1 },
  );
  const before = await shown(iccid);
  const { data } = await changing<{ setSimName: { outcome: string } }>(
    `mutation { setSimName(input: { sim: { iccid: "${iccid}" }, name: "Who knows" }) { outcome } }`,
  );
  expect(data.setSimName.outcome).toBe('UNKNOWN');
  expect(await shown(iccid)).toEqual(before);
  await running.world.clearFaults();
  await waitFor(async () => (await shown(iccid))?.name === 'Who knows');
});

test('an eSIM is polled soon after a profile change', async () => {
  const [iccid = ''] = await take(1, { state: 'LIVE', esim: true });
  const offered = await askSimApi<string[]>(running.world, '/get_available_profiles');
  const before = await askSimApi<{ active_profile: string }>(running.world, `/get_sim?iccid=${iccid}`);
  const profile = offered.find((name) => name !== before.active_profile);
  const codes = await change('changeEsimProfile', 'EsimProfileInput', refs([iccid]), {
    profile,
    action: 'DOWNLOAD_AND_ENABLE',
  });
  expect(codes).toEqual([]);
  await waitFor(async () => {
    const { data: answer } = await running.gateway.ask<{
      sims: { nodes: { esim: { activeProfile: string } }[] };
    }>(`{ sims(filter: { search: "${iccid}" }) { nodes { esim { activeProfile } } } }`);
    return answer.sims.nodes[0]?.esim.activeProfile === profile;
  });
});

describe('a SIM that is read live', () => {
  test('is in the index as it was read, alone or with others', async () => {
    const [one = '', other = ''] = await take(2, { state: 'LIVE' });
    await running.world.patchSim(one, { name: 'Read alone' });
    await running.world.patchSim(other, { name: 'Read among others' });
    expect((await readLive(one)).data).toEqual({ sim: { name: 'Read alone' } });
    await waitFor(async () => (await shown(one))?.name === 'Read alone');
    await running.gateway.ask('query ($refs: [SimRef!]!) { simsByRef(refs: $refs) { name } }', {
      refs: [{ iccid: other }, { iccid: one }],
    });
    await waitFor(async () => (await shown(other))?.name === 'Read among others');
  });

  test('is in the index although no full sync has seen it yet', async () => {
    const [sim] = await running.world.addSims(1);
    const iccid = sim?.iccid ?? '';
    expect(await shown(iccid)).toBeUndefined();
    await readLive(iccid);
    await waitFor(async () => (await shown(iccid)) !== undefined);
  });

  test('and does not exist any more leaves the index; one that never was in it changes nothing', async () => {
    const [gone = '', goneToo = ''] = await take(2, { state: 'LIVE' });
    const { totalCount } = await listOf(running.gateway);
    await running.world.removeSim(gone);
    expect((await readLive(gone)).errors).toMatchObject([{ extensions: { code: 'SIM_NOT_FOUND' } }]);
    await readLive(special.E002);
    await waitFor(async () => (await shown(gone)) === undefined);
    await running.world.removeSim(goneToo);
    expect(await change('suspendSims', 'SimsInput', refs([goneToo]))).toEqual(['SIM_NOT_FOUND']);
    await waitFor(async () => (await shown(goneToo)) === undefined);
    expect((await listOf(running.gateway)).totalCount).toBe(totalCount - 2);
  });

  test('in its state before a change does not undo the change in the index when it arrives late', async () => {
    const [iccid = '', other = ''] = await take(2, { state: 'LIVE' });
    const held = running.relay.holdAnswer('/get_sims');
    const late = readLive(iccid);
    await held.arrived;
    await change('setSimName', 'SetSimNameInput', { sim: { iccid } }, { name: 'Newer' });
    expect((await shown(iccid))?.name).toBe('Newer');
    held.release();
    expect((await late).data.sim?.name).not.toBe('Newer');
    // The answer to this change comes after all earlier reads are written.
    await change('setSimName', 'SetSimNameInput', { sim: { iccid: other } }, { name: 'Other' });
    expect((await shown(iccid))?.name).toBe('Newer');
  });
});

test('the changes of a bulk operation are in the index when it ends', async () => {
  const iccids = (await take(300, { state: 'LIVE' })).sort();
  const operation = await startBulk(running.gateway, {
    action: 'SET_GROUP',
    params: { group: 'By bulk' },
    target: { list: iccids.join() },
  });
  expect(await endOf(running.gateway, operation.id)).toMatchObject({ status: 'COMPLETED', succeeded: 300 });
  await waitFor(async () => (await found({ groups: ['By bulk'] })).length === 300);
  expect(await found({ groups: ['By bulk'] })).toEqual(iccids);
});
