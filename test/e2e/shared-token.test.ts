import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { databaseText } from '../support/bulk.ts';
import { createRelayedStore, type RelayedStore } from '../support/database-relay.ts';
import { special } from '../support/fleet.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { createWorld, type World } from '../support/sandbox.ts';

const iccid = special.E210;
const found = { data: { sim: { iccid } }, errors: [] };

/** The answers to this many concurrent queries. */
async function ask(gateway: RunningGateway, count: number) {
  const answers = await Promise.all(
    Array.from({ length: count }, () => gateway.ask(`{ sim(by: { iccid: "${iccid}" }) { iccid } }`)),
  );
  return answers.map(({ data, errors }) => ({ data, errors }));
}

describe('two gateways on one database, with an account that has one live token', () => {
  let world: World;
  let relay: Relay;
  let store: RelayedStore;
  let gateways: readonly RunningGateway[] = [];

  const start = (env: Readonly<Record<string, string>> = {}) =>
    startGateway({ world, store, env: { SIM_API_URL: `${relay.url}/v1`, ...env } });
  const logins = async () => (await world.calls()).byPath['/oauth/token'] ?? 0;
  const askAll = async (count: number) =>
    (await Promise.all(gateways.map((gateway) => ask(gateway, count)))).flat();

  beforeAll(async () => {
    world = await createWorld({ sims: 10, behaviour: { liveTokens: 'one' } });
    relay = await startRelay(world.origin);
    store = await createRelayedStore();
    gateways = await Promise.all([start(), start()]);
  });
  beforeEach(() => world.clearCalls());
  afterAll(async () => {
    for (const gateway of gateways) await gateway.stop();
    await store.remove();
    await relay.stop();
    await world.remove();
  });

  // The number of logins depends on the speed of the machine, so test/unit/token-rows.test.ts counts them.
  test.each(['accept', 'refuse'] as const)(
    'get each new token by a login, and no read fails (refresh tokens: %s)',
    async (refresh) => {
      await world.setBehaviour({ refresh });
      for (let round = 1; round <= 3; round++) {
        await world.killTokens();
        for (const answer of await askAll(20)) expect(answer).toEqual(found);
        expect(await logins()).toBeGreaterThanOrEqual(refresh === 'accept' ? round : 2 * round);
      }
    },
  );

  test('accept a third one, whose clock is ten minutes ahead, and no read fails', async () => {
    expect(await askAll(1)).toEqual([found, found]);
    const third = await start({
      NODE_OPTIONS: '--import=./test/support/shifted-date.mjs',
      CLOCK_SHIFT_MS: '600000',
    });
    try {
      expect(await ask(third, 5)).toEqual(Array(5).fill(found));
      expect(await askAll(1)).toEqual([found, found]);
    } finally {
      await third.stop();
    }
  });

  test('do not share their token with a gateway that has another password', async () => {
    const stranger = await start({ SIM_API_PASSWORD: 'another' });
    try {
      const [answer] = await ask(stranger, 1);
      expect(answer?.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_AUTH_FAILED' } }]);
    } finally {
      await stranger.stop();
    }
    expect(await askAll(1)).toEqual([found, found]);
  });

  test('show no token in the database or in their logs', async () => {
    expect(relay.secrets.size).toBeGreaterThan(1);
    const text = await databaseText(store);
    const said = JSON.stringify(gateways.map((gateway) => gateway.logged()));
    for (const secret of relay.secrets) {
      expect(text).not.toContain(secret);
      // The text form of a bytea column.
      expect(text).not.toContain(Buffer.from(secret).toString('hex'));
      expect(said).not.toContain(secret);
    }
  });

  test('log in separately while the database is silent, and no read waits for it', async () => {
    await world.setBehaviour({ refresh: 'accept' });
    store.relay.stall();
    try {
      for (const gateway of gateways) {
        await world.killTokens();
        expect(await ask(gateway, 5)).toEqual(Array(5).fill(found));
      }
      expect(await logins()).toBe(gateways.length);
    } finally {
      store.relay.restore();
    }
  });
});
