/** The results as Markdown tables. */
import { median, spread } from './lib/statistics.mjs';

/** The load side counts as saturated above this share of its core: the subject could do more than measured. */
const saturatedShare = 0.95;

const percent = (share) => `${Math.round(share * 100)} %`;
const megabytes = (value) => String(Math.round(value));
export const digits = (value) =>
  value === undefined ? '–' : value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3);

/** How a result is compared: requests per second, and requests per second of CPU time. */
const capacityIn = ({ perSecond }) => perSecond;
const efficiencyIn = ({ cpuMs }) => 1000 / cpuMs;

/** The values of a result divided by those of the reference, round by round. */
const ratiosOf = (result, reference, valueIn) =>
  result.capacity.map((row, round) => valueIn(row) / valueIn(reference.capacity[round]));

export function ratioText(result, reference, valueIn) {
  if (reference === undefined) return '–';
  const { median: middle, min, max } = spread(ratiosOf(result, reference, valueIn));
  return `**${middle.toFixed(3)}** (${min.toFixed(3)}–${max.toFixed(3)})`;
}

/** The columns of a workload's table: title, and the cell of a result. `references` has the results that it is compared with. */
function columnsOf(results, references) {
  const middle = (result, name) => median(result.capacity.map((row) => row[name]));
  const latency = (name) => (result) => digits(median(result.latency.map((row) => row[name])));
  const helpers = (result) => {
    const share = middle(result, 'helpersBusy');
    return percent(share) + (share > saturatedShare ? ' !' : '');
  };
  const hasLatency = results.some((result) => result.latency.length > 0);
  return [
    ['subject', subjectText],
    ...references.flatMap(([name, reference]) => [
      [`req/s, ratio to ${name}`, (result) => ratioText(result, reference, capacityIn)],
      [`req per CPU second, ratio to ${name}`, (result) => ratioText(result, reference, efficiencyIn)],
    ]),
    ['req/s', (result) => digits(middle(result, 'perSecond'))],
    ['CPU ms/req', (result) => middle(result, 'cpuMs').toFixed(3)],
    ['upstream calls/req', (result) => middle(result, 'upstreamCalls').toFixed(2)],
    ...(hasLatency
      ? [
          ['p50 ms', latency('p50')],
          ['p99 ms', latency('p99')],
        ]
      : []),
    ['server core busy', (result) => percent(middle(result, 'serverCoreBusy'))],
    ['load core busy', (result) => percent(middle(result, 'loadCoreBusy'))],
    ['by the bench', helpers],
  ];
}

function subjectText({ subject, capacity, latency }) {
  const failed = [...capacity, ...latency].reduce((sum, row) => sum + row.failed, 0);
  return failed > 0 ? `${subject.title} (${failed} failed)` : subject.title;
}

/** One table for each workload. With several gateways, they are also compared with the first. */
export function workloadTables({ workloads, subjects, results }) {
  const gateways = subjects.filter(({ isGateway }) => isGateway);
  const sections = workloads.map((workload) => {
    const own = results.filter((result) => result.workload === workload);
    const resultOf = (name) => own.find(({ subject }) => subject.name === name);
    const names = [...[workload.reference].flat(), ...(gateways.length > 1 ? [gateways[0].name] : [])];
    const columns = columnsOf(
      own,
      names.map((name) => [name, resultOf(name)]),
    );
    const rows = own.map((result) => columns.map(([, cell]) => cell(result)));
    const title = `### ${workload.title}, ${workload.clients} clients`;
    return `${title}\n\n${table(
      columns.map(([name]) => name),
      rows,
    )}`;
  });
  return sections.join('\n');
}

/** The median ratios of all subjects, one column for each workload. */
export function summaryTable({ workloads, subjects, results }) {
  const cell = (subject, workload) => {
    const find = (name) => results.find((each) => each.workload === workload && each.subject.name === name);
    const [own, reference] = [find(subject.name), find(workload.reference)];
    if (own === undefined || reference === undefined) return '';
    return median(ratiosOf(own, reference, capacityIn)).toFixed(2);
  };
  const titles = [
    'req/s, ratio to the reference',
    ...workloads.map(({ name }) => name.toUpperCase().replace(/[A-Z]$/, (last) => last.toLowerCase())),
  ];
  const rows = subjects.map((subject) => [
    subject.title,
    ...workloads.map((workload) => cell(subject, workload)),
  ]);
  return table(titles, rows);
}

export function memoryTable({ subjects }) {
  const rows = subjects.map(({ title, idleMb, peakMb }) => [title, megabytes(idleMb), megabytes(peakMb)]);
  return table(['resident memory, MB', 'idle after the start', 'peak'], rows);
}

export function table(titles, rows) {
  const lines = [titles, titles.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
