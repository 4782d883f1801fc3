/**
 * Makes a clone ready to run: installs packages and builds, each only when what is there does not match the files.
 * It runs before anything is installed, so it needs Node alone.
 *
 *   node scripts/setup.mjs [--browser] [--no-build]
 */
import { accessSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { alone } from './alone.mjs';
import { build, isBuilt, WAITING } from './build.mjs';
import { ensureChromium } from './chromium.mjs';
import { isProgram, root, runCommand, withProgress } from './command.mjs';

const readJson = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));

/** Throws when this Node is older than package.json's `engines` allow. */
export function requireNode(version = process.versions.node) {
  const wanted = readJson('package.json').engines.node.replace('>=', '');
  const parts = (text) => text.split('.').map(Number);
  const [major, minor = 0, patch = 0] = parts(wanted);
  const [hasMajor, hasMinor, hasPatch] = parts(version);
  const difference = hasMajor - major || hasMinor - minor || hasPatch - patch;
  if (difference < 0) {
    throw new Error(
      `This is Node ${version}; the SIM Gateway needs Node ${wanted} or newer (https://nodejs.org).`,
    );
  }
}

/** True when node_modules holds exactly what package-lock.json says; optional packages may be absent. */
export function isInstalled() {
  const wanted = readJson('package-lock.json').packages;
  let present;
  try {
    // npm writes it last, so it also tells that npm came to its end
    present = readJson('node_modules/.package-lock.json').packages;
  } catch {
    return false; // not installed, or another process is about to
  }
  const matches = ([path, { version, optional }]) =>
    path === '' || present[path]?.version === version || (optional && !present[path]);
  return (
    Object.entries(wanted).every(matches) &&
    Object.keys(present).every((path) => path in wanted && existsSync(join(root, path)))
  );
}

async function install(lock) {
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  const { code, output } = await npm(args, lock);
  if (code !== 0) {
    throw new Error(
      `${output.trim()}\n\nThe packages could not be installed: npm ci ended with code ${code}, its words are above.\n` +
        'Is the npm registry within reach, and may this user write here? Then run the same command again.',
    );
  }
}

/** Runs npm; it inherits the lock, so that no other one begins while it runs, even if we are killed. */
function npm(args, lock) {
  const quiet = [...args, '--loglevel=error', '--no-progress', '--no-update-notifier', ...npmCache()];
  const self = process.env.npm_execpath; // set when npm runs us: the very npm the person called
  if (self?.endsWith('.js')) return runCommand(process.execPath, [self, ...quiet], { inherits: lock });
  return runCommand('npm', quiet, { shell: process.platform === 'win32', inherits: lock });
}

/** A user without a home of its own (a service account) gets npm's cache inside the clone. */
function npmCache() {
  try {
    accessSync(homedir(), constants.W_OK);
    return [];
  } catch {
    const folder = join(root, '.cache', 'npm');
    mkdirSync(folder, { recursive: true });
    return [`--cache=${folder}`];
  }
}

/** Installs and builds what is missing or out of date, one process at a time; says one line for each thing it does. */
export async function setup({ browser = false, builds = true } = {}) {
  requireNode();
  if (!isInstalled() || (builds && !isBuilt())) {
    await alone(root, WAITING, async (lock) => {
      if (!isInstalled()) await withProgress('Installing packages (npm ci)', () => install(lock));
      if (builds && !isBuilt()) await withProgress('Building', build);
    });
  }
  if (browser) await ensureChromium();
}

if (isProgram(import.meta.url)) {
  try {
    await setup({
      browser: process.argv.includes('--browser'),
      builds: !process.argv.includes('--no-build'),
    });
  } catch (error) {
    process.stderr.write(`\n${error.message}\n`);
    process.exitCode = 1;
  }
}
