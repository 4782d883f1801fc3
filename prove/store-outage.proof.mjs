import { setTimeout as pause } from 'node:timers/promises';
import { check, counted, emptyVerdict, falseAnswers, leftOpen, readEntries } from './ledger.mjs';
import { changePaths, newMutation, send } from './mutations.mjs';
import { createServerOfOurs } from './postgres.mjs';
import { ask, startGateway, startSandbox } from './programs.mjs';
import { stableByState, worldOf } from './world.mjs';

export const name = 'restarts of PostgreSQL under the load of two gateways';

const readers = 20;
const writers = 10;
const betweenMs = 50;
/** Steps of the proof: start in seconds, and the name of the phase that follows. */
const script = [
  { at: 0, phase: 'before' },
  { at: 10, phase: 'fast shutdown, 10 s', stop: 'fast' },
  { at: 20, phase: 'between the shutdowns' },
  { at: 32, phase: 'immediate shutdown, 10 s', stop: 'immediate' },
  { at: 42, phase: 'after both shutdowns' },
  { at: 60 },
];

/** Counts of one phase; a request belongs to the phase in which it began. */
const emptyPhase = () => ({ reads: { ok: 0, failed: 0 }, mutations: {}, maxMs: 0 });

/** The answer of a mutation in a word. */
function wordFor({ results, codes, code, lost }) {
  if (lost !== undefined) return 'no answer';
  if (code !== undefined) return code;
  const others = new Set([...results.values()].filter((outcome) => outcome !== 'SUCCEEDED'));
  return others.size === 0 ? 'ok' : `with SIMs ${[...others].sort().join(' and ')} (${codes.join(', ')})`;
}

export async function run() {
  const server = await createServerOfOurs();
  const sandbox = await startSandbox(60_000);
  const world = worldOf(sandbox.url);
  const live = stableByState((await world.sims()).filter((sim) => !sim.data_limit)).get('LIVE');
  // Calls are always in progress, and leases expire while the database is down.
  await world.addFaults(...changePaths.map((path) => ({ path, kind: 'delay', ms: 150 })));
  const env = { DATABASE_URL: server.url, CHANGE_LEASE_MS: '3000' };
  const gateways = [await startGateway(sandbox.url, env), await startGateway(sandbox.url, env)];
  const urlFor = (number) => gateways[number % gateways.length].url;
  const phases = new Map(script.slice(0, -1).map(({ phase }) => [phase, emptyPhase()]));
  const answers = new Map();
  let isDown = false;
  let phase = 'before';
  let isOver = false;

  async function timed(doIt) {
    const counts = phases.get(phase);
    const startedAt = performance.now();
    await doIt(counts);
    counts.maxMs = Math.max(counts.maxMs, performance.now() - startedAt);
    await pause(betweenMs);
  }
  async function reader(number) {
    for (let turn = number; !isOver; turn += readers) {
      await timed(async ({ reads }) => {
        const text = `{ sim(by: { iccid: "${live[turn % live.length]}" }) { name state } }`;
        const { data } = await ask(urlFor(number), text).catch(() => ({}));
        reads[data?.sim ? 'ok' : 'failed']++;
      });
    }
  }
  /** Each state change takes SIMs that no other mutation uses. */
  const fresh = [...live];
  const next = (turn) => {
    const some = () => live.slice((turn * 7) % 1000, ((turn * 7) % 1000) + 5);
    if (turn % 3 === 0) return newMutation('sms', some());
    if (turn % 3 === 1) return newMutation('group', some());
    return newMutation(turn % 2 ? 'deactivate' : 'suspend', fresh.splice(-10));
  };
  async function writer(number) {
    for (let turn = number; !isOver; turn++) {
      await timed(async ({ mutations }) => {
        const mutation = next(turn);
        const answer = await send(urlFor(number), mutation);
        answers.set(mutation, answer);
        const word = wordFor(answer);
        mutations[word] = (mutations[word] ?? 0) + 1;
      });
    }
  }

  const clients = [
    ...Array.from({ length: readers }, (_, number) => reader(number)),
    ...Array.from({ length: writers }, (_, number) => writer(number)),
  ];
  const startedAt = performance.now();
  for (const step of script) {
    await pause(Math.max(0, startedAt + step.at * 1000 - performance.now()));
    if (isDown) await server.start();
    isDown = step.stop !== undefined;
    if (step.phase === undefined) break;
    phase = step.phase;
    if (isDown) await server.stop(step.stop);
  }
  isOver = true;
  await Promise.all(clients);
  const endedAt = performance.now();
  while ((await leftOpen(server.url)) !== 0 && performance.now() - endedAt < 60_000) await pause(50);
  const recoverMs = performance.now() - endedAt;

  const verdict = emptyVerdict();
  const mutations = [...answers.keys()];
  const entries = await readEntries(server.url, mutations);
  check(verdict, mutations, entries, await world.effects());
  const lies = [...answers].flatMap(([mutation, answer]) => falseAnswers(mutation, answer, entries));
  const open = await leftOpen(server.url);
  const faults = gateways.flatMap((gateway) => gateway.faults);
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  await server.remove();
  await sandbox.stop();
  return linesOf({ version: server.version, phases, verdict, mutations, lies, open, recoverMs, faults });
}

function linesOf({ version, phases, verdict, mutations, lies, open, recoverMs, faults }) {
  const { statuses, notBegun, unknownDone, twice, unaccounted, contradictions } = verdict;
  const text = (counts) =>
    Object.entries(counts)
      .map(([word, count]) => `${count} ${word}`)
      .join(', ');
  const phaseLines = [...phases].map(([phase, { reads, mutations: counts, maxMs }]) => ({
    what: phase,
    measured: `reads ${text(reads)}; mutations ${text(counts)}; the longest ${(maxMs / 1000).toFixed(1)} s`,
    holds: reads.failed === 0 && !('no answer' in counts) && !('INTERNAL_SERVER_ERROR' in counts),
  }));
  const { SUCCEEDED: succeeded, FAILED: failed, UNKNOWN: unknown, NOT_SENT: notSent } = statuses;
  return [
    ...phaseLines,
    {
      what: `${mutations.length} mutations (${version}): SIMs by recorded outcome`,
      measured: `${succeeded} SUCCEEDED, ${failed} FAILED, ${unknown} UNKNOWN (${unknownDone} of them applied), ${notSent} NOT_SENT, ${notBegun} of mutations without an entry for their key`,
      holds: true,
    },
    { what: 'changed twice by one mutation', measured: counted(twice), holds: twice.length === 0 },
    {
      what: 'SIMs unaccounted for; entries or SIMs still open',
      measured: `${counted(unaccounted)}; ${open} (${(recoverMs / 1000).toFixed(1)} s after the last answer)`,
      holds: unaccounted.length === 0 && open === 0,
    },
    {
      what: 'contradictions to the effects in the sandbox',
      measured: counted(contradictions),
      holds: contradictions.length === 0,
    },
    { what: 'answers that the audit log contradicts', measured: counted(lies), holds: lies.length === 0 },
    { what: 'errors in the logs of the gateways', measured: counted(faults), holds: faults.length === 0 },
  ];
}
