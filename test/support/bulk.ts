import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import { createRelayedStore, type RelayedStore } from './database-relay.ts';
import { type Answer, type RunningGateway, startGateway } from './gateway.ts';
import { askWith } from './graphql-client.ts';
import { type Relay, startRelay } from './relay.ts';
import { createWorld, type World, type WorldOptions } from './sandbox.ts';
import { createStore, type TestStore } from './store.ts';
import { waitFor } from './wait-for.ts';

/** A bulk operation, as queried from the gateway. */
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

/** The result of one SIM of an operation. */
export interface ShownResult {
  iccid: string | null;
  /** The EID that named the SIM. */
  eid: string | null;
  outcome: string;
  error: { code: string; message: string } | null;
}

type Payload<Name extends string> = Record<Name, { bulkOperation: ShownOperation }> | null;

/** Every field of a bulk operation except its results. */
export const operationFields = `id action status total sent succeeded failed unknown notSent settling actor
  createdAt finishedAt error { code message }`;

/**
 * Settings of a fast gateway whose leases and deadlines are long enough for any machine: a call that a test holds back does not
 * time out, and a gateway that gets no CPU time does not lose its leases.
 */
export const fastEnv: Readonly<Record<string, string>> = {
  BULK_CALLS_PER_SECOND: '10000',
  BULK_FIRST_POLL_MS: '100',
  CHANGE_LEASE_MS: '60000',
  SIM_API_TIMEOUT_MS: '60000',
  SIM_API_DEADLINE_MS: '60000',
};

/**
 * Settings of a gateway that continually checks for expired leases. At most one such gateway may run, because its own leases are
 * short, too.
 */
export const heirEnv: Readonly<Record<string, string>> = { ...fastEnv, CHANGE_LEASE_MS: '1000' };

/** On a slow machine, a gateway with a shorter lease could lose it while it is alive. */
const minCertainLeaseMs = 15_000;

/** A bulk operation that sends an SMS to a list of SIMs. */
export const messages = (iccids: readonly string[]) => ({
  action: 'SEND_SMS',
  params: { text: 'bulk' },
  target: { list: iccids.join() },
});

