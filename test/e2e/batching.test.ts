import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createPool, simId } from '../support/fleet.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { wholeMonths } from '../support/months.ts';
import { runRelayedGateway } from '../support/running.ts';
import type { WireSim } from '../support/sandbox.ts';

const concurrency = 4;
const running = runRelayedGateway(
  { sims: 1200, clock: wholeMonths() },
  { SIM_API_CONCURRENCY: String(concurrency) },
);
let iccids: string[];

const plain = `id iccid eid name msisdn imsi imei type formFactor apn state pendingState isTransitioning rawState
  legacyStatus { primary secondary } lastNetworkActivityAt lastDataSessionAt lastModifiedAt availableActions
  group { id name } esim { eid activeProfile downloadedProfiles } dataUsage { limitMegabytes limitBytes updatedAt }`;
const costs =
  'cost(nullIfMissing: true) { usedBytes cost { amount } } dataUsage { usedBytes remainingBytes usedPercent }';
const byRefs = (fields: string) => `query ($refs: [SimRef!]!) { simsByRef(refs: $refs) { ${fields} } }`;
const refsTo = (keys: readonly string[]) => ({ refs: keys.map((iccid) => ({ iccid })) });

/**
 * Runs a query without errors and returns the calls that it took; checks that the cost in the answer equals the calls that the
 * sandbox counted.
 */
async function callsFor(query: string, variables: object = {}, gateway: RunningGateway = running.gateway) {
  const { world } = running;
  await world.clearCalls();
  const { errors, extensions } = await gateway.ask(query, variables);
  expect(errors).toEqual([]);
  const { byPath, total, maxInFlight } = await world.calls();
  expect(extensions.cost.upstreamCalls).toBe(total);
  return { byPath, total, maxInFlight };
}

beforeAll(async () => {
  iccids = (await running.world.sims({ limit: 1200 })).map(({ iccid }) => iccid);
});

