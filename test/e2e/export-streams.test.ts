import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { createRelayedStore, type RelayedStore } from '../support/database-relay.ts';
import { type AnsweredError, type RunningGateway, startGateway } from '../support/gateway.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import { waitFor } from '../support/wait-for.ts';

/** This many SIMs with such names exceed the socket buffers for a client that reads nothing. */
const many = 4000;
const nameLength = 5000;
const index = { FLEET_SYNC_INTERVAL_MS: '3600000', FLEET_CALLS_PER_SECOND: '1000' };

let world: World;
let store: RelayedStore;
let gateway: RunningGateway;

const start = (env: Readonly<Record<string, string>> = {}) =>
  startGateway({ world, store, env: { ...index, ...env } });

beforeAll(async () => {
  world = await createWorld({ sims: 10, clock: { rate: 0 } });
  store = await createRelayedStore();
  // Not more connections than exports: exports must leave one.
  gateway = await start({ DATABASE_CONNECTIONS: '3', SHUTDOWN_GRACE_MS: '600000' });
  await store.query(
    `insert into fleet_sim (tenant, iccid, name, downloaded_profiles, has_data_limit_field, has_profiles_field, state, is_transitioning,
       search, fingerprint, observed_at)
     select 'default', (8937205000000000000 + i)::text, repeat('x', $2), '{}', true, true, 'LIVE', false, '', '', now()
     from generate_series(1, $1) as i`,
    [many, nameLength],
  );
});
const clients: IncomingMessage[] = [];
/** Number of exports that a gateway has begun to send, and of those that it has logged as ended. */
let begun = 0;
const endsOf = (of: RunningGateway) =>
  of.logged().filter(({ msg }) => msg === 'export: sent' || msg === 'export: cut short').length;
/** Waits until no export is running, so that the next test has both slots. */
const whenEnded = () => waitFor(() => endsOf(gateway) === begun);

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  store.relay.restore();
  if (gateway.process.exitCode === null) await whenEnded();
});
afterAll(async () => {
  await gateway?.stop();
  await store?.remove();
  await world?.remove();
});

