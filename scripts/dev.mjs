/**
 * Builds and runs everything, and does so again on each change of a source.
 *
 *   node scripts/dev.mjs
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, watch } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildGraphiql } from './build.mjs';
import { program, root } from './command.mjs';

let servers;
let turn = Promise.resolve();

/** Restarts wait for one another: the ports are free again only when the last servers are gone. */
function restart() {
  turn = turn.then(async () => {
    await stopServers();
    servers = spawn(process.execPath, [join(root, 'scripts', 'start.mjs')], { cwd: root, stdio: 'inherit' });
  });
  return turn;
}

async function stopServers() {
  if (!servers || servers.exitCode !== null || servers.signalCode !== null) return;
  servers.kill('SIGTERM');
  await once(servers, 'exit');
}

const args = [program('typescript/bin/tsc'), '-p', 'tsconfig.build.json', '--watch', '--preserveWatchOutput'];
const compiler = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
createInterface({ input: compiler.stdout }).on('line', (line) => {
  if (line.trim()) process.stdout.write(`${line}\n`);
  if (line.includes('Found 0 errors')) restart();
});

const page = join(root, 'src', 'graphiql');
if (existsSync(page)) {
  let settling;
  watch(page, { recursive: true }, () => {
    clearTimeout(settling);
    settling = setTimeout(async () => {
      try {
        await buildGraphiql();
        await restart();
      } catch (error) {
        process.stderr.write(`${error.message}\n`);
      }
    }, 200);
  });
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    compiler.kill();
    await stopServers();
    process.exit(0);
  });
}
