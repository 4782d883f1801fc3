import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import { createRelayedStore, type RelayedStore } from './database-relay.ts';
import { type Answer, type RunningGateway, startGateway } from './gateway.ts';
import { askWith } from './graphql-client.ts';
import { type Relay, startRelay } from './relay.ts';
import { createWorld, type World, type WorldOptions } from './sandbox.ts';
import { createStore, type TestStore } from './store.ts';
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
  /** The EID that named the SIM. */
  eid: string | null;
  outcome: string;
  error: { code: string; message: string } | null;
}

type Payload<Name extends string> = Record<Name, { bulkOperation: ShownOperation }> | null;

/** Everything that an operation says of itself, but its results. */
export const operationFields = `id action status total sent succeeded failed unknown notSent settling actor
  createdAt finishedAt error { code message }`;

/**
 * Settings of gateways that work fast, and whose leases and deadlines last on any machine: a call that a test holds back does not run
 * into its timeout, and a gateway that gets no processor time is not taken for dead.
 */
export const fastEnv: Readonly<Record<string, string>> = {
  BULK_CALLS_PER_SECOND: '10000',
  BULK_FIRST_POLL_MS: '100',
  CHANGE_LEASE_MS: '60000',
  SIM_API_TIMEOUT_MS: '60000',
  SIM_API_DEADLINE_MS: '60000',
};

/** Settings of a gateway that looks for expired leases all the time. One at most may run: its own lease is short, too. */
export const heirEnv: Readonly<Record<string, string>> = { ...fastEnv, CHANGE_LEASE_MS: '1000' };

