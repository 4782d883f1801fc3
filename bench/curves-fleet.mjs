/** The curve over the size of the fleet: pages of the index, full syncs and memory. */
import { join } from 'node:path';
import { openIndex } from '../prove/fleet-database.mjs';
import { mediansOf } from './curves-load.mjs';
import { seedIndex } from './curves-seed.mjs';
import { cpuMs, memory, resetPeakMemory } from './lib/proc.mjs';
import { isPinned, serverCore, startNode } from './lib/programs.mjs';
import { measureCapacity } from './measure.mjs';
import { readCursors, writeRequests } from './requests.mjs';
import { chooseSubjects } from './subjects.mjs';
import { digits } from './tables.mjs';
import { workloads } from './workloads.mjs';
import { createDatabase, startWorld } from './world.mjs';

/** A larger fleet is not read for the first time, but written into the tables, except for `seedBase` SIMs. */
const maxFirstSync = 100_000;
const seedBase = 1000;
const maxCursors = 150;
const warmUpSeconds = 1;
const enoughRequests = 100;
const maxSeconds = 15;
const account = {
  PORT: '0',
  SIM_API_USERNAME: 'bench',
  SIM_API_PASSWORD: 'bench',
  DATABASE_CONNECTIONS: '10',
};
/** One full sync for each start of a gateway, at the speed of the stub. */
const syncSettings = { FLEET_CALLS_PER_SECOND: '100000', FLEET_SYNC_INTERVAL_MS: '86400000' };

async function measureFleets(points, { gateways, rounds, seconds }, print) {
  const [subject] = chooseSubjects({ gateways: gateways.slice(0, 1), names: [] });
  const world = await startWorld([], { isProfile: false }, print);
  try {
    const results = [];
    for (const point of points) {
      const startedAt = performance.now();
      results.push(await measureFleet(world, subject, point, { rounds, seconds }));
      print(`${point} SIMs (${((performance.now() - startedAt) / 1000).toFixed(0)} s)`);
    }
    return { results, facts: { isPinned, database: await world.database.ask('version'), rounds, seconds } };
  } finally {
    await world.stop();
  }
}

async function measureFleet(world, subject, point, { rounds, seconds }) {
  const { stub, folder } = world;
  const databaseUrl = await createDatabase(world.database.url, `fleet_${point}`);
  const start = async () => {
    const started = await startNode({
      name: subject.name,
      args: subject.args,
      env: {
        SIM_API_URL: stub.url,
        DATABASE_URL: databaseUrl,
        ...account,
        ...syncSettings,
        ...subject.settings,
      },
      core: serverCore,
      log: join(folder, 'logs', 'gateway.log'),
    });
    return { ...subject, ...started, port: Number(new URL(started.url).port) };
  };
  const isSeeded = point > maxFirstSync;
  await stub.ask('setLatency', 0);
  await stub.ask('setSims', isSeeded ? seedBase : point);
  let gateway = await start();
  const index = await openIndex(databaseUrl);
  try {
    const first = await index.syncedAfter(null);
    const firstPeakMb = memory(gateway.pid).peakMb;
    await gateway.stop();
    if (isSeeded) {
      await seedIndex(index.client, seedBase, point);
      await stub.ask('setSims', point);
    }
    await index.client.query('vacuum analyze');
    await index.client.query('checkpoint');
    gateway = await start();
    const again = await index.syncedAfter(first.beganAt);
    const syncCpuMs = cpuMs(gateway.pid);
    const { peakMb: syncPeakMb } = memory(gateway.pid);
    const { rows } = await index.client.query('select count(*)::int as sims from fleet_sim');
    if (rows[0].sims !== point) throw new Error(`The index has ${rows[0].sims} SIMs instead of ${point}.`);
    resetPeakMemory(gateway.pid);
    const [plain, filtered] = await measurePages(world, gateway, rounds, seconds);
    return {
      point,
      firstSyncMs: isSeeded ? null : first.endedAt - first.beganAt,
      firstPeakMb: isSeeded ? null : firstPeakMb,
      syncMs: again.endedAt - again.beganAt,
      syncCpuMs,
      syncPeakMb,
      plain,
      filtered,
      pagesPeakMb: memory(gateway.pid).peakMb,
    };
  } finally {
    await index.end();
    await gateway.stop();
  }
}

