/** Profiles the gateways on each workload. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from '../../scripts/command.mjs';
import { measureCapacity } from '../measure.mjs';
import { summarise } from './summary.mjs';

const warmUpSeconds = 4;

/** Returns the summaries as text. The profiles stay in .cache/bench, for the developer tools of a browser. */
export async function profileGateways(world, jobs, seconds, print) {
  const folder = join(root, '.cache', 'bench');
  mkdirSync(folder, { recursive: true });
  const sections = [];
  for (const job of jobs) {
    const { subject, workload } = job;
    await measureCapacity(world, job, warmUpSeconds);
    const path = join(folder, `${subject.name}-${workload.name}.cpuprofile`);
    await subject.ask('startProfile');
    const { perSecond, cpuMs } = await measureCapacity(world, job, seconds);
    await subject.ask('stopProfile', path);
    print(`${subject.name} ${workload.name}: ${relative(root, path)}`);
    const title = `## ${subject.name}, ${workload.title}: ${Math.round(perSecond)} req/s, ${cpuMs.toFixed(3)} CPU ms/req`;
    sections.push(`${title}\n\n${summarise(JSON.parse(readFileSync(path, 'utf8')))}`);
  }
  return sections.join('\n');
}
