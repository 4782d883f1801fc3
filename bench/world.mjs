/** Starts what a run measures: the stub, the load generator, the database and the subjects. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { query, temporaryFolder } from '../prove/programs.mjs';
import { root } from '../scripts/command.mjs';
import { methodOf, prepareCredentials } from './credentials.mjs';
import { fleetSize } from './fleet.mjs';
import { memory } from './lib/proc.mjs';
import { loadCore, serverCore, startNode, stopAll } from './lib/programs.mjs';

const syncTimeoutMs = 120_000;
const script = (path) => join(root, 'bench', path);
const profiler = pathToFileURL(script('profile/preload.mjs')).href;

/**
 * Starts all programs; with `isProfile`, gateways can be profiled. A peer that does not start is left out of `subjects`, and the reason is
 * printed.
 */
export async function startWorld(chosen, { isProfile }, print) {
  const folder = temporaryFolder();
  const logs = join(folder.path, 'logs');
  mkdirSync(logs);
  const program = (name, args, more = {}) =>
    startNode({ name, args, core: loadCore, log: join(logs, `${name}.log`), ...more });
  const stop = async () => {
    await stopAll();
    folder.remove();
  };
  try {
    const [stub, load, database] = await Promise.all([
      program('stub', [script('stub/stub.mjs')]),
      program('load', [script('load/load.mjs')]),
      program('database', [script('database.mjs'), folder.path]),
    ]);
    database.serverPid = await database.ask('pid');
    const simApi = { SIM_API_URL: stub.url };
    const subjects = [];
    for (const subject of chosen) {
      const start = (args, env) =>
        program(subject.name, args, { env: { ...simApi, ...env }, core: serverCore });
      try {
        const started = subject.isGateway
          ? await startGateway(subject, await createDatabase(database.url, subject.name), isProfile, start)
          : await start(subject.args, { DATABASE_URL: subjects[0].databaseUrl });
        Object.assign(subject, started, { port: Number(new URL(started.url).port) });
        subject.idleMb = memory(subject.pid).residentMb;
        subjects.push(subject);
        print(`${subject.name} runs (${Math.round(subject.idleMb)} MB)`);
      } catch (error) {
        if (subject.isGateway) throw error;
        print(`${subject.name} is left out: ${error.message}`);
      }
    }
    return { stub, load, database, subjects, folder: folder.path, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts a gateway and waits until it has read the fleet. The result has the `headers` of its requests. */
async function startGateway({ args, settings }, databaseUrl, isProfile, start) {
  const account = { PORT: '0', SIM_API_USERNAME: 'bench', SIM_API_PASSWORD: 'bench' };
  const method = methodOf(settings);
  const credentials = method === null ? null : await prepareCredentials(method);
  const preloaded = isProfile ? ['--import', profiler, ...args] : args;
  const started = await start(preloaded, {
    ...account,
    DATABASE_URL: databaseUrl,
    ...credentials?.env,
    ...settings,
  });
  const headers = credentials === null ? {} : { authorization: await credentials.authorize(started.url) };
  await waitForIndex(new URL('/graphql', started.url).href, headers);
  await analyze(databaseUrl);
  return { ...started, databaseUrl, headers };
}

async function withClient(url, work) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Each gateway has a database, because their migrations may differ. */
export async function createDatabase(serverUrl, name) {
  const database = `bench_${name.replaceAll(/\W/g, '_').toLowerCase()}`;
  await withClient(serverUrl, (client) => client.query(`create database ${database}`));
  return new URL(database, serverUrl).href;
}

/** What autovacuum would do a minute after the first sync. */
const analyze = (url) => withClient(url, (client) => client.query('vacuum analyze'));

/** Waits until the gateway has read the whole fleet once. */
async function waitForIndex(url, headers) {
  const deadline = performance.now() + syncTimeoutMs;
  for (;;) {
    const { fleet } = await query(url, '{ fleet { total isComplete } }', {}, headers);
    if (fleet.isComplete && fleet.total === fleetSize) return;
    if (performance.now() > deadline) throw new Error(`The gateway has ${fleet.total} SIMs after its sync.`);
    await sleep(200);
  }
}
