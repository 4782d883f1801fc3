import { setTimeout as pause } from 'node:timers/promises';
import { check, counted, embeddedUrl, emptyVerdict, falseAnswers, leftOpen, readEntries } from './ledger.mjs';
import { changePaths, newMutation, send } from './mutations.mjs';
import { query, startGateway, startSandbox, temporaryFolder } from './programs.mjs';
import { stableByState, worldOf } from './world.mjs';

export const name = 'kill -9 during mutations';

const rounds = 50;
const locked = '8937204999000002024';
const openEntries = '{ auditLog(first: 500) { nodes { outcome } } }';

const shuffled = (list) =>
  list
    .map((item) => [Math.random(), item])
    .sort(([one], [other]) => one - other)
    .map(([, item]) => item);

/** The mutations of one round. State changes and resets share no SIM, so that each effect belongs to one mutation. */
function mutationsOf(round, byState) {
  const live = shuffled(byState.get('LIVE') ?? []);
  const offline = shuffled(byState.get('OFFLINE') ?? []);
  const everyone = [...live, ...offline];
  const some = (count) => shuffled(everyone).slice(0, count);
  const alreadyLive = live.splice(0, 10);
  // In some rounds the locked SIM makes the SIM API refuse the whole call.
  const refusedSims = round % 3 === 0 ? [locked] : [];
  return shuffled([
    newMutation('sms', some(40)),
    newMutation('sms', some(40)),
    newMutation('sms', some(40)),
    newMutation('activate', [...offline.splice(0, 190), ...alreadyLive], alreadyLive),
    newMutation('activate', offline.splice(0, 200)),
    newMutation('deactivate', shuffled([...live.splice(0, 200), ...refusedSims])),
    newMutation('suspend', live.splice(0, 200)),
    newMutation('reset', live.splice(0, 200)),
    newMutation('group', some(200)),
    // A state may have no SIMs after some rounds.
  ]).filter(({ iccids }) => iccids.length > 0);
}

/** Short delays for SMS, long ones for calls of several SIMs; the sandbox applies the change before or after the delay. */
const slowness = (round) =>
  changePaths.map((path, index) => ({
    path,
    kind: 'delay',
    ms: path === '/sendSms' ? 30 : 100 + 30 * index,
    acts: (round + index) % 2 === 0,
  }));

async function changeCalls(world) {
  const byPath = await world.callsByPath();
  return changePaths.reduce((sum, path) => sum + (byPath[path] ?? 0), 0);
}

async function allSettled(gateway, startedAt) {
  for (;;) {
    const { auditLog } = await query(gateway.url, openEntries);
    if (auditLog.nodes.every(({ outcome }) => outcome !== 'OPEN')) return performance.now() - startedAt;
    await pause(20);
  }
}

const sendAll = async (gateway, mutations) =>
  new Map(
    await Promise.all(mutations.map(async (mutation) => [mutation, await send(gateway.url, mutation)])),
  );

