/**
 * Makes a clone ready to run: installs packages and builds, each only if it is out of date.
 * Uses only built-in modules, because it runs before the packages are installed.
 *
 *   node scripts/setup.mjs [--browser] [--no-build]
 */
import './node-version.mjs';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { alone } from './alone.mjs';
import { build, isBuilt, WAITING } from './build.mjs';
import { ensureChromium } from './chromium.mjs';
import { isProgram, root, runCommand, withProgress } from './command.mjs';

const readJson = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));

/** Whether node_modules contains exactly the packages of package-lock.json; optional packages may be absent. */
function isInstalled() {
  const wanted = readJson('package-lock.json').packages;
  let present;
  try {
    // npm writes this file last, so it also shows that npm has finished
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

/** Paths of the packages that npm installs on this platform. */
function packagePaths() {
  const matches = (platforms, own) => platforms === undefined || platforms.includes(own);
  return (
    Object.entries(readJson('package-lock.json').packages)
      // The packages for other C libraries are not installed, and which one this system has is not known here.
      .filter(
        ([path, { os, cpu, libc }]) =>
          path !== '' && !libc && matches(os, process.platform) && matches(cpu, process.arch),
      )
      .map(([path]) => path)
  );
}

/** Lines of npm about requests and about packages that are deprecated. */
const CHATTER = /^npm (?:http|warn|notice) .*\n/gim;

/** Installs the packages, and prints how many answers npm has had from the registry, then how many packages it has unpacked. */
async function install(lock) {
  const paths = packagePaths();
  const startedAt = Date.now();
  // npm removes earlier packages only after its requests.
  const isNew = (path) =>
    statSync(join(root, path, 'package.json'), { throwIfNoEntry: false })?.ctimeMs >= startedAt;
  let answers = 0;
  const onOutput = (text) => {
    answers += text.match(/^npm http /gm)?.length ?? 0;
  };
  const detail = () => {
    const unpacked = paths.filter(isNew).length;
    if (unpacked > 0) return `, ${unpacked} of ${paths.length} packages`;
    return answers > 0 ? `, ${answers} answers from the registry` : '';
  };
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  await withProgress(
    'Installing packages (npm ci)',
    async () => {
      const { code, output } = await npm(args, { inherits: lock, onOutput });
      if (code !== 0) {
        throw new Error(
          `${output.replace(CHATTER, '').trim()}\n\nThe packages could not be installed: npm ci ended with code ${code}; its output is above.\n` +
            'Check that the npm registry is reachable and that this user may write here. Then run the same command again.',
        );
      }
    },
    detail,
  );
}

/** Runs npm. It inherits the lock, so that no other setup starts while npm runs, even if this process is killed. */
function npm(args, options) {
  const quiet = [...args, '--loglevel=http', '--no-progress', '--no-update-notifier', ...npmCache()];
  const self = process.env.npm_execpath; // set if npm started this script: the npm that the user ran
  if (self?.endsWith('.js')) return runCommand(process.execPath, [self, ...quiet], options);
  return runCommand('npm', quiet, { shell: process.platform === 'win32', ...options });
}

/** Puts npm's cache into the clone for a user without a writable home folder, such as a service account. */
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

/** Installs and builds what is missing or out of date, under the lock of the clone. Prints the progress of each step. */
export async function setup({ browser = false, builds = true } = {}) {
  if (!isInstalled() || (builds && !isBuilt())) {
    await alone(root, WAITING, async (lock) => {
      if (!isInstalled()) await install(lock);
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
