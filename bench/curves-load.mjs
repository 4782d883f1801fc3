/** The curves over the clients of W1 and over the SIMs of W2, each beside the hand-written BFF. */
import { memory, resetPeakMemory } from './lib/proc.mjs';
import { isPinned } from './lib/programs.mjs';
import { median } from './lib/statistics.mjs';
import { measureCapacity } from './measure.mjs';
import { compareAnswers, writeRequests } from './requests.mjs';
import { chooseSubjects } from './subjects.mjs';
import { digits } from './tables.mjs';
import { listWorkload, workloads } from './workloads.mjs';
import { startWorld } from './world.mjs';

const warmUpSeconds = 1.5;
/** Opening many connections takes longer than a few: the operating system may refuse some of them for a second. */
const manyClients = 200;
const leadInOfManyMs = 1500;

const workloadOf = (name) => workloads.find((each) => each.name === name);

/** Measures each workload on the gateway and the BFF, interleaved; returns the medians: `[{ point, gateway, bff }]`. */
async function measureWorkloads(chosen, { gateways, rounds, seconds }, print) {
  const world = await startWorld(
    chooseSubjects({ gateways: gateways.slice(0, 1), names: ['bff'] }),
    { isProfile: false },
    print,
  );
  const { subjects } = world;
  const [gateway] = subjects;
  try {
    const jobs = [];
    for (const { point, workload } of chosen)
      for (const subject of subjects) {
        const faults = await compareAnswers(gateway, subject, [workload], {});
        if (faults.length > 0) throw new Error(faults.join('\n'));
        const folder = `${world.folder}/`;
        const requestsFile = writeRequests(
          folder,
          { ...subject, name: `${subject.name}-${point}` },
          workload,
          {},
        );
        jobs.push({ point, subject, workload, requestsFile, taken: [] });
      }
    for (const job of jobs) await measureCapacity(world, job, warmUpSeconds);
    for (let round = 1; round <= rounds; round += 1) {
      for (const job of round % 2 === 1 ? jobs : [...jobs].reverse()) {
        resetPeakMemory(job.subject.pid);
        const capacity = await measureCapacity(world, job, seconds);
        job.taken.push({ ...capacity, peakMb: memory(job.subject.pid).peakMb });
      }
      print(`round ${round} of ${rounds}`);
    }
    const results = chosen.map(({ point }) => {
      const of = (name) =>
        mediansOf(jobs.find((job) => job.point === point && job.subject.name === name).taken);
      return { point, gateway: of(gateway.name), bff: of('bff') };
    });
    const facts = { isPinned, database: await world.database.ask('version'), rounds, seconds };
    return { results, facts };
  } finally {
    await world.stop();
  }
}

/** The median of each figure. */
export function mediansOf(rows) {
  return Object.fromEntries(Object.keys(rows[0]).map((name) => [name, median(rows.map((row) => row[name]))]));
}

const both = (results, figureOf) => [
  { name: 'gateway', points: results.map(({ point, gateway }) => [point, figureOf(gateway, point)]) },
  { name: 'hand-written BFF', points: results.map(({ point, bff }) => [point, figureOf(bff, point)]) },
];

const named = (results, pairs) =>
  pairs.flatMap(([suffix, figureOf]) =>
    both(results, figureOf).map(({ name, points }) => ({ name: `${name}, ${suffix}`, points })),
  );

/** The cells of one figure of both subjects. */
const pair =
  (figureOf) =>
  ({ point, gateway, bff }) => [figureOf(gateway, point), figureOf(bff, point)];

function tableOf(results, first, columns) {
  return {
    titles: [first, ...columns.flatMap(([title]) => [`${title}, gateway`, `${title}, BFF`])],
    rows: results.map((result) => [
      result.point.toLocaleString('en-US'),
      ...columns.flatMap(([, figureOf]) => pair(figureOf)(result)),
    ]),
  };
}

const rate = ({ perSecond }) => perSecond;
const calls = ({ upstreamCalls }) => upstreamCalls;
const callsText = ({ upstreamCalls }) => upstreamCalls.toFixed(3);

const clientsLabel = { label: 'clients' };

export const clientsCurve = {
  name: 'clients',
  points: [1, 10, 50, 200, 1000],
  measure: (points, options, print) =>
    measureWorkloads(
      points.map((point) => ({
        point,
        workload: {
          ...workloadOf('w1'),
          clients: point,
          hasLatency: true,
          ...(point > manyClients && { leadInMs: leadInOfManyMs }),
        },
      })),
      options,
      print,
    ),
  tableOf: (results) =>
    tableOf(results, 'clients', [
      ['req/s', (row) => digits(row.perSecond)],
      ['CPU ms/req', ({ cpuMs }) => cpuMs.toFixed(3)],
      ['p50 ms', ({ p50 }) => digits(p50)],
      ['p99 ms', ({ p99 }) => digits(p99)],
      ['upstream calls/req', callsText],
      ['peak memory, MB', ({ peakMb }) => digits(peakMb)],
    ]),
  plotOf: (results) => ({
    description: 'W1 with 1 to 1000 clients: rate, latency, calls of the SIM API and memory',
    columns: 2,
    panels: [
      { title: 'Rate', x: clientsLabel, y: { label: 'requests per second' }, series: both(results, rate) },
      {
        title: 'Latency',
        x: clientsLabel,
        y: { label: 'ms', isLog: true },
        series: named(results, [
          ['p50', ({ p50 }) => p50],
          ['p99', ({ p99 }) => p99],
        ]),
      },
      {
        title: 'Calls of the SIM API',
        x: clientsLabel,
        y: { label: 'calls per request' },
        series: both(results, calls),
      },
      {
        title: 'Peak memory',
        x: clientsLabel,
        y: { label: 'MB, resident' },
        series: both(results, ({ peakMb }) => peakMb),
      },
    ],
  }),
};

const batchLabel = { label: 'SIMs per request' };
const perSim = ({ cpuMs }, point) => (cpuMs * 1000) / point;

export const batchCurve = {
  name: 'batch',
  points: [1, 10, 100, 500, 1000],
  measure: (points, options, print) =>
    measureWorkloads(
      points.map((point) => ({ point, workload: { ...workloadOf('w2'), ...listWorkload(point) } })),
      options,
      print,
    ),
  tableOf: (results) =>
    tableOf(results, 'SIMs per request', [
      ['req/s', (row) => digits(row.perSecond)],
      ['CPU µs/SIM', (row, point) => digits(perSim(row, point))],
      ['upstream calls/req', callsText],
      ['peak memory, MB', ({ peakMb }) => digits(peakMb)],
    ]),
  plotOf: (results) => ({
    description: 'W2 with 1 to 1000 SIMs per request: rate, CPU time for each SIM and calls of the SIM API',
    columns: 3,
    panels: [
      {
        title: 'Rate',
        x: batchLabel,
        y: { label: 'requests per second', isLog: true },
        series: both(results, rate),
      },
      {
        title: 'CPU time for each SIM',
        x: batchLabel,
        y: { label: 'µs', isLog: true },
        series: both(results, perSim),
      },
      {
        title: 'Calls of the SIM API',
        x: batchLabel,
        y: { label: 'calls per request' },
        series: both(results, calls),
      },
    ],
  }),
};