export async function run() {
  const sandbox = await startSandbox(8000);
  const world = worldOf(sandbox.url);
  const folder = temporaryFolder();
  const env = { DATA_DIR: folder.path };
  const verdict = emptyVerdict();
  const moments = { before: 0, within: 0, after: 0 };
  const restarts = [];
  const lies = [];
  const asked = [];
  const repeats = { mutations: 0, calls: 0 };
  const final = { lost: 0 };
  let gateway = await startGateway(sandbox.url, env);
  await world.setBehaviour({ settleMs: { min: 0, max: 300 } });
  let wholeMs = 0;

  /** Repeats the mutations with the same keys: they are replayed, and no call is sent. */
  async function repeat(mutations) {
    await world.clear('calls');
    const answers = await sendAll(gateway, mutations);
    repeats.mutations += mutations.length;
    repeats.calls += await changeCalls(world);
    return answers;
  }

  async function readBack(mutations, ...answers) {
    const entries = await readEntries(embeddedUrl(folder.path), mutations);
    for (const [mutation, answer] of answers.flatMap((each) => [...each]))
      lies.push(...falseAnswers(mutation, answer, entries));
    return entries;
  }

  async function runRound(round, killAfterMs) {
    await pause(350);
    // The sandbox itself suspends a SIM at its data limit, and such a SIM refuses activation.
    const byState = stableByState((await world.sims()).filter((sim) => !sim.data_limit));
    const mutations = mutationsOf(round, byState);
    asked.push(...mutations);
    await world.clear('effects', 'calls', 'faults');
    await world.setBehaviour({ refusedBulk: round % 2 ? 'changesNothing' : 'changesThoseBefore' });
    await world.addFaults(...slowness(round));
    const startedAt = performance.now();
    const answering = sendAll(gateway, mutations);
    if (killAfterMs === null) {
      await answering;
      wholeMs = performance.now() - startedAt;
    } else {
      await pause(killAfterMs);
      const sent = await changeCalls(world);
      await gateway.kill();
      const answers = await answering;
      const isOver = [...answers.values()].every(({ lost }) => lost === undefined);
      moments[isOver ? 'after' : sent === 0 ? 'before' : 'within']++;
      await world.clear('faults');
      const restartedAt = performance.now();
      gateway = await startGateway(sandbox.url, env);
      restarts.push(await allSettled(gateway, restartedAt));
      const entries = await readBack(mutations, answers);
      if (round % 2 === 0) {
        // Mutations with an entry are replayed; mutations that were lost before it are executed now.
        const [begun, lost] = [true, false].map((is) =>
          mutations.filter(({ key }) => entries.has(key) === is),
        );
        await readBack(mutations, await repeat(begun), await sendAll(gateway, lost));
      }
    }
    check(verdict, mutations, await readBack(mutations), await world.effects());
  }

  try {
    await runRound(1, null);
    // Spread over the whole round and 10 % longer.
    const kills = shuffled(
      Array.from({ length: rounds }, (_, index) => ((index + Math.random()) / rounds) * 1.1),
    );
    for (const [round, share] of kills.entries()) await runRound(round, share * wholeMs);
    const stored = await readBack(asked);
    const begun = asked.filter(({ key }) => stored.has(key));
    for (let from = 0; from < begun.length; from += 20) {
      const answers = await repeat(begun.slice(from, from + 20));
      for (const { lost } of answers.values()) if (lost !== undefined) final.lost++;
      await readBack(begun.slice(from, from + 20), answers);
    }
    final.open = await leftOpen(embeddedUrl(folder.path));
    final.faults = gateway.faults;
  } finally {
    await gateway.kill();
    await sandbox.stop();
    folder.remove();
  }
  return linesOf({ verdict, moments, restarts, lies, asked, repeats, final, wholeMs });
}

function linesOf({ verdict, moments, restarts, lies, asked, repeats, final, wholeMs }) {
  const { statuses, notBegun, unknownDone, twice, unaccounted, contradictions } = verdict;
  const sims = asked.reduce((sum, { iccids }) => sum + iccids.length, 0);
  const sum = notBegun + Object.values(statuses).reduce((one, other) => one + other, 0);
  const kills = moments.before + moments.within + moments.after;
  restarts.sort((one, other) => one - other);
  const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
  return [
    {
      what: `kills at random moments of rounds that take ${seconds(wholeMs)} undisturbed`,
      measured: `${kills}: ${moments.within} with calls in progress, ${moments.before} before the first call, ${moments.after} after the last answer`,
      holds: kills === rounds && moments.within > rounds / 2,
    },
    { what: 'mutations, and the SIMs that they named', measured: `${asked.length}, ${sims}`, holds: true },
    { what: 'changed twice by one mutation', measured: counted(twice), holds: twice.length === 0 },
    {
      what: 'SIMs by recorded outcome',
      measured: `${Object.entries(statuses)
        .map(([status, count]) => `${count} ${status}`)
        .join(', ')}, ${notBegun} of mutations without an entry for their key`,
      holds: sum === sims,
    },
    {
      what: 'SIMs unaccounted for',
      measured: `${counted(unaccounted)}; entries and SIMs still open in the whole audit log: ${final.open}`,
      holds: unaccounted.length === 0 && final.open === 0,
    },
    {
      what: 'contradictions to the effects in the sandbox: SUCCEEDED without an effect; FAILED, NOT_SENT or no entry with an effect',
      measured: counted(contradictions),
      holds: contradictions.length === 0,
    },
    {
      what: 'UNKNOWN, and how many of them were applied',
      measured: `${statuses.UNKNOWN}, ${unknownDone}`,
      holds: true,
    },
    {
      what: 'repeated with their keys after a kill, and all of them again at the end: calls sent',
      measured: `${repeats.mutations} mutations, ${repeats.calls} calls, ${final.lost} without an answer`,
      holds: repeats.calls === 0 && final.lost === 0,
    },
    { what: 'answers that the audit log contradicts', measured: counted(lies), holds: lies.length === 0 },
    {
      what: 'from the restart until no entry is open',
      measured: `median ${seconds(restarts[restarts.length >> 1])}, at most ${seconds(restarts.at(-1))}`,
      holds: true,
    },
    {
      what: 'errors in the log of the last gateway',
      measured: counted(final.faults),
      holds: final.faults.length === 0,
    },
  ];
}
