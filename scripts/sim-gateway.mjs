#!/usr/bin/env node
/**
 * The terminal of SIM Gateway; installs and builds first what is missing.
 *
 *   npx sim-gateway <command>            in the clone
 *   node scripts/sim-gateway.mjs         from anywhere, by its path
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { isBuilt } from './build.mjs';
import { root } from './command.mjs';
import { isInstalled } from './setup.mjs';

/** Sets up as `npm start` does, but with every word on the standard error: the standard output may go to a program. */
async function setUp() {
  const child = spawn(process.execPath, [join(root, 'scripts', 'setup.mjs')], { stdio: ['ignore', 2, 2] });
  const [code] = await once(child, 'exit');
  return code === 0;
}

if ((isInstalled() && isBuilt()) || (await setUp())) {
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(join(root, 'dist', 'terminal', 'main.js')).href);
} else {
  // Neither wrong usage nor the gateway: it could not even begin.
  process.exitCode = 1;
}