/** Seconds in which a program answers about 100 requests, from `seconds` to `maxSeconds`. */
const secondsFor = ({ perSecond }, seconds) =>
  Math.min(maxSeconds, Math.max(seconds, enoughRequests / perSecond));

/** The medians of W4 and W4f. */
async function measurePages(world, gateway, rounds, seconds) {
  const context = { endCursors: (await readCursors(gateway, maxCursors)).slice(0, maxCursors) };
  const jobs = ['w4', 'w4f'].map((name) => {
    const workload = { ...workloads.find((each) => each.name === name), hasLatency: true };
    return {
      subject: gateway,
      workload,
      requestsFile: writeRequests(world.folder, gateway, workload, context),
      taken: [],
    };
  });
  for (const job of jobs) job.seconds = secondsFor(await measureCapacity(world, job, warmUpSeconds), seconds);
  for (let round = 1; round <= rounds; round += 1)
    for (const job of jobs) job.taken.push(await measureCapacity(world, job, job.seconds));
  return jobs.map(({ taken }) => mediansOf(taken));
}

const seconds = (ms) => (ms === null ? '–' : digits(ms / 1000));
/** The text of a figure; a dash if no request ended while it was measured. */
const measured = (figure, textOf) => (Number.isFinite(figure) ? textOf(figure) : '–');
const x = { label: 'SIMs in the fleet' };
const line = (name, results, figureOf) => ({
  name,
  points: results.filter((row) => figureOf(row) > 0).map((row) => [row.point, figureOf(row)]),
});

export const fleetCurve = {
  name: 'fleet',
  points: [1000, 10_000, 100_000, 1_000_000],
  measure: measureFleets,
  tableOf: (results) => ({
    titles: [
      'SIMs',
      ...['W4', 'W4f'].flatMap((name) =>
        ['req/s', 'p50 ms', 'CPU ms/req', 'CPU ms/req of PostgreSQL'].map((what) => `${name}, ${what}`),
      ),
      'first full sync, s',
      'full sync without changes, s',
      'its CPU time, s',
      'peak memory: first sync, MB',
      'sync without changes, MB',
      'pages, MB',
    ],
    rows: results.map((row) => [
      row.point.toLocaleString('en-US'),
      ...[row.plain, row.filtered].flatMap(({ perSecond, p50, cpuMs: own, databaseCpuMs, failed }) => [
        digits(perSecond) + (failed > 0 ? ` (${failed} failed)` : ''),
        measured(p50, digits),
        measured(own, (ms) => ms.toFixed(2)),
        measured(databaseCpuMs, (ms) => ms.toFixed(2)),
      ]),
      seconds(row.firstSyncMs),
      seconds(row.syncMs),
      seconds(row.syncCpuMs),
      row.firstPeakMb === null ? '–' : digits(row.firstPeakMb),
      digits(row.syncPeakMb),
      digits(row.pagesPeakMb),
    ]),
  }),
  plotOf: (results) => ({
    description: 'Fleets of 1000 to 1,000,000 SIMs: pages per second, time of a full sync, and peak memory',
    columns: 3,
    panels: [
      {
        title: 'Pages of 50 SIMs',
        x,
        y: { label: 'requests per second', isLog: true },
        series: [
          line('plain (W4)', results, ({ plain }) => plain.perSecond),
          line('filtered, sorted, counted (W4f)', results, ({ filtered }) => filtered.perSecond),
        ],
      },
      {
        title: 'Full sync',
        x,
        y: { label: 'seconds', isLog: true },
        series: [
          line('without changes', results, ({ syncMs }) => syncMs / 1000),
          line('first', results, ({ firstSyncMs }) => firstSyncMs && firstSyncMs / 1000),
        ],
      },
      {
        title: 'Peak memory of the gateway',
        x,
        y: { label: 'MB, resident' },
        series: [
          line('full sync without changes', results, ({ syncPeakMb }) => syncPeakMb),
          line('pages', results, ({ pagesPeakMb }) => pagesPeakMb),
        ],
      },
    ],
  }),
};
