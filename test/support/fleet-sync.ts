import { afterEach, expect } from '@jest/globals';
import { createRelayedStore, type RelayedStore } from './database-relay.ts';
import { askSimApi } from './fleet.ts';
import { type Answer, type RunningGateway, startGateway } from './gateway.ts';
import { midMonthEnv, midMonthNow } from './mid-month.ts';
import { type Relay, startRelay } from './relay.ts';
import { createWorld, type WireSim, type World, type WorldOptions } from './sandbox.ts';
import type { TestStore } from './store.ts';
import { waitFor } from './wait-for.ts';

/** The summary of the index. */
export interface ShownFleet {
  total: number;
  transitioning: number;
  asOf: string;
  isComplete: boolean;
}

/** A SIM of the index. */
export interface ShownSim {
  iccid: string;
  name: string | null;
  state: string;
  isTransitioning: boolean;
  group: { name: string } | null;
  dataUsage: { limitMegabytes: number | null; usedBytes?: number | null };
}

/** A list of SIMs of the index. */
export interface ShownList {
  asOf: string;
  isComplete: boolean;
  totalCount: number;
  nodes: ShownSim[];
}

/** A gateway runs one full sync, as soon as it leads; later updates of the index have other sources. */
export const syncsOnce = { FLEET_SYNC_INTERVAL_MS: '86400000', FLEET_CALLS_PER_SECOND: '100000' } as const;
/** A gateway runs one full sync after another. */
export const syncsContinuously = { ...syncsOnce, FLEET_SYNC_INTERVAL_MS: '100' } as const;

/** Settings that connect a gateway to a relay. Timeouts are long, so that a held call does not end before the test releases it. */
export const relayedEnv = ({ url }: Relay): Readonly<Record<string, string>> => ({
  SIM_API_URL: `${url}/v1`,
  SIM_API_TIMEOUT_MS: '600000',
  SIM_API_DEADLINE_MS: '600000',
});

const dayMs = 86_400_000;

/** Creates worlds, stores and gateways for one test and removes them after it. */
export interface FleetFixture {
  /** A world whose clock stands still, a day after its last move; none of its SIMs is in transition. */
  quietWorld(options?: WorldOptions): Promise<World>;
  world(options?: WorldOptions): Promise<World>;
  store(): Promise<RelayedStore>;
  /** A relay to the SIM API of a world; its `env` connects a gateway to it. */
  relay(world: World): Promise<Relay & { env: Readonly<Record<string, string>> }>;
  start(world: World, store: TestStore, env?: Readonly<Record<string, string>>): Promise<RunningGateway>;
  /** Runs one full sync with a gateway that is then stopped. */
  fullSync(world: World, store: TestStore, env?: Readonly<Record<string, string>>): Promise<void>;
  /** Registers a function to run after the test. */
  leave(end: () => unknown): void;
}

/** Creates a world whose clock stands still, a day after its last move; none of its SIMs is in transition. */
export async function createQuietWorld(options: WorldOptions = {}): Promise<World> {
  const world = await createWorld({ clock: { startAt: midMonthNow() - 5 * dayMs, rate: 0 }, ...options });
  // By then all initial transitions have settled.
  await world.moveClock({ to: midMonthNow() - dayMs });
  return world;
}

/** Creates the fixture of a file. The clocks of its gateways show the middle of a month. */
export function fleetFixture(): FleetFixture {
  const leftovers: (() => unknown)[] = [];
  afterEach(async () => {
    for (const leave of leftovers.splice(0).reverse()) await leave();
  });
  const fixture: FleetFixture = {
    leave: (end) => void leftovers.push(end),

    async world(options) {
      const world = await createWorld(options);
      leftovers.push(world.remove);
      return world;
    },

    async quietWorld(options) {
      const world = await createQuietWorld(options);
      leftovers.push(world.remove);
      return world;
    },

    async store() {
      const store = await createRelayedStore();
      leftovers.push(store.remove);
      return store;
    },

    async relay(world) {
      const relay = await startRelay(world.origin);
      leftovers.push(relay.stop);
      return { ...relay, env: relayedEnv(relay) };
    },

    async start(world, store, env = syncsOnce) {
      const gateway = await startGateway({ world, store, env: { ...midMonthEnv, ...env } });
      leftovers.push(async () => {
        // A stopped process (SIGSTOP) does not react to SIGTERM.
        if (gateway.process.exitCode === null && gateway.process.signalCode === null)
          gateway.process.kill('SIGCONT');
        await gateway.stop();
      });
      return gateway;
    },

    async fullSync(world, store, env) {
      const gateway = await fixture.start(world, store, { ...syncsOnce, ...env });
      await whenSynced(gateway);
      await gateway.stop();
    },
  };
  return fixture;
}

/** Queries the summary of the index. */
export async function fleetOf(gateway: RunningGateway): Promise<ShownFleet> {
  const { data, errors } = await gateway.ask<{ fleet: ShownFleet }>(
    '{ fleet { total transitioning asOf isComplete } }',
  );
  expect(errors).toEqual([]);
  return data.fleet;
}

