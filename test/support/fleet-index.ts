import { afterAll, beforeAll, beforeEach, expect } from '@jest/globals';
import { type RunningGateway, startGateway } from './gateway.ts';
import { midMonthEnv, midMonthNow } from './mid-month.ts';
import { createWorld, type World, type WorldOptions } from './sandbox.ts';
import { createStore, type TestStore } from './store.ts';
import { waitFor } from './wait-for.ts';

/** Settings of a gateway that runs one full sync and no further one, so that the index does not change during a test. */
export const readOnceEnv: Readonly<Record<string, string>> = {
  ...midMonthEnv,
  FLEET_SYNC_INTERVAL_MS: '86400000',
  FLEET_CALLS_PER_SECOND: '1000',
};

/** Waits until the index of a gateway is complete. */
export async function whenWhole(gateway: RunningGateway): Promise<void> {
  await waitFor(async () => {
    const { data, errors } = await gateway.ask<{ fleet: { isComplete: boolean } }>(
      '{ fleet { isComplete } }',
    );
    expect(errors).toEqual([]);
    return data.fleet.isComplete;
  });
}

/** A world, and a gateway with a complete index of it. */
export interface Indexed {
  world: World;
  store: TestStore;
  gateway: RunningGateway;
}

/** Options for the world, its preparation and the gateway. */
export interface IndexedOptions extends WorldOptions {
  /** Changes the world before the gateway reads it. */
  readonly prepare?: (world: World) => Promise<void>;
  /** Additional settings of the gateway; by default it runs one full sync. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Gives the tests of a file one world and one gateway with an index of it; clears faults and calls before each test. */
export function indexFleet({ prepare, env = {}, ...options }: IndexedOptions = {}): Indexed {
  const indexed = {} as Indexed;
  beforeAll(async () => {
    indexed.world = await createWorld({ clock: { startAt: midMonthNow(), rate: 0 }, ...options });
    await prepare?.(indexed.world);
    indexed.store = await createStore();
    indexed.gateway = await startGateway({ ...indexed, env: { ...readOnceEnv, ...env } });
    await whenWhole(indexed.gateway);
  });
  beforeEach(async () => {
    await indexed.world.clearFaults();
    await indexed.world.clearCalls();
  });
  afterAll(async () => {
    await indexed.gateway?.stop();
    await indexed.store?.remove();
    await indexed.world?.remove();
  });
  return indexed;
}

/** Number of calls that a world received by path, without `/get_sims`, which the gateway uses to poll SIMs in transition. */
export async function callsWithoutPolls(world: World): Promise<Record<string, number>> {
  const { '/get_sims': _, ...byPath } = (await world.calls()).byPath;
  return byPath;
}

export interface SimsPage {
  totalCount: number;
  isComplete: boolean;
  edges: { cursor: string; node: { iccid: string } }[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
}

export interface SimsArguments {
  filter?: object | null;
  orderBy?: object | null;
  first?: number;
  after?: string | null;
  last?: number;
  before?: string | null;
}

const pageQuery = `query ($filter: SimFilter, $orderBy: SimOrder, $first: Int, $after: String, $last: Int, $before: String) {
  sims(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    totalCount isComplete edges { cursor node { iccid } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

/** Queries a page of SIMs; the query may be refused. */
export const askForSims = (gateway: RunningGateway, args: SimsArguments) =>
  gateway.ask<{ sims: SimsPage | null }>(pageQuery, args);

/** Queries a page of SIMs and expects no error. */
export async function simsPage(gateway: RunningGateway, args: SimsArguments): Promise<SimsPage> {
  const { data, errors } = await askForSims(gateway, args);
  expect(errors).toEqual([]);
  if (data.sims === null) throw new Error('the gateway returned neither SIMs nor an error');
  return data.sims;
}

export const iccidsOf = ({ edges }: Pick<SimsPage, 'edges'>) => edges.map(({ node }) => node.iccid);

/** ICCIDs of up to 500 SIMs that match, in the order of the list. */
export async function iccidsThatFit(
  gateway: RunningGateway,
  filter: object | null,
  orderBy: object | null = null,
): Promise<string[]> {
  return iccidsOf(await simsPage(gateway, { filter, orderBy, first: 500 }));
}
