/**
 * Runs all static checks. Each step runs, even if others fail.
 *
 *   node scripts/check.mjs
 */
import './node-version.mjs';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isProgram, program, root, runNode, took } from './command.mjs';

const tsc = (project, cache) => [
  program('typescript/bin/tsc'),
  ...['-p', project, '--noEmit', '--pretty', 'false'],
  ...['--incremental', '--tsBuildInfoFile', `.cache/${cache}.tsbuildinfo`],
];

const STEPS = [
  { name: 'types', args: tsc('tsconfig.json', 'types') },
  {
    name: 'types of GraphiQL',
    args: tsc('src/graphiql/tsconfig.json', 'graphiql'),
    needs: 'src/graphiql/tsconfig.json',
  },
  {
    name: 'format and lint',
    args: [program('@biomejs/biome/bin/biome'), 'ci', '--error-on-warnings', '--colors=off'],
  },
  { name: 'GraphQL lint', args: [program('eslint/bin/eslint.js'), 'schema', '--max-warnings=0'] },
  { name: 'dependency rules', args: [program('dependency-cruiser/bin/dependency-cruise.mjs'), 'src'] },
  { name: 'architecture rules', args: ['scripts/architecture-rules.mjs'] },
  { name: 'vocabulary', args: ['scripts/vocabulary.mjs'] },
  { name: 'links in the docs', args: ['scripts/links.mjs'] },
  { name: 'dead code', args: [program('knip/bin/knip.js'), '--no-progress'] },
  { name: 'schema changes', args: ['scripts/schema-changes.mjs'] },
  { name: 'generated files', args: ['scripts/generate.mjs', '--check'] },
];

/** Steps that run concurrently, each in its own process: small, because machines may have few cores. */
const AT_ONCE = 2;

async function runStep({ name, args }) {
  const startedAt = performance.now();
  const { code, output } = await runNode(args);
  const result = { name, passed: code === 0, time: took(startedAt) };
  process.stdout.write(`${line(result)}\n`);
  if (!result.passed) process.stdout.write(`${output.trimEnd()}\n\n`);
  return result;
}

const line = ({ name, passed, time }) =>
  `  ${passed ? 'passed' : 'FAILED'}  ${name.padEnd(20)} ${time.padStart(7)}`;

/** Runs all steps and returns their counts as {passed, failed}. Prints each result, and a table of all results if a step failed. */
export async function check() {
  const waiting = STEPS.filter(({ needs }) => needs === undefined || existsSync(join(root, needs)));
  const results = [];
  const work = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) results.push(await runStep(step));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const failed = results.filter((result) => !result.passed);
  if (failed.length > 0) process.stdout.write(`\nAll checks:\n${results.map(line).join('\n')}\n`);
  process.stdout.write('\n');
  return { passed: results.length - failed.length, failed: failed.length };
}

if (isProgram(import.meta.url)) {
  const { failed } = await check();
  process.exitCode = failed > 0 ? 1 : 0;
}
