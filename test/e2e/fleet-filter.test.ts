import { beforeAll, describe, expect, test } from '@jest/globals';
import { makeGroup } from '../support/bulk.ts';
import { askForSims, callsWithoutPolls, iccidsThatFit, indexFleet } from '../support/fleet-index.ts';
import { inOrder, matching, type PlainFilter, type PlainSim, plainFleet } from '../support/plain-fleet.ts';
import type { World } from '../support/sandbox.ts';

const names = [
  'Straße 1',
  'STRASSE 2',
  'ΣΊΣΥΦΟΣ',
  'σίσυφος',
  'İzmir',
  'IZMIR',
  '😀 Pilot',
  'Ärger',
  'at 100%',
  'at 100_',
  'at 100\\',
  'at 1000',
] as const;
const lastSession = '2026-10-01T12:00:00.000Z';

/** An eSIM whose searched fields all contain letters, if they may. */
let searched: { iccid: string; eid: string };
let named: ReadonlyMap<string, string>;
let fleet: PlainSim[];

async function prepare(world: World): Promise<void> {
  const stable = (await world.sims({ limit: 200 })).filter(
    ({ iccid, status }) => status.primary !== 'PENDING' && !iccid.startsWith('8937204999'),
  );
  const plain = stable.filter(({ eid }) => eid === undefined);
  named = new Map(names.map((name, index) => [name, plain[index]?.iccid ?? '']));
  for (const [name, iccid] of named) await world.patchSim(iccid, { name });
  const { iccid, eid } = stable.find((sim) => sim.eid !== undefined) ?? { iccid: '' };
  searched = { iccid, eid: String(eid) };
  await world.patchSim(iccid, {
    name: 'The NamePart',
    msisdn: 'The MsisdnPart',
    imsi: 'The ImsiPart',
    imei: 'The ImeiPart',
  });
  const [a, b, c, d] = plain.slice(names.length).map((sim) => sim.iccid);
  await world.patchSim(a ?? '', { state: 'FROZEN', lastDataSessionMillis: Date.parse(lastSession) });
  await world.patchSim(b ?? '', { lastDataSessionMillis: 0, lastNetworkActivityMillis: 0 });
  await world.patchSim(c ?? '', { type: 'uicc', lastModifiedMillis: 0 });
  await makeGroup(world, "o'%_ 😀", [a ?? '', b ?? '', d ?? '']);
  const status = { primary: 'ON', secondary: 'SUSPENDED' };
  for (const { iccid } of plain.slice(names.length + 4, names.length + 7))
    await world.patchSim(iccid, { state: 'OFFLINE', status });
  // More than this SIM has used.
  await world.patchSim(plain.at(-1)?.iccid ?? '', { data_limit: 1 });
}

const indexed = indexFleet({ sims: 150, prepare });
beforeAll(async () => {
  fleet = await plainFleet(indexed.world);
});

const found = (filter: object | null, orderBy: object | null = null) =>
  iccidsThatFit(indexed.gateway, filter, orderBy);
const search = (text: string) => found({ search: text });
const plainly = (filter: PlainFilter) => inOrder(matching(fleet, filter), {}).map(({ iccid }) => iccid);
const ofNames = (...wanted: string[]) => wanted.map((name) => named.get(name)).sort();
const everything = () => plainly({});

