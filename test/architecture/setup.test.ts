import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from '@jest/globals';
import { waitFor } from '../support/wait-for.ts';
import { plantTree, type Tree } from './tree.ts';

/** A fake npm: records its process id, and finishes the installation when the file `go` exists. */
const NPM = `import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';

appendFileSync('events', process.pid + '\\n');
const look = setInterval(() => {
  if (!existsSync('go')) return;
  clearInterval(look);
  mkdirSync('node_modules', { recursive: true });
  writeFileSync('node_modules/.package-lock.json', '{ "packages": {} }');
}, 20);
`;

const FILES = {
  'package.json': '{ "type": "module", "engines": { "node": ">=20.0.0" } }',
  'package-lock.json': '{ "packages": { "": {} } }',
  'npm.js': NPM,
};

interface SetUp {
  readonly child: ChildProcess;
  output(): string;
  readonly closed: Promise<unknown[]>;
}

let tree: Tree;
let setUps: SetUp[];

function plant(files: Readonly<Record<string, string>> = FILES): void {
  tree = plantTree(files, ['scripts']);
  setUps = [];
}

function setUp(nodeArgs: readonly string[] = []): SetUp {
  const child = spawn(process.execPath, [...nodeArgs, join(tree.folder, 'scripts/setup.mjs'), '--no-build'], {
    cwd: tree.folder,
    env: { ...process.env, npm_execpath: join(tree.folder, 'npm.js') },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += String(chunk);
    });
  const started = { child, output: () => output, closed: once(child, 'close') };
  setUps.push(started);
  return started;
}

/** Process ids of the npm runs so far. */
const npms = () => (existsSync(join(tree.folder, 'events')) ? tree.read('events').trim().split('\n') : []);
const letNpmEnd = () => writeFileSync(join(tree.folder, 'go'), '');

/** Starts a set-up, and a second one while the first is installing. */
async function startTwo(): Promise<[SetUp, SetUp]> {
  plant();
  const first = setUp();
  await waitFor(() => npms().length === 1);
  const second = setUp();
  await waitFor(() => second.output().includes('Waiting') || npms().length > 1);
  return [first, second];
}

afterEach(async () => {
  letNpmEnd();
  for (const { closed } of setUps) await closed;
  tree.remove();
});

test('of two concurrent set-ups one installs; the other reports that it waits, and then has nothing to do', async () => {
  const [first, second] = await startTwo();
  letNpmEnd();
  expect(await Promise.all([first.closed, second.closed])).toEqual([
    [0, null],
    [0, null],
  ]);
  expect(npms()).toHaveLength(1);
  expect(first.output()).toMatch(/^Installing packages \(npm ci\) … \d+\.\d s\n$/);
  expect(second.output()).toMatch(/^Waiting for another set-up of this clone … \d+\.\d s\n$/);
});

test('the npm of a killed set-up still holds its lock, and the other set-up waits for it', async () => {
  const [first, second] = await startTwo();
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  letNpmEnd();
  expect(await second.closed).toEqual([0, null]);
  expect(npms()).toHaveLength(1);
});

test('a set-up that is killed together with its npm releases the lock, and the other one installs', async () => {
  const [first, second] = await startTwo();
  first.child.kill('SIGKILL');
  process.kill(Number(npms()[0]), 'SIGKILL');
  await waitFor(() => npms().length === 2);
  letNpmEnd();
  expect(await second.closed).toEqual([0, null]);
  expect(second.output()).toMatch(/^Waiting .* s\nInstalling .* s\n$/);
});

/** A fake npm with two packages: it reports three requests, then unpacks one package; an earlier one is still there. */
const SLOW_NPM = `import { existsSync, mkdirSync, writeFileSync } from 'node:fs';

process.stderr.write('npm http fetch GET 200 https://packages.example/a\\n'.repeat(3));
const look = setInterval(() => {
  if (existsSync('go')) process.exit();
  if (!existsSync('unpack')) return;
  mkdirSync('node_modules/new', { recursive: true });
  writeFileSync('node_modules/new/package.json', '{}');
}, 20);
`;

/** A module that makes the intervals of a program 1000 times shorter. */
const FAST_INTERVALS = `data:text/javascript,${encodeURIComponent(
  'const repeat = setInterval; globalThis.setInterval = (work, ms) => repeat(work, ms / 1000);',
)}`;

test('an installation prints how many answers npm has had, then how many packages it has unpacked', async () => {
  plant({
    ...FILES,
    'npm.js': SLOW_NPM,
    'package-lock.json':
      '{ "packages": { "": {}, "node_modules/new": {}, "node_modules/old": {}, "node_modules/other": { "os": ["none"] } } }',
    'node_modules/old/package.json': '{}',
  });
  const { output, closed } = setUp(['--import', FAST_INTERVALS]);
  await waitFor(() => /^ {2}\d+ s, 3 answers from the registry$/m.test(output()));
  writeFileSync(join(tree.folder, 'unpack'), '');
  await waitFor(() => /^ {2}\d+ s, 1 of 2 packages$/m.test(output()));
  letNpmEnd();
  expect(await closed).toEqual([0, null]);
  expect(output()).toMatch(/^Installing packages \(npm ci\) … \n(?: {2}\d+ s.*\n)+ {2}\d+\.\d s\n$/);
});

/** Plants what the CLI of a built clone needs. */
function plantBuilt(): void {
  tree = plantTree({ 'npm.js': NPM, go: '' }, [
    ...['scripts', 'src', 'schema/operations', 'tsconfig.json', 'package.json', 'package-lock.json'],
    ...['dist/.sources', 'dist/package.json', 'dist/terminal'],
  ]);
  setUps = [];
}

/** Runs Node in the tree, and returns what it prints to stdout. Errors: throws if it fails. */
async function nodePrints(args: readonly string[]): Promise<string> {
  const options = {
    cwd: tree.folder,
    env: { ...process.env, npm_execpath: join(tree.folder, 'npm.js') },
  };
  return (await promisify(execFile)(process.execPath, args, options)).stdout;
}

test('the CLI of a built clone runs without packages, and installs none', async () => {
  plantBuilt();
  expect(await nodePrints(['scripts/sim-gateway.mjs', '--help'])).toMatch(/^Usage: sim-gateway /);
  expect(npms()).toEqual([]);
});

test('a build of another version is out of date', async () => {
  plantBuilt();
  const isBuilt = () =>
    nodePrints(['--input-type=module', '-e', "console.log((await import('./scripts/build.mjs')).isBuilt())"]);
  expect(await isBuilt()).toBe('true\n');
  const changed = { ...JSON.parse(tree.read('package.json')), version: '99.0.0' };
  writeFileSync(join(tree.folder, 'package.json'), JSON.stringify(changed));
  expect(await isBuilt()).toBe('false\n');
});
