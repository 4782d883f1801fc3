import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { kill } from '../support/bulk.ts';
import { createPool, type Pool } from '../support/fleet.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { askWith, type ManyAnswer, mutation, refs } from '../support/graphql-client.ts';
import { closeLeftovers, folder, leftovers, postmasterOf, processesIn } from '../support/held-store.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import { waitFor } from '../support/wait-for.ts';
import { workerPids, workersThatLogged } from '../support/workers.ts';
import { createTables } from '../support/written-entries.ts';

let world: World;
/** The gateways call the SIM API through it. */
let upstream: Relay;
let pool: Pool;
const suspendSims = mutation('suspendSims', 'SimsInput');
const live = async (count: number) => (await pool.take(count, { state: 'LIVE' })).map(({ iccid }) => iccid);
const onceEach = (iccids: readonly string[]) => Object.fromEntries(iccids.map((iccid) => [iccid, 1]));
/** Each worker renews three times per lease, so a living one has six seconds more than it needs on a quiet machine. */
const leaseMs = 9000;

/** Suspends a SIM on a separate connection. Resolves to null if the worker was killed. */
const suspend = (gateway: RunningGateway, iccid: string) =>
  askWith<{ suspendSims: ManyAnswer }>(gateway, { 'idempotency-key': iccid }, suspendSims, {
    input: { sims: refs([iccid]) },
  }).then(
    ({ data }) => data.suspendSims,
    () => null,
  );

async function start(env: Readonly<Record<string, string>>): Promise<RunningGateway> {
  const gateway = await startGateway({
    world,
    env: {
      WORKERS: '2',
      CHANGE_LEASE_MS: String(leaseMs),
      SIM_API_URL: `${upstream.url}/v1`,
      SIM_API_TIMEOUT_MS: '300000',
      SIM_API_DEADLINE_MS: '600000',
      ...env,
    },
  });
  leftovers.push(() => gateway.stop());
  return gateway;
}

const alive = (pid: number) => existsSync(`/proc/${pid}`);

beforeEach(async () => {
  world = await createWorld({ sims: 300, clock: { rate: 0 }, behaviour: { settleMs: { min: 0, max: 0 } } });
  leftovers.push(() => world.remove());
  pool = createPool(() => world);
  upstream = await startRelay(world.origin);
  leftovers.push(() => upstream.stop());
});
afterEach(closeLeftovers);

