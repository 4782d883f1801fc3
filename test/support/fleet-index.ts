import { afterAll, beforeAll, beforeEach, expect } from '@jest/globals';
import { type RunningGateway, startGateway } from './gateway.ts';
import { midMonthEnv, midMonthNow } from './mid-month.ts';
import { createWorld, type World, type WorldOptions } from './sandbox.ts';
import { createStore, type TestStore } from './store.ts';
import { waitFor } from './wait-for.ts';

/** Settings of a gateway that reads the fleet once and then never again, so that nothing moves under a test. */
export const readOnceEnv: Readonly<Record<string, string>> = {
  ...midMonthEnv,
  FLEET_SYNC_INTERVAL_MS: '86400000',
  FLEET_CALLS_PER_SECOND: '1000',
};

/** Waits until a gateway has read the whole fleet. */
export async function whenWhole(gateway: RunningGateway): Promise<void> {
  await waitFor(async () => {
    const { data, errors } = await gateway.ask<{ fleet: { isComplete: boolean } }>(
      '{ fleet { isComplete } }',
    );
    expect(errors).toEqual([]);
    return data.fleet.isComplete;
  });
}

/** A world, and a gateway that has read all of it. */
export interface Indexed {
  world: World;
  store: TestStore;
  gateway: RunningGateway;
}

/** What the SIMs of an indexed world are like. */
export interface IndexedOptions extends WorldOptions {
  /** What is done to the world before the gateway reads it. */
  readonly prepare?: (world: World) => Promise<void>;
  /** Settings of the gateway's own; it reads the fleet once by default. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Gives every test of a file one world and one gateway with an index of it; faults and calls are cleared before each of them. */
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

/** How many calls a world received, but for those by which a gateway looks whether SIMs under way have settled. */
export async function callsWithoutPolls(world: World): Promise<Record<string, number>> {
  const { '/get_sims': _, ...byPath } = (await world.calls()).byPath;
  return byPath;
}

/** A page of a list of SIMs. */
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

/** Arguments of a list of SIMs. */
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

/** Asks for a page of SIMs, which may be refused. */
export const askForSims = (gateway: RunningGateway, args: SimsArguments) =>
  gateway.ask<{ sims: SimsPage } | null>(pageQuery, args);

/** A page of SIMs. */
export async function simsPage(gateway: RunningGateway, args: SimsArguments): Promise<SimsPage> {
  const { data, errors } = await askForSims(gateway, args);
  expect(errors).toEqual([]);
  if (data === null) throw new Error('neither SIMs nor an error came');
  return data.sims;
}

/** The ICCIDs of a page, in its order. */
export const iccidsOf = ({ edges }: Pick<SimsPage, 'edges'>) => edges.map(({ node }) => node.iccid);

/** The ICCIDs of up to 500 SIMs that fit, in the order of the list. */
export async function iccidsThatFit(
  gateway: RunningGateway,
  filter: object | null,
  orderBy: object | null = null,
): Promise<string[]> {
  return iccidsOf(await simsPage(gateway, { filter, orderBy, first: 500 }));
}
