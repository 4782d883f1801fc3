import { afterEach, expect } from '@jest/globals';
import { createRelayedStore, type RelayedStore } from './database-relay.ts';
import { askSimApi } from './fleet.ts';
import { type Answer, type RunningGateway, startGateway } from './gateway.ts';
import { midMonthEnv, midMonthNow } from './mid-month.ts';
import { type Relay, startRelay } from './relay.ts';
import { createWorld, type WireSim, type World, type WorldOptions } from './sandbox.ts';
import type { TestStore } from './store.ts';
import { waitFor } from './wait-for.ts';

/** What the index says of itself. */
export interface ShownFleet {
  total: number;
  transitioning: number;
  asOf: string;
  isComplete: boolean;
}

/** A SIM as the index shows it. */
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

/** A gateway reads the fleet once, as soon as it leads: whatever else it learns comes from elsewhere. */
export const syncsOnce = { FLEET_SYNC_INTERVAL_MS: '86400000', FLEET_CALLS_PER_SECOND: '100000' } as const;
/** A gateway reads the fleet over and over. */
export const syncsContinuously = { ...syncsOnce, FLEET_SYNC_INTERVAL_MS: '100' } as const;

/** Settings that lead a gateway to a relay. A call that is held back must not end before the test lets it go. */
export const relayedEnv = ({ url }: Relay): Readonly<Record<string, string>> => ({
  SIM_API_URL: `${url}/v1`,
  SIM_API_TIMEOUT_MS: '600000',
  SIM_API_DEADLINE_MS: '600000',
});

const dayMs = 86_400_000;

/** Worlds, stores and gateways for one test; they are gone after it. */
export interface FleetGround {
  /** A world whose clock stands still; no SIM of it is under way, and it was a day ago that it last moved. */
  quietWorld(options?: WorldOptions): Promise<World>;
  world(options?: WorldOptions): Promise<World>;
  store(): Promise<RelayedStore>;
  /** A relay before the SIM API of a world; what it gives as `env` leads a gateway there. */
  relay(world: World): Promise<Relay & { env: Readonly<Record<string, string>> }>;
  start(world: World, store: TestStore, env?: Readonly<Record<string, string>>): Promise<RunningGateway>;
  /** Has the whole fleet read once by a gateway that is gone then. */
  fullSync(world: World, store: TestStore, env?: Readonly<Record<string, string>>): Promise<void>;
  /** What else is to be done after the test. */
  leave(end: () => unknown): void;
}

/** Makes a world whose clock stands still; no SIM of it is under way, and it was a day ago that it last moved. */
export async function createQuietWorld(options: WorldOptions = {}): Promise<World> {
  const world = await createWorld({ clock: { startAt: midMonthNow() - 5 * dayMs, rate: 0 }, ...options });
  // All that was under way when it began has settled by then.
  await world.moveClock({ to: midMonthNow() - dayMs });
  return world;
}

/** The ground of the tests of a file. The clocks of its gateways say that it is the middle of a month. */
export function fleetGround(): FleetGround {
  const leftovers: (() => unknown)[] = [];
  afterEach(async () => {
    for (const leave of leftovers.splice(0).reverse()) await leave();
  });
  const ground: FleetGround = {
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
        // One that was killed or frozen does not stop by itself.
        if (gateway.process.exitCode === null && gateway.process.signalCode === null)
          gateway.process.kill('SIGCONT');
        await gateway.stop();
      });
      return gateway;
    },

    async fullSync(world, store, env) {
      const gateway = await ground.start(world, store, { ...syncsOnce, ...env });
      await whenSynced(gateway);
      await gateway.stop();
    },
  };
  return ground;
}

/** What the index says of itself. */
export async function fleetOf(gateway: RunningGateway): Promise<ShownFleet> {
  const { data, errors } = await gateway.ask<{ fleet: ShownFleet }>(
    '{ fleet { total transitioning asOf isComplete } }',
  );
  expect(errors).toEqual([]);
  return data.fleet;
}

/** Waits until the index is complete, whichever gateway read it. */
export async function whenComplete(gateway: RunningGateway): Promise<void> {
  await waitFor(async () => (await fleetOf(gateway)).isComplete);
}

/** Waits until a gateway has itself read the fleet since it started. */
export async function whenSynced(gateway: RunningGateway): Promise<void> {
  await waitFor(() => gateway.logged().some(({ msg }) => msg === 'fleet: read'));
}

/**
 * Waits until the fleet was read by a walk that began after this call, where walks follow each other. The walk that is under way may
 * have begun before, so the index has to grow newer twice.
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

/** Asks for the first page of a list, which may be refused. */
export const askForSims = (gateway: RunningGateway, filter: object | null = null) =>
  gateway.ask<ListAnswer | null>(listQuery(), { filter });

/** All SIMs of a list of the index, with more of their usage where that is named; none of them costs a call of the SIM API. */
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

/** The ICCIDs of a list of the index. */
export async function iccidsOf(gateway: RunningGateway, filter: object | null = null): Promise<string[]> {
  return (await listOf(gateway, filter)).nodes.map(({ iccid }) => iccid);
}

/** The SIM with this ICCID as the index has it. */
export async function indexed(gateway: RunningGateway, iccid: string): Promise<ShownSim | undefined> {
  return (await listOf(gateway, { search: iccid })).nodes[0];
}

/** What the index shows of all SIMs, with what they used. */
export async function shownBy(gateway: RunningGateway): Promise<ShownSim[]> {
  return (await listOf(gateway, null, 'usedBytes')).nodes;
}

/**
 * What the index has to show of all SIMs, by what their SIM API says. What SIMs have used moves on with the clock of the world, so
 * that must stand still. Errors: one where the clock runs.
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

/** What the index has to show of a SIM, but for what it has used. */
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

/** How many calls of a path a world has received, and how many SIMs they named together. */
export async function asked(world: World, path: string): Promise<{ calls: number; sims: number }> {
  const calls = (await world.calls()).calls.filter((call) => call.path === path);
  return { calls: calls.length, sims: calls.reduce((sum, { sims }) => sum + sims, 0) };
}
