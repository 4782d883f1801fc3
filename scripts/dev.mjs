/**
 * Builds and runs the gateway and the sandbox, and restarts them on each change of a source. Does not check types: `npm run check` does.
 *
 *   node scripts/dev.mjs
 */
import './node-version.mjs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ensureBuilt, isBuilt } from './build.mjs';
import { root, watchFolders } from './command.mjs';

let servers;
let turn = Promise.resolve();

/** Restarts run one after another, because the ports are free only when the previous servers have ended. */
function restart() {
  turn = turn.then(async () => {
    if (servers && isBuilt()) return;
    try {
      await ensureBuilt();
    } catch (error) {
      process.stderr.write(`${error.message}\n`);
      return;
    }
    await stopServers();
    servers = spawn(process.execPath, [join(root, 'scripts', 'start.mjs')], { cwd: root, stdio: 'inherit' });
  });
}

async function stopServers() {
  if (!servers || servers.exitCode !== null || servers.signalCode !== null) return;
  servers.kill('SIGTERM');
  await once(servers, 'exit');
}

restart();
watchFolders(['src', 'schema/operations'], restart);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    await stopServers();
    process.exit(0);
  });
}
