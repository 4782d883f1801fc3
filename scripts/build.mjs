/**
 * Builds dist/: the programs, bundled with esbuild, and the GraphiQL page.
 *
 *   node scripts/build.mjs
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { alone } from './alone.mjs';
import { isProgram, root, withProgress } from './command.mjs';

/** Names the sources that dist/ was built from; written last, so a build that failed leaves none. */
const stamp = join(root, 'dist', '.sources');

const SOURCES = ['src', 'schema/operations', 'tsconfig.json', 'package-lock.json', 'scripts/build.mjs'];

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
  try {
    return readFileSync(stamp, 'utf8') === hashOfSources();
  } catch {
    return false; // not built, or another process has just begun to
  }
}

/** The programs, one file each with all of its packages: reading hundreds of small files is most of what a start costs. */
const PROGRAMS = ['main', 'sandbox/main', 'terminal/main', 'gateway/emit-schema', 'gateway/emit-errors'];

/** Modules that tests and proofs import; they share chunks, so that each class exists once. */
const MODULES = [
  'store/store',
  'store/leadership',
  'store/embedded/account',
  'store/embedded/binaries',
  'store/embedded/embedded',
  'gateway/fleet/fleet.loader',
  'fleet-index/query/fleet.store',
  'fleet-index/query/cursor',
];

/** Bundles the programs and the modules. `npm run check` checks their types. */
async function bundlePrograms() {
  // Imported here, since setup.mjs imports this file before anything is installed.
  const esbuild = await import('esbuild');
  const shared = {
    absWorkingDir: root,
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    tsconfig: 'tsconfig.json',
    // Type-GraphQL names types after their classes.
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'silent',
  };
  const entries = (names) => names.map((name) => ({ in: `src/${name}.ts`, out: name }));
  await Promise.all([
    esbuild.build({
      ...shared,
      entryPoints: entries(PROGRAMS),
      minifyWhitespace: true,
      minifySyntax: true,
      legalComments: 'none',
      // Optional peers of pg and type-graphql that are not installed.
      external: ['pg-native', 'class-validator'],
      // CommonJS packages inside an ES module need a `require` for the modules of Node.
      banner: {
        js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
      },
    }),
    esbuild.build({
      ...shared,
      entryPoints: entries(MODULES),
      packages: 'external',
      splitting: true,
      chunkNames: 'chunks/[name]-[hash]',
    }),
  ]);
}

/** Builds all of dist/; no other process may do so at the same time. Errors: those of the bundler, when the sources have a syntax error. */
export async function build() {
  const sources = hashOfSources();
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  await Promise.all([bundlePrograms(), buildGraphiql()]);
  writeFileSync(stamp, sources);
}

/** What a process says that finds another one at work on node_modules or dist. */
export const WAITING = 'Waiting for another set-up of this clone';

/** Builds dist/ unless it is built; says so. */
export async function ensureBuilt() {
  if (isBuilt()) return;
  await alone(root, WAITING, async () => {
    if (!isBuilt()) await withProgress('Building', build);
  });
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
    await alone(root, WAITING, () => withProgress('Building', build));
  } catch (error) {
    process.stderr.write(`\n${error.message}\n`);
    process.exitCode = 1;
  }
}
