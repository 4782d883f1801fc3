/** Runs the benchmark: starts the subjects, checks their answers, measures in rounds. */

import { memory } from './lib/proc.mjs';
import { isPinned, pinThisProcess } from './lib/programs.mjs';
import { UsageError } from './lib/usage-error.mjs';
import { profileGateways } from './profile/profile.mjs';
import { compareAnswers, readCursors, textOf, writeRequests } from './requests.mjs';
import { measureRounds } from './rounds.mjs';
import { answers, chooseSubjects } from './subjects.mjs';
import { workloads as allWorkloads, variantsOf } from './workloads.mjs';
import { startWorld } from './world.mjs';

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
    const results = await measureRounds(world, jobs, options, print);
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
