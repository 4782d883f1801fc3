import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import { askWith } from './asking.ts';
import { createRelayedStore, type RelayedStore } from './database-relay.ts';
import { type Answer, type RunningGateway, startGateway } from './gateway.ts';
import { createWorld, type World, type WorldOptions } from './sandbox.ts';
import type { TestStore } from './store.ts';
import { waitFor } from './wait-for.ts';

/** A bulk operation as the gateway shows it. */
export interface ShownOperation {
  id: string;
  action: string;
  status: string;
  total: number;
  sent: number;
  succeeded: number;
  failed: number;
  unknown: number;
  notSent: number;
  settling: number;
  actor: string;
  createdAt: string;
  finishedAt: string | null;
  error: { code: string; message: string } | null;
}

/** What became of one SIM of an operation. */
export interface ShownResult {
  iccid: string | null;
  outcome: string;
  error: { code: string; message: string } | null;
}

type Payload<Name extends string> = Record<Name, { bulkOperation: ShownOperation }> | null;

/** Everything that an operation says of itself, but its results. */
export const operationFields = `id action status total sent succeeded failed unknown notSent settling actor
  createdAt finishedAt error { code message }`;

/** Gateways that work fast and are taken for dead after a second of silence. */
export const fastEnv: Readonly<Record<string, string>> = {
  BULK_CALLS_PER_SECOND: '10000',
  BULK_FIRST_LOOK_MS: '100',
  CHANGE_LEASE_MS: '1000',
};

/** An operation of messages to a list of SIMs. */
export const messages = (iccids: readonly string[]) => ({
  action: 'SEND_SMS',
  params: { text: 'bulk' },
  target: { list: iccids.join() },
});

