import { setTimeout as pause } from 'node:timers/promises';
import { spread } from './bulk.mjs';
import { replicaUrl } from './bulk-chunks.mjs';
import { disturbFleet } from './fleet-changes.mjs';
import { compareIndex, differenceLine } from './fleet-compare.mjs';
import { openIndex } from './fleet-database.mjs';
import { createFleetWorld } from './fleet-world.mjs';
import { createServerOfOurs } from './postgres.mjs';
import { startGateway, startSandbox } from './programs.mjs';

export const name = 'the index of three gateways that are killed, frozen and stopped';

const fleet = Number(process.env.PROOF_SIMS ?? 20_000);
const disturbances = Number(process.env.PROOF_TIMES ?? 21);
const watchMs = Number(process.env.PROOF_MS ?? 30_000);
const leaseMs = 1500;
/** 10 minutes per second: SIMs always use data, and state transitions take up to a second. */
const worldRate = 600;
const timeoutMs = 120_000;
const ways = ['kill -9', 'frozen', 'stopped'];

export async function run() {
  const server = await createServerOfOurs();
  const sandbox = await startSandbox(10);
  const replicas = new Map();
  const faults = [];
  let index = null;
  try {
    const world = await createFleetWorld(sandbox.url, fleet);
    await world.setBehaviour({ settleMs: { min: 60_000, max: 600_000 } });
    const start = async (id) => {
      const gateway = await startGateway(sandbox.url, {
        ...world.env,
        DATABASE_URL: replicaUrl(server.url, id),
        CHANGE_LEASE_MS: String(leaseMs),
        FLEET_SYNC_INTERVAL_MS: '1000',
        FLEET_CALLS_PER_SECOND: '100',
      });
      replicas.set(id, gateway);
    };
    const ended = (id) => faults.push(...replicas.get(id).faults);
    await start('replica-1');
    index = await openIndex(server.url);
    await index.syncedAfter(null);
    const one = await callsPerSecond(world, index);
    await start('replica-2');
    await start('replica-3');
    await pause(2 * leaseMs);
    const three = await callsPerSecond(world, index);

    await world.setClock({ rate: worldRate });
    let isOver = false;
    const changing = disturbFleet(world, () => isOver);
    const seen = [];
    try {
      for (let number = 0; number < disturbances; number++)
        seen.push(await disturb({ way: ways[number % ways.length], index, replicas, start, ended }));
    } finally {
      isOver = true;
    }
    const changes = await changing;
    await world.setClock({ advanceMs: 3_600_000, rate: 0 });
    await index.syncedAfter(Date.now(), timeoutMs);
    // SIMs that a full sync has not seen are checked after it.
    await pause(3000);
    await index.syncedAfter(Date.now());
    const difference = await compareIndex(replicas.get('replica-1').url, world);
    for (const id of replicas.keys()) ended(id);
    return linesOf({ version: server.version, one, three, seen, changes, difference, faults });
  } finally {
    await index?.end();
    for (const gateway of replicas.values()) {
      gateway.process.kill('SIGCONT');
      await gateway.kill();
    }
    await server.remove();
    await sandbox.stop();
  }
}

/** Calls per second of all gateways, and full syncs that ended meanwhile. */
async function callsPerSecond(world, index) {
  await world.clear('calls');
  const startedAt = performance.now();
  const syncs = new Set();
  while (performance.now() - startedAt < watchMs) {
    syncs.add(await index.syncedAt());
    await pause(100);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const { '/get_account_sims': list = 0, ...others } = await world.callsByPath();
  return { list: list / seconds, syncs: syncs.size - 1, others, perSync: list / (syncs.size - 1) };
}

/** Disturbs the leading gateway at a random moment, waits for a new full sync, and brings the gateway back. */
async function disturb({ way, index, replicas, start, ended }) {
  await pause(500 + Math.random() * 2000);
  const id = await index.leader();
  if (id === null) return { way, tookMs: Number.NaN, wasNull: true };
  const gateway = replicas.get(id);
  const before = await index.syncedAt();
  const startedAt = Date.now();
  let leftMs = 0;
  if (way === 'kill -9') await gateway.kill();
  if (way === 'frozen') gateway.process.kill('SIGSTOP');
  if (way === 'stopped') {
    await gateway.stop();
    leftMs = Date.now() - startedAt;
  }
  // A full sync that began later; one that was about to end does not count.
  const { endedAt } = await index.syncedAfter(Math.max(before ?? 0, startedAt), timeoutMs);
  const tookMs = endedAt - startedAt;
  const leader = await index.leader();
  if (way === 'frozen') {
    await pause(Math.random() * 2000);
    gateway.process.kill('SIGCONT');
    // Time for the woken gateway to act on its expired lease.
    await pause(500);
  } else {
    ended(id);
    await start(id);
  }
  return { way, tookMs, leftMs, isAnother: leader !== id };
}

const seconds = (value) => `${(value / 1000).toFixed(1)} s`;
const text = (byPath) =>
  Object.entries(byPath)
    .map(([path, count]) => `${path} ${count}`)
    .join(', ') || 'none';
const rate = ({ list, syncs, perSync, others }) =>
  `${list.toFixed(1)} (${syncs} full syncs of ${perSync.toFixed(1)} calls; others ${text(others)})`;

function linesOf({ version, one, three, seen, changes, difference, faults }) {
  return [
    {
      what: `list calls per second of all gateways (${version}, ${fleet} SIMs, a full sync each second), ${seconds(watchMs)} each: one gateway; three`,
      measured: `${rate(one)}; ${rate(three)}`,
      // Full syncs follow one another without a pause, so their rate depends on the machine; partial syncs at both ends of the time
      // count too. Two gateways that sync at once would double the calls.
      holds: three.perSync <= one.perSync * 1.5,
    },
    ...ways.map((way) => {
      const some = seen.filter((each) => each.way === way);
      const { median, max } = spread(some.map(({ tookMs }) => tookMs));
      return {
        what: `leader ${way}, leases of ${leaseMs / 1000} s: count; time to the end of a full sync that began after that: median, longest; taken over by another gateway`,
        measured: `${some.length}; ${seconds(median)}, ${seconds(max)}; ${some.filter(({ isAnother }) => isAnother).length}`,
        holds: some.every(({ wasNull, isAnother }) => !wasNull && isAnother),
      };
    }),
    {
      what: 'changes at the SIM API during the disturbances',
      measured: Object.entries(changes)
        .map(([what, count]) => `${count} ${what}`)
        .join(', '),
      holds: true,
    },
    differenceLine('at the end', difference),
    {
      what: 'errors in the logs of the gateways',
      measured: `${faults.length}${faults.length > 0 ? ` (${faults[0]})` : ''}`,
      holds: faults.length === 0,
    },
  ];
}
