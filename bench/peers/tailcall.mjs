/**
 * Peer: Tailcall, a GraphQL server in Rust, with batching. This program starts its binary on a free port and reports the process of the
 * binary. Version 1.0.0 is the newest that runs on glibc 2.36.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../prove/programs.mjs';
import { reportListening } from '../lib/child.mjs';
import { month, monthText } from './targets.mjs';

const binary = fileURLToPath(
  new URL('../node_modules/@tailcallhq/core-linux-x64-gnu/bin/tailcall', import.meta.url),
);
const attempts = 100;

const version = spawnSync(binary, ['--version']);
if (version.status !== 0)
  throw new Error(`Tailcall does not run here: ${version.error?.message ?? version.stderr}`);

async function waitForPort(port) {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await sleep(50);
  }
  throw new Error('Tailcall does not listen');
}

const port = await freePort();
const folder = mkdtempSync(join(tmpdir(), 'sim-gateway-bench-'));
const config = join(folder, 'tailcall.graphql');
const template = readFileSync(new URL('tailcall.graphql', import.meta.url), 'utf8');
writeFileSync(config, template.replace('port: 8000', `port: ${port}`));
const child = spawn(binary, ['start', config], {
  env: {
    ...process.env,
    TAILCALL_LOG_LEVEL: 'error',
    TAILCALL_TRACKER: 'false',
    MONTH: String(month.month),
    YEAR: String(month.year),
    YEAR_MONTH: monthText,
  },
  stdio: ['ignore', 'inherit', 'inherit'],
});
process.on('SIGTERM', () => child.kill());
child.once('exit', (code) => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(code ?? 0);
});
await waitForPort(port);
reportListening(`http://127.0.0.1:${port}`, child.pid);
