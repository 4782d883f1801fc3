import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { adminToken, askAdmin } from '../support/api-keys.ts';
import { type GatewayOptions, type RunningGateway, startGateway } from '../support/gateway.ts';
import { closeLeftovers, folder, leftovers } from '../support/held-store.ts';
import { createWorld, type World } from '../support/sandbox.ts';

// The tests run one after another on one data folder, each with the gateway that it starts.
let world: World;
let dataDir: string;
let path: string;

beforeAll(async () => {
  world = await createWorld({ sims: 10 });
  leftovers.push(() => world.remove());
  dataDir = join(folder(), 'data');
  path = join(dataDir, 'admin-token');
});
afterAll(closeLeftovers);

const start = (env: GatewayOptions['env'] = {}) =>
  startGateway({ world, env: { DATA_DIR: dataDir, AUTH: 'apikey', ...env } });
const stored = () => readFileSync(path, 'utf8').trim();
const statusWith = async (gateway: RunningGateway, token: string) =>
  (await askAdmin(gateway, 'GET', '', { headers: { authorization: `Bearer ${token}` } })).status;

/** Starts a gateway, runs `work` on it and stops it. Returns everything that it has logged, as text. */
async function on(
  env: GatewayOptions['env'],
  work: (gateway: RunningGateway) => Promise<void>,
): Promise<string> {
  const gateway = await start(env);
  try {
    await work(gateway);
  } finally {
    await gateway.stop();
  }
  return JSON.stringify(gateway.logged());
}

test('a gateway with an embedded database creates a random admin token that only its user may read, and logs the path', async () => {
  const logged = await on({}, async (gateway) => {
    expect(stored()).toMatch(/^[\w-]{43}$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await statusWith(gateway, stored())).toBe(200);
    expect(await statusWith(gateway, adminToken)).toBe(401);
  });
  expect(logged).toContain(JSON.stringify(path));
  expect(logged).not.toContain(stored());
  expect(existsSync(`${path}-unfinished`)).toBe(false);
});

test('it reads the token again when it starts the next time, also one that was written by hand', async () => {
  const first = stored();
  await on({}, async (gateway) => expect(await statusWith(gateway, first)).toBe(200));
  expect(stored()).toBe(first);
  const own = 'x'.repeat(32);
  writeFileSync(path, `${own}\n`);
  await on({}, async (gateway) => {
    expect(await statusWith(gateway, own)).toBe(200);
    expect(await statusWith(gateway, first)).toBe(401);
  });
});

test('its workers share the token', async () => {
  const token = stored();
  const logged = await on({ WORKERS: '2' }, async (gateway) => {
    for (let times = 0; times < 6; times++) expect(await statusWith(gateway, token)).toBe(200);
  });
  expect(logged).not.toContain(token);
});

test('ADMIN_TOKEN replaces it', async () => {
  const token = stored();
  await on({ ADMIN_TOKEN: adminToken }, async (gateway) => {
    expect(await statusWith(gateway, adminToken)).toBe(200);
    expect(await statusWith(gateway, token)).toBe(401);
  });
  expect(stored()).toBe(token);
});

test.each(['640', '604', '602'])(
  'the gateway does not start while others may read or change the file (mode %s)',
  async (mode) => {
    const token = stored();
    chmodSync(path, Number.parseInt(mode, 8));
    const error = await start().catch((thrown: Error) => thrown);
    chmodSync(path, 0o600);
    expect(error).toMatchObject({
      message: expect.stringContaining(`may read or change the admin token in ${path}`),
    });
    expect(String(error)).not.toContain(token);
    expect(String(error)).not.toContain('    at ');
  },
);

test.each(['', 'short', `${'x'.repeat(40)} ${'y'.repeat(40)}`])(
  'the gateway does not start while the file has no usable token (%j)',
  async (text) => {
    writeFileSync(path, text);
    await expect(start({ WORKERS: '2' })).rejects.toThrow(`${path} has no admin token`);
  },
);

test('without API keys no file is needed or read', async () => {
  await on({ AUTH: 'none' }, async (gateway) => {
    expect((await gateway.ask('{ viewer { method } }')).data).toEqual({ viewer: { method: 'NONE' } });
  });
});
