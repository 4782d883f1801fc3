import { setTimeout as pause } from 'node:timers/promises';
import {
  allResults,
  bulkEnd,
  bulkShare,
  checkBulk,
  randomShares,
  spread,
  startBulk,
  verdictLines,
} from './bulk.mjs';
import { chunkShares, replicaUrl, watchChunks } from './bulk-chunks.mjs';
import { bulkFleet, bulkTargets } from './bulk-fleet.mjs';
import { stillOpen } from './ledger.mjs';
import { createServerOfOurs } from './postgres.mjs';
import { startGateway, startSandbox } from './programs.mjs';
import { followCalls, worldOf } from './world.mjs';

export const name = 'bulk operations of three gateways that are killed and frozen';

const replicas = 3;
const disturbances = 50;
const callsPerSecond = 120;
const leaseMs = 1500;
const changePaths = ['/sendSms', '/suspend'];

const slowness = (acts) => [
  { path: '/sendSms', kind: 'delay', ms: 80, acts },
  { path: '/suspend', kind: 'delay', ms: 1200, acts },
  { path: '/get_sims', kind: 'delay', ms: 100 },
  { path: '/get_group_sims', kind: 'delay', ms: 300 },
];

/** Starts gateways on one database that can be killed and frozen. */
async function startReplicas(server, sandbox) {
  const start = (number) =>
    startGateway(sandbox.url, {
      DATABASE_URL: replicaUrl(server.url, `replica-${number}`),
      CHANGE_LEASE_MS: String(leaseMs),
      BULK_CALLS_PER_SECOND: String(callsPerSecond),
    });
  const all = [];
  for (let number = 0; number < replicas; number++)
    all.push({ number, gateway: await start(number + 1), isDisturbed: false });
  const faults = [];
  return {
    all,
    faults,
    /** A random gateway that is neither killed nor frozen. */
    urlOf: () => shuffled(all.filter(({ isDisturbed }) => !isDisturbed))[0].gateway.url,
    async kill(replica) {
      replica.isDisturbed = true;
      await replica.gateway.kill();
      faults.push(...replica.gateway.faults);
      // Some restart at once, some after other gateways have taken over.
      await pause(Math.random() * 2 * leaseMs);
      replica.gateway = await start(replica.number + 1);
      replica.isDisturbed = false;
    },
    async freeze(replica) {
      replica.isDisturbed = true;
      replica.gateway.process.kill('SIGSTOP');
      await pause(leaseMs * (1.5 + 2 * Math.random()));
      replica.gateway.process.kill('SIGCONT');
      // Time for the woken gateway to act on expired leases.
      await pause(300);
      replica.isDisturbed = false;
    },
    async end() {
      await Promise.all(all.map(({ gateway }) => gateway.kill()));
      for (const { gateway } of all) faults.push(...gateway.faults);
    },
  };
}

const shuffled = (list) =>
  list
    .map((item) => [Math.random(), item])
    .sort(([one], [other]) => one - other)
    .map(([, item]) => item);

export async function run() {
  const server = await createServerOfOurs();
  const sandbox = await startSandbox(bulkFleet);
  let gateways = null;
  try {
    gateways = await startReplicas(server, sandbox);
    await watchChunks(server.url);
    const seen = await disturbed(sandbox, server, gateways);
    await gateways.end();
    return linesOf({ ...seen, version: server.version, faults: gateways.faults });
  } finally {
    await gateways?.end();
    await server.remove();
    await sandbox.stop();
  }
}

