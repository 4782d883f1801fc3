import { type Level, levels } from './check.ts';
import { type Result, results } from './ended.ts';
import type { CheckedRow, ContractReport } from './suite.ts';

/** Number of checks by level and result. */
function summaryOf({ rows }: ContractReport): Record<Level, Record<Result, number>> {
  const count = (level: Level, result: Result) =>
    rows.filter((row) => row.level === level && row.result === result).length;
  const line = (level: Level) => Object.fromEntries(results.map((result) => [result, count(level, result)]));
  return Object.fromEntries(levels.map((level) => [level, line(level)])) as Record<
    Level,
    Record<Result, number>
  >;
}

/** Whether no MUST failed. */
export function holds({ rows }: ContractReport): boolean {
  return !rows.some(({ level, result }) => level === 'MUST' && result === 'failed');
}

/** The summary as a table for a terminal. */
export function summaryTable(report: ContractReport): string {
  const summary = summaryOf(report);
  const head = ['', ...results].map((word) => word.padStart(15)).join('');
  const lines = levels.map((level) =>
    [level, ...results.map((result) => summary[level][result])]
      .map((cell) => String(cell).padStart(15))
      .join(''),
  );
  return [head, ...lines].join('\n');
}

export function jsonOf(report: ContractReport): string {
  const { host, startedAt, seconds, requests, rows, shapes } = report;
  const summary = summaryOf(report);
  return `${JSON.stringify({ host, startedAt, seconds, requests, summary, checks: rows, shapes }, null, 2)}\n`;
}

export function markdownOf(report: ContractReport): string {
  const { host, startedAt, seconds, requests, rows, shapes } = report;
  const summary = summaryOf(report);
  const failed = rows.filter(({ result }) => result === 'failed');
  return `# How the SIM API at ${host} answers

Written on ${startedAt.toISOString().slice(0, 10)} after ${requests} requests in ${seconds} s, all reads or logins. It contains checks,
names of fields, JSON types, counts and code words. It contains no ICCID, EID, IMSI, MSISDN or IMEI, no name, no amount, no credentials.

${table(
  ['', ...results],
  levels.map((level) => [level, ...results.map((result) => String(summary[level][result]))]),
)}

MUST: the gateway relies on it. SHOULD: the contract says so, but the gateway tolerates a deviation. MAY: the contract leaves it
open. Sources: S the vendor's page, S- an older edition of it, C a public client, C≠ clients that disagree, I inferred.

## Failed

${failed.length === 0 ? 'Nothing.' : checkTable(failed)}

## All checks

${checkTable(rows)}

## Shapes of the answers

${shapes
  .map(
    ({ path, answers, lines }) =>
      `### ${path}\n\n${answers}\n\n${table(
        ['Field', 'JSON types'],
        lines.map(({ field, types }) => [`\`${field}\``, types]),
      )}`,
  )
  .join('\n\n')}
`;
}

function checkTable(rows: readonly CheckedRow[]): string {
  return table(
    ['Check', 'Level', 'Result', 'Remark', 'Statement', 'Source'],
    rows.map(({ id, level, result, remark, title, source }) => [
      `\`${id}\``,
      level,
      result === 'failed' ? `**${result}**` : result,
      remark ?? '',
      title,
      source,
    ]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [head, head.map(() => '---'), ...rows].map(line).join('\n');
}