/** Asks for an operation, which may be refused. */
export function askForBulk(
  gateway: RunningGateway,
  input: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer<Payload<'startBulkOperation'>>> {
  const query = `mutation ($input: StartBulkOperationInput!) {
    startBulkOperation(input: $input) { bulkOperation { ${operationFields} } } }`;
  return askWith(gateway, headers, query, { input });
}

/** Starts an operation that is not refused. */
export async function startBulk(
  gateway: RunningGateway,
  input: object,
  headers?: Readonly<Record<string, string>>,
): Promise<ShownOperation> {
  const { data, errors } = await askForBulk(gateway, input, headers);
  expect(errors).toEqual([]);
  if (data === null) throw new Error('an operation was neither started nor refused');
  return data.startBulkOperation.bulkOperation;
}

/** Starts an operation and follows it to its end. */
export async function runBulk(gateway: RunningGateway, input: object): Promise<ShownOperation> {
  return endOf(gateway, (await startBulk(gateway, input)).id);
}

/** An operation as it stands. */
export async function readBulk(gateway: RunningGateway, id: string): Promise<ShownOperation> {
  const { data, errors } = await gateway.ask<{ bulkOperation: ShownOperation }>(
    `query ($id: ID!) { bulkOperation(id: $id) { ${operationFields} } }`,
    { id },
  );
  expect(errors).toEqual([]);
  return data.bulkOperation;
}

/** Waits until an operation says something of itself, and gives it as it is then. */
export async function whenBulk(
  gateway: RunningGateway,
  id: string,
  isSo: (operation: ShownOperation) => boolean,
): Promise<ShownOperation> {
  let operation = await readBulk(gateway, id);
  await waitFor(async () => {
    operation = await readBulk(gateway, id);
    return isSo(operation);
  });
  return operation;
}

/** Waits for the end of an operation; every SIM of it then has exactly one outcome. */
export async function endOf(gateway: RunningGateway, id: string): Promise<ShownOperation> {
  const operation = await whenBulk(gateway, id, ({ finishedAt }) => finishedAt !== null);
  if (operation.status !== 'FAILED') expect(outcomesOf(operation)).toBe(operation.total);
  expect(operation.settling).toBe(0);
  return operation;
}

/** How many SIMs have an outcome. */
export function outcomesOf({ succeeded, failed, unknown, notSent }: ShownOperation): number {
  return succeeded + failed + unknown + notSent;
}

/** Asks for the end of an operation, which may be refused. */
export function cancelBulk(
  gateway: RunningGateway,
  id: string,
): Promise<Answer<Payload<'cancelBulkOperation'>>> {
  return gateway.ask(
    `mutation ($id: ID!) { cancelBulkOperation(input: { id: $id }) { bulkOperation { ${operationFields} } } }`,
    { id },
  );
}

/** All results of an operation, read page by page. */
export async function allResults(
  gateway: RunningGateway,
  id: string,
  { outcomes, first = 200 }: { outcomes?: readonly string[]; first?: number } = {},
): Promise<ShownResult[]> {
  const results: ShownResult[] = [];
  for (let after: string | null = null; ; ) {
    const answer: Answer<{ bulkOperation: { results: ResultPage } }> = await gateway.ask(
      `query ($id: ID!, $first: Int, $after: String, $outcomes: [SimOutcome!]) {
        bulkOperation(id: $id) { results(first: $first, after: $after, outcomes: $outcomes) {
          totalCount nodes { iccid outcome error { code message } } pageInfo { hasNextPage endCursor } } } }`,
      { id, first, after, outcomes },
    );
    expect(answer.errors).toEqual([]);
    const { nodes, pageInfo } = answer.data.bulkOperation.results;
    results.push(...nodes);
    if (!pageInfo.hasNextPage) return results;
    expect(nodes).toHaveLength(first);
    after = pageInfo.endCursor;
  }
}

interface ResultPage {
  totalCount: number;
  nodes: ShownResult[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** Kills a gateway as kill -9 does. */
export async function kill({ process }: RunningGateway): Promise<void> {
  process.kill('SIGKILL');
  if (process.signalCode === null && process.exitCode === null) await once(process, 'exit');
}

/** A world for all tests of one file, and a store for each of them. */
export interface BulkGround {
  world: World;
  /** The database; gateways reach it by a relay. */
  store: RelayedStore;
  /** Starts a gateway with fast settings and the test's own. */
  start(env?: Readonly<Record<string, string>>, store?: TestStore): Promise<RunningGateway>;
  /** ICCIDs of so many settled SIMs in a state, LIVE by default, that refuse nothing on purpose. */
  iccids(count: number, query?: { state?: string; secondary?: string; esim?: boolean }): Promise<string[]>;
  /** How many changes of a SIM the sandbox has carried out. */
  effects(): Promise<number>;
}

/** Gives every test of a file a store of its own and its gateways; calls, effects and faults are cleared before each of them. */
export function bulkGround(options: WorldOptions = {}): BulkGround {
  const gateways: RunningGateway[] = [];
  const ground = {
    async start(env = {}, store = ground.store) {
      const gateway = await startGateway({ world: ground.world, store, env: { ...fastEnv, ...env } });
      gateways.push(gateway);
      return gateway;
    },
    iccids: (count, query) => settledIccids(ground.world, count, query),
    effects: async () => (await ground.world.effects()).length,
  } as BulkGround;
  beforeAll(async () => {
    ground.world = await createWorld({ clock: { rate: 0 }, manners: { settleMs: atOnce }, ...options });
  });
  beforeEach(async () => {
    ground.store = await createRelayedStore();
    await ground.world.clearFaults();
    await ground.world.clearCalls();
    await ground.world.clearEffects();
  });
  afterEach(async () => {
    for (const gateway of gateways.splice(0)) await kill(gateway);
    await ground.store.remove();
  });
  afterAll(() => ground.world.remove());
  return ground;
}

/** A change of state is there as soon as it is accepted. */
const atOnce = { min: 0, max: 0 };

/** ICCIDs of settled SIMs of a world that refuse nothing on purpose. */
export async function settledIccids(
  world: World,
  count: number,
  query: { state?: string; secondary?: string; esim?: boolean } = {},
): Promise<string[]> {
  const found = (await world.sims({ state: 'LIVE', limit: 10_000, ...query }))
    .filter(({ iccid, status }) => status.primary !== 'PENDING' && !iccid.startsWith('8937204999'))
    .slice(0, count)
    .map(({ iccid }) => iccid);
  if (found.length < count) throw new Error(`the world has too few SIMs like ${JSON.stringify(query)}`);
  return found;
}

/** That each of these SIMs was changed, and how often: once. */
export const onceEach = (iccids: readonly string[]) => Object.fromEntries(iccids.map((iccid) => [iccid, 1]));

/** How many calls of a path a world has received. */
export const callsOf = async (world: World, path: string) => (await world.calls()).byPath[path] ?? 0;

/** Puts SIMs into a group, by the SIM API itself; nothing of it is counted. */
export async function makeGroup(world: World, group: string, iccids: readonly string[]): Promise<void> {
  const { apiUrl, username, password } = world;
  const login = await fetch(`${apiUrl}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'password', client_id: username, username, password }),
  });
  const { access_token: token } = (await login.json()) as { access_token: string };
  for (let start = 0; start < iccids.length; start += 1000) {
    const query = new URLSearchParams({ group, iccid: iccids.slice(start, start + 1000).join(',') });
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${apiUrl}/set_group?${query}`, { method: 'PUT', headers });
    if (!answer.ok) throw new Error(`the group could not be made: ${await answer.text()}`);
  }
  await world.clearCalls();
  await world.clearEffects();
}
