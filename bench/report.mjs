/** Prints the tables of a run, and writes those of a full run into docs/benchmarks.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { root } from '../scripts/command.mjs';
import { memoryTable, summaryTable, workloadTables } from './tables.mjs';

const document = join(root, 'docs', 'benchmarks.md');

export function machineText({ isPinned, database, rounds, seconds, latencyRounds = 0 }) {
  const day = new Date().toISOString().slice(0, 10);
  const memory = `${Math.round(totalmem() / 1e9)} GB of memory`;
  const pinned = isPinned ? 'each measured program on a core without the load' : 'not pinned to cores';
  return (
    `Measured on ${day}: Node ${process.versions.node}, ${[`${cpus().length} cores`, memory, database].filter(Boolean).join(', ')}; ${pinned}. ` +
    `${rounds} rounds of ${seconds} s${latencyRounds > 0 ? `, then ${latencyRounds} of the same length at a constant rate` : ''}.\n`
  );
}

export function reportText(run) {
  return `${[machineText(run.facts), summaryTable(run), workloadTables(run), memoryTable(run)].join('\n')}`;
}

/** Replaces the part of docs/benchmarks.md between the markers of a section: `bench`, `public`, or `curves-` and the name of a curve. */
export function writeReport(text, section = 'bench') {
  const [start, end] = [`<!-- ${section}:start -->`, `<!-- ${section}:end -->`];
  const page = readFileSync(document, 'utf8');
  const [from, to] = [page.indexOf(start), page.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`docs/benchmarks.md has no markers ${start}.`);
  writeFileSync(document, `${page.slice(0, from + start.length)}\n\n${text}\n${page.slice(to)}`);
}
