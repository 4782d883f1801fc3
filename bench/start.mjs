/** The start of the gateway: from the start of its process to its first answers. */

import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { query, temporaryFolder } from '../prove/programs.mjs';
import { root } from '../scripts/command.mjs';
import { fleetSize, iccidOf } from './fleet.mjs';
import { cpuMs, memory } from './lib/proc.mjs';
import { loadCore, serverCore, startNode, stopAll } from './lib/programs.mjs';
import { spread } from './lib/statistics.mjs';
import { single } from './operations.mjs';
import { chooseSubjects } from './subjects.mjs';
import { table } from './tables.mjs';

/** A start is not pinned to one core: the gateway and its database start at the same time. */
const anyCore = `${loadCore},${serverCore}`;
const pollMs = 100;

const titles = ['build', 'listens, ms', 'first answer, ms', 'first SIM, ms', 'CPU of the gateway, ms', 'MB'];

/**
 * Starts each build `rounds` times with its embedded database, which is there and has the fleet. Returns the table: medians and ranges; the
 * CPU time and the resident memory are those after the first SIM.
 */
export async function runStart({ rounds, gateways }, print) {
  const folder = temporaryFolder();
  try {
    const stub = await startNode({
      name: 'stub',
      args: [join(root, 'bench', 'stub', 'stub.mjs')],
      core: anyCore,
      log: join(folder.path, 'stub.log'),
    });
    const subjects = chooseSubjects({ gateways, names: [] });
    for (const subject of subjects) await measureStart(subject, stub.url, folder.path, { waits: true });
    const samples = subjects.map(() => []);
    for (let round = 1; round <= rounds; round += 1) {
      for (const [index, subject] of subjects.entries())
        samples[index].push(await measureStart(subject, stub.url, folder.path, { waits: false }));
      print(`round ${round} of ${rounds}`);
    }
    const rows = subjects.map(({ title }, index) => [title, ...cellsOf(samples[index])]);
    return `Node ${process.versions.node}, ${cpus().length} cores, ${rounds} starts of each build; median and range.\n\n${table(titles, rows)}`;
  } finally {
    await stopAll();
    folder.remove();
  }
}

const columns = ['listensMs', 'answerMs', 'simMs', 'cpuMs', 'residentMb'];

const cellsOf = (samples) =>
  columns.map((name) => {
    const { median, min, max } = spread(samples.map((sample) => sample[name]));
    return `**${median.toFixed(0)}** (${min.toFixed(0)}–${max.toFixed(0)})`;
  });

/** With `waits`, waits until the gateway has read the fleet before it is stopped. */
async function measureStart({ name, args, settings }, simApiUrl, folder, { waits }) {
  const beganAt = performance.now();
  const elapsed = () => performance.now() - beganAt;
  const gateway = await startNode({
    name,
    args,
    core: anyCore,
    log: join(folder, `${name}.log`),
    env: {
      PORT: '0',
      SIM_API_URL: simApiUrl,
      SIM_API_USERNAME: 'bench',
      SIM_API_PASSWORD: 'bench',
      DATA_DIR: join(folder, `data-${name}`),
      ...settings,
    },
  });
  const listensMs = elapsed();
  const url = new URL('/graphql', gateway.url).href;
  await query(url, '{ __typename }');
  const answerMs = elapsed();
  await query(url, single, { by: { iccid: iccidOf(0) } });
  const simMs = elapsed();
  const sample = { listensMs, answerMs, simMs, cpuMs: cpuMs(gateway.pid), ...memory(gateway.pid) };
  while (waits && (await query(url, '{ fleet { total isComplete } }')).fleet.total < fleetSize)
    await sleep(pollMs);
  await gateway.stop();
  return sample;
}
