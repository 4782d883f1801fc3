#!/usr/bin/env node
/**
 * The CLI of SIM Gateway. Installs packages and builds if the build is missing or out of date. The build needs no packages, so that the CLI
 * also runs in an installation without development packages.
 *
 *   npx sim-gateway <command>            in the clone
 *   node scripts/sim-gateway.mjs         from anywhere, by its path
 */
import './node-version.mjs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { isBuilt } from './build.mjs';
import { root } from './command.mjs';

/** Runs the setup with all output on stderr, because another program may read stdout. */
async function setUp() {
  const child = spawn(process.execPath, [join(root, 'scripts', 'setup.mjs')], { stdio: ['ignore', 2, 2] });
  const [code] = await once(child, 'exit');
  return code === 0;
}

if (isBuilt() || (await setUp())) {
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(join(root, 'dist', 'terminal', 'main.js')).href);
} else {
  // The setup failed. Exit codes for wrong usage and for errors of the gateway are others.
  process.exitCode = 1;
}