describe('a worker', () => {
  test('that is killed is replaced, and its changes are recovered while another worker continues its own', async () => {
    const store = await createTables();
    leftovers.push(() => store.remove());
    const gateway = await start({ DATABASE_URL: store.url });
    const entries = () =>
      store.query<{ owner: string; key: string; outcome: string }>(
        'select owner, request_id as key, outcome from audit_entry order by at',
      );
    const gate = upstream.gate('/suspend?', { holds: 'answer' });
    const iccids: string[] = [];
    const answers: ReturnType<typeof suspend>[] = [];
    // The workers get connections in turn.
    while (new Set((await entries()).map(({ owner }) => owner)).size < 2) {
      const [iccid = ''] = await live(1);
      iccids.push(iccid);
      answers.push(suspend(gateway, iccid));
      await gate.holds(answers.length);
    }
    const [victim = 0, survivor = 0] = workerPids(gateway);
    process.kill(victim, 'SIGKILL');
    await waitFor(() => workersThatLogged(gateway, 'gateway listens').includes(3));
    expect(workerPids(gateway)).toHaveLength(2);
    expect(workerPids(gateway)).toContain(survivor);
    await waitFor(() => workersThatLogged(gateway, 'recovered a change whose gateway is gone').length > 0);
    await waitFor(async () => new Set(openOwners(await entries())).size === 1);
    gate.open();

    const outcomes = await Promise.all(answers);
    expect(outcomes).toContain(null);
    expect(outcomes.filter((outcome) => outcome !== null).length).toBeGreaterThan(0);
    for (const outcome of outcomes) if (outcome !== null) expect(outcome).toMatchObject({ succeeded: 1 });
    await waitFor(async () => openOwners(await entries()).length === 0);
    expect(new Set((await entries()).map(({ outcome }) => outcome))).toEqual(new Set(['SUCCEEDED']));
    expect(await world.effectCounts()).toEqual(onceEach(iccids));
    // A client that repeats its request gets the recovered outcome.
    for (const iccid of iccids) expect(await suspend(gateway, iccid)).toMatchObject({ succeeded: 1 });
    expect(await world.effectCounts()).toEqual(onceEach(iccids));
    const ends = gateway
      .logged()
      .filter(({ msg }) => msg === 'a worker ended unexpectedly: starting another');
    expect(ends).toEqual([expect.objectContaining({ end: 'SIGKILL' })]);
  });

  test('that is killed with all others is replaced at the same URL', async () => {
    const store = await createTables();
    leftovers.push(() => store.remove());
    const gateway = await start({ DATABASE_URL: store.url });
    for (const pid of workerPids(gateway)) process.kill(pid, 'SIGKILL');
    // A replacement that started before the last worker ended may listen on another port; it is replaced too.
    const listens = ({ msg, url }: Record<string, unknown>) =>
      msg === 'gateway listens' && url === gateway.url;
    await waitFor(() => gateway.logged().filter(listens).length === 4);
    expect((await gateway.fetch('/health/live')).status).toBe(200);
  });

  test('that cannot be replaced ends the program with exit code 1', async () => {
    const store = await createTables();
    leftovers.push(() => store.remove());
    const gateway = await start({ DATABASE_URL: store.url });
    const exited = once(gateway.process, 'exit');
    // The migration of a newer version: a worker that starts now exits.
    await store.query(`insert into schema_migration (name) values ('9999-newer')`);
    const [victim = 0, other = 0] = workerPids(gateway);
    process.kill(victim, 'SIGKILL');
    expect(await exited).toEqual([1, null]);
    expect(alive(other)).toBe(false);
    await waitFor(() => workersThatLogged(gateway, 'gateway stopped').length === 2);
  });
});

describe('with the embedded database', () => {
  test('a killed worker does not end it; a killed supervisor ends it and the workers, and the next start recovers their changes', async () => {
    const dataDir = join(folder(), 'data');
    const env = { DATA_DIR: dataDir };
    const gateway = await start(env);
    const postmaster = postmasterOf(dataDir);
    const [victim = 0] = workerPids(gateway);
    process.kill(victim, 'SIGKILL');
    await waitFor(() => workersThatLogged(gateway, 'gateway listens').includes(3));
    expect(postmasterOf(dataDir)).toBe(postmaster);
    const [early = '', late = ''] = await live(2);
    expect(await suspend(gateway, early)).toMatchObject({ succeeded: 1 });

    const held = upstream.holdAnswer('/suspend?');
    const answer = suspend(gateway, late);
    await held.arrived;
    const workers = workerPids(gateway);
    await kill(gateway);
    expect(await answer).toBeNull();
    await waitFor(() => !workers.some(alive) && processesIn(dataDir).length === 0);
    held.release();

    const next = await start(env);
    await waitFor(() => workersThatLogged(next, 'recovered a change whose gateway is gone').length > 0);
    expect(await suspend(next, late)).toMatchObject({ succeeded: 1 });
    expect(await world.effectCounts()).toEqual(onceEach([early, late]));
    await next.stop();
    expect(next.process.exitCode).toBe(0);
    expect(processesIn(dataDir)).toEqual([]);
  });
});

/** The owners of the open entries. */
function openOwners(entries: readonly { owner: string; outcome: string }[]): string[] {
  return entries.flatMap(({ owner, outcome }) => (outcome === 'OPEN' ? [owner] : []));
}