/** Waits until the index is complete, no matter which gateway read it. */
export async function whenComplete(gateway: RunningGateway): Promise<void> {
  await waitFor(async () => (await fleetOf(gateway)).isComplete);
}

/** Waits until this gateway has ended a full sync since it started. */
export async function whenSynced(gateway: RunningGateway): Promise<void> {
  await waitFor(() => gateway.logged().some(({ msg }) => msg === 'fleet: full sync completed'));
}

/**
 * Waits for the end of a full sync that began after this call. Needs a gateway with continuous syncs: the running sync may have
 * begun earlier, so `asOf` has to advance twice.
 */
export async function whenReadAgain(gateway: RunningGateway): Promise<void> {
  for (let syncs = 0; syncs < 2; syncs++) {
    const before = await fleetOf(gateway);
    await waitFor(async () => {
      const { asOf, isComplete } = await fleetOf(gateway);
      return isComplete && (asOf > before.asOf || !before.isComplete);
    });
  }
}

const listQuery = (more = '') => `query ($filter: SimFilter, $after: String) {
  sims(filter: $filter, first: 500, after: $after) {
    asOf isComplete totalCount pageInfo { hasNextPage endCursor }
    nodes { iccid name state isTransitioning group { name } dataUsage { limitMegabytes ${more} } }
  }
}`;

type ListAnswer = { sims: ShownList & { pageInfo: { hasNextPage: boolean; endCursor: string | null } } };

/** Queries the first page of a list; the query may be refused. */
export const askForSims = (gateway: RunningGateway, filter: object | null = null) =>
  gateway.ask<ListAnswer | null>(listQuery(), { filter });

/** Reads all pages of a list of the index, optionally with `usedBytes`. Expects that no query needs a call of the SIM API. */
export async function listOf(
  gateway: RunningGateway,
  filter: object | null = null,
  more?: 'usedBytes',
): Promise<ShownList> {
  const nodes: ShownSim[] = [];
  for (let after: string | null = null; ; ) {
    const answer: Answer<ListAnswer> = await gateway.ask<ListAnswer>(listQuery(more), { filter, after });
    expect(answer.errors).toEqual([]);
    expect(answer.extensions.cost.upstreamCalls).toBe(0);
    const { pageInfo, ...page } = answer.data.sims;
    nodes.push(...page.nodes);
    if (!pageInfo.hasNextPage) return { ...page, nodes };
    after = pageInfo.endCursor;
  }
}

export async function iccidsOf(gateway: RunningGateway, filter: object | null = null): Promise<string[]> {
  return (await listOf(gateway, filter)).nodes.map(({ iccid }) => iccid);
}

export async function indexed(gateway: RunningGateway, iccid: string): Promise<ShownSim | undefined> {
  return (await listOf(gateway, { search: iccid })).nodes[0];
}

/** All SIMs of the index, with their usage. */
export async function shownBy(gateway: RunningGateway): Promise<ShownSim[]> {
  return (await listOf(gateway, null, 'usedBytes')).nodes;
}

/**
 * The expected content of the index, read from the SIM API. Usage changes with the clock of the world, so that clock must stand
 * still. Throws if it runs.
 */
export async function truthOf(world: World): Promise<ShownSim[]> {
  const { now, rate } = await world.clock();
  if (rate !== 0) throw new Error('usage cannot be compared in a world whose clock runs');
  const sims = await world.sims({ limit: 100_000 });
  const used = new Map<string, number>();
  const today = new Date(now);
  const month = `month=${today.getUTCMonth() + 1}&year=${today.getUTCFullYear()}`;
  for (let start = 0; start < sims.length; start += 1000) {
    const iccids = sims.slice(start, start + 1000).map(({ iccid }) => iccid);
    const costs = await askSimApi<{ iccid: string; data_used: number }[]>(
      world,
      `/get_sim_costs?${month}&iccid=${iccids}`,
    );
    for (const { iccid, data_used: bytes } of costs) used.set(iccid, bytes);
  }
  return sims
    .map((sim): ShownSim => {
      const { dataUsage, ...standing } = standingOf(sim);
      return { ...standing, dataUsage: { ...dataUsage, usedBytes: used.get(sim.iccid) ?? null } };
    })
    .sort((a, b) => (a.iccid < b.iccid ? -1 : 1));
}

/** The expected SIM of the index without its usage. */
export function standingOf({ iccid, name, state, status, group, data_limit: limit }: WireSim): ShownSim {
  return {
    iccid,
    name,
    state,
    isTransitioning: status.primary === 'PENDING',
    group: group === undefined ? null : { name: group },
    dataUsage: { limitMegabytes: limit || null },
  };
}

/** Number of calls of a path that a world has received, and the sum of the SIMs that they named. */
export async function asked(world: World, path: string): Promise<{ calls: number; sims: number }> {
  const calls = (await world.calls()).calls.filter((call) => call.path === path);
  return { calls: calls.length, sims: calls.reduce((sum, { sims }) => sum + sims, 0) };
}
