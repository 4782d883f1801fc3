import { setTimeout as pause } from 'node:timers/promises';
import { compareIndex, differenceLine } from './fleet-compare.mjs';
import { readWhole } from './fleet-lists.mjs';
import { createFleetWorld } from './fleet-world.mjs';
import { query, startGateway, startSandbox } from './programs.mjs';

export const name = 'paging through the index while the fleet changes';

const fleet = Number(process.env.PROOF_SIMS ?? 20_000);
const lastsMs = Number(process.env.PROOF_MS ?? 120_000);
const changesAtATime = 4;
/** The index has observed a change after this time at the latest, even on a busy machine; more recent changes do not count as errors. */
const knownAfterMs = 15_000;

const lists = [
  { field: 'ICCID', direction: 'ASC' },
  { field: 'NAME', direction: 'DESC' },
  { field: 'LAST_DATA_SESSION', direction: 'ASC' },
].flatMap((orderBy) => [
  { orderBy, isBackward: false },
  { orderBy, isBackward: true },
]);

export async function run() {
  const sandbox = await startSandbox(10);
  let gateway = null;
  try {
    const world = await createFleetWorld(sandbox.url, fleet);
    const known = new Map((await world.sims()).map(({ iccid }) => [iccid, newborn(0)]));
    gateway = await startGateway(sandbox.url, {
      ...world.env,
      FLEET_SYNC_INTERVAL_MS: '1000',
      FLEET_CALLS_PER_SECOND: '1000',
    });
    await untilComplete(gateway.url);
    const endsAt = Date.now() + lastsMs;
    const done = { added: 0, removed: 0, renamed: 0, moved: 0, regrouped: 0 };
    const changing = Array.from({ length: changesAtATime }, () => change(world, known, endsAt, done));
    const passes = await Promise.all(lists.map((list) => passAgain(gateway.url, list, known, endsAt)));
    await Promise.all(changing);
    await untilReadSince(gateway.url, Date.now());
    // SIMs that a full sync has not seen are checked after it.
    await pause(3000);
    await untilReadSince(gateway.url, Date.now());
    const difference = await compareIndex(gateway.url, world);
    return linesOf({ passes, done, difference, faults: gateway.faults });
  } finally {
    await gateway?.stop();
    await sandbox.stop();
  }
}

const newborn = (at) => ({
  addedAt: at,
  removedAt: Number.POSITIVE_INFINITY,
  touchedAt: { NAME: 0, LAST_DATA_SESSION: 0 },
});

async function untilComplete(url) {
  while (!(await query(url, '{ fleet { isComplete } }')).fleet.isComplete) await pause(50);
}

async function untilReadSince(url, at) {
  while (Date.parse((await query(url, '{ fleet { asOf } }')).fleet.asOf) < at) await pause(50);
}

/** Changes SIMs at random and records when. */
async function change(world, known, endsAt, done) {
  const iccids = [...known.keys()];
  const some = () => iccids[Math.floor(Math.random() * iccids.length)];
  const touch = async (iccid, fields, field) => {
    const sim = known.get(iccid);
    if (sim.removedAt < Number.POSITIVE_INFINITY) return false;
    // Recorded before and after: the index may observe the change at any moment between them or a little later.
    if (field !== null) sim.touchedAt[field] = Date.now();
    const isThere = await world.patchSim(iccid, fields).then(
      () => true,
      () => false,
    );
    if (field !== null) sim.touchedAt[field] = Date.now();
    return isThere;
  };
  while (Date.now() < endsAt) {
    const draw = Math.random();
    const iccid = some();
    if (draw < 0.1) {
      const { sims } = await world.addSims(Math.ceil(Math.random() * 10));
      for (const sim of sims) {
        known.set(sim.iccid, newborn(Date.now()));
        iccids.push(sim.iccid);
      }
      done.added += sims.length;
    } else if (draw < 0.4) {
      const sim = known.get(iccid);
      if (sim.removedAt === Number.POSITIVE_INFINITY) {
        sim.removedAt = Date.now();
        await world.removeSim(iccid).then(
          () => done.removed++,
          () => undefined,
        );
      }
    } else if (draw < 0.6) {
      if (await touch(iccid, { name: `renamed ${Math.random()}` }, 'NAME')) done.renamed++;
    } else if (draw < 0.8) {
      const at = Date.now() - Math.floor(Math.random() * 86_400_000 * 30);
      if (await touch(iccid, { lastDataSessionMillis: at }, 'LAST_DATA_SESSION')) done.moved++;
    } else if (await touch(iccid, { group: `Group ${Math.floor(Math.random() * 9)}` }, null))
      done.regrouped++;
    await pause(20);
  }
}

/** Pages through one list repeatedly; returns the SIMs that appeared twice or not at all. */
async function passAgain(url, list, known, endsAt) {
  const { field } = list.orderBy;
  const seen = {
    ...list,
    passes: 0,
    pages: 0,
    sims: 0,
    twice: [],
    lost: [],
    movedTwice: 0,
    stayed: 0,
    unsorted: [],
    refusals: 0,
  };
  while (Date.now() < endsAt) {
    const beganAt = Date.now();
    const { nodes, pages, unsorted, refusals } = await readWhole(url, list, 250);
    const endedAt = Date.now();
    const counts = new Map();
    for (const { iccid } of nodes) counts.set(iccid, (counts.get(iccid) ?? 0) + 1);
    const hasMoved = (sim) => sim !== undefined && (sim.touchedAt[field] ?? 0) > beganAt - knownAfterMs;
    for (const [iccid, count] of counts) {
      if (count === 1) continue;
      if (hasMoved(known.get(iccid))) seen.movedTwice++;
      else seen.twice.push(iccid);
    }
    for (const [iccid, sim] of known) {
      if (sim.addedAt > beganAt - knownAfterMs || sim.removedAt < endedAt || hasMoved(sim)) continue;
      seen.stayed++;
      if (!counts.has(iccid)) seen.lost.push(iccid);
    }
    seen.passes++;
    seen.pages += pages;
    seen.refusals += refusals;
    seen.sims += nodes.length;
    seen.unsorted.push(...unsorted);
  }
  return seen;
}

const sampleOf = (list) =>
  list.length === 0 ? '0' : `${list.length} (${[...new Set(list)].slice(0, 3).join(', ')})`;

function linesOf({ passes, done, difference, faults }) {
  return [
    {
      what: `changes of a fleet of ${fleet} meanwhile, with a full sync each second`,
      measured: Object.entries(done)
        .map(([what, count]) => `${count} ${what}`)
        .join(', '),
      holds: Object.values(done).every((count) => count > 0),
    },
    ...passes.map(({ orderBy: { field, direction }, isBackward, ...seen }) => ({
      what: `${field} ${direction}, ${isBackward ? 'backward' : 'forward'}: passes, pages (refused by a busy database); SIMs that did not move, over all passes; twice, lost; out of order within a page; twice because they moved in the list`,
      measured: `${seen.passes}, ${seen.pages} (${seen.refusals}); ${seen.stayed}; ${sampleOf(seen.twice)}, ${sampleOf(seen.lost)}; ${sampleOf(seen.unsorted)}; ${seen.movedTwice}`,
      holds: seen.twice.length === 0 && seen.lost.length === 0 && seen.unsorted.length === 0,
    })),
    differenceLine('at the end', difference),
    { what: 'errors in the log of the gateway', measured: String(faults.length), holds: faults.length === 0 },
  ];
}