describe('a filter', () => {
  const conditions: readonly (readonly [string, PlainFilter])[] = [
    ['one state', { states: ['OFFLINE'] }],
    ['any of several states', { states: ['CLOSED', 'TEST'] }],
    ['an unknown state', { states: ['UNKNOWN'] }],
    ['SIMs in transition', { isTransitioning: true }],
    ['settled SIMs', { isTransitioning: false }],
    ['a group', { groups: ['Meters'] }],
    ['any of several groups', { groups: ['Meters', "o'%_ 😀", 'nobody is in it'] }],
    ['no group', { inNoGroup: true }],
    ['some group', { inNoGroup: false }],
    ['a type', { types: ['uicc'] }],
    ['any of several types', { types: ['uicc', 'esim'] }],
    ['eSIMs', { isEsim: true }],
    ['plain SIMs', { isEsim: false }],
    ['a share of the limit', { usedPercentAtLeast: 1 }],
    ['any share of a limit', { usedPercentAtLeast: 0 }],
    ['SIMs over their limit', { overDataLimit: true }],
    ['SIMs that are not over a limit', { overDataLimit: false }],
    ['a number of bytes', { usedBytesAtLeast: 1_000_000 }],
    ['any known number of bytes', { usedBytesAtLeast: 0 }],
    ['at most a number of bytes', { usedBytesAtMost: 1_000_000 }],
    ['a cost', { costAtLeast: 0.01 }],
    ['suspended SIMs', { offlineReasons: ['SUSPENDED'] }],
    ['deactivated SIMs', { offlineReasons: ['DEACTIVATED'] }],
    ['SIMs that are offline for either reason', { offlineReasons: ['SUSPENDED', 'DEACTIVATED'] }],
    ['SIMs that were never connected', { neverConnected: true }],
    ['SIMs that were connected', { neverConnected: false }],
    ['SIMs that never had a session', { neverHadDataSession: true }],
    ['SIMs that had a session', { neverHadDataSession: false }],
    ['no network activity since then', { lastNetworkActivityBefore: '2026-10-10T00:00:00.000Z' }],
    ['network activity since then', { lastNetworkActivityAfter: '2026-10-10T00:00:00.000Z' }],
    ['no modification since then', { lastModifiedBefore: '2026-06-01T00:00:00.000Z' }],
    ['a modification since then', { lastModifiedAfter: '2026-06-01T00:00:00.000Z' }],
    ['any of two filters', { or: [{ groups: ['Meters'] }, { isEsim: true, states: ['LIVE'] }] }],
    [
      'any of two filters, and a condition',
      { or: [{ groups: ['Meters'] }, { isEsim: true }], states: ['LIVE'] },
    ],
    ['a negation', { not: { groups: ['Meters', 'Pilot'] } }],
    ['the negation of a share, which SIMs without a limit match', { not: { usedPercentAtLeast: 1 } }],
    ['filters in filters', { not: { or: [{ not: { isEsim: true } }, { states: ['LIVE'] }] } }],
    ['SIMs without a session since then', { lastDataSessionBefore: '2026-10-10T00:00:00.000Z' }],
    ['SIMs with a session since then', { lastDataSessionAfter: '2026-10-10T00:00:00.000Z' }],
    ['an instant with an offset', { lastDataSessionAfter: '2026-10-01T13:59:59.999+02:00' }],
    ['two conditions', { states: ['LIVE'], groups: ['Meters', 'Pilot'] }],
    ['three conditions', { states: ['LIVE', 'OFFLINE'], inNoGroup: true, search: '8937' }],
  ];

  test.each(conditions)('of %s returns the matching SIMs, and no others', async (_, filter) => {
    const expected = plainly(filter);
    expect(expected.length).toBeGreaterThan(0);
    expect(expected.length).toBeLessThan(fleet.length);
    expect(await found(filter)).toEqual(expected);
    expect(await callsWithoutPolls(indexed.world)).toEqual({});
  });

  test('treats a SIM in transition to a state as one in that state', async () => {
    const moving = plainly({ states: ['LIVE'], isTransitioning: true });
    expect(moving.length).toBeGreaterThan(0);
    expect(await found({ states: ['LIVE'], isTransitioning: true })).toEqual(moving);
  });

  test('is case-sensitive for groups and types', async () => {
    expect(await found({ groups: ['meters', 'METERS', 'Meters '] })).toEqual([]);
    const types = [await found({ types: ['uicc'] }), await found({ types: ['UICC'] })];
    expect(types.map((iccids) => iccids.length)).toEqual([1, plainly({ types: ['UICC'] }).length]);
  });

  test('of a group and of no group matches no SIM', async () => {
    expect(await found({ groups: ['Meters'], inNoGroup: true })).toEqual([]);
    expect(await found({ groups: ['Meters'], inNoGroup: false })).toEqual(plainly({ groups: ['Meters'] }));
  });

  test.each(['states', 'groups', 'types', 'iccids', 'offlineReasons', 'or'])(
    'with an empty list of %s matches no SIM',
    async (field) => {
      expect(await found({ [field]: [] })).toEqual([]);
      expect(await found({ [field]: [], isEsim: false })).toEqual([]);
    },
  );

  test('with only null, missing or empty search conditions matches every SIM', async () => {
    const nothing = { states: null, groups: null, search: null, isEsim: null, usedPercentAtLeast: null };
    for (const filter of [null, {}, nothing, { search: '' }])
      expect(await found(filter)).toEqual(everything());
  });

  test('of a share of the limit matches a SIM with exactly that usage, and none without a limit', async () => {
    const shares = fleet.flatMap(({ usedPercent }) => (usedPercent ? [usedPercent] : []));
    const share = shares.sort((a, b) => a - b)[Math.floor(shares.length / 2)] ?? 0;
    const iccid = fleet.find(({ usedPercent }) => usedPercent === share)?.iccid;
    expect(await found({ usedPercentAtLeast: share })).toContain(iccid);
    expect(await found({ usedPercentAtLeast: share * (1 + 1e-12) })).not.toContain(iccid);
    expect((await found({ usedPercentAtLeast: 0 })).length).toBe(
      fleet.filter(({ usedPercent }) => usedPercent !== null).length,
    );
  });

  test('of an instant does not match a SIM whose last session was at that instant, nor one without a session', async () => {
    const [at] = fleet.filter(({ lastDataSession }) => lastDataSession === Date.parse(lastSession));
    const [never] = fleet.filter((sim) => sim.lastDataSession === null && sim.group === "o'%_ 😀");
    for (const side of ['lastDataSessionBefore', 'lastDataSessionAfter']) {
      const iccids = await found({ [side]: lastSession });
      expect(iccids).not.toContain(at?.iccid);
      expect(iccids).not.toContain(never?.iccid);
    }
    expect(
      await found({
        lastDataSessionAfter: '2026-10-01T11:59:59.999Z',
        lastDataSessionBefore: '2026-10-01T12:00:00.001Z',
      }),
    ).toEqual([at?.iccid]);
  });

  test.each([
    '0000-01-01T00:00:00.000+23:59',
    '0001-01-01T00:00:00.000Z',
    '9999-12-31T23:59:59.999Z',
    '9999-12-31T23:59:59.999-23:59',
  ])('accepts %s as an instant', async (at) => {
    const had = fleet.filter(({ lastDataSession }) => lastDataSession !== null).length;
    const counts = [await found({ lastDataSessionBefore: at }), await found({ lastDataSessionAfter: at })];
    expect(await found({ not: { or: [{ lastModifiedBefore: at }, { lastModifiedAfter: at }] } })).toEqual(
      fleet.filter(({ lastModified }) => lastModified === null).map(({ iccid }) => iccid),
    );
    expect(counts.map(({ length }) => length).sort((a, b) => a - b)).toEqual([0, had]);
  });
});

