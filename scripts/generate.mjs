/**
 * Writes the files that are generated from the code. With --check, only lists those that are out of date.
 *
 *   node scripts/generate.mjs [--check]
 */
import './node-version.mjs';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { root, runNode } from './command.mjs';

/** The generated files, in the order of generation: a later one may read an earlier one. */
const GENERATED = [
  { path: 'schema/schema.graphql', make: () => printed('dist/gateway/emit-schema.js') },
  { path: 'docs/errors.md', make: () => printed('dist/gateway/emit-errors.js') },
  { path: 'docs/scopes.md', make: () => printed('dist/gateway/emit-scopes.js') },
  { path: 'test/support/operations.ts', make: () => typedOperations('test/support/operations.ts') },
];

async function printed(script) {
  const { code, output } = await runNode([join(root, script)]);
  if (code !== 0) throw new Error(`${script} failed:\n${output}`);
  return output;
}

/** The content that graphql-codegen generates for this file of codegen.yml. */
async function typedOperations(path) {
  const { generate, loadContext } = await import('@graphql-codegen/cli');
  const context = await loadContext(join(root, 'codegen.yml'));
  context.updateConfig({ silent: true, errorsOnly: true });
  const files = await generate(context, false);
  const made = files.find(({ filename }) => filename.replaceAll('\\', '/').endsWith(path));
  if (!made) throw new Error(`codegen.yml does not generate ${path}.`);
  return made.content;
}

const checks = process.argv.includes('--check');
process.chdir(root);
try {
  await ensureBuilt();
  const stale = [];
  for (const { path, make } of GENERATED) {
    const made = await make();
    const file = join(root, path);
    if (existsSync(file) && readFileSync(file, 'utf8') === made) continue;
    stale.push(path);
    if (checks) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, made);
    process.stdout.write(`Wrote ${path}\n`);
  }
  if (checks && stale.length > 0) {
    process.stderr.write(`Out of date: ${stale.join(', ')}. Run npm run generate and commit the result.\n`);
    process.exitCode = 1;
  } else if (stale.length === 0) {
    process.stdout.write('All generated files are up to date.\n');
  }
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
