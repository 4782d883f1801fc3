/**
 * Compares the built gateway with other ways to serve the same answers: docs/benchmarks.md.
 *
 *   node scripts/bench.mjs [--quick] [options]     --help lists the options
 */
import './node-version.mjs';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, runCommand, withProgress } from './command.mjs';

const folder = join(root, 'bench');

/** Whether bench/node_modules has the packages of its lock file. */
function isInstalled() {
  const read = (path) => JSON.parse(readFileSync(join(folder, path), 'utf8')).packages;
  if (!existsSync(join(folder, 'node_modules', '.package-lock.json'))) return false;
  const present = read('node_modules/.package-lock.json');
  return Object.entries(read('package-lock.json')).every(
    ([path, { version, optional }]) => path === '' || optional || present[path]?.version === version,
  );
}

async function install() {
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--no-progress'];
  const { code, output } = await runCommand('npm', args, {
    cwd: folder,
    shell: process.platform === 'win32',
  });
  if (code !== 0) throw new Error(`${output.trim()}\n\nnpm ci ended with code ${code} in bench/.`);
}

const isHelp = process.argv.includes('--help');
if (!isHelp && !isInstalled())
  await withProgress('Installing the packages of the peers (npm ci in bench/)', install);
const { main } = await import('../bench/main.mjs');
process.exitCode = await main(process.argv.slice(2));
