import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { as, askAdmin, createKey, keyEnv, statusFor } from '../support/api-keys.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { mutation } from '../support/graphql-client.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import { type StoppablePostgres, startStoppablePostgres } from '../support/stoppable-postgres.ts';
import { waitFor } from '../support/wait-for.ts';

// The tests run one after another on three gateways with one database.
let world: World;
let postgres: StoppablePostgres;
let gateways: RunningGateway[];

beforeAll(async () => {
  world = await createWorld({ sims: 50, clock: { rate: 0 } });
  postgres = await startStoppablePostgres();
  const env = { ...keyEnv, DATABASE_URL: postgres.url };
  gateways = [await startGateway({ world, env })];
  gateways.push(...(await Promise.all([2, 3].map(() => startGateway({ world, env })))));
});
afterAll(async () => {
  for (const gateway of gateways ?? []) await gateway.stop();
  await postgres?.remove();
  await world?.remove();
});

const [first, second] = [() => gateways[0] as RunningGateway, () => gateways[1] as RunningGateway];
const readSims = '{ sims(first: 3) { nodes { iccid } } }';

/** Uses a key on all gateways until each refuses it. Returns how long each accepted it since this call, in ms. */
async function refusalTimes(key: string): Promise<number[]> {
  const since = performance.now();
  return Promise.all(
    gateways.map(async (gateway) => {
      await waitFor(async () => (await statusFor(gateway, key)) === 401);
      return performance.now() - since;
    }),
  );
}

function report(what: string, times: readonly number[]): void {
  const shown = times.map((ms) => `${(ms / 1000).toFixed(2)} s`).join(', ');
  process.stdout.write(`${what}: refused by gateway 1, 2, 3 after ${shown}\n`);
}

describe('a key that was created through one gateway', () => {
  test('is accepted by all at once, and after its revocation through one refused by all', async () => {
    for (let round = 1; round <= 3; round++) {
      const { key, name } = await createKey(first());
      for (const gateway of gateways) expect(await statusFor(gateway, key)).toBe(200);
      await askAdmin(first(), 'DELETE', `/${name}`);
      report(`revoked (${round})`, await refusalTimes(key));
    }
  });

  test('and is not used at the moment of its revocation is refused by all', async () => {
    const { key, name } = await createKey(first());
    for (const gateway of gateways) expect(await statusFor(gateway, key)).toBe(200);
    await askAdmin(second(), 'DELETE', `/${name}`);
    // Another key is in use meanwhile: its row is read, that of the revoked key is not.
    const other = (await createKey(first())).key;
    const idleSince = performance.now();
    while (performance.now() - idleSince < 3000)
      for (const gateway of gateways) expect(await statusFor(gateway, other)).toBe(200);
    report('revoked while it was not used', await refusalTimes(key));
  });

  test('is replaced on all by a rotation through one: the new key is accepted at once, the one before it refused by all', async () => {
    const { key, name } = await createKey(first());
    for (const gateway of gateways) expect(await statusFor(gateway, key)).toBe(200);
    const { body } = await askAdmin(second(), 'POST', `/${name}/rotate`);
    for (const gateway of gateways) expect(await statusFor(gateway, body.key ?? '')).toBe(200);
    report('rotated, the new key in use', await refusalTimes(key));
    for (const gateway of gateways) expect(await statusFor(gateway, body.key ?? '')).toBe(200);
    await askAdmin(first(), 'POST', `/${name}/rotate`);
    report('rotated, the new key not in use', await refusalTimes(body.key ?? ''));
  });
});

describe('while PostgreSQL is stopped', () => {
  test('reads with a key in use go on, changes and other keys are refused as unavailable, wrong keys as wrong; afterwards all is as before, and a revocation takes effect', async () => {
    const { key, name } = await createKey(first());
    const unknown = await createKey(first());
    const over = await createKey(first());
    await askAdmin(first(), 'DELETE', `/${over.name}`);
    for (const gateway of gateways) {
      expect(await statusFor(gateway, key)).toBe(200);
      await waitFor(async () => (await statusFor(gateway, over.key)) === 401);
    }
    await postgres.stop();
    for (const gateway of gateways) {
      const caller = as(gateway, key);
      const since = performance.now();
      // Longer than a row is used without another read.
      for (let reads = 0; performance.now() - since < 7000; reads++) {
        const { status, errors, data } = await caller.ask<{ sims: { nodes: object[] } }>(readSims);
        expect([reads, status, errors]).toEqual([reads, 200, []]);
        expect(data.sims.nodes).toHaveLength(3);
      }
      const change = await caller.ask(mutation('resetSim', 'SimInput'), {
        input: { sim: { iccid: '8937204016076059646' } },
      });
      expect(change.errors).toMatchObject([{ extensions: { code: 'STORE_UNAVAILABLE' } }]);
      const answer = await as(gateway, unknown.key).ask(readSims);
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
      expect(answer.errors).toMatchObject([{ extensions: { code: 'STORE_UNAVAILABLE', retryable: true } }]);
      expect(await statusFor(gateway, over.key)).toBe(401);
      expect(await statusFor(gateway, `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`)).toBe(401);
      expect((await askAdmin(gateway, 'GET')).status).toBe(503);
      expect((await askAdmin(gateway, 'DELETE', `/${name}`)).status).toBe(503);
      const logged = gateway.logged().filter(({ msg }) => String(msg).startsWith('API keys: the database'));
      expect(logged).toHaveLength(1);
    }
    await postgres.start();
    for (const gateway of gateways) {
      await waitFor(async () => (await statusFor(gateway, unknown.key)) === 200);
      expect(await statusFor(gateway, key)).toBe(200);
    }
    await waitFor(async () => (await askAdmin(first(), 'DELETE', `/${name}`)).status === 200);
    report('revoked after an outage', await refusalTimes(key));
  });
});
