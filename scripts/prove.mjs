/**
 * Runs the long proofs, prints their measurements and writes them to docs/proofs.md, one section for each proof. Proofs that are not
 * run keep their previous section.
 *
 *   node scripts/prove.mjs [part of a file name …]     all proofs, or those whose file name contains one of the words
 *
 * A proof is a module prove/<file>.proof.mjs that exports
 *   name   a short title
 *   run    () => Promise<{ what, measured, holds }[]>   its lines: a claim, the measurement, and whether the claim holds
 */
import './node-version.mjs';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, took } from './command.mjs';

const folder = join(root, 'prove');
const document = join(root, 'docs', 'proofs.md');
const head = `# What the long proofs measured

Written by \`npm run prove\`. Running some of the proofs replaces only their sections, so each section states when and where it was
measured.
`;
const words = process.argv.slice(2);

async function runProof({ name, run }) {
  process.stdout.write(`${name} …\n`);
  const startedAt = performance.now();
  const lines = await run().catch((error) => [{ what: 'completes', measured: String(error), holds: false }]);
  return { name, lines, time: took(startedAt) };
}

const cell = (value) => String(value).replaceAll('|', '\\|').replaceAll('\n', ' ');

function section({ name, lines, time }) {
  const day = new Date().toISOString().slice(0, 10);
  const machine = `Node ${process.versions.node}, ${os.availableParallelism()} cores, ${Math.round(os.totalmem() / 1e9)} GB of memory`;
  const rows = lines.map(({ what, measured, holds }) => [what, measured, holds ? 'yes' : '**no**']);
  const table = [['What', 'Measured', 'Holds'], ['---', '---', '---'], ...rows];
  const text = table.map((row) => `| ${row.map(cell).join(' | ')} |\n`).join('');
  return `## ${name}\n\nMeasured on ${day}: ${machine}. Took ${time}.\n\n${text}`;
}

/** The sections of the present document, by the name of the proof. */
function currentSections() {
  const text = existsSync(document) ? readFileSync(document, 'utf8') : '';
  const sections = text.split(/^(?=## )/m).slice(1);
  return new Map(sections.map((stored) => [stored.slice(3, stored.indexOf('\n')), `${stored.trimEnd()}\n`]));
}

const files = existsSync(folder)
  ? readdirSync(folder)
      .filter((file) => file.endsWith('.proof.mjs'))
      .sort()
  : [];
const unmatched = words.filter((word) => !files.some((file) => file.includes(word)));
if (files.length === 0) {
  process.stdout.write('No proofs found (prove/*.proof.mjs).\n');
  process.exitCode = words.length > 0 ? 1 : 0;
} else if (unmatched.length > 0) {
  const names = files.map((file) => file.replace('.proof.mjs', ''));
  process.stdout.write(
    `No proof has ${unmatched.map((word) => `"${word}"`).join(' or ')} in its name. Proofs: ${names.join(', ')}.\n`,
  );
  process.exitCode = 1;
} else {
  const isWanted = ({ file }) => words.length === 0 || words.some((word) => file.includes(word));
  const sections = currentSections();
  const proofs = [];
  for (const file of files) proofs.push({ file, ...(await import(pathToFileURL(join(folder, file)).href)) });
  for (const proof of proofs.filter(isWanted)) {
    const result = await runProof(proof);
    sections.set(proof.name, section(result));
    process.stdout.write(`\n${sections.get(proof.name)}\n`);
    if (result.lines.some(({ holds }) => !holds)) process.exitCode = 1;
  }
  mkdirSync(join(root, 'docs'), { recursive: true });
  const all = proofs.map(({ name }) => sections.get(name)).filter((text) => text !== undefined);
  writeFileSync(document, [head, ...all].join('\n'));
}
