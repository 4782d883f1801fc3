import { setTimeout as pause } from 'node:timers/promises';
import { allResults, bulkEnd, bulkState, resultsPage, startBulk } from './bulk.mjs';
import { chunkShares, replicaUrl, watchChunks } from './bulk-chunks.mjs';
import { createServerOfOurs, postgresMemory } from './postgres.mjs';
import { query, startGateway } from './programs.mjs';
import { worldOf } from './world.mjs';

const maxUrlBytes = 7500;
const paths = { SUSPEND: '/suspend', SET_GROUP: '/set_group' };
const betweenReadsMs = 20;

/** Runs one operation on new gateways and a new database; returns the measurements. */
export async function measureBulk(
  sandbox,
  { input, iccids, replicas = 1, enumerated = false, areSo = false },
) {
  const world = worldOf(sandbox.url);
  const server = await createServerOfOurs();
  const gateways = [];
  try {
    for (let number = 1; number <= replicas; number++)
      gateways.push(
        await startGateway(sandbox.url, {
          DATABASE_URL: replicaUrl(server.url, `gateway-${number}`),
          BULK_CALLS_PER_SECOND: '100000',
        }),
      );
    await watchChunks(server.url);
    const [{ url }] = gateways;
    await query(url, '{ sims(first: 10) { nodes { iccid } } }');
    await world.clear('calls', 'effects');
    const memory = watchMemory(gateways, server);
    const reading = readMeanwhile(url);
    const startedAt = performance.now();
    const operation = await startBulk(url, input);
    reading.accepted();
    const ended = await bulkEnd(() => url, operation.id, { everyMs: 500, timeoutMs: 3_600_000 });
    const reads = await reading.end();
    const peak = memory.end();
    const { byPath, calls } = await world.calls();
    delete byPath['/oauth/token'];
    // Calls of the concurrent reads.
    delete byPath['/get_account_sims'];
    const { done, events } = await chunkShares(server.url);
    const firstAt = events.find(({ number, what }) => number >= 0 && what === 'taken').at;
    const path = paths[input.action];
    const effects = await world.effectCounts(path);
    const pages = await pagesAfter(url, ended);
    return {
      ended,
      acceptedMs: operation.acceptedMs,
      tookMs: Date.parse(ended.finishedAt) - Date.parse(operation.createdAt),
      wholeMs: performance.now() - startedAt,
      chunks: {
        count: new Set(events.filter(({ number }) => number >= 0).map(({ number }) => number)).size,
        tookMs: Date.parse(ended.finishedAt) - firstAt,
      },
      shares: done,
      byPath,
      minCalls: minCallsFor({ calls, iccids, path, enumerated, areSo }),
      enumeration: enumerated ? enumerationOf(calls, firstAt) : null,
      done: effects.total,
      twice: Object.values(effects.byIccid).filter((count) => count > 1).length,
      reads,
      peak,
      pages,
    };
  } finally {
    await Promise.all(gateways.map((gateway) => gateway.kill()));
    await server.remove();
  }
}

/** How long the group was enumerated, and the time from its last page to the first chunk. */
function enumerationOf(calls, firstAt) {
  const pages = calls.filter(({ path }) => path === '/get_group_sims');
  const [first, last] = [pages[0].at, pages.at(-1).at];
  return { listedMs: last - first, chunkedMs: firstAt - last };
}

/** Number of calls if the maximum URL length were the only limit on the SIMs of a call. */
function minCallsFor({ calls, iccids, path, enumerated, areSo }) {
  const fillFor = (wanted) => {
    const sample = calls.find((call) => call.path === wanted);
    if (sample === undefined) return 0;
    const before = `/v1${wanted}?`.length + sample.query.indexOf('iccid=') + 'iccid='.length;
    let [count, bytes, inCall] = [0, Number.POSITIVE_INFINITY, 0];
    for (const { length } of iccids) {
      if (bytes + 1 + length > maxUrlBytes || inCall === 1000)
        [count, bytes, inCall] = [count + 1, before - 1, 0];
      bytes += 1 + length;
      inCall++;
    }
    return count;
  };
  const parts = {
    '/get_sims': fillFor('/get_sims'),
    ...(!areSo && { [path]: fillFor(path) }),
    ...(enumerated && { '/get_group_sims': Math.ceil(iccids.length / 1000) }),
  };
  const entries = Object.entries(parts);
  return {
    sum: entries.reduce((sum, [, count]) => sum + count, 0),
    text: entries.map(([each, count]) => `${each} ${count}`).join(', '),
  };
}

/** Peak memory from now on, in MB. */
function watchMemory(gateways, server) {
  const pid = server.pid();
  const before = { gateway: gateways[0].megabytes(), postgres: postgresMemory(pid).megabytes };
  const peak = { before, gateway: 0, postgres: 0 };
  const sample = () => {
    peak.gateway = Math.max(peak.gateway, ...gateways.map((gateway) => gateway.megabytes()));
  };
  const samplePostgres = () => {
    peak.postgres = Math.max(peak.postgres, postgresMemory(pid).megabytes);
  };
  const timers = [setInterval(sample, 100), setInterval(samplePostgres, 1000)];
  return {
    end() {
      timers.forEach(clearInterval);
      sample();
      samplePostgres();
      return peak;
    },
  };
}

/** Runs other queries continuously; returns how long each took. */
function readMeanwhile(url) {
  const sims = [];
  const health = [];
  let isOver = false;
  let acceptedAt = Number.POSITIVE_INFINITY;
  const timed = async (into, doIt) => {
    while (!isOver) {
      const at = performance.now();
      await doIt().catch(() => undefined);
      into.push({ at, ms: performance.now() - at });
      await pause(betweenReadsMs);
    }
  };
  const loops = [
    timed(sims, () => query(url, '{ sims(first: 10) { nodes { iccid state } } }')),
    timed(health, async () => (await fetch(new URL('/health/live', url))).arrayBuffer()),
  ];
  return {
    accepted() {
      acceptedAt = performance.now();
    },
    async end() {
      isOver = true;
      await Promise.all(loops);
      const isBefore = ({ at }) => at < acceptedAt;
      return {
        accepting: sims.filter(isBefore),
        afterwards: sims.filter((read) => !isBefore(read)),
        health,
      };
    },
  };
}

/** Times the query of an operation and of pages of its results. */
async function pagesAfter(url, { id, total }) {
  const timed = async (doIt) => {
    const at = performance.now();
    await doIt();
    return performance.now() - at;
  };
  const took = [await timed(() => bulkState(url, id))];
  for (const only of [['SUCCEEDED'], ['FAILED'], ['NOT_SENT'], []])
    took.push(await timed(() => resultsPage(url, id, null, only)));
  if (total <= 100_000) took.push((await timed(() => allResults(url, id))) / Math.ceil(total / 500));
  return took;
}
