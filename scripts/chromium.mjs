/** Finds a Chromium for the browser tests, or installs Debian's package. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alone } from './alone.mjs';
import { runCommand, withProgress } from './command.mjs';

const PLACES = {
  linux: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].flatMap((name) =>
    ['/usr/bin', '/usr/local/bin', '/snap/bin'].map((folder) => join(folder, name)),
  ),
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
    .map((name) => process.env[name])
    .filter((folder) => folder !== undefined)
    .map((folder) => join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe')),
};

/** The path of an installed Chromium or Chrome, CHROMIUM_PATH first; undefined if there is none. Throws if CHROMIUM_PATH does not exist. */
export function findChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (!existsSync(named)) throw new Error(`CHROMIUM_PATH is ${named}, but this file does not exist.`);
    return named;
  }
  return (PLACES[process.platform] ?? []).find((path) => existsSync(path));
}

/** Like `findChromium`, but installs Debian's package if there is none. Throws an Error that says what to do if that fails. */
export async function ensureChromium() {
  return findChromium() ?? (await installChromium());
}

async function installChromium() {
  const help = 'Install Chromium or Chrome, or set CHROMIUM_PATH to one: the browser tests need it.';
  if (!existsSync('/usr/bin/apt-get')) throw new Error(help);
  await alone(
    fileURLToPath(import.meta.url),
    'Waiting for another set-up that installs Chromium',
    async () => {
      if (findChromium()) return;
      await withProgress('Installing Chromium (apt-get)', async () => {
        await aptGet(['update', '-qq'], help);
        await aptGet(['install', '-y', '-qq', '--no-install-recommends', 'chromium'], help);
      });
    },
  );
  const installed = findChromium();
  if (!installed) throw new Error(help);
  return installed;
}

async function aptGet(args, help) {
  // Another program may hold the lock of the package database, for example the setup of another clone.
  const wait = ['-o', 'DPkg::Lock::Timeout=600'];
  const command = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...wait, ...args];
  if (process.getuid() !== 0) command.unshift('sudo', '-n');
  const { code, output } = await runCommand(command[0], command.slice(1));
  if (code !== 0)
    throw new Error(`${output.trim()}\n\napt-get ${args[0]} failed; its output is above. ${help}`);
}
