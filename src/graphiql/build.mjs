/**
 * Bundles the GraphiQL page into files that need no other host:
 * one page, one script with lazily loaded chunks, one style sheet, fonts and Monaco's three workers.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build as bundle } from 'esbuild';
import { parse } from 'graphql';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

/** The oldest engines with the features that GraphiQL needs; the code is not compiled for older ones. */
const target = ['chrome111', 'edge111', 'firefox113', 'safari16.4'];

/** Compressed formats: compressing them again makes them larger. */
const denseExtensions = new Set(['.woff', '.woff2']);

/**
 * Writes the page and its files to `outDir`, replacing its content.
 * The name of every file except index.html contains a hash of its content. Compressible files also get a .br and a .gz file.
 *
 * @param {{ outDir?: string, operationsDir?: string }} [options] default: dist/graphiql and schema/operations
 * @returns {Promise<void>}
 */
export async function build({
  outDir = join(root, 'dist/graphiql'),
  operationsDir = join(root, 'schema/operations'),
} = {}) {
  const examples = await readExamples(operationsDir);
  await rm(outDir, { recursive: true, force: true });
  await mkdir(outDir, { recursive: true });
  const workers = await bundleWorkers(outDir);
  const { script, style, icon } = await bundlePage(outDir, workers, examples);
  await writePage(outDir, { script, style, icon });
  await compressAll(outDir);
}

/**
 * Reads the operations in the order of their file names, each as an Example of globals.d.ts.
 * Each file must contain exactly one operation, with a description. The name of the operation becomes the title of its tab.
 */
async function readExamples(operationsDir) {
  const names = (await readdir(operationsDir)).filter((name) => name.endsWith('.graphql')).sort();
  if (names.length === 0) throw new Error(`${operationsDir} has no .graphql file for the examples`);
  return Promise.all(
    names.map(async (name) => {
      const path = join(operationsDir, name);
      const text = (await readFile(path, 'utf8')).trim();
      const operations = parse(text).definitions.filter(({ kind }) => kind === 'OperationDefinition');
      if (operations.length !== 1 || operations[0]?.name === undefined) {
        throw new Error(`${path} must hold exactly one operation, with a name`);
      }
      const description = operations[0].description?.value.replaceAll('\n', ' ') ?? '';
      const summary = /^.+?[.](?= |$)/.exec(description)?.[0];
      if (summary === undefined)
        throw new Error(`${path} must begin with a description whose first sentence ends with a full stop`);
      const [{ name: operation, operation: kind }] = operations;
      return {
        name: operation.value,
        group: /^[A-Z_]+ \(E\d+\):/.test(summary) ? 'error' : kind,
        summary,
        text,
      };
    }),
  );
}

const shared = {
  bundle: true,
  minify: true,
  metafile: true,
  target,
  logLevel: 'warning',
  define: { 'process.env.NODE_ENV': '"production"' },
};

/** Bundles the workers of the Monaco that GraphiQL uses. They come first, because the page needs their hashed names. */
async function bundleWorkers(outDir) {
  const { resolve } = createRequire(import.meta.resolve('@graphiql/react'));
  const entries = {
    editor: resolve('monaco-editor/esm/vs/editor/editor.worker.js'),
    json: resolve('monaco-editor/esm/vs/language/json/json.worker.js'),
    graphql: resolve('monaco-graphql/esm/graphql.worker.js'),
  };
  const { metafile } = await bundle({
    ...shared,
    entryPoints: entries,
    entryNames: '[name].worker-[hash]',
    format: 'iife',
    outdir: outDir,
  });
  return Object.fromEntries(
    Object.keys(entries).map((label) => [
      label,
      outputNames(metafile).find((name) => name.startsWith(`${label}.worker-`)),
    ]),
  );
}

/** Bundles the page's code. Chunks import each other by relative name, so the folder can be served from any path. */
async function bundlePage(outDir, workers, examples) {
  const { metafile } = await bundle({
    ...shared,
    entryPoints: { main: join(here, 'main.tsx'), favicon: join(here, 'favicon.svg') },
    tsconfig: join(here, 'tsconfig.json'),
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    format: 'esm',
    splitting: true,
    // GraphiQL derives the screen-reader label of an icon from the name of its component function.
    keepNames: true,
    outdir: outDir,
    define: {
      ...shared.define,
      WORKER_FILES: JSON.stringify(workers),
      EXAMPLES: JSON.stringify(examples),
    },
    loader: { '.svg': 'copy' },
    plugins: [fontsAsFiles, oneStyleSheet],
  });
  const named = (start, end) =>
    outputNames(metafile).find((name) => name.startsWith(start) && name.endsWith(end));
  return {
    script: named('main-', '.js'),
    style: named('main-', '.css'),
    icon: named('favicon-', '.svg'),
  };
}

/** Writes the fonts in GraphiQL's style sheet to files: `font-src 'self'` refuses data URLs, and a page rarely needs all fonts. */
const fontsAsFiles = {
  name: 'fonts-as-files',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^data:font\// }, ({ path }) => {
      const kind = path.slice('data:font/'.length, path.indexOf(';'));
      const content = Buffer.from(path.slice(path.indexOf(',') + 1), 'base64');
      const hash = createHash('sha256').update(content).digest('hex');
      return { path: `${hash}/font.${kind}`, namespace: 'font', pluginData: content };
    });
    onLoad({ filter: /.*/, namespace: 'font' }, ({ pluginData }) => ({
      contents: pluginData,
      loader: 'file',
    }));
  },
};

/** Drops the styles that Monaco's modules import: `graphiql/style.css` contains them already. */
const oneStyleSheet = {
  name: 'one-style-sheet',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]monaco-editor[\\/].*\.css$/ }, () => ({ contents: '', loader: 'empty' }));
  },
};

async function writePage(outDir, { script, style, icon }) {
  const template = await readFile(join(here, 'index.html'), 'utf8');
  const page = template.replace('main.tsx', script).replace('main.css', style).replace('favicon.svg', icon);
  await writeFile(join(outDir, 'index.html'), page);
}

async function compressAll(outDir) {
  const brotli = promisify(brotliCompress);
  const names = (await readdir(outDir)).filter((name) => !denseExtensions.has(extname(name)));
  await Promise.all(
    names.map(async (name) => {
      const path = join(outDir, name);
      const content = await readFile(path);
      // Quality 9 is within a few percent of 11 and ten times as fast.
      const params = {
        [constants.BROTLI_PARAM_QUALITY]: 9,
        [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
      };
      await writeFile(`${path}.br`, await brotli(content, { params }));
      await writeFile(`${path}.gz`, await promisify(gzip)(content, { level: 9 }));
    }),
  );
}

function outputNames(metafile) {
  return Object.keys(metafile.outputs).map((path) => basename(path));
}
