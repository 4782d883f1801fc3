import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readAuditLog } from '../support/audit-log.ts';
import { startDatabaseRelay } from '../support/database-relay.ts';
import { createPool, type Pool } from '../support/fleet.ts';
import { type GatewayOptions, type RunningGateway, startGateway } from '../support/gateway.ts';
import { askWith, type ManyAnswer, mutation, refs, sendSms } from '../support/graphql-client.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import { waitFor } from '../support/wait-for.ts';
import { createTables } from '../support/written-entries.ts';

let world: World;
/** The gateways call the SIM API through it. */
let upstream: Relay;
let pool: Pool;
const leftovers: (() => unknown)[] = [];
const suspendSims = mutation('suspendSims', 'SimsInput');
/** Each gateway renews three times per lease, so a living one has six seconds more than it needs on a quiet machine. */
const leaseMs = 9000;

const suspend = (gateway: RunningGateway, key: string, iccids: readonly string[]) =>
  askWith<{ suspendSims: ManyAnswer }>(gateway, { 'idempotency-key': key }, suspendSims, {
    input: { sims: refs(iccids) },
  });
const live = async (count: number) => (await pool.take(count, { state: 'LIVE' })).map(({ iccid }) => iccid);
const received = async (path: string) => (await world.calls()).byPath[path] ?? 0;
const onceEach = (iccids: readonly string[]) => Object.fromEntries(iccids.map((iccid) => [iccid, 1]));
const tookOver = ({ logged }: RunningGateway) =>
  logged().filter(({ msg }) => /recovered a change|change recovery failed/.test(String(msg)));

async function start(options: GatewayOptions): Promise<RunningGateway> {
  const gateway = await startGateway(options);
  leftovers.push(gateway.stop);
  return gateway;
}

beforeEach(async () => {
  world = await createWorld({ sims: 900, clock: { rate: 0 } });
  pool = createPool(() => world);
  upstream = await startRelay(world.origin);
  leftovers.push(() => upstream.stop());
});
afterEach(async () => {
  for (const close of leftovers.splice(0).reverse()) await close();
  await world.remove();
});

describe('when the database was down for longer than the leases of two gateways', () => {
  /** Two gateways on one database, each of which can lose its connection. */
  async function startTwo() {
    const store = await createTables();
    leftovers.push(() => store.remove());
    return Promise.all(
      [1, 2].map(async () => {
        const relay = await startDatabaseRelay(store.url);
        leftovers.push(() => relay.stop());
        const env = {
          CHANGE_LEASE_MS: String(leaseMs),
          SIM_API_URL: `${upstream.url}/v1`,
          SIM_API_TIMEOUT_MS: '300000',
          SIM_API_DEADLINE_MS: '600000',
        };
        const gateway = await start({ world, store: { ...store, url: relay.by(store.url) }, env });
        return { gateway, relay, store };
      }),
    );
  }

  test('and one reconnects before the other, neither takes over changes of the other, and every outcome is right', async () => {
    const [one, two] = await startTwo();
    if (one === undefined || two === undefined) throw new Error('there are two');
    const { store } = one;
    const iccids = await live(20);
    const changes = Array.from({ length: 10 }, (_, index) => ({
      key: `away-${index}`,
      at: index % 2 === 0 ? one : two,
      iccids: iccids.slice(index * 2, index * 2 + 2),
    }));
    const held = changes.map(() => upstream.hold('/suspend?'));
    const answers = changes.map(({ at, key, iccids: sims }) => suspend(at.gateway, key, sims));
    const early = Promise.any(answers).then(({ data, errors }) => {
      throw new Error(`A change was answered before it was sent: ${JSON.stringify({ data, errors })}`);
    });
    await Promise.race([Promise.all(held.map(({ arrived }) => arrived)), early]);
    early.catch(() => undefined);
    for (const { relay } of [one, two]) relay.cut();

    const expired = async () =>
      (await store.query('select owner from audit_entry where lease_until < clock_timestamp()')).length;
    await waitFor(async () => (await expired()) === 10);
    one.relay.restore();
    // The gateway first renews its own leases; a takeover would follow directly after that.
    await waitFor(async () => (await expired()) <= 5);
    two.relay.restore();
    await waitFor(async () => (await expired()) === 0);
    for (const { release } of held) release();

    for (const answer of answers)
      expect((await answer).data.suspendSims).toMatchObject({ succeeded: 2, failed: 0, unknown: 0 });
    const owners = await store.query(
      'select owner, count(*)::int as changes from audit_entry group by owner',
    );
    expect(owners.map(({ changes: count }) => count)).toEqual([5, 5]);
    expect([tookOver(one.gateway), tookOver(two.gateway)]).toEqual([[], []]);
    await waitFor(async () => (await readAuditLog(one.gateway)).every(({ outcome }) => outcome !== 'OPEN'));
    expect((await readAuditLog(one.gateway)).map(({ outcome, errorCode }) => [outcome, errorCode])).toEqual(
      changes.map(() => ['SUCCEEDED', null]),
    );
    for (const { at, key, iccids: sims } of changes) {
      const other = at === one ? two : one;
      expect((await suspend(other.gateway, key, sims)).data.suspendSims.succeeded).toBe(2);
    }
    expect(await received('/suspend')).toBe(10);
    expect(await world.effectCounts()).toEqual(onceEach(iccids));
  }, 180_000);
});

describe('a gateway with its own database that starts after kill -9', () => {
  test('completes the changes that it left open, and no request that arrives just when it listens', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'living-gateways-'));
    leftovers.push(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 50 }));
    const env = {
      DATA_DIR: dataDir,
      SIM_API_URL: world.apiUrl,
      SIM_API_USERNAME: world.username,
      SIM_API_PASSWORD: world.password,
    };
    const left = await live(3);
    const killed = await start({ env });
    await world.addFaults({ path: '/sendSms', kind: 'hang' });
    const lost = left.map((iccid) =>
      killed.ask(sendSms, { input: { sims: refs([iccid]), text: 'x' } }).catch(() => 'lost'),
    );
    await waitFor(async () => (await received('/sendSms')) === 3);
    killed.process.kill('SIGKILL');
    await once(killed.process, 'exit');
    await Promise.all(lost);
    await world.clearFaults();

    const iccids = await live(20);
    // Still in progress when the earlier open changes are completed.
    await world.addFaults({ path: '/suspend', kind: 'delay', ms: 300 });
    const gateway = await start({ env });
    const changes = iccids.map((iccid, index) => ({ key: `at-once-${index}`, iccid }));
    const ask = () => Promise.all(changes.map(({ key, iccid }) => suspend(gateway, key, [iccid])));
    const all = (answers: Awaited<ReturnType<typeof ask>>) =>
      answers.map(({ data }) => data.suspendSims.results.map(({ iccid, outcome }) => [iccid, outcome]));
    const succeeded = iccids.map((iccid) => [[iccid, 'SUCCEEDED']]);
    expect(all(await ask())).toEqual(succeeded);
    expect(all(await ask())).toEqual(succeeded);
    expect(await world.effectCounts()).toEqual(onceEach(iccids));

    const isOpen = async () => (await readAuditLog(gateway)).some(({ outcome }) => outcome === 'OPEN');
    await waitFor(async () => !(await isOpen()));
    const outcomes = (await readAuditLog(gateway)).map(({ action, outcome }) => `${action} ${outcome}`);
    expect(outcomes.sort()).toEqual([
      ...left.map(() => 'SEND_SMS UNKNOWN'),
      ...iccids.map(() => 'SUSPEND SUCCEEDED'),
    ]);
  });
});
