/** The public benchmark: the gateway's stack with another schema, against entries of tailcallhq/graphql-benchmarks. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../prove/programs.mjs';
import { root } from '../../scripts/command.mjs';
import { memory } from '../lib/proc.mjs';
import { isPinned, loadCore, pinThisProcess, serverCore, startNode, stopAll } from '../lib/programs.mjs';
import { compareAnswers, writeRequests } from '../requests.mjs';
import { measureRounds } from '../rounds.mjs';
import { answers } from '../subjects.mjs';
import { buildStack } from './build.mjs';
import { subjectsOf } from './subjects.mjs';
import { workloads } from './workloads.mjs';

/** Returns `{ workloads, subjects, results, facts }`. */
export async function runPublic(options, print) {
  pinThisProcess();
  const folder = temporaryFolder();
  try {
    const world = await startWorld(folder.path, print);
    const jobs = await prepare(world, print);
    const results = await measureRounds(world, jobs, options, print);
    for (const subject of world.subjects) subject.peakMb = memory(subject.pid).peakMb;
    return { workloads, subjects: world.subjects, results, facts: { isPinned, ...options } };
  } finally {
    await stopAll();
    folder.remove();
  }
}

async function startWorld(folder, print) {
  const logs = join(folder, 'logs');
  mkdirSync(logs);
  const stack = join(folder, 'stack.mjs');
  await buildStack(stack);
  const start = (name, core, args, env) =>
    startNode({ name, args, env, core, log: join(logs, `${name}.log`) });
  const [stub, load] = await Promise.all([
    start('upstream', loadCore, [join(root, 'bench', 'public', 'stub.mjs')]),
    start('load', loadCore, [join(root, 'bench', 'load', 'load.mjs')]),
  ]);
  const subjects = [];
  for (const subject of subjectsOf(stack)) {
    const started = await start(subject.name, serverCore, subject.args, { SIM_API_URL: stub.url });
    const idleMb = memory(started.pid).residentMb;
    subjects.push({ ...subject, ...started, port: Number(new URL(started.url).port), idleMb });
    print(`${subject.name} runs (${Math.round(idleMb)} MB)`);
  }
  return { stub, load, database: null, subjects, folder };
}

/** The pairs of subject and workload. Throws if a subject has another answer than the first. */
async function prepare({ subjects, folder }, print) {
  const [stack] = subjects;
  for (const subject of subjects) {
    const faults = await compareAnswers(stack, subject, workloads, {});
    if (faults.length > 0) throw new Error(`The answers of ${subject.name} differ:\n${faults.join('\n')}`);
  }
  print('the answers are equal');
  return workloads.flatMap((workload) =>
    subjects
      .filter((subject) => answers(subject, workload))
      .map((subject) => ({
        subject,
        workload,
        requestsFile: writeRequests(folder, subject, workload, {}),
      })),
  );
}