describe('1000 SIMs by ICCID', () => {
  let raised: RunningGateway;
  beforeAll(async () => {
    raised = await startGateway({ world: running.world, env: { SIM_API_MAX_URL_BYTES: '30000' } });
  });
  afterAll(() => raised.stop());

  test('with all plain fields take 3 calls', async () => {
    const variables = refsTo(iccids.slice(0, 1000));
    expect((await callsFor(byRefs(plain), variables)).byPath).toEqual({ '/get_sims': 3 });
  });

  test("with this month's cost and data usage take twice as many, and 1 of each if longer URLs are allowed", async () => {
    const variables = refsTo(iccids.slice(0, 1000));
    const query = byRefs(`name ${costs}`);
    expect((await callsFor(query, variables)).byPath).toEqual({ '/get_sims': 3, '/get_sim_costs': 3 });
    expect((await callsFor(query, variables, raised)).byPath).toEqual({
      '/get_sims': 1,
      '/get_sim_costs': 1,
    });
  });

  test('take as many calls by id as by ICCID', async () => {
    const ids = iccids.slice(0, 1000).map(simId);
    const refs = ids.map((id) => ({ id }));
    expect((await callsFor(byRefs(costs), { refs })).byPath).toEqual({ '/get_sims': 3, '/get_sim_costs': 3 });
    const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Sim { name ${costs} } } }`;
    expect((await callsFor(query, { ids })).byPath).toEqual({ '/get_sims': 3, '/get_sim_costs': 3 });
  });
});

describe('costs are requested before the SIMs have arrived', () => {
  test.each([
    [
      'simsByRef',
      'query ($iccid: ICCID!, $id: ID!) { simsByRef(refs: [{ iccid: $iccid }, { id: $id }]) { ...F } }',
    ],
    [
      'sim',
      'query ($iccid: ICCID!, $id: ID!) { sim(by: { iccid: $iccid }) { ...F } s: sim(by: { id: $id }) { ...F } }',
    ],
    [
      'node',
      'query ($iccid: ICCID!, $id: ID!) { node(id: $id) { ...F } s: sim(by: { iccid: $iccid }) { iccid } }',
    ],
    [
      'nodes',
      'query ($iccid: ICCID!, $id: ID!) { nodes(ids: [$id]) { ...F } s: sim(by: { iccid: $iccid }) { iccid } }',
    ],
  ])('by %s', async (_, operation) => {
    const { relay, gateway } = running;
    const [simsHeld, costsHeld] = [relay.hold('/get_sims'), relay.hold('/get_sim_cost')];
    const query = `${operation} fragment F on Sim { name ... { dataUsage { usedBytes } } }`;
    const answer = gateway.ask(query, { iccid: iccids[1], id: simId(iccids[0] ?? '') });
    // Neither is released before both have arrived; if they were sent one after the other, the second would never arrive.
    await Promise.all([simsHeld.arrived, costsHeld.arrived]);
    simsHeld.release();
    costsHeld.release();
    expect((await answer).errors).toEqual([]);
    expect((await answer).extensions.cost.upstreamCalls).toBe(2);
  });

  test('and not at all if a directive excludes them', async () => {
    const query = `query ($refs: [SimRef!]!, $no: Boolean! = false) {
      simsByRef(refs: $refs) { name cost @include(if: $no) { usedBytes } ... @skip(if: true) { dataUsage { usedBytes } } }
    }`;
    expect((await callsFor(query, refsTo(iccids.slice(0, 5)))).byPath).toEqual({ '/get_sims': 1 });
  });
});

describe('the same SIM', () => {
  test('by ICCID, by id and by alias, as a node and in lists, takes 1 call, and 1 for its cost', async () => {
    const [iccid = ''] = iccids;
    const query = `query ($iccid: ICCID!, $id: ID!, $fields: Boolean!) {
      a: sim(by: { iccid: $iccid }) { ...S }
      b: sim(by: { id: $id }) { ...S }
      c: sim(by: { iccid: $iccid }) { name }
      d: node(id: $id) { ...S }
      e: nodes(ids: [$id, $id]) { ...S }
      f: simsByRef(refs: [{ iccid: $iccid }, { id: $id }, { iccid: $iccid }]) { ...S }
    }
    fragment S on Sim { iccid state ... on Sim @include(if: $fields) { cost(nullIfMissing: true) { usedBytes } } }`;
    const variables = { iccid, id: simId(iccid) };
    expect((await callsFor(query, { ...variables, fields: false })).byPath).toEqual({ '/get_sims': 1 });
    expect((await callsFor(query, { ...variables, fields: true })).byPath).toEqual({
      '/get_sims': 1,
      '/get_sim_cost': 1,
    });
  });
});

describe.each([
  ['sessions', 'sessions(first: 1) { totalCount }', '/get_sim_sessions'],
  ['diagnostics', 'diagnostics(nullIfMissing: true) { imei }', '/diagnostics'],
])('%s of N SIMs', (name, field, path) => {
  test('take N calls, with as many concurrent calls as allowed and never more', async () => {
    await running.world.addFaults({ path, kind: 'delay', ms: 5 });
    // None is released before all of them have arrived; with fewer concurrent calls, the last would never arrive.
    const held = Array.from({ length: concurrency }, () => running.relay.hold(path));
    const calls = callsFor(byRefs(field), refsTo(iccids.slice(0, 60)));
    await Promise.all(held.map(({ arrived }) => arrived));
    for (const { release } of held) release();
    const { byPath, maxInFlight } = await calls;
    expect(byPath).toEqual({ '/get_sims': 1, [path]: 60 });
    expect(maxInFlight).toBeLessThanOrEqual(concurrency);
  });

  test('take no extra calls for SIMs named twice, for aliases or for fragments', async () => {
    const five = iccids.slice(0, 5);
    const query = `query ($refs: [SimRef!]!) {
      one: simsByRef(refs: $refs) { a: ${field} b: ${field} ...F }
      two: simsByRef(refs: $refs) { ...F }
    }
    fragment F on Sim { ${field} }`;
    expect((await callsFor(query, refsTo([...five, ...five]))).byPath).toEqual({ '/get_sims': 1, [path]: 5 });
    expect(name).not.toBe('');
  });
});

describe('an invalid key', () => {
  test.each([
    ['an ICCID', '{ iccid: "12345" }', { iccid: '12345' }],
    ['an EID', '{ eid: "89049032007200888000000000000" }', { eid: '890490320072008880000000000000001' }],
    ['letters', '{ iccid: "893720499900000210X" }', { iccid: '893720499900000210X' }],
    ['an id', '{ id: "U2ltOjEyMzQ1" }', { id: 'U2ltOjEyMzQ1' }],
  ])('(%s) takes no call', async (_, literal, variable) => {
    for (const [query, variables] of [
      [`{ sim(by: ${literal}) { name cost { usedBytes } } }`, {}],
      [`{ simsByRef(refs: [${literal}]) { name } }`, {}],
      [byRefs('name cost { usedBytes }'), { refs: [variable] }],
      [`mutation { activateSim(input: { sim: ${literal} }) { outcome } }`, {}],
      [
        `mutation { sendSms(input: { sims: [${literal}], text: "hi" }) { failed results { error { code } } } }`,
        {},
      ],
    ] as const) {
      const { errors, data } = await running.gateway.ask<{ sendSms?: { failed: number } } | null>(
        query,
        variables,
      );
      if (data?.sendSms)
        expect(data.sendSms).toMatchObject({ failed: 1, results: [{ error: { code: 'BAD_USER_INPUT' } }] });
      else expect(['BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED']).toContain(errors[0]?.extensions.code);
    }
    expect((await running.world.calls()).total).toBe(0);
  });
});

test.each([
  ['sessions', 'sessions { nodes { usedBytes } }', '/get_sim_sessions'],
  ['alerts', 'alerts { totalCount }', '/get_sim_alerts'],
  ['diagnostics', 'diagnostics(nullIfMissing: true) { __typename }', '/diagnostics'],
])('%s of a SIM are read while its cost is still being read', async (_, field, path) => {
  const [costsHeld, othersHeld] = [running.relay.hold('/get_sim_cost'), running.relay.hold(path)];
  const answer = running.gateway.ask(byRefs(`${field} cost(nullIfMissing: true) { usedBytes }`), {
    refs: [{ iccid: iccids[0] }],
  });
  await Promise.all([costsHeld.arrived, othersHeld.arrived]);
  costsHeld.release();
  othersHeld.release();
  expect((await answer).errors).toEqual([]);
});

describe('fields of the account', () => {
  test('are read once, no matter how many SIMs and aliases need them', async () => {
    const sims: WireSim[] = await createPool(() => running.world).take(20, { esim: true });
    const query = `query ($refs: [SimRef!]!) {
      simsByRef(refs: $refs) { esim { installableProfiles again: installableProfiles } }
      account { a: availableProfiles b: availableProfiles groups { name } balance { usedBytes } again: balance { cost { amount } } }
      again: account { groups { id } }
      group(name: "Meters") { name }
      missing: group(name: "Nobody") { name }
    }`;
    const { byPath } = await callsFor(query, refsTo(sims.map(({ iccid }) => iccid)));
    expect(byPath).toEqual({
      '/get_sims': 1,
      '/get_available_profiles': 1,
      '/get_account_groups': 1,
      '/get_account_balance': 1,
    });
  });

  test('are read once for groups in lists of SIMs too: one call per group, no matter which of its SIMs leads to it', async () => {
    const groups = new Set((await running.world.sims({ limit: 200 })).flatMap(({ group }) => group ?? []));
    const query = byRefs('group { name sims(first: 3) { totalCount nodes { name } } alerts { totalCount } }');
    const { byPath } = await callsFor(query, refsTo(iccids.slice(0, 200)));
    expect(byPath).toEqual({
      '/get_sims': 1,
      '/get_group_sims': groups.size,
      '/get_group_alerts': groups.size,
    });
  });
});