/** Requests a bulk operation that may be refused. */
export function askForBulk(
  gateway: RunningGateway,
  input: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer<Payload<'startBulkOperation'>>> {
  const query = `mutation ($input: StartBulkOperationInput!) {
    startBulkOperation(input: $input) { bulkOperation { ${operationFields} } } }`;
  return askWith(gateway, headers, query, { input });
}

/** Starts a bulk operation and expects that it is accepted. */
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

/** Starts a bulk operation and waits for its end. */
export async function runBulk(gateway: RunningGateway, input: object): Promise<ShownOperation> {
  return endOf(gateway, (await startBulk(gateway, input)).id);
}

export async function readBulk(gateway: RunningGateway, id: string): Promise<ShownOperation> {
  const { data, errors } = await gateway.ask<{ bulkOperation: ShownOperation }>(
    `query ($id: ID!) { bulkOperation(id: $id) { ${operationFields} } }`,
    { id },
  );
  expect(errors).toEqual([]);
  return data.bulkOperation;
}

/** Polls an operation until `isSo` holds; returns its last state. */
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

/** Waits for the end of an operation; checks that every SIM then has exactly one outcome. */
export async function endOf(gateway: RunningGateway, id: string): Promise<ShownOperation> {
  const operation = await whenBulk(gateway, id, ({ finishedAt }) => finishedAt !== null);
  if (operation.status !== 'FAILED') expect(outcomesOf(operation)).toBe(operation.total);
  expect(operation.settling).toBe(0);
  return operation;
}

function outcomesOf({ succeeded, failed, unknown, notSent }: ShownOperation): number {
  return succeeded + failed + unknown + notSent;
}

/** Requests a cancellation that may be refused. */
export function cancelBulk(
  gateway: RunningGateway,
  id: string,
): Promise<Answer<Payload<'cancelBulkOperation'>>> {
  return gateway.ask(
    `mutation ($id: ID!) { cancelBulkOperation(input: { id: $id }) { bulkOperation { ${operationFields} } } }`,
    { id },
  );
}

/** Reads all pages of an operation's results. */
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

/** Kills a gateway with SIGKILL and waits for its exit. */
export async function kill({ process }: RunningGateway): Promise<void> {
  process.kill('SIGKILL');
  if (isAlive(process)) await once(process, 'exit');
}

const isAlive = ({ signalCode, exitCode }: RunningGateway['process']) =>
  signalCode === null && exitCode === null;

/** What all bulk tests of one file share. */
interface BulkFile {
  world: World;
  /** The gateways call the SIM API through it. */
  relay: Relay;
  /** ICCIDs of `count` settled SIMs in a state (default LIVE), without the special SIMs that always fail. */
  iccids(count: number, query?: { state?: string; secondary?: string; esim?: boolean }): Promise<string[]>;
  /** Number of changes that the sandbox has applied, counted per SIM. */
  effects(): Promise<number>;
}

/** One gateway and its database for all tests of a file. */
export interface BulkGateway extends BulkFile {
  gateway: RunningGateway;
  store: TestStore;
}

/**
 * Runs one gateway for all tests of a file. Clears calls, effects and faults before each test, and opens the gates of the relay
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

/** A world for all tests of one file, and a store for each test. */
export interface BulkFixture extends BulkFile {
  /** The database; the gateways connect through a relay. */
  store: RelayedStore;
  /**
   * Starts a gateway with fast settings and the test's settings. Throws if two gateways with short leases would run: each could
   * take over the other's leases.
   */
  start(env?: Readonly<Record<string, string>>, store?: TestStore): Promise<RunningGateway>;
  /** Stops a gateway with SIGSTOP and marks it as given up. */
  freeze(gateway: RunningGateway): void;
  /** Marks a gateway that cannot renew its leases, such as one without a database, as given up. */
  giveUp(gateway: RunningGateway): void;
  /** Expires the leases of gateways that were killed or given up. Throws while another gateway with a long lease runs. */
  endLeases(): Promise<void>;
}

/** Gives every test of a file its own store and gateways; clears calls, effects and faults before each test. */
export function bulkFixture(options: WorldOptions = {}): BulkFixture {
  const started: { gateway: RunningGateway; leaseMs: number; isGivenUp: boolean }[] = [];
  const running = () => started.filter(({ gateway }) => isAlive(gateway.process));
  const isShort = ({ leaseMs }: { leaseMs: number }) => leaseMs < minCertainLeaseMs;
  const fixture = {} as BulkFixture;
  afterEach(async () => {
    // Requests that are still held must not count as calls of the next test.
    fixture.relay.dropAll();
    for (const { gateway } of started.splice(0)) await kill(gateway);
    await fixture.store.remove();
  });
  shareWorld(fixture, options);
  Object.assign(fixture, {
    async start(own = {}, store = fixture.store) {
      const env: Record<string, string> = { ...fastEnv, SIM_API_URL: `${fixture.relay.url}/v1`, ...own };
      const leaseMs = Number(env.CHANGE_LEASE_MS);
      if (isShort({ leaseMs }) && running().some(isShort))
        throw new Error('two gateways with short leases could take each other for dead');
      const gateway = await startGateway({ world: fixture.world, store, env });
      started.push({ gateway, leaseMs, isGivenUp: false });
      return gateway;
    },
    freeze(gateway) {
      gateway.process.kill('SIGSTOP');
      fixture.giveUp(gateway);
    },
    giveUp(gateway) {
      for (const one of started) if (one.gateway === gateway) one.isGivenUp = true;
    },
    async endLeases() {
      if (running().some((one) => !one.isGivenUp && !isShort(one)))
        throw new Error('the lease of a running gateway would expire, too');
      // Only long leases: a gateway with short leases may still run.
      await fixture.store.query(
        `update bulk_chunk set lease_until = clock_timestamp() - interval '1 second'
        where lease_until > clock_timestamp() + interval '${minCertainLeaseMs} milliseconds'`,
      );
    },
  } satisfies Partial<BulkFixture>);
  beforeEach(async () => {
    fixture.store = await createRelayedStore();
  });
  return fixture;
}

/** Creates the world of a file and a relay to it. Hooks that use them on teardown must be registered before this call. */
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

/** The sandbox completes a state transition as soon as it accepts it. */
const atOnce = { min: 0, max: 0 };

/** ICCIDs of settled SIMs of a world, without the special SIMs that always fail. */
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

/** The expected effect counts when each of these SIMs was changed exactly once. */
export const onceEach = (iccids: readonly string[]) => Object.fromEntries(iccids.map((iccid) => [iccid, 1]));

/** Number of calls of a path that a world has received. */
export const callsOf = async (world: World, path: string) => (await world.calls()).byPath[path] ?? 0;

/** Puts SIMs into a group with direct calls of the SIM API, then clears calls and effects. */
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
    if (!answer.ok) throw new Error(`the group could not be created: ${await answer.text()}`);
  }
  await world.clearCalls();
  await world.clearEffects();
}

/** All rows of all tables, as text. */
export async function databaseText(store: TestStore): Promise<string> {
  return [...(await tableTexts(store)).values()].join('\n');
}

/** Names of the tables that contain a text. */
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
