/**
 * Builds dist/: the programs, bundled with esbuild, and the GraphiQL page.
 *
 *   node scripts/build.mjs
 */
import './node-version.mjs';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { alone } from './alone.mjs';
import { isProgram, root, runNode, withProgress } from './command.mjs';

/** Contains the hash of the sources of dist/. Written last, so a failed build leaves none. */
const stamp = join(root, 'dist', '.sources');

const SOURCES = [
  'src',
  'schema/operations',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
  'scripts/build.mjs',
  'scripts/node-version.mjs',
  'scripts/undici-pool.mjs',
];

function filesBelow(path) {
  if (!existsSync(path)) return [];
  const entries = readdirSync(path, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/** Hash of the paths and contents of all files that a build reads. */
function hashOfSources() {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    const path = join(root, source);
    const files = source.includes('.') ? [path] : filesBelow(path).sort();
    for (const file of files) hash.update(relative(root, file)).update('\0').update(readFileSync(file));
  }
  return hash.digest('hex');
}

/** Whether dist/ is a complete build of the current sources. */
export function isBuilt() {
  try {
    return readFileSync(stamp, 'utf8') === hashOfSources();
  } catch {
    return false; // not built, or another process is building
  }
}

/**
 * Programs. Each is bundled with its packages into one file, because reading hundreds of small files dominates the start-up time. GATEWAY
 * is the exception.
 */
const PROGRAMS = [
  'sandbox/main',
  'sandbox/settings',
  'config',
  'terminal/main',
  'gateway/emit-schema',
  'gateway/emit-errors',
  'gateway/emit-scopes',
];

/** Files that tests and proofs import. They share chunks, so that each class exists once. */
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

/**
 * The gateway. The part that a supervisor of several workers needs is in one file, the rest in another, which it imports when it needs it.
 */
const GATEWAY = 'main';

/** Programs that are started as `dist/NAME.js`. That file checks the version of Node, and then imports the bundle. */
const STARTED = [GATEWAY, 'sandbox/main'];

const bundleOf = (name) => (STARTED.includes(name) ? `${name}.bundle` : name);

/** Bundles GATEWAY, PROGRAMS and MODULES. Does not check types: `npm run check` does. */
async function bundlePrograms() {
  // Imported here, because setup.mjs imports this file before the packages are installed.
  const esbuild = await import('esbuild');
  const shared = {
    absWorkingDir: root,
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    tsconfig: 'tsconfig.json',
    // graphql-js checks each type in a slower way outside production.
    define: { 'globalThis.process.env.NODE_ENV': '"production"', 'process.env.NODE_ENV': '"production"' },
    alias: {
      // In a bundle this package of Apollo finds no `module.require` and falls back to a hash function in JavaScript.
      '@apollo/utils.createhash': 'node:crypto',
    },
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'silent',
  };
  const entries = (names) => names.map((name) => ({ in: `src/${name}.ts`, out: bundleOf(name) }));
  const program = {
    ...shared,
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    // Optional peers of pg and type-graphql that are not installed.
    external: ['pg-native', 'class-validator'],
    // Bundled CommonJS packages need `require` for the built-in modules of Node.
    banner: {
      js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
    },
  };
  await Promise.all([
    esbuild.build({
      ...program,
      entryPoints: entries([GATEWAY]),
      splitting: true,
      chunkNames: 'part-[name]-[hash]',
      alias: { ...program.alias, undici: join(root, 'scripts', 'undici-pool.mjs') },
      // pg constructs a Response to recognize another runtime, and Node then loads its fetch.
      define: { ...program.define, Response: 'undefined' },
    }),
    esbuild.build({ ...program, entryPoints: entries(PROGRAMS) }),
    esbuild.build({
      ...shared,
      entryPoints: entries(MODULES),
      packages: 'external',
      splitting: true,
      chunkNames: 'chunks/[name]-[hash]',
    }),
  ]);
}

/** Writes what the programs in dist/ need of package.json, so that a copy of dist/ runs in any folder. */
function writePackage() {
  const { type, version, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  writeFileSync(
    join(root, 'dist', 'package.json'),
    `${JSON.stringify({ type, version, engines }, null, 2)}\n`,
  );
}

function writeStarters() {
  const check = 'scripts/node-version.mjs';
  mkdirSync(join(root, 'dist', 'scripts'));
  copyFileSync(join(root, check), join(root, 'dist', check));
  for (const name of STARTED) {
    const file = join(root, 'dist', `${name}.js`);
    const toDist = '../'.repeat(name.split('/').length - 1) || './';
    const bundle = `./${basename(bundleOf(name))}.js`;
    writeFileSync(file, `import '${toDist}${check}';\n\nawait import('${bundle}');\n`);
  }
}

/** Builds dist/. The caller must hold the lock (`alone`). Errors: those of the bundler, for example if a source has a syntax error. */
export async function build() {
  const sources = hashOfSources();
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  await Promise.all([bundlePrograms(), buildGraphiql()]);
  writePackage();
  writeStarters();
  await checkScopes();
  writeFileSync(stamp, sources);
}

/** Errors: an Error if a root field of the schema does not state the scopes that it needs. */
async function checkScopes() {
  const { code, output } = await runNode([join(root, 'dist/gateway/emit-scopes.js')]);
  if (code !== 0) throw new Error(`The schema cannot be built:\n${output}`);
}

/** Printed by a process that waits for another one to finish its work on node_modules or dist. */
export const WAITING = 'Waiting for another set-up of this clone';

/** Builds dist/ if it is out of date, and prints the progress. */
export async function ensureBuilt() {
  if (isBuilt()) return;
  await alone(root, WAITING, async () => {
    if (!isBuilt()) await withProgress('Building', build);
  });
}

/** Bundles GraphiQL into dist/graphiql. Does nothing in a tree without src/graphiql. */
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