async function disturbed(sandbox, server, gateways) {
  const world = worldOf(sandbox.url);
  const targets = await bulkTargets(world, sandbox.url);
  await world.clear('effects', 'calls');
  const endCalls = followCalls(world);
  const { urlOf } = gateways;
  const text = 'kill, freeze and go on';
  await world.addFaults(...slowness(false));
  const startedAt = performance.now();
  const sms = await startBulk(urlOf(), {
    action: 'SEND_SMS',
    target: { group: targets.sms.group },
    params: { text },
  });
  const suspend = await startBulk(urlOf(), { action: 'SUSPEND', target: { list: targets.suspend.list } });
  const moments = [];
  const underWay = new Set();
  for (const [number, share] of randomShares(disturbances).entries()) {
    // The message operation takes longer than the suspension.
    await bulkShare(urlOf, sms.id, share);
    await pause(Math.random() * 1000);
    if (number === disturbances / 2) {
      await world.clear('faults');
      await world.addFaults(...slowness(true));
    }
    // At least one gateway stays undisturbed.
    while (underWay.size >= replicas - 1) await Promise.race(underWay);
    const [replica] = shuffled(gateways.all.filter(({ isDisturbed }) => !isDisturbed));
    const what = number % 2 === 0 ? 'freeze' : 'kill';
    moments.push({ at: Date.now(), what, gateway: `replica-${replica.number + 1}` });
    const over = gateways[what](replica).finally(() => underWay.delete(over));
    underWay.add(over);
  }
  await Promise.all(underWay);
  const ended = { sms: await bulkEnd(urlOf, sms.id), suspend: await bulkEnd(urlOf, suspend.id) };
  const tookMs = performance.now() - startedAt;
  const verdicts = {
    sms: checkBulk({
      operation: ended.sms,
      results: await allResults(urlOf(), sms.id),
      iccids: targets.sms.iccids,
      effects: await world.effectsOf('/sendSms', text),
    }),
    suspend: checkBulk({
      operation: ended.suspend,
      results: await allResults(urlOf(), suspend.id),
      ...targets.suspend,
      effects: await world.effectsOf('/suspend'),
    }),
  };
  const calls = await endCalls();
  const open = await stillOpen(server.url);
  return { moments, ended, verdicts, calls, open, tookMs, shares: await chunkShares(server.url) };
}

/** Number of chunks that a gateway had leased at the time `at`. */
function leasedChunks(events, gateway, at) {
  const leaseTokens = new Set();
  for (const event of events) {
    if (event.at > at) break;
    const key = `${event.operation_id} ${event.number}`;
    if (event.what === 'taken' && event.gateway === gateway) leaseTokens.add(key);
    else leaseTokens.delete(key);
  }
  return leaseTokens.size;
}

function linesOf({ moments, ended, verdicts, calls, open, tookMs, shares, faults, version }) {
  const busy = (what) =>
    moments.filter(
      (moment) => moment.what === what && leasedChunks(shares.events, moment.gateway, moment.at) > 0,
    );
  const count = (what) => moments.filter((moment) => moment.what === what).length;
  const own = calls.filter(({ path }) => path !== '/oauth/token');
  const changes = own.filter(({ path }) => changePaths.includes(path));
  const lastsMs = changes.at(-1).at - own[0].at;
  const perSecond = Array.from(
    { length: Math.floor(lastsMs / 1000) },
    (_, second) => own.filter(({ at }) => Math.floor((at - own[0].at) / 1000) === second).length,
  );
  const rates = spread(perSecond);
  const inOrder = Object.entries(shares.done).sort(([one], [other]) => one.localeCompare(other));
  return [
    {
      what: `disturbances of three gateways on one database (${version}), leases of ${leaseMs / 1000} s; total time`,
      measured: `${count('kill')} kill -9 (${busy('kill').length} with leased chunks), ${count('freeze')} frozen past the lease and woken (${busy('freeze').length} with leased chunks); ${(tookMs / 1000).toFixed(0)} s`,
      holds: moments.length === disturbances && busy('freeze').length > 0 && busy('kill').length > 0,
    },
    ...verdictLines('message', ended.sms, verdicts.sms),
    ...verdictLines('suspension', ended.suspend, verdicts.suspend),
    { what: 'entries and SIMs still open in the whole audit log', measured: String(open), holds: open === 0 },
    {
      what: 'chunks done by each gateway; how often a chunk of a killed or frozen gateway was taken over, and how often the same gateway leased it again',
      measured: `${inOrder.map(([gateway, done]) => `${gateway} ${done}`).join(', ')}; ${shares.takenOver}, ${shares.cameBack}`,
      holds: inOrder.length === replicas,
    },
    {
      what: `calls per second of all gateways, ${callsPerSecond} allowed: mean; median and maximum of single seconds`,
      measured: `${((own.length / lastsMs) * 1000).toFixed(1)}; ${rates.median}, ${rates.max}`,
      holds: own.length / lastsMs <= (callsPerSecond * 1.02) / 1000,
    },
    {
      what: 'errors in the logs of the gateways',
      measured: faults.length === 0 ? '0' : `${faults.length} (${faults[0]})`,
      holds: faults.length === 0,
    },
  ];
}
