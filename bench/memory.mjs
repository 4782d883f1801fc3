/** The memory of the gateway: idle, and under the load of W2 for some minutes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { memory, resetPeakMemory } from './lib/proc.mjs';
import { pinThisProcess } from './lib/programs.mjs';
import { median } from './lib/statistics.mjs';
import { measureCapacity } from './measure.mjs';
import { writeRequests } from './requests.mjs';
import { chooseSubjects } from './subjects.mjs';
import { table } from './tables.mjs';
import { workloads } from './workloads.mjs';
import { startWorld } from './world.mjs';

/** Time without requests before the idle memory is read: V8 returns memory some seconds after the last work. */
const idleMs = 30_000;
const sampleMs = 2000;
/** Length of one measurement of the rate; the load runs again at once. */
const windowSeconds = 10;
const minuteMs = 60_000;

const titles = [
  'build',
  'after the first sync',
  'idle, 30 s later',
  'peak under W2',
  'first minute',
  'last minute',
  'MB a minute',
  'req per CPU second',
];

/**
 * Measures the gateways of `gateways` one after another, each under load for `minutes`. Returns the table: MB of resident memory; the
 * columns of minutes are medians, the slope is the least-squares line after the first minute.
 */
export async function runMemory(options, print) {
  const { minutes, gateways } = options;
  pinThisProcess();
  const world = await startWorld(chooseSubjects({ gateways, names: [] }), options, print);
  try {
    const rows = [];
    for (const subject of world.subjects) rows.push(await measureMemory(world, subject, minutes, print));
    return `Node ${process.versions.node}, ${minutes} minutes of W2; resident memory in MB.\n\n${table(titles, rows)}`;
  } finally {
    await world.stop();
  }
}

async function measureMemory(world, subject, minutes, print) {
  await sleep(idleMs);
  const idle = memory(subject.pid).residentMb;
  print(`${subject.name}: ${Math.round(idle)} MB idle`);
  resetPeakMemory(subject.pid);
  const workload = workloads.find(({ name }) => name === 'w2');
  const job = { subject, workload, requestsFile: writeRequests(world.folder, subject, workload, {}) };
  const samples = [];
  const beganAt = performance.now();
  const sampling = setInterval(() => {
    samples.push({ ms: performance.now() - beganAt, mb: memory(subject.pid).residentMb });
  }, sampleMs);
  const rates = [];
  try {
    while (performance.now() - beganAt < minutes * minuteMs) {
      const { cpuMs } = await measureCapacity(world, job, Math.min(windowSeconds, minutes * 60));
      rates.push(1000 / cpuMs);
      print(`${subject.name}: ${minutesOf(beganAt)} min, ${Math.round(samples.at(-1)?.mb ?? idle)} MB`);
    }
  } finally {
    clearInterval(sampling);
  }
  const end = samples.at(-1).ms;
  const within = (from, to) => median(samples.filter(({ ms }) => ms >= from && ms <= to).map(({ mb }) => mb));
  const later = samples.filter(({ ms }) => ms >= Math.min(minuteMs, end / 2));
  return [
    subject.title,
    subject.idleMb.toFixed(0),
    idle.toFixed(0),
    memory(subject.pid).peakMb.toFixed(0),
    within(0, minuteMs).toFixed(0),
    within(end - minuteMs, end).toFixed(0),
    slope(later).toFixed(2),
    median(rates).toFixed(0),
  ];
}

const minutesOf = (beganAt) => ((performance.now() - beganAt) / minuteMs).toFixed(1);

/** The slope of the least-squares line, in MB a minute. */
function slope(samples) {
  const mean = (of) => samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [meanMs, meanMb] = [mean(({ ms }) => ms), mean(({ mb }) => mb)];
  const covariance = mean(({ ms, mb }) => (ms - meanMs) * (mb - meanMb));
  return (covariance / mean(({ ms }) => (ms - meanMs) ** 2)) * minuteMs;
}
