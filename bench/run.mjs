/** Runs the benchmark: starts the subjects, checks their answers, measures in rounds. */

import { memory } from './lib/proc.mjs';
import { isPinned, pinThisProcess } from './lib/programs.mjs';
import { median } from './lib/statistics.mjs';
import { UsageError } from './lib/usage-error.mjs';
import { measureCapacity, measureLatency } from './measure.mjs';
import { profileGateways } from './profile/profile.mjs';
import { compareAnswers, readCursors, textOf, writeRequests } from './requests.mjs';
import { answers, chooseSubjects } from './subjects.mjs';
import { workloads as allWorkloads, variantsOf } from './workloads.mjs';
import { startWorld } from './world.mjs';

const warmUpSeconds = 1.5;

/** Returns `{ workloads, subjects, results, facts }`; with `--profile`, a text. */
export async function run(options, print) {
  const workloads = chooseWorkloads(options.only);
  pinThisProcess();
  if (!isPinned) print('taskset is missing, or there is one core: the programs are not pinned.');
  const chosen = chooseSubjects({
    gateways: options.gateways,
    names: options.isProfile ? [] : options.peers,
  });
  const wanted = chosen.filter((subject) => workloads.some((workload) => answers(subject, workload)));
  const world = await startWorld(wanted, options, print);
  const { subjects } = world;
  try {
    const jobs = await prepare(world, subjects, workloads, print);
    if (options.isProfile) return await profileGateways(world, jobs, options.seconds, print);
    const results = await measure(world, jobs, options, print);
    for (const subject of subjects) Object.assign(subject, { peakMb: memory(subject.pid).peakMb });
    const facts = { isPinned, database: await world.database.ask('version'), ...options };
    return { workloads, subjects, results, facts };
  } finally {
    await world.stop();
  }
}

function chooseWorkloads(only) {
  const unknown = only?.filter((name) => !allWorkloads.some((each) => each.name === name)) ?? [];
  const names = allWorkloads.map(({ name }) => name).join(', ');
  if (unknown.length > 0) throw new UsageError(`No workload ${unknown.join(', ')}. Workloads: ${names}.`);
  return allWorkloads.filter(({ name }) => only === null || only.includes(name));
}

/** Interleaves the subjects: a round runs each of them once for each workload. Rounds of latency follow those of capacity. */
async function measure(world, jobs, { rounds, seconds, latencyRounds }, print) {
  const startedAt = performance.now();
  const minutes = () => `${((performance.now() - startedAt) / 60_000).toFixed(1)} min`;
  print(`warming up (${jobs.length} pairs of subject and workload)`);
  for (const job of jobs) await measureCapacity(world, job, warmUpSeconds);
  const results = jobs.map((job) => ({ ...job, capacity: [], latency: [] }));
  for (let round = 1; round <= rounds; round += 1) {
    // Every second round runs backwards, so that no subject always follows the same one.
    const order = round % 2 === 1 ? results : [...results].reverse();
    for (const result of order) result.capacity.push(await measureCapacity(world, result, seconds));
    print(`round ${round} of ${rounds} (${minutes()})`);
  }
  for (let round = 1; round <= latencyRounds; round += 1) {
    for (const result of results) {
      const capacity = median(result.capacity.map(({ perSecond }) => perSecond));
      result.latency.push(await measureLatency(world, result, capacity, seconds));
    }
    print(`round ${round} of ${latencyRounds} at a constant rate (${minutes()})`);
  }
  return results;
}

/** The pairs of subject and workload that are measured, with their requests. A subject with another answer is refused. */
async function prepare(world, subjects, workloads, print) {
  const [gateway] = subjects;
  const context = { endCursors: await readCursors(gateway) };
  const jobs = [];
  for (const subject of subjects) {
    const faults = await compareAnswers(gateway, subject, workloads, context);
    if (faults.length > 0) {
      print(`${subject.name} is not measured, because its answers differ:\n  ${faults.join('\n  ')}`);
      continue;
    }
    for (const workload of workloads.filter((each) => answers(subject, each))) {
      if (subject.name === 'static') {
        const [variant] = variantsOf(workload, context);
        await subject.ask('setAnswer', workload.path, await textOf(gateway, variant));
      }
      const requestsFile = writeRequests(world.folder, subject, workload, context);
      jobs.push({ subject, workload, requestsFile });
    }
  }
  return jobs.sort((one, other) => workloads.indexOf(one.workload) - workloads.indexOf(other.workload));
}
