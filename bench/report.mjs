/** Prints the tables of a run, and writes those of a full run into docs/benchmarks.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { root } from '../scripts/command.mjs';
import { memoryTable, summaryTable, workloadTables } from './tables.mjs';

const document = join(root, 'docs', 'benchmarks.md');
const start = '<!-- bench:start -->';
const end = '<!-- bench:end -->';

function machineText({ isPinned, database, rounds, seconds, latencyRounds }) {
  const day = new Date().toISOString().slice(0, 10);
  const memory = `${Math.round(totalmem() / 1e9)} GB of memory`;
  const pinned = isPinned ? 'each measured program on a core without the load' : 'not pinned to cores';
  return (
    `Measured on ${day}: Node ${process.versions.node}, ${cpus().length} cores, ${memory}, ${database}; ${pinned}. ` +
    `${rounds} rounds of ${seconds} s, then ${latencyRounds} of the same length at a constant rate.\n`
  );
}

export function reportText(run) {
  return `${[machineText(run.facts), summaryTable(run), workloadTables(run), memoryTable(run)].join('\n')}`;
}

/** Replaces the part of docs/benchmarks.md between the markers. */
export function writeReport(text) {
  const page = readFileSync(document, 'utf8');
  const [from, to] = [page.indexOf(start), page.indexOf(end)];
  if (from === -1 || to < from) throw new Error('docs/benchmarks.md has no markers for the tables.');
  writeFileSync(document, `${page.slice(0, from + start.length)}\n\n${text}\n${page.slice(to)}`);
}
