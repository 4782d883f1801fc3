import { startEmbedded } from '../dist/store/embedded/embedded.js';
import { newMutation, send } from './mutations.mjs';
import { postgresMemory } from './postgres.mjs';
import { startGateway, startSandbox, temporaryFolder } from './programs.mjs';
import { stableByState, worldOf } from './world.mjs';

export const name = 'the embedded database';

const starts = 5;
const mutations = 2000;
const parallel = 10;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

const median = (list) => [...list].sort((one, other) => one - other)[list.length >> 1];
const ms = (list) => list.map((time) => `${Math.round(time)} ms`).join(', ');

/** Start time of the database alone, first and later, and its stop time. */
async function databaseAlone() {
  const folder = temporaryFolder();
  const times = [];
  const stops = [];
  for (let start = 0; start <= starts; start++) {
    const startedAt = performance.now();
    const database = await startEmbedded(folder.path, silent);
    times.push(performance.now() - startedAt);
    const stoppedAt = performance.now();
    await database.stop();
    stops.push(performance.now() - stoppedAt);
  }
  folder.remove();
  return { first: times[0], later: median(times.slice(1)), stop: median(stops) };
}

/** Sends messages to one SIM each from `parallel` concurrent clients; returns the number of failures. */
async function work(gateway, iccids) {
  let left = mutations;
  let failed = 0;
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      while (left-- > 0) {
        const { results } = await send(gateway.url, newMutation('sms', [iccids[left % iccids.length]]));
        if (results === undefined || [...results.values()].some((outcome) => outcome !== 'SUCCEEDED'))
          failed++;
      }
    }),
  );
  return failed;
}

const text = (gateway) => {
  const { processes, megabytes } = postgresMemory(gateway.process.pid);
  return `${megabytes} MB in ${processes} processes; the gateway ${gateway.megabytes()} MB`;
};

export async function run() {
  const sandbox = await startSandbox(1000);
  const iccids = stableByState(await worldOf(sandbox.url).sims()).get('LIVE');
  const alone = await databaseAlone();
  const folder = temporaryFolder();
  const times = [];
  const stops = [];
  const stop = async (gateway) => {
    const stoppedAt = performance.now();
    await gateway.stop();
    stops.push(performance.now() - stoppedAt);
  };
  for (let start = 0; start <= starts; start++) {
    const gateway = await startGateway(sandbox.url, { DATA_DIR: folder.path });
    times.push(gateway.startMs);
    await stop(gateway);
  }
  const gateway = await startGateway(sandbox.url, { DATA_DIR: folder.path });
  const idle = text(gateway);
  const startedAt = performance.now();
  const failed = await work(gateway, iccids);
  const seconds = (performance.now() - startedAt) / 1000;
  const busy = text(gateway);
  const idleStop = median(stops);
  await stop(gateway);
  await sandbox.stop();
  folder.remove();
  return [
    {
      what: 'the gateway listens: first start, which creates the database; later starts, median of 5',
      measured: ms([times[0], median(times.slice(1))]),
      holds: true,
    },
    {
      what: 'the database alone is ready: first start; later starts',
      measured: ms([alone.first, alone.later]),
      holds: true,
    },
    {
      what: 'the gateway stops: idle; after the mutations below; the database alone',
      measured: ms([idleStop, stops.at(-1), alone.stop]),
      holds: true,
    },
    { what: 'memory of PostgreSQL (PSS) and of the gateway (RSS), idle', measured: idle, holds: true },
    {
      what: `${mutations} mutations, an SMS each, ${parallel} concurrent`,
      measured: `${seconds.toFixed(1)} s, ${failed} failed`,
      holds: failed === 0,
    },
    { what: 'memory after the mutations', measured: busy, holds: true },
  ];
}
