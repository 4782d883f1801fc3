/**
 * Program: runs a PostgreSQL server for the benchmark. It stops the server, and removes its files and the folder of the run (its argument),
 * when it gets a signal or when the parent ends.
 */
import { rmSync } from 'node:fs';
import { createServerOfOurs } from '../prove/postgres.mjs';
import { answerParent, reportListening } from './lib/child.mjs';

const [, , folderOfRun] = process.argv;

// A signal may come while the server starts: it must not be left behind then.
const creating = createServerOfOurs();
let removing;
async function end() {
  removing ??= remove();
  await removing;
  process.exit();
}

async function remove() {
  const server = await creating;
  const postmaster = server.pid();
  try {
    await server.remove();
  } catch (error) {
    process.stderr.write(`${error.stack}\n`);
    // An immediate shutdown without pg_ctl.
    process.kill(postmaster, 'SIGQUIT');
  }
  rmSync(folderOfRun, { recursive: true, force: true });
}

process.on('SIGTERM', end);
process.on('disconnect', end);
const { url, version, pid } = await creating;
if (removing === undefined) {
  answerParent({ version: () => version, pid });
  reportListening(url);
}