/** A gateway with a shorter lease could be taken for dead on a slow machine. */
const minCertainLeaseMs = 15_000;

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
function outcomesOf({ succeeded, failed, unknown, notSent }: ShownOperation): number {
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
          totalCount nodes { iccid eid outcome error { code message } } pageInfo { hasNextPage endCursor } } } }`,
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
  if (isAlive(process)) await once(process, 'exit');
}

const isAlive = ({ signalCode, exitCode }: RunningGateway['process']) =>
  signalCode === null && exitCode === null;

/** What the tests of bulk operations of one file share. */
interface BulkFile {
  world: World;
  /** Gateways reach the SIM API by it. */
  relay: Relay;
  /** ICCIDs of this many settled SIMs in a state, LIVE by default, that refuse nothing on purpose. */
  iccids(count: number, query?: { state?: string; secondary?: string; esim?: boolean }): Promise<string[]>;
  /** How many changes of a SIM the sandbox has carried out. */
  effects(): Promise<number>;
}

/** One gateway and its database for all tests of a file. */
export interface BulkGateway extends BulkFile {
  gateway: RunningGateway;
  store: TestStore;
}

/**
 * Gives every test of a file one gateway. Calls, effects and faults are cleared before each test, and the gates of the relay are opened
 * after it.
 */
export function runBulkGateway(
  options: WorldOptions = {},
  env: Readonly<Record<string, string>> = {},
): BulkGateway {
  const running = {} as BulkGateway;
  afterEach(() => running.relay.openAll());
  afterAll(async () => {
    await running.gateway?.stop();
    await running.store?.remove();
  });
  shareWorld(running, options);
  beforeAll(async () => {
    const { world, relay } = running;
    running.store = await createStore();
    running.gateway = await startGateway({
      world,
      store: running.store,
      env: { ...fastEnv, SIM_API_URL: `${relay.url}/v1`, ...env },
    });
  });
  return running;
}

/** A world for all tests of one file, and a store for each of them. */
export interface BulkGround extends BulkFile {
  /** The database; gateways reach it by a relay. */
  store: RelayedStore;
  /**
   * Starts a gateway with fast settings and the test's own. Refuses one that could be taken for dead, or could take another for dead,
   * because both have short leases.
   */
  start(env?: Readonly<Record<string, string>>, store?: TestStore): Promise<RunningGateway>;
  /** Freezes a gateway: it is given up. */
  freeze(gateway: RunningGateway): void;
  /** Gives a gateway up that cannot renew its leases, such as one without its database. */
  giveUp(gateway: RunningGateway): void;
  /** Ends the leases of gateways that were killed or given up. Refuses while another gateway with a long lease runs. */
  endLeases(): Promise<void>;
}

/** Gives every test of a file a store and gateways of its own; calls, effects and faults are cleared before each test. */
export function bulkGround(options: WorldOptions = {}): BulkGround {
  const started: { gateway: RunningGateway; leaseMs: number; isGivenUp: boolean }[] = [];
  const running = () => started.filter(({ gateway }) => isAlive(gateway.process));
  const isShort = ({ leaseMs }: { leaseMs: number }) => leaseMs < minCertainLeaseMs;
  const ground = {} as BulkGround;
  afterEach(async () => {
    // What is held back is no call of the next test.
    ground.relay.dropAll();
    for (const { gateway } of started.splice(0)) await kill(gateway);
    await ground.store.remove();
  });
  shareWorld(ground, options);
  Object.assign(ground, {
    async start(own = {}, store = ground.store) {
      const env: Record<string, string> = { ...fastEnv, SIM_API_URL: `${ground.relay.url}/v1`, ...own };
      const leaseMs = Number(env.CHANGE_LEASE_MS);
      if (isShort({ leaseMs }) && running().some(isShort))
        throw new Error('two gateways with short leases could take each other for dead');
      const gateway = await startGateway({ world: ground.world, store, env });
      started.push({ gateway, leaseMs, isGivenUp: false });
      return gateway;
    },
    freeze(gateway) {
      gateway.process.kill('SIGSTOP');
      ground.giveUp(gateway);
    },
    giveUp(gateway) {
      for (const one of started) if (one.gateway === gateway) one.isGivenUp = true;
    },
    async endLeases() {
      if (running().some((one) => !one.isGivenUp && !isShort(one)))
        throw new Error('the lease of a gateway that runs would end, too');
      // Longer than the longest of the short ones: those of a gateway that still runs.
      await ground.store.query(
        `update bulk_chunk set lease_until = clock_timestamp() - interval '1 second'
        where lease_until > clock_timestamp() + interval '${minCertainLeaseMs} milliseconds'`,
      );
    },
  } satisfies Partial<BulkGround>);
  beforeEach(async () => {
    ground.store = await createRelayedStore();
  });
  return ground;
}

/** Makes the world of a file and a relay before it; hooks that need them in the end are registered before this. */
function shareWorld(shared: BulkFile, options: WorldOptions): void {
  shared.iccids = (count, query) => stableIccids(shared.world, count, query);
  shared.effects = async () => (await shared.world.effects()).length;
  beforeAll(async () => {
    shared.world = await createWorld({ clock: { rate: 0 }, behaviour: { settleMs: atOnce }, ...options });
    shared.relay = await startRelay(shared.world.origin);
  });
  beforeEach(async () => {
    await shared.world.clearFaults();
    await shared.world.clearCalls();
    await shared.world.clearEffects();
  });
  afterEach(() => shared.relay.accept());
  afterAll(async () => {
    await shared.relay?.stop();
    await shared.world?.remove();
  });
}

/** A change of state is there as soon as it is accepted. */
const atOnce = { min: 0, max: 0 };

/** ICCIDs of settled SIMs of a world that refuse nothing on purpose. */
export async function stableIccids(
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

/** Everything in a database, as text. */
export async function databaseText(store: TestStore): Promise<string> {
  return [...(await tableTexts(store)).values()].join('\n');
}

/** The names of the tables that hold a text. */
export async function tablesWith(store: TestStore, text: string): Promise<string[]> {
  return [...(await tableTexts(store))].flatMap(([name, rows]) => (rows.includes(text) ? name : [])).sort();
}

async function tableTexts(store: TestStore): Promise<Map<string, string>> {
  const tables = await store.query<{ name: string }>(
    `select quote_ident(tablename) as name from pg_tables where schemaname = current_schema()`,
  );
  const texts = new Map<string, string>();
  for (const { name } of tables) {
    const rows = await store.query<{ text: string }>(`select t::text as text from ${name} as t`);
    texts.set(name, rows.map(({ text }) => text).join('\n'));
  }
  return texts;
}
