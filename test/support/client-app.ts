import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type BuildOptions, build } from 'esbuild';

/** The address of the gateway in docs/clients.md. */
const documentedUrl = 'http://127.0.0.1:4000';

/** Compiler options of an app: stricter than those of most apps. */
const tsconfig = {
  compilerOptions: {
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noImplicitReturns: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    verbatimModuleSyntax: true,
    isolatedModules: true,
    module: 'esnext',
    moduleResolution: 'bundler',
    target: 'es2022',
    lib: ['es2022', 'dom', 'dom.iterable'],
    jsx: 'react-jsx',
    types: [],
    skipLibCheck: true,
    noEmit: true,
  },
  include: ['src', '*.ts'],
};

/** An app that consists of the code blocks of docs/clients.md. */
export interface ClientApp {
  /** Paths of the blocks, in the order of the page. */
  readonly files: readonly string[];
  /** The errors of the TypeScript compiler; empty: none. */
  compile(): Promise<string>;
  /** Bundles and runs modules of the app, and returns what they export together. */
  load<Exports>(...paths: string[]): Promise<Exports>;
  /** Runs a module of the app and returns its default export. */
  loadDefault<Export>(path: string): Promise<Export>;
  /** Bundles a module for a browser. */
  bundleForBrowser(path: string): Promise<string>;
  remove(): Promise<void>;
}

const forNode: BuildOptions = { platform: 'node', format: 'cjs' };

let created = 0;

/** Writes the blocks of the page to a folder, with the address of a gateway, and generates their types as the page describes. */
export async function createClientApp(gatewayUrl: string): Promise<ClientApp> {
  created += 1;
  // Inside the repository, where the packages are found.
  const folder = join(process.cwd(), '.cache', 'clients', `${process.pid}-${created}`);
  const blocks = await readBlocks();
  for (const [path, text] of blocks)
    await write(join(folder, path), text.replaceAll(documentedUrl, gatewayUrl));
  await write(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
  await run('@graphql-codegen/cli/esm/bin.js', ['--config', 'codegen.ts'], folder);

  let bundles = 0;
  async function bundle(entry: string, options: BuildOptions): Promise<string> {
    bundles += 1;
    const outfile = join(folder, `bundle-${bundles}.cjs`);
    await build({
      entryPoints: [join(folder, entry)],
      outfile,
      bundle: true,
      logLevel: 'silent',
      ...options,
    });
    return outfile;
  }

  return {
    files: [...blocks.keys()],
    compile: () =>
      run('typescript/bin/tsc', ['--project', '.', '--pretty', 'false'], folder).then(
        () => '',
        (error: { stdout: string }) => error.stdout,
      ),
    async load(...paths) {
      const entry = `entry-${bundles}.mjs`;
      await write(join(folder, entry), paths.map((path) => `export * from './${path}';\n`).join(''));
      return import(await bundle(entry, forNode));
    },
    loadDefault: async (path) => (await import(await bundle(path, forNode))).default,
    async bundleForBrowser(path) {
      const options: BuildOptions = {
        platform: 'browser',
        format: 'iife',
        jsx: 'automatic',
        define: { 'process.env.NODE_ENV': '"production"' },
      };
      return readFile(await bundle(path, options), 'utf8');
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The code blocks of the page by the path in their title. */
async function readBlocks(): Promise<Map<string, string>> {
  const page = await readFile('docs/clients.md', 'utf8');
  const found = page.matchAll(/^```\w+ title="([^"]+)"\n([\s\S]*?)^```$/gm);
  return new Map([...found].map(([, path = '', text = '']) => [path, text]));
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** Runs the program of a package in a folder. Errors: a failed program, with its `stdout`. */
async function run(program: string, args: readonly string[], cwd: string): Promise<void> {
  const path = join(process.cwd(), 'node_modules', program);
  await promisify(execFile)(process.execPath, [path, ...args], { cwd });
}