describe('a filter by ICCIDs', () => {
  test('returns those SIMs of the account, each once, in the order of the list', async () => {
    const [a = '', b = '', c = ''] = everything();
    expect(await found({ iccids: [c, a, c, '8'.repeat(20)] })).toEqual([a, c]);
    expect(await found({ iccids: [a, b], not: { iccids: [b, c] } })).toEqual([a]);
    const { errors } = await askForSims(indexed.gateway, { filter: { iccids: [a, '123'] } });
    expect(errors).toMatchObject([
      { message: expect.stringContaining('filter.iccids[1]'), extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });
});

describe('a search', () => {
  test.each([
    ['name', () => 'namepart'],
    ['MSISDN', () => 'MSISDNpart'],
    ['IMSI', () => 'iMsIpArT'],
    ['IMEI', () => 'imeiPART'],
    ['ICCID', () => searched.iccid.slice(3)],
    ['EID', () => searched.eid.slice(-12)],
  ])('finds a part of the %s, ignoring case', async (_, part) => {
    expect(await search(part())).toEqual([searched.iccid]);
    expect(await search(part().toUpperCase())).toEqual([searched.iccid]);
  });

  test.each([
    ['strasse', ['Straße 1', 'STRASSE 2']],
    ['STRAßE', ['Straße 1', 'STRASSE 2']],
    ['σίσυφος', ['ΣΊΣΥΦΟΣ', 'σίσυφος']],
    ['ΣΥΦΟΣ', ['ΣΊΣΥΦΟΣ', 'σίσυφος']],
    ['i̇zm', ['İzmir']],
    ['izmir', ['IZMIR']],
    ['😀 PIL', ['😀 Pilot']],
    ['äRG', ['Ärger']],
    ['AT 100', ['at 100%', 'at 100_', 'at 100\\', 'at 1000']],
    ['00%', ['at 100%']],
    ['0_', ['at 100_']],
    ['\\', ['at 100\\']],
    ['0\\%', []],
  ])('of %s finds %s', async (text, wanted) => {
    const iccids = await search(text);
    expect(iccids.filter((iccid) => [...named.values()].includes(iccid))).toEqual(ofNames(...wanted));
  });

  test.each(['', ' ', ',', '\n', '\t', '\u001f', '\u001e', '%'])(
    'does not match across two fields: %j between them',
    async (between) => {
      expect(await search(`NamePart${between}${searched.iccid.slice(0, 4)}`)).toEqual([]);
      expect(await search(`MsisdnPart${between}The Imsi`)).toEqual([]);
    },
  );

  test.each(['\u001f', '\u001e', '\t', '\n'])('of %j alone finds no SIM without it', async (text) => {
    expect(await search(text)).toEqual([]);
  });
});

describe('an invalid filter', () => {
  const many = (value: string) => Array.from({ length: 1001 }, () => value);
  test.each([
    ['groups', many('a'), 'filter.groups must hold at most 1000 values'],
    ['types', many('a'), 'filter.types must hold at most 1000 values'],
    ['states', many('LIVE'), 'filter.states must hold at most 1000 values'],
    ['groups', ['a', 'b\0'], 'filter.groups[1] must not hold the character NUL'],
    ['types', ['\ud800'], 'filter.types[0] must be well-formed Unicode'],
    ['search', 'a\0', 'filter.search must not hold the character NUL'],
    ['search', 'a\udc00', 'filter.search must be well-formed Unicode'],
    ['search', 'a'.repeat(201), 'filter.search must have at most 200 characters'],
    ['iccids', many('8'.repeat(20)), 'filter.iccids must hold at most 1000 values'],
    ['usedPercentAtLeast', -5, 'filter.usedPercentAtLeast must be from 0 to 1000000'],
    ['usedBytesAtLeast', -1, 'filter.usedBytesAtLeast must be from 0 to 9007199254740991'],
    ['costAtLeast', 1e10, 'filter.costAtLeast must be from 0 to 1000000000'],
    ['groups', ['a', ''], 'filter.groups[1] must not be empty'],
    ['not', { types: [''] }, 'filter.not.types[0] must not be empty'],
    [
      'or',
      Array.from({ length: 6 }, () => ({ search: 'a' })),
      'filter must hold at most 5 search texts in all its filters',
    ],
    ['or', [{}, { not: { groups: many('a') } }], 'filter.or[1].not.groups must hold at most 1000 values'],
    ['or', Array.from({ length: 51 }, () => ({})), 'filter must hold at most 50 filters in or and not'],
    [
      'not',
      { not: { not: { or: [{ not: { not: { isEsim: true } } }] } } },
      'filter.not.not.not.or[0].not.not must not be nested more than 5 levels deep',
    ],
  ])('is BAD_USER_INPUT with the name of the field: %s', async (field, value, message) => {
    const refusal = [{ message, extensions: { code: 'BAD_USER_INPUT', retryable: false } }];
    const { gateway } = indexed;
    const variables = { filter: { [field]: value } };
    expect((await askForSims(gateway, variables)).errors).toMatchObject(refusal);
    const { errors } = await gateway.ask(
      'query ($filter: SimFilter) { fleet(filter: $filter) { total } }',
      variables,
    );
    expect(errors).toMatchObject(refusal);
    const inGroup = await gateway.ask(
      'query ($filter: SimFilter) { group(name: "Meters") { sims(filter: $filter) { totalCount } } }',
      variables,
    );
    expect(inGroup.errors).toMatchObject(refusal);
  });

  test('with a number in the text of an operation that is too large for a double is refused', async () => {
    for (const field of ['usedPercentAtLeast', 'costAtLeast']) {
      const { errors } = await indexed.gateway.ask(`{ fleet(filter: { ${field}: 1e999 }) { total } }`);
      expect(errors).toMatchObject([
        { message: expect.stringMatching(`^filter.${field} must`), extensions: { code: 'BAD_USER_INPUT' } },
      ]);
    }
  });

  const nested = (levels: number, open: string, close: string, end = '{}') =>
    open.repeat(levels) + end + close.repeat(levels);

  test.each([20, 40, 1000, 100_000])(
    'whose variable nests %i filters is refused, and the gateway answers the next request',
    async (levels) => {
      const filter = nested(levels, '{"not":', '}');
      const query = 'query ($filter: SimFilter) { sims(filter: $filter) { totalCount } }';
      const response = await fetch(new URL('/graphql', indexed.gateway.url), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: `{"query":${JSON.stringify(query)},"variables":{"filter":${filter}}}`,
      });
      const answer = (await response.json()) as { errors?: { extensions: { code: string } }[] };
      expect(answer.errors).toMatchObject([
        { extensions: { code: levels < 30 ? 'BAD_USER_INPUT' : 'QUERY_TOO_COMPLEX' } },
      ]);
      expect((await found({})).length).toBe(fleet.length);
    },
  );

  test.each([20, 40, 400, 4000])('whose text nests %i filters is refused', async (levels) => {
    const filter = nested(levels, '{not:', '}');
    for (const text of [
      `{ sims(filter: ${filter}) { totalCount } }`,
      `query ($filter: SimFilter = ${filter}) { sims(filter: $filter) { totalCount } }`,
    ]) {
      const { errors } = await indexed.gateway.ask(text);
      expect(errors).toMatchObject([
        { extensions: { code: levels < 30 ? 'BAD_USER_INPUT' : 'QUERY_TOO_COMPLEX' } },
      ]);
    }
  });

  test('is not one with 1000 values or 200 characters', async () => {
    const groups = Array.from({ length: 1000 }, (_, index) => (index === 999 ? 'Meters' : `no ${index}`));
    expect(await found({ groups })).toEqual(plainly({ groups: ['Meters'] }));
    expect(await found({ search: '%'.repeat(200) })).toEqual([]);
  });
});

describe('the SIMs of a group', () => {
  test('are filtered and sorted like all SIMs', async () => {
    const { data, errors } = await indexed.gateway.ask<{
      group: { sims: { totalCount: number; nodes: { iccid: string }[] } };
    }>(
      `query ($name: String!, $filter: SimFilter, $orderBy: SimOrder) { group(name: $name) {
        sims(filter: $filter, orderBy: $orderBy, first: 500) { totalCount nodes { iccid } } } }`,
      {
        name: 'Meters',
        filter: { states: ['LIVE', 'OFFLINE'] },
        orderBy: { field: 'USED_BYTES', direction: 'DESC' },
      },
    );
    expect(errors).toEqual([]);
    const expected = inOrder(matching(fleet, { states: ['LIVE', 'OFFLINE'], groups: ['Meters'] }), {
      field: 'USED_BYTES',
      direction: 'DESC',
    });
    expect(expected.length).toBeGreaterThan(3);
    expect(data.group.sims.nodes.map(({ iccid }) => iccid)).toEqual(expected.map(({ iccid }) => iccid));
    expect(data.group.sims.totalCount).toBe(expected.length);
    expect(await callsWithoutPolls(indexed.world)).toEqual({ '/get_account_groups': 1 });
  });

  test('do not come from another group that the filter names', async () => {
    const { data } = await indexed.gateway.ask(
      '{ group(name: "Meters") { sims(filter: { groups: ["Pilot"] }) { totalCount nodes { iccid } } } }',
    );
    expect(data).toEqual({ group: { sims: { totalCount: 0, nodes: [] } } });
  });
});

describe('the fields of SIMs of the index', () => {
  const hundred = (fields: string, first = 100) =>
    indexed.gateway.ask<{ sims: { nodes: Record<string, unknown>[] } }>(
      `query ($first: Int) { sims(first: $first) { nodes { iccid ${fields} } } }`,
      { first },
    );

  test('come without a call of the SIM API, including usage and costs of this month', async () => {
    const { data, errors, extensions } = await hundred(`name state group { name } availableActions
      lastDataSessionAt cost(nullIfMissing: true) { usedBytes cost { amount currency } dataPlan month }
      dataUsage { limitBytes usedBytes remainingBytes usedPercent }`);
    expect(errors).toEqual([]);
    expect(extensions.cost.upstreamCalls).toBe(0);
    expect(await callsWithoutPolls(indexed.world)).toEqual({});
    const known = new Map(fleet.map((sim) => [sim.iccid, sim]));
    expect(data.sims.nodes).toHaveLength(100);
    for (const node of data.sims.nodes) {
      const sim = known.get(String(node.iccid));
      expect(node).toMatchObject({
        name: sim?.name,
        state: sim?.state,
        cost: sim?.usedBytes === null ? null : { usedBytes: sim?.usedBytes, cost: { currency: 'EUR' } },
        dataUsage: { usedBytes: sim?.usedBytes, usedPercent: sim?.usedPercent },
      });
    }
  });

  test('of another month are read in one call for all SIMs', async () => {
    const { errors, extensions } = await hundred('cost(month: "2026-01", nullIfMissing: true) { usedBytes }');
    expect(errors).toEqual([]);
    expect(extensions.cost.upstreamCalls).toBe(1);
    expect(await callsWithoutPolls(indexed.world)).toEqual({ '/get_sim_costs': 1 });
  });

  test('that are live call the SIM API, once per SIM no matter how often they are queried', async () => {
    const { errors, extensions } = await hundred(
      `sessions(first: 1) { totalCount } again: sessions(first: 1) { totalCount }
       diagnostics(nullIfMissing: true) { imei } more: diagnostics(nullIfMissing: true) { lastCountry: imei }`,
      10,
    );
    expect(errors).toEqual([]);
    expect(extensions.cost.upstreamCalls).toBe(20);
    expect(await callsWithoutPolls(indexed.world)).toEqual({ '/get_sim_sessions': 10, '/diagnostics': 10 });
  });
});
