/** The tables of the public benchmark. */
import { machineText } from '../report.mjs';
import { memoryTable, ratioText, table, workloadTables } from '../tables.mjs';

const efficiencyIn = ({ cpuMs }) => 1000 / cpuMs;
const rateIn = ({ perSecond }) => perSecond;

/** The ratios of the stack to each entry, one column for each workload. */
function ratiosTable({ workloads, subjects, results }) {
  const [stack, ...entries] = subjects;
  const find = (subject, workload) =>
    results.find((each) => each.subject === subject && each.workload === workload);
  const rows = entries.flatMap((entry) =>
    [
      ['req/s', rateIn],
      ['req per CPU second', efficiencyIn],
    ].map(([unit, valueIn]) => [
      `${unit}, ratio to ${entry.title}`,
      ...workloads.map((workload) => {
        const reference = find(entry, workload);
        return reference === undefined ? '' : ratioText(find(stack, workload), reference, valueIn);
      }),
    ]),
  );
  return table(['this stack', ...workloads.map(({ title }) => title)], rows);
}

export const publicText = (run) =>
  [machineText(run.facts), ratiosTable(run), workloadTables(run), memoryTable(run)].join('\n');
