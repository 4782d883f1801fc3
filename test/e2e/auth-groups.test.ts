import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { allScopes, as, createKey, keyEnv } from '../support/api-keys.ts';
import { parseCsv } from '../support/csv.ts';
import { groupId, simId } from '../support/fleet.ts';
import { readOnceEnv, whenWhole } from '../support/fleet-index.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { refs } from '../support/graphql-client.ts';
import { midMonthNow } from '../support/mid-month.ts';
import { createWorld, type WireSim, type World } from '../support/sandbox.ts';
import { waitFor } from '../support/wait-for.ts';

let world: World;
let gateway: RunningGateway;
/** Sees every SIM. */
let everyone: RunningGateway;
/** Sees the SIMs of North only. */
let north: RunningGateway;
/** Sees the SIMs of North and of a group that does not exist. */
let two: RunningGateway;
let own: WireSim[];
let foreign: WireSim[];

beforeAll(async () => {
  world = await createWorld({ sims: 60, clock: { startAt: midMonthNow(), rate: 0 } });
  gateway = await startGateway({ world, env: { ...readOnceEnv, ...keyEnv } });
  everyone = as(gateway, (await createKey(gateway)).key);
  north = as(gateway, (await createKey(gateway, { groups: ['North'] })).key);
  two = as(gateway, (await createKey(gateway, { groups: ['North', 'Nowhere'] })).key);
  await whenWhole(everyone);
  const sims = (await world.sims({ limit: 60 })).filter(
    ({ iccid, state }) => !iccid.startsWith('8937204999') && state !== 'CLOSED',
  );
  // Each group has SIMs with an EID.
  sims.sort((left, right) => Number(right.eid !== undefined) - Number(left.eid !== undefined));
  await move(
    sims.filter((_, index) => index % 3 === 0),
    'North',
  );
  await move(
    sims.filter((_, index) => index % 3 === 1),
    'South',
  );
  const inGroup = async (name: string) =>
    (await world.sims({ limit: 60 })).filter(({ group }) => group === name);
  own = await inGroup('North');
  foreign = await inGroup('South');
});

async function move(sims: readonly WireSim[], group: string): Promise<void> {
  const input = { sims: refs(sims.map(({ iccid }) => iccid)), group };
  const { data, errors } = await everyone.ask<{ setSimsGroup: { succeeded: number } }>(
    'mutation ($input: SetSimsGroupInput!) { setSimsGroup(input: $input) { succeeded } }',
    { input },
  );
  expect([errors, data.setSimsGroup.succeeded]).toEqual([[], sims.length]);
}

afterAll(async () => {
  await gateway?.stop();
  await world?.remove();
});

const one = (list: readonly WireSim[], index = 0) => list[index]?.iccid ?? '';
const eidOf = (list: readonly WireSim[]) => list.find(({ eid }) => eid !== undefined)?.eid ?? '';
const codesOf = ({ errors }: { errors: { extensions: { code: string } }[] }) =>
  errors.map(({ extensions }) => extensions.code);

