/**
 * Builds dist/: the programs with tsc (which checks their types), then the GraphiQL bundle.
 *
 *   node scripts/build.mjs
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isProgram, program, root, runNode, withProgress } from './command.mjs';

/** Names the sources that dist/ was built from; written last, so a build that failed leaves none. */
const stamp = join(root, 'dist', '.sources');

const SOURCES = [
  'src',
  'schema/operations',
  'tsconfig.json',
  'tsconfig.build.json',
  'package-lock.json',
  'scripts/build.mjs',
];

function filesBelow(path) {
  if (!existsSync(path)) return [];
  const entries = readdirSync(path, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/** A hash over the content of everything that a build reads. */
function hashOfSources() {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    const path = join(root, source);
    const files = source.includes('.') ? [path] : filesBelow(path).sort();
    for (const file of files) hash.update(relative(root, file)).update('\0').update(readFileSync(file));
  }
  return hash.digest('hex');
}

/** True when dist/ was built to the end from the sources as they are. */
export function isBuilt() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hashOfSources();
}

/** What tsc wrote for a source that is gone would still be found by an import, and hide the fault. */
function removeLeftovers() {
  const compiled = /\.js(\.map)?$/;
  for (const file of filesBelow(join(root, 'dist'))) {
    const path = relative(join(root, 'dist'), file);
    if (path.startsWith(`graphiql${sep}`) || !compiled.test(path)) continue;
    if (!existsSync(join(root, 'src', path.replace(compiled, '.ts')))) rmSync(file);
  }
}

/** Builds all of dist/. Throws with the compiler's words when the sources have a fault. */
export async function build() {
  const sources = hashOfSources();
  rmSync(stamp, { force: true });
  removeLeftovers();
  const compiled = await runNode([
    program('typescript/bin/tsc'),
    '-p',
    'tsconfig.build.json',
    '--pretty',
    'false',
  ]);
  if (compiled.code !== 0)
    throw new Error(`${compiled.output.trim()}\n\nThe sources do not compile; see above.`);
  await buildGraphiql();
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stamp, sources);
}

/** Bundles GraphiQL into dist/graphiql; nothing to do in a tree without it. */
export async function buildGraphiql() {
  const script = join(root, 'src', 'graphiql', 'build.mjs');
  if (!existsSync(script)) return;
  const bundle = await import(pathToFileURL(script).href);
  await bundle.build();
}

if (isProgram(import.meta.url)) {
  try {
    await withProgress('Building', build);
  } catch (error) {
    process.stderr.write(`\n${error.message}\n`);
    process.exitCode = 1;
  }
}
