/**
 * Runs the long proofs, prints what they measured and keeps it in docs/proofs.md.
 *
 *   node scripts/prove.mjs [part of a name]
 *
 * A proof is a module prove/<name>.proof.mjs that exports
 *   name   what it proves, in a few words
 *   run    () => Promise<{ what, measured, holds }[]>   its lines: a promise, what was seen, true where the promise holds
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, took } from './command.mjs';

const folder = join(root, 'prove');
const wanted = process.argv[2] ?? '';

async function runProof(file) {
  const { name, run } = await import(pathToFileURL(join(folder, file)).href);
  process.stdout.write(`${name} …\n`);
  const startedAt = performance.now();
  try {
    const lines = await run();
    return { name, lines, time: took(startedAt) };
  } catch (error) {
    return {
      name,
      lines: [{ what: 'runs to its end', measured: String(error), holds: false }],
      time: took(startedAt),
    };
  }
}

const cell = (value) => String(value).replaceAll('|', '\\|').replaceAll('\n', ' ');

function table(proofs) {
  const rows = proofs.flatMap(({ name, lines, time }) =>
    lines.map(({ what, measured, holds }) => [name, what, measured, holds ? 'yes' : '**no**', time]),
  );
  const head = ['Proof', 'What', 'Measured', 'Holds', 'Took'];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');
}

const found = existsSync(folder)
  ? readdirSync(folder)
      .filter((file) => file.endsWith('.proof.mjs'))
      .sort()
  : [];
const files = found.filter((file) => file.includes(wanted));
if (files.length === 0) {
  process.stdout.write(
    wanted ? `No proof is named like "${wanted}".\n` : 'There is no proof yet (prove/*.proof.mjs).\n',
  );
  process.exitCode = wanted ? 1 : 0;
} else {
  const proofs = [];
  for (const file of files) proofs.push(await runProof(file));
  const result = table(proofs);
  process.stdout.write(`\n${result}\n`);
  if (!wanted) {
    const gigabytes = Math.round(totalmem() / 1e9);
    const machine = `Node ${process.versions.node}, ${availableParallelism()} cores, ${gigabytes} GB of memory`;
    const day = new Date().toISOString().slice(0, 10);
    mkdirSync(join(root, 'docs'), { recursive: true });
    writeFileSync(
      join(root, 'docs', 'proofs.md'),
      `# What the long proofs measured\n\nWritten by \`npm run prove\` on ${day}: ${machine}.\n\n${result}\n`,
    );
  }
  process.exitCode = proofs.some(({ lines }) => lines.some(({ holds }) => !holds)) ? 1 : 0;
}