/** Requests the file and reads nothing of it yet. */
async function begin(of: RunningGateway = gateway): Promise<IncomingMessage> {
  const request = get(`${of.url}/export/sims.csv`, { agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  clients.push(response);
  if (of === gateway) begun++;
  // A response that is cut off while the test reads nothing emits an error at once.
  response.on('error', () => undefined);
  return response;
}

/** Requests the file of matching SIMs and reads all of it. */
async function take(query: string): Promise<number> {
  const response = await gateway.fetch(`/export/sims.csv${query}`);
  if (response.ok) begun++;
  await response.text();
  return response.status;
}

/** The lines of a CSV file without its header, one per SIM. */
async function linesOf(response: IncomingMessage): Promise<string[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks).toString().split('\r\n').slice(1, -1);
}

/** The connections that read SIMs for exports. Others read and write rows too, such as the refresh worker. */
async function readers(): Promise<number[]> {
  const rows = await store.query<{ pid: number }>(
    `select distinct pid from pg_locks join pg_stat_activity using (pid)
     where datname = current_database() and relation = 'fleet_sim'::regclass
       and backend_type = 'client backend' and query ilike 'fetch % from sims'`,
  );
  return rows.map(({ pid }) => pid);
}

const refusal = async (response: Response) => ({
  status: response.status,
  retryAfter: response.headers.get('retry-after'),
  errors: ((await response.json()) as { errors: AnsweredError[] }).errors,
});

describe('while clients read nothing', () => {
  test('their files are still read from the database, and no connection waits for them', async () => {
    const [first, second] = [await begin(), await begin()];
    await waitFor(async () => (await readers()).length === 0);
    const third = await begin();
    expect([first, second, third].map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    // On a busy machine a statement may exceed its time limit, and the list then comes from the SIM API.
    await waitFor(async () => {
      const { data } = await gateway.ask<{ fleet: { total: number } | null; sims: { totalCount: number } }>(
        '{ fleet { total } sims(first: 1) { totalCount } }',
      );
      return data?.fleet?.total === many + 10 && data.sims.totalCount === many + 10;
    });
    expect(await linesOf(first)).toHaveLength(many + 10);
  });

  test('the file shows the fleet at the time of the request', async () => {
    const response = await begin();
    const gone = String(8937205000000000000n + BigInt(many));
    await store.query('update fleet_sim set name = $2 where iccid = $1', [gone, 'changed']);
    const line = (await linesOf(response)).find((text) => text.startsWith(gone));
    expect(line).toContain(`,${'x'.repeat(nameLength)},`);
  });

  test('a client that disconnects ends its export, and the next one gets its slot', async () => {
    const [first, second] = [await begin(), await begin()];
    first.destroy();
    second.destroy();
    await whenEnded();
    expect(await readers()).toEqual([]);
    const response = await begin();
    expect(response.statusCode).toBe(200);
    expect(await linesOf(response)).toHaveLength(many + 10);
    await whenEnded();
    expect(gateway.logged().filter(({ msg }) => msg === 'unexpected error')).toEqual([]);
  });
});

test('while two files are read from the database, a third one is refused with a Retry-After', async () => {
  const holder = new Client({ connectionString: store.directUrl });
  await holder.connect();
  try {
    await holder.query('begin; lock table fleet_sim in access exclusive mode');
    const [first, second] = [take(''), take('')];
    const waiting = `select 1 from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and query ilike 'declare sims %'`;
    await waitFor(async () => (await store.query(waiting)).length === 2);
    expect(await refusal(await gateway.fetch('/export/sims.csv'))).toMatchObject({
      status: 503,
      retryAfter: '5',
      errors: [{ extensions: { code: 'OVERLOADED', retryable: true, retryAfterSeconds: 5 } }],
    });
    await holder.query('commit');
    expect(await Promise.all([first, second])).toEqual([200, 200]);
  } finally {
    await holder.end();
  }
});

describe('an export that fails half-way', () => {
  test('ends without a final chunk, so that the client detects the incomplete file, and the log has the reason', async () => {
    const other = await start({ TMPDIR: '/nonexistent', TMP: '/nonexistent', TEMP: '/nonexistent' });
    await expect(linesOf(await begin(other))).rejects.toThrow(/aborted/);
    const ends = () => other.logged().filter(({ msg }) => msg === 'export: cut short');
    await waitFor(() => ends().length > 0);
    expect(ends()).toEqual([expect.objectContaining({ detail: expect.stringContaining('ENOENT') })]);
    await other.stop();
  });

  test('does so too if the gateway is stopped and the client still reads nothing', async () => {
    const other = await start({ SHUTDOWN_GRACE_MS: '100' });
    const response = await begin(other);
    await other.stop();
    expect(other.process.exitCode).toBe(0);
    await expect(linesOf(response)).rejects.toThrow(/aborted/);
    await waitFor(async () => (await readers()).length === 0);
  });
});

test('without the database is refused with that reason and a Retry-After', async () => {
  store.relay.cut();
  for (const query of ['', '?filter={"states":["LIVE"]}&orderBy={"field":"NAME"}'])
    expect(await refusal(await gateway.fetch(`/export/sims.csv${query}`))).toMatchObject({
      status: 503,
      retryAfter: '5',
      errors: [{ extensions: { code: 'STORE_UNAVAILABLE', retryable: true, retryAfterSeconds: 5 } }],
    });
  store.relay.restore();
  await waitFor(async () => (await take('?filter={"states":[]}')) === 200);
});

test('a gateway that is stopped lets an export run to its end', async () => {
  const response = await begin();
  const stopped = gateway.stop();
  await waitFor(() =>
    gateway.fetch('/health/ready').then(
      () => false,
      () => true,
    ),
  );
  expect(await linesOf(response)).toHaveLength(many + 10);
  await stopped;
});