describe('a key that is limited to groups reads only their SIMs', () => {
  test('viewer shows the groups', async () => {
    const { data } = await north.ask('{ viewer { groups scopes } }');
    expect(data).toEqual({ viewer: { groups: ['North'], scopes: allScopes } });
  });

  test('by key, a SIM of another group does not exist', async () => {
    const refsOf = (sims: WireSim[]) =>
      `{ iccid: "${one(sims)}" }, { eid: "${eidOf(sims)}" }, { id: "${simId(one(sims))}" }`;
    const query = (sims: WireSim[]) =>
      `{ simsByRef(refs: [${refsOf(sims)}]) { iccid }
        sim(by: { iccid: "${one(sims)}" }) { iccid name cost(nullIfMissing: true) { month } sessions { totalCount } }
        node(id: "${simId(one(sims))}") { id } nodes(ids: ["${simId(one(sims))}"]) { id } }`;
    expect(codesOf(await north.ask(query(own)))).toEqual([]);
    const { data, errors } = await north.ask(query(foreign));
    expect(data).toEqual({ simsByRef: [null, null, null], sim: null, node: null, nodes: [null] });
    expect(new Set(codesOf({ errors }))).toEqual(new Set(['SIM_NOT_FOUND']));
    const { errors: absent } = await north.ask('{ sim(by: { iccid: "8937204000000000000" }) { iccid } }');
    expect(errors.find(({ path }) => path?.[0] === 'sim')?.message).toBe(absent[0]?.message);
  });

  test('an EID that several SIMs of another group share does not exist either', async () => {
    const twins = foreign.filter(({ eid }) => eid !== undefined).slice(0, 2);
    const [first, second] = twins;
    const eids = [first?.eid, second?.eid];
    await world.patchSim(one(twins, 1), { eid: first?.eid });
    try {
      const query = `{ simsByRef(refs: [{ eid: "${eids[0]}" }, { eid: "${eids[1]}" }]) { iccid } }`;
      expect(codesOf(await everyone.ask(query))).toContain('BAD_USER_INPUT');
      const { data, errors } = await north.ask(query);
      expect(data).toEqual({ simsByRef: [null, null] });
      expect(codesOf({ errors })).toEqual(['SIM_NOT_FOUND', 'SIM_NOT_FOUND']);
      expect(errors.map(({ extensions }) => extensions.simApi)).toEqual([undefined, undefined]);
    } finally {
      await world.patchSim(one(twins, 1), { eid: second?.eid });
    }
  });

  test.each([
    ['sims', '{ sims(first: 500) { totalCount nodes { iccid group { name } } } }'],
    [
      'sims with a filter',
      '{ sims(first: 500, filter: { inNoGroup: false }) { totalCount nodes { iccid group { name } } } }',
    ],
    [
      'sims with or',
      '{ sims(first: 500, filter: { or: [{ groups: ["South"] }, { groups: ["North"] }] }) { totalCount nodes { iccid group { name } } } }',
    ],
    [
      'sims with not',
      '{ sims(first: 500, filter: { not: { groups: ["South"] } }) { totalCount nodes { iccid group { name } } } }',
    ],
  ])('%s', async (_, query) => {
    for (const caller of [north, two]) {
      const { data, errors } = await caller.ask<{
        sims: { totalCount: number; nodes: { iccid: string; group: { name: string } }[] };
      }>(query);
      expect(errors).toEqual([]);
      expect(data.sims.totalCount).toBe(own.length);
      expect(data.sims.nodes.map(({ iccid }) => iccid).sort()).toEqual(own.map(({ iccid }) => iccid).sort());
    }
  });

  test('a filter by other SIMs finds none', async () => {
    for (const filter of [
      { groups: ['South'] },
      { iccids: foreign.map(({ iccid }) => iccid) },
      { inNoGroup: true },
      { search: one(foreign) },
      { not: { groups: ['North'] } },
    ]) {
      const { data } = await north.ask<{ sims: { totalCount: number }; fleet: { total: number } }>(
        'query ($filter: SimFilter) { sims(filter: $filter) { totalCount } fleet(filter: $filter) { total } }',
        { filter },
      );
      expect([filter, data.sims.totalCount, data.fleet.total]).toEqual([filter, 0, 0]);
    }
  });

  test('counts, groups and the group by name', async () => {
    const { data, errors } = await north.ask(
      `{ fleet { total byGroup { count group { name } } } account { groups { name fleet { total } } }
        north: group(name: "North") { name sims { totalCount } } south: group(name: "South") { name }
        id: node(id: "${groupId('North')}") { id } }`,
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({
      fleet: { total: own.length, byGroup: [{ count: own.length, group: { name: 'North' } }] },
      account: { groups: [{ name: 'North', fleet: { total: own.length } }] },
      north: { name: 'North', sims: { totalCount: own.length } },
      south: null,
      id: { id: groupId('North') },
    });
    expect(codesOf(await north.ask(`{ node(id: "${groupId('South')}") { id } }`))).toEqual(['NOT_FOUND']);
  });

  test('the CSV export', async () => {
    for (const path of [
      '/export/sims.csv',
      `/export/sims.csv?filter=${encodeURIComponent('{"inNoGroup":false}')}`,
    ]) {
      const { rows } = parseCsv(await (await north.fetch(path)).text());
      expect(rows.map(({ iccid }) => iccid).sort()).toEqual(own.map(({ iccid }) => iccid).sort());
    }
  });

  test.each([
    ['Query.auditLog', '{ auditLog { totalCount } }'],
    ['Account.balance', '{ account { balance(nullIfMissing: true) { usedBytes } } }'],
    ['Account.alerts', '{ account { alerts { totalCount } } }'],
    [
      'Mutation.markAlertsRead',
      'mutation { markAlertsRead(input: { scope: { wholeAccount: true } }) { marked } }',
    ],
  ])('%s, which is about the account, is refused', async (name, query) => {
    const { status, errors } = await north.ask(query);
    expect([status, errors.map(({ message }) => message)]).toEqual([
      403,
      [`${name} is about the whole account: the caller is limited to groups.`],
    ]);
  });
});

describe('and changes only them', () => {
  const changed = async () => (await world.effects()).map(({ iccid }) => iccid);

  test.each([
    [
      'setSimName',
      (iccid: string) => `setSimName(input: { sim: { iccid: "${iccid}" }, name: "x" }) { iccid }`,
    ],
    ['resetSim', (iccid: string) => `resetSim(input: { sim: { iccid: "${iccid}" } }) { iccid }`],
    [
      'closeSim',
      (iccid: string) =>
        `closeSim(input: { sim: { iccid: "${iccid}" }, confirmIccid: "${iccid}" }) { iccid }`,
    ],
    [
      'setSimGroup',
      (iccid: string) => `setSimGroup(input: { sim: { iccid: "${iccid}" }, group: "North" }) { iccid }`,
    ],
    [
      'markAlertsRead',
      (iccid: string) => `markAlertsRead(input: { scope: { sim: { iccid: "${iccid}" } } }) { marked }`,
    ],
  ])('%s of a SIM of another group is SIM_NOT_FOUND', async (_, mutation) => {
    await world.clearEffects();
    const { data, errors } = await north.ask(`mutation { ${mutation(one(foreign, 1))} }`);
    expect([Object.values(data as object), codesOf({ errors })]).toEqual([[null], ['SIM_NOT_FOUND']]);
    expect(await changed()).toEqual([]);
  });

  test('of a list, only the SIMs of the group', async () => {
    await world.clearEffects();
    const input = {
      sims: refs([one(own), one(foreign), one(own, 1)]),
      text: 'x',
      idempotencyKey: 'groups-1',
    };
    const { data } = await north.ask<{
      sendSms: { results: { outcome: string; error: { code: string } | null }[] };
    }>('mutation ($input: SendSmsInput!) { sendSms(input: $input) { results { outcome error { code } } } }', {
      input,
    });
    expect(data.sendSms.results.map(({ error }) => error?.code === 'SIM_NOT_FOUND')).toEqual([
      false,
      true,
      false,
    ]);
    expect(await changed()).not.toContain(one(foreign));
  });

  test('a SIM is not moved to another group, nor out of all groups', async () => {
    await world.clearEffects();
    for (const group of ['South', 'Anywhere', '']) {
      const tries = [
        `setSimGroup(input: { sim: { iccid: "${one(own)}" }, group: "${group}" }) { iccid }`,
        `setSimsGroup(input: { sims: [{ iccid: "${one(own)}" }], group: "${group}" }) { succeeded }`,
        `startBulkOperation(input: { action: SET_GROUP, params: { group: "${group}" }, target: { sims: [{ iccid: "${one(own)}" }] } }) { bulkOperation { id } }`,
      ];
      for (const mutation of tries) {
        const { status, errors } = await north.ask(`mutation { ${mutation} }`);
        expect([mutation, status, errors[0]?.message]).toEqual([
          mutation,
          403,
          expect.stringContaining('is about a group that the caller is not limited to'),
        ]);
      }
    }
    expect(await changed()).toEqual([]);
  });

  test('a group in the default of an oddly named variable is refused like any other', async () => {
    await world.clearEffects();
    for (const name of ['constructor', 'toString', 'plain']) {
      const tries = [
        `mutation ($v: String! = "South") { setSimGroup(input: { sim: { iccid: "${one(own)}" }, group: $v }) { iccid } }`,
        'mutation ($v: AlertScope! = { wholeAccount: true }) { markAlertsRead(input: { scope: $v }) { marked } }',
      ];
      for (const mutation of tries)
        expect((await north.ask(mutation.replaceAll('$v', `$${name}`))).status).toBe(403);
    }
    expect(await changed()).toEqual([]);
  });

  interface Operation {
    id: string;
    status: string;
    total: number;
    succeeded: number;
    failed: number;
  }
  const start = (caller: RunningGateway, target: object) =>
    caller.ask<{ startBulkOperation: { bulkOperation: Operation } | null }>(
      `mutation ($target: BulkTarget!) { startBulkOperation(input: { action: RESET, target: $target }) {
        bulkOperation { id status total succeeded failed } } }`,
      { target },
    );
  const ended = async (caller: RunningGateway, id: string) => {
    let last: Operation | null = null;
    await waitFor(async () => {
      const { data } = await caller.ask<{ bulkOperation: Operation }>(
        'query ($id: ID!) { bulkOperation(id: $id) { id status total succeeded failed } }',
        { id },
      );
      last = data.bulkOperation;
      return last.status.startsWith('COMPLETED');
    });
    return last as unknown as Operation;
  };

  test.each<[string, () => object]>([
    ['sims', () => ({ sims: refs([one(own), one(foreign)]) })],
    ['a list', () => ({ list: `${one(own)} ${one(foreign)}` })],
    ['a list with EIDs', () => ({ list: `${eidOf(own)} ${eidOf(foreign)}` })],
  ])(
    'a bulk operation of %s changes those of the group; the others are FAILED with SIM_NOT_FOUND',
    async (_, target) => {
      await world.clearEffects();
      const previewed = await north.ask<{ previewChange: { refusals: { code: string; count: number }[] } }>(
        'query ($target: BulkTarget!) { previewChange(input: { action: RESET, target: $target }) { refusals { code count } } }',
        { target: target() },
      );
      expect(previewed.data.previewChange.refusals).toContainEqual({ code: 'SIM_NOT_FOUND', count: 1 });
      const { data, errors } = await start(north, target());
      expect(errors).toEqual([]);
      const operation = await ended(north, data.startBulkOperation?.bulkOperation.id ?? '');
      const results = await north.ask(
        '{ bulkOperation(id: "$id") { results { nodes { outcome error { code } } } } }'.replace(
          '$id',
          operation.id,
        ),
      );
      expect(JSON.stringify(results.data)).toContain('SIM_NOT_FOUND');
      expect((await changed()).filter((iccid) => foreign.some((sim) => sim.iccid === iccid))).toEqual([]);
    },
  );

  test('a bulk operation of a filter or a group', async () => {
    await world.clearEffects();
    expect(codesOf(await start(north, { group: 'South' }))).toEqual(['FORBIDDEN']);
    expect(codesOf(await start(north, { filter: { groups: ['South'] } }))).toEqual(['BAD_USER_INPUT']);
    for (const target of [
      { group: 'North' },
      { filter: { states: ['LIVE', 'OFFLINE', 'TEST', 'CLOSED', 'ACTIVE_READY', 'SHIPPING', 'UNKNOWN'] } },
    ]) {
      const preview = await north.ask<{ previewChange: { total: number } }>(
        'query ($target: BulkTarget!) { previewChange(input: { action: RESET, target: $target }) { total } }',
        { target },
      );
      expect(preview.data.previewChange.total).toBe(own.length);
      const { data, errors } = await start(north, target);
      expect(errors).toEqual([]);
      const operation = await ended(north, data.startBulkOperation?.bulkOperation.id ?? '');
      expect(operation.total).toBe(own.length);
    }
    expect((await changed()).filter((iccid) => !own.some((sim) => sim.iccid === iccid))).toEqual([]);
  });

  test('operations of other callers do not exist', async () => {
    const { data } = await start(everyone, { sims: refs([one(own)]) });
    const id = data.startBulkOperation?.bulkOperation.id ?? '';
    const query = `{ bulkOperation(id: "${id}") { id } node(id: "${id}") { id } }`;
    expect(codesOf(await north.ask(query))).toEqual(['NOT_FOUND', 'NOT_FOUND']);
    expect(
      codesOf(
        await north.ask(`mutation { cancelBulkOperation(input: { id: "${id}" }) { bulkOperation { id } } }`),
      ),
    ).toEqual(['NOT_FOUND']);
    expect(codesOf(await everyone.ask(query))).toEqual([]);
    const listed = await north.ask<{
      bulkOperations: { totalCount: number; nodes: { id: string; actor: string }[] };
    }>('{ bulkOperations(first: 100) { totalCount nodes { id actor } } viewer { actor } }');
    const { actor } = (listed.data as unknown as { viewer: { actor: string } }).viewer;
    expect(new Set(listed.data.bulkOperations.nodes.map((node) => node.actor))).toEqual(new Set([actor]));
    expect(listed.data.bulkOperations.totalCount).toBe(listed.data.bulkOperations.nodes.length);
  });
});

test('without an index, a key of one group has the list of the SIM API, and one of several groups is refused', async () => {
  const plain = await startGateway({ world, env: keyEnv });
  try {
    const single = as(plain, (await createKey(plain, { groups: ['North'] })).key);
    const several = as(plain, (await createKey(plain, { groups: ['North', 'South'] })).key);
    const query = '{ sims(first: 500) { totalCount nodes { iccid } } }';
    const { data, errors } = await single.ask<{ sims: { totalCount: number; nodes: { iccid: string }[] } }>(
      query,
    );
    expect(errors).toEqual([]);
    const known = new Set(
      (await world.sims({ limit: 60 })).filter(({ group }) => group === 'North').map(({ iccid }) => iccid),
    );
    expect(new Set(data.sims.nodes.map(({ iccid }) => iccid))).toEqual(known);
    expect(codesOf(await several.ask(query))).toEqual(['FEATURE_NOT_ENABLED']);
  } finally {
    await plain.stop();
  }
});
