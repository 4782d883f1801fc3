/**
 * Builds, runs the tests selected by jest's arguments, and repeats both on each change of a source or a test.
 *
 *   node scripts/test-watch.mjs test/e2e/sims.test.ts
 */
import './node-version.mjs';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { root, runNode, watchFolders } from './command.mjs';

const args = process.argv.slice(2);
if (args.length === 0) {
  process.stderr.write('Name the tests to run, for example: npm run test:watch -- test/e2e/sims.test.ts\n');
  process.exit(2);
}

let turn = Promise.resolve();

/** Runs are queued, because each may replace dist/. */
function rerun() {
  turn = turn.then(async () => {
    try {
      await ensureBuilt();
    } catch (error) {
      process.stderr.write(`${error.message}\n`);
      return;
    }
    await runNode([join(root, 'scripts', 'test.mjs'), ...args], { stream: true });
    process.stdout.write('\nWaiting for a change; Ctrl-C ends.\n');
  });
}

rerun();
watchFolders(['src', 'test', 'schema/operations'], rerun);
